// Sessions, rounds and courses in the order of the rules: rows that qualify (R2.0) are joined into
// sessions (R2.1), sessions into rounds by lobe (R2.2), rounds into courses by gap and progression
// (R2.3).
#include "mapping/timeline/sessions.hpp"

#include "mapping/timeline/row_purpose.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <numeric>

namespace embolink {

namespace {

constexpr std::int64_t seconds_per_day = 86400;

// R2.0: completed, dated to the day, of the liver or of no stated site.
bool qualifies(const ProcedureRow& row) {
    return row.status == "completed" && day_of(row) && purpose_of(row) == RowPurpose::hepatic;
}

bool is_coil_row(const ProcedureRow& row) {
    return row.status == "completed" && day_of(row) &&
           purpose_of(row) == RowPurpose::protective_coil;
}

bool names_as_part(const ProcedureRow& part, const ProcedureRow& whole) {
    return std::find(part.part_of.begin(), part.part_of.end(), whole.origin.reference) !=
           part.part_of.end();
}

// The end of a performedPeriod that has a day (R0.4) and does not run backwards, else the start.
const PartialDate& end_of(const ProcedureRow& row) {
    const auto& when = row.performed;
    const bool usable = when.end && when.end->to_the_day() && when.end->first >= when.start->first;
    return usable ? *when.end : *when.start;
}

// R2.1 overlap, by the clock when all four ends carry one, else by the day. At least one of the two
// must be a period: two date-only rows on consecutive days stay two sessions. `a` is the row that
// begins no later.
bool periods_overlap(const ProcedureRow& a, const ProcedureRow& b) {
    const PartialDate& start_a = *a.performed.start;
    const PartialDate& start_b = *b.performed.start;
    const PartialDate& end_a = end_of(a);
    const PartialDate& end_b = end_of(b);
    if (start_a.utc_seconds && start_b.utc_seconds && end_a.utc_seconds && end_b.utc_seconds) {
        return *start_b.utc_seconds <= *end_a.utc_seconds;
    }
    return start_b.first <= end_a.last;
}

bool within_24_hours(const ProcedureRow& a, const ProcedureRow& b) {
    const auto& utc_a = a.performed.start->utc_seconds;
    const auto& utc_b = b.performed.start->utc_seconds;
    return utc_a && utc_b && std::llabs(*utc_a - *utc_b) <= seconds_per_day;
}

bool same_session(const ProcedureRow& a, const ProcedureRow& b) {
    return day_of(a) == day_of(b) || within_24_hours(a, b) || periods_overlap(a, b) ||
           names_as_part(a, b) || names_as_part(b, a);
}

// Groups of rows, closed under same_session; each row's group number.
std::vector<std::size_t> group_rows(const std::vector<const ProcedureRow*>& rows) {
    std::vector<std::size_t> group(rows.size());
    std::iota(group.begin(), group.end(), std::size_t{0});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = i + 1; j < rows.size(); ++j) {
            if (group[i] != group[j] && same_session(*rows[i], *rows[j])) {
                const auto keep = std::min(group[i], group[j]);
                const auto gone = std::max(group[i], group[j]);
                std::replace(group.begin(), group.end(), gone, keep);
            }
        }
    }
    return group;
}

Lobe unite(Lobe a, Lobe b) {
    if (a == Lobe::unknown || a == b) {
        return b;
    }
    return b == Lobe::unknown ? a : Lobe::both;
}

Session make_session(const std::vector<const ProcedureRow*>& rows) {
    Session session;
    session.rows = rows;
    session.date = *day_of(*rows.front()); // rows come in order of date
    session.site_assumed = std::none_of(
        rows.begin(), rows.end(), [](const ProcedureRow* row) { return states_hepatic(*row); });
    for (const ProcedureRow* row : rows) {
        session.lobe = unite(session.lobe, row->lobe);
        const auto& utc = row->performed.start->utc_seconds;
        if (utc) {
            session.puncture_utc = std::min(session.puncture_utc.value_or(*utc), *utc);
        }
    }
    return session;
}

