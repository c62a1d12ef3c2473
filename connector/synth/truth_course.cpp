// Course, therapies, death and the records COHORT and COURSE.
#include "connector/synth/truth_parts.hpp"

#include <algorithm>

namespace embolink::synth {
namespace {

bool different_known_lobes(const std::vector<Session>& round, const Session& session) {
    return session.lobe != Lobe::unknown &&
           std::all_of(round.begin(), round.end(), [&](const Session& other) {
               return other.lobe != Lobe::unknown && other.lobe != session.lobe;
           });
}

bool any_unknown_lobe(const std::vector<Session>& round, const Session& session) {
    return session.lobe == Lobe::unknown ||
           std::any_of(round.begin(), round.end(), [](const Session& other) {
               return other.lobe == Lobe::unknown;
           });
}

// Month and year arithmetic on the calendar, as days since T0.
int month_start(const PatientPlan& plan, int day) {
    const std::chrono::year_month_day ymd{plus_days(plan.t0, day)};
    return days_between(plan.t0, Date{ymd.year() / ymd.month() / 1});
}

int month_end(const PatientPlan& plan, int day) {
    const std::chrono::year_month_day ymd{plus_days(plan.t0, day)};
    return days_between(plan.t0, Date{ymd.year() / ymd.month() / std::chrono::last});
}

void add_arm_flags(const Session& first, std::vector<std::string>& flags) {
    switch (first.evidence) {
    case ArmEvidence::chemo_text:
    case ArmEvidence::bead_text:
    case ArmEvidence::bland_text:
        flags.push_back("arm-from-text");
        break;
    case ArmEvidence::lipiodol_only:
        flags.push_back("lipiodol-only");
        [[fallthrough]];
    case ArmEvidence::charted_drugs:
        flags.push_back("arm-by-charted-drugs");
        break;
    default:
        break;
    }
}

// nullopt: the visit makes no assessment.
std::optional<Response> said_response(const PatientPlan& plan, const Visit& visit) {
    switch (visit.form) {
    case ResponseForm::words: // R4.4: a candidate until a reader decides
        return visit.decided;
    case ResponseForm::sizes:
        return response_by_sizes(plan, visit);
    default:
        return visit.response;
    }
}

} // namespace

std::vector<Reading> readings_of(const PatientPlan& plan) {
    std::vector<Reading> readings;
    int last_without_progression = 0;
    for (const Visit& visit : plan.visits) {
        const std::optional<Response> response = said_response(plan, visit);
        if (!response)
            continue;
        Reading reading;
        reading.day = visit.day;
        reading.response = *response;
        reading.trend = visit.form == ResponseForm::trend;
        reading.conflict = visit.second_reader_stable;
        // R4.7: by the sizes' own site, or by the body structures, all in the liver.
        const bool in_the_liver =
            plan.lesions.site_stated || plan.lesions.told == LesionsPlan::Told::by_focus;
        reading.site =
            visit.form == ResponseForm::sizes && in_the_liver ? FindingSite::liver : visit.site;
        if (visit.month_only) { // R0.4
            reading.day = std::max(month_start(plan, visit.day), last_without_progression + 1);
            reading.imputed = true;
        }
        if (reading.progression() && reading.day < 28 && !visit.new_lesion) { // R4.5
            reading.response = Response::not_evaluable;
            reading.early_progression = true;
        }
        if (!reading.progression())
            last_without_progression = reading.day;
        readings.push_back(reading);
    }
    return readings;
}

const Reading* first_progression(const std::vector<Reading>& readings) {
    const auto found = std::find_if(
        readings.begin(), readings.end(), [](const Reading& r) { return r.progression(); });
    return found == readings.end() ? nullptr : &*found;
}

PlannedCourse course_of(const PatientPlan& plan, const std::vector<Reading>& readings) {
    PlannedCourse course;
    const Reading* progression = first_progression(readings);
    for (const Session& session : plan.sessions) {
        if (course.rounds.empty()) {
            course.rounds.push_back({session});
            continue;
        }
        std::vector<Session>& round = course.rounds.back();
        const int gap = session.day - round.front().day;
        if (gap <= 14 || (gap <= 42 && different_known_lobes(round, session))) {
            round.push_back(session);
            continue;
        }
        if (gap > 150 || (progression != nullptr && progression->day < session.day)) {
            course.retreatment = session.day;
            break;
        }
        course.laterality_unknown =
            course.laterality_unknown || (gap <= 42 && any_unknown_lobe(round, session));
        course.rounds.push_back({session});
    }
    return course;
}

Cut therapy_cut(const PatientPlan& plan, const PlannedCourse& course) {
    Cut cut;
    cut.day = days_between(plan.t0, plan.as_of);
    for (const Therapy& therapy : plan.therapies) {
        if (therapy.day <= 0 || therapy.day >= cut.day)
            continue;
        cut.day = therapy.day;
        cut.therapy = true;
        cut.from_request = therapy.source == TherapySource::request;
        // Its code is that of any embolization: the words tell which.
        cut.from_text = therapy.by_text || therapy.kind == TherapyKind::radioembolization;
    }
    if (course.retreatment && *course.retreatment < cut.day)
        cut = {*course.retreatment, true, false, false};
    return cut;
}

KnownDeath death_of(const PatientPlan& plan) {
    KnownDeath death;
    if (!plan.death)
        return death;
    death.dead = true;
    death.day = plan.death->day;
    switch (plan.death->precision) {
    case DatePrecision::day:
        break;
    case DatePrecision::month: // the 15th, after the last contact, within the month
        death.imputed = true;
        death.month_first = std::max(0, month_start(plan, death.day));
        death.month_last = month_end(plan, death.day);
        death.day = std::min(std::max(month_start(plan, death.day) + 14, plan.last_contact + 1),
                             month_end(plan, death.day));
        break;
    case DatePrecision::year:
    case DatePrecision::none:
        death.unknown = true;
        break;
    }
    return death;
}

TruthRecord cohort_record(const PatientPlan& plan) {
    TruthRecord record;
    record.param = "COHORT";
    record.status = "value";
    record.text_value = "included";
    const bool near = plan.before_day >= -180;
    record.flags.push_back(plan.before == BaselineNote::progression && near ? "tier-a"
                           : plan.before == BaselineNote::stable && near    ? "tier-b"
                                                                            : "tier-unknown");
    if (plan.prior != PriorTherapy::none)
        record.flags.push_back("prior-arterial-therapy");
    else if (plan.first_fact > -365)
        record.flags.push_back("prior-therapy-unknown");
    if (plan.liver_from_text)
        record.flags.push_back("liver-from-text");
    if (plan.second_primary)
        record.flags.push_back("second-primary");
    if (plan.site_unstated)
        record.flags.push_back("site-assumed-hepatic");
    if (plan.arm_decision) // how the data told it does not matter any more
        record.flags.push_back("arm-adjudicated");
    else
        add_arm_flags(plan.sessions.front(), record.flags);
    return record;
}

TruthRecord course_record(const PatientPlan& plan) {
    const std::vector<Reading> readings = readings_of(plan);
    const PlannedCourse course = course_of(plan, readings);
    TruthRecord record;
    record.param = "COURSE";
    record.status = "value";
    record.count_value = static_cast<int>(course.rounds.size());
    auto& flags = record.flags;
    if (course.retreatment)
        flags.push_back("retreatment");
    if (course.laterality_unknown)
        flags.push_back("laterality-unknown");
    if (course.rounds.size() > 2)
        flags.push_back("more-than-two-rounds");
    if (course.rounds.size() > 1) {
        const int interval = course.rounds[1].front().day - course.rounds[0].front().day;
        if (interval >= 60 && interval <= 150)
            flags.push_back("interval-conform");
    } else {
        flags.push_back("single-round");
        const KnownDeath death = death_of(plan);
        const Reading* progression = first_progression(readings);
        const bool died = death.dead && !death.unknown && death.day <= 150;
        const bool progressed = progression != nullptr && progression->day <= 150;
        const bool toxic = toxicity_record(plan).flag_value.value_or(false);
        if (died)
            flags.push_back("single-round-death");
        if (progressed)
            flags.push_back("single-round-progression");
        if (toxic)
            flags.push_back("single-round-toxicity");
        if (!died && !progressed && !toxic && days_between(plan.t0, plan.as_of) < 150)
            flags.push_back("single-round-pending");
    }
    const Arm start = arm_of(plan);
    const Arm other = start == Arm::hae ? Arm::hace : Arm::hae;
    for (const auto& round : course.rounds)
        for (const Session& session : round)
            if (session.day > 0 && (start == Arm::hae || start == Arm::hace) &&
                arm_of(session.evidence) == other &&
                std::find(flags.begin(), flags.end(), "crossover") == flags.end())
                flags.push_back("crossover");
    return record;
}

} // namespace embolink::synth
