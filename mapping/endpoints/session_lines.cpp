#include "mapping/endpoints/session_lines.hpp"

#include "mapping/timeline/row_purpose.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace embolink {

namespace {

std::string lobe_words(Lobe lobe) {
    switch (lobe) {
    case Lobe::left:
        return ", left lobe";
    case Lobe::right:
        return ", right lobe";
    case Lobe::both:
        return ", both lobes";
    case Lobe::unknown:
        return "";
    }
    return "";
}

// Where each row of a session stands: "round 2, left lobe" or in a later course.
struct RowPlace {
    std::string words;
    bool in_course = false;
};

using RowPlaces = std::map<Origin, RowPlace>;

RowPlaces places_of(const std::vector<Session>& sessions, const Course* course) {
    RowPlaces places;
    for (const Session& session : sessions) {
        for (const ProcedureRow* row : session.rows) {
            places[row->origin] = {"later course" + lobe_words(session.lobe), false};
        }
    }
    if (course == nullptr) {
        return places;
    }
    for (std::size_t i = 0; i < course->rounds.size(); ++i) {
        for (const Session& session : course->rounds[i].sessions) {
            for (const ProcedureRow* row : session.rows) {
                places[row->origin] = {"round " + std::to_string(i + 1) + lobe_words(session.lobe),
                                       true};
            }
        }
    }
    return places;
}

// Why a candidate row is no session (R1.3, R2.0).
std::string set_aside(const ProcedureRow& row) {
    if (row.status != "completed") {
        return "R1.3 not-performed";
    }
    switch (purpose_of(row)) {
    case RowPurpose::not_an_embolization:
        return "R1.3 not-an-embolization";
    case RowPurpose::wrong_purpose:
        return "R2.0 wrong-purpose";
    case RowPurpose::protective_coil:
        return "R2.1 coils without a session on that day";
    case RowPurpose::hepatic:
        return "R2.0 date-imprecise";
    case RowPurpose::unrelated:
        return "R1.1 no embolization";
    }
    return "";
}

TimelineEntry line_of(const PatientTimeline& timeline,
                      const char* kind,
                      const Origin& origin,
                      const std::optional<PartialDate>& date) {
    TimelineEntry entry;
    entry.patient = timeline.patient;
    entry.kind = kind;
    entry.source = origin.reference;
    if (date && date->to_the_day()) {
        entry.date = date->first;
    }
    return entry;
}

} // namespace

std::vector<TimelineEntry> row_lines(const PatientTimeline& timeline,
                                     const std::vector<Session>& sessions,
                                     const Course* course,
                                     const std::vector<std::string>& params) {
    const RowPlaces places = places_of(sessions, course);
    std::vector<TimelineEntry> lines;
    for (const ProcedureRow& row : timeline.procedures) {
        if (!is_candidate_row(row)) {
            continue;
        }
        const auto place = places.find(row.origin);
        const char* kind = place == places.end() ? "exclusion-evidence" : "session";
        TimelineEntry line = line_of(timeline, kind, row.origin, clinical_date(row));
        if (place == places.end()) {
            line.set_aside_because = set_aside(row);
        } else {
            line.value = place->second.words;
            line.used_by = place->second.in_course
                               ? params
                               : std::vector<std::string>{"COURSE"}; // R2.3 retreatment
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<TimelineEntry> exclusion_lines(const PatientTimeline& timeline,
                                           const CohortFinding& finding) {
    std::set<std::string> excluding;
    for (const RecordSource& source : finding.sources) {
        if (source.role == "exclusion") {
            excluding.insert(source.reference);
        }
    }
    std::vector<TimelineEntry> lines;
    const auto add = [&](const Origin& origin, const std::optional<PartialDate>& date) {
        if (excluding.count(origin.reference) == 0) {
            return;
        }
        TimelineEntry line = line_of(timeline, "exclusion-evidence", origin, date);
        line.value = finding.exclusion;
        line.used_by = {"COHORT"};
        lines.push_back(std::move(line));
    };
    for (const Diagnosis& diagnosis : timeline.diagnoses) {
        add(diagnosis.origin, diagnosis.onset);
    }
    if (timeline.person) {
        add(timeline.person->origin, std::nullopt);
    }
    return lines;
}

namespace {

void sort_unique(std::vector<std::string>& names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
}

} // namespace

std::vector<TimelineEntry> unite_lines(std::vector<TimelineEntry> lines) {
    const auto key = [](const TimelineEntry& line) {
        return std::tie(line.date,
                        line.source,
                        line.kind,
                        line.value,
                        line.unit,
                        line.x_uln,
                        line.series,
                        line.grade,
                        line.term);
    };
    std::stable_sort(lines.begin(), lines.end(), [&](const auto& a, const auto& b) {
        return std::tuple_cat(key(a), std::tie(a.set_aside_because)) <
               std::tuple_cat(key(b), std::tie(b.set_aside_because));
    });
    std::vector<TimelineEntry> united;
    for (TimelineEntry& line : lines) {
        if (united.empty() || key(united.back()) != key(line)) {
            united.push_back(std::move(line));
            continue;
        }
        auto& used_by = united.back().used_by;
        used_by.insert(used_by.end(), line.used_by.begin(), line.used_by.end());
        auto& set_aside_by = united.back().set_aside_by;
        set_aside_by.insert(set_aside_by.end(), line.set_aside_by.begin(), line.set_aside_by.end());
        if (united.back().set_aside_because.empty()) {
            united.back().set_aside_because = line.set_aside_because;
        }
    }
    for (TimelineEntry& line : united) {
        sort_unique(line.used_by);
        sort_unique(line.set_aside_by);
        if (line.used_by.empty()) {
            line.set_aside_by.clear();
        } else {
            line.set_aside_because.clear();
        }
    }
    return united;
}

} // namespace embolink