// R2.1: protective coils of the same day belong to the session.
void add_coils(std::vector<Session>& sessions, const PatientTimeline& timeline) {
    for (const ProcedureRow& row : timeline.procedures) {
        if (!is_coil_row(row)) {
            continue;
        }
        for (Session& session : sessions) {
            const bool same_day = std::any_of(
                session.rows.begin(), session.rows.end(), [&](const ProcedureRow* other) {
                    return day_of(*other) == day_of(row);
                });
            if (same_day) {
                session.rows.push_back(&row);
                break;
            }
        }
    }
}

// How a session stands to the lobes that its round has treated so far (R2.2).
enum class LobeRelation { different, same, unknown };

LobeRelation relation_to(const Round& round, const Session& session) {
    if (session.lobe == Lobe::unknown) {
        return LobeRelation::unknown;
    }
    bool overlaps = false;
    for (const Session& other : round.sessions) {
        if (other.lobe == Lobe::unknown) {
            return LobeRelation::unknown;
        }
        overlaps = overlaps || other.lobe == session.lobe || other.lobe == Lobe::both ||
                   session.lobe == Lobe::both;
    }
    return overlaps ? LobeRelation::same : LobeRelation::different;
}

struct PlacedRound {
    Round round;
    bool apart_for_unknown_lobe = false; // R2.2: laterality-unknown
};

std::vector<PlacedRound> build_rounds(const std::vector<Session>& sessions,
                                      const TrialWindows& windows) {
    std::vector<PlacedRound> rounds;
    for (const Session& session : sessions) {
        bool unknown = false;
        if (!rounds.empty()) {
            Round& round = rounds.back().round;
            const int days = days_between(round.date(), session.date);
            const LobeRelation relation = relation_to(round, session);
            const bool within_long = days <= windows.round_other_lobe.days;
            if (days <= windows.round_unknown_lobe.days ||
                (within_long && relation == LobeRelation::different)) {
                round.sessions.push_back(session);
                continue;
            }
            unknown = within_long && relation == LobeRelation::unknown;
        }
        rounds.push_back({Round{{session}}, unknown});
    }
    return rounds;
}

// R2.3: a scan on the day of the later session counts as before it, one on the day of the earlier
// session as before that (R5.2's order of one day).
bool progression_between(const std::vector<Date>& progressions, Date earlier, Date later) {
    return std::any_of(progressions.begin(), progressions.end(), [&](Date date) {
        return earlier < date && date <= later;
    });
}

} // namespace

std::vector<const Session*> Course::sessions() const {
    std::vector<const Session*> all;
    for (const Round& round : rounds) {
        for (const Session& session : round.sessions) {
            all.push_back(&session);
        }
    }
    return all;
}

std::vector<Session> find_sessions(const PatientTimeline& timeline) {
    std::vector<const ProcedureRow*> rows;
    for (const ProcedureRow& row : timeline.procedures) {
        if (qualifies(row)) {
            rows.push_back(&row);
        }
    }
    const std::vector<std::size_t> group = group_rows(rows);
    std::vector<Session> sessions;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (group[i] != i) {
            continue; // the first row of each group carries its own number
        }
        std::vector<const ProcedureRow*> members;
        for (std::size_t j = i; j < rows.size(); ++j) {
            if (group[j] == i) {
                members.push_back(rows[j]);
            }
        }
        sessions.push_back(make_session(members));
    }
    add_coils(sessions, timeline);
    return sessions;
}

Course build_course(const std::vector<Session>& sessions,
                    const std::vector<Date>& progressions,
                    const TrialWindows& windows) {
    Course course;
    for (PlacedRound& placed : build_rounds(sessions, windows)) {
        course.laterality_unknown = course.laterality_unknown || placed.apart_for_unknown_lobe;
        if (!course.rounds.empty()) {
            const Date earlier = course.rounds.back().date();
            const Date later = placed.round.date();
            if (days_between(earlier, later) > windows.course_gap.days ||
                progression_between(progressions, earlier, later)) {
                course.retreatment = later;
                for (const ProcedureRow* row : placed.round.sessions.front().rows) {
                    course.retreatment_origins.push_back(row->origin);
                }
                break; // R2.3: only the first course makes records
            }
        }
        course.rounds.push_back(std::move(placed.round));
    }
    return course;
}

} // namespace embolink
