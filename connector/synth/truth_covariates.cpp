// DEATH30 (R6.6) and the covariates (R10) of a plan.
#include "connector/synth/truth_numbers.hpp"
#include "connector/synth/truth_parts.hpp"

#include <algorithm>

namespace embolink::synth {
namespace {

TruthRecord not_documented(const char* param) {
    TruthRecord record;
    record.param = param;
    record.status = "not-evaluable";
    record.reason = "not-documented";
    return record;
}

TruthRecord text(const char* param, std::string value) {
    TruthRecord record;
    record.param = param;
    record.status = "value";
    record.text_value = std::move(value);
    return record;
}

// The hospital declares no feed complete: nobody says no by silence.
TruthRecord yes_or_silence(const char* param, bool yes) {
    TruthRecord record = not_documented(param);
    if (yes) {
        record.status = "value";
        record.reason.clear();
        record.flag_value = true;
    }
    return record;
}

TruthRecord age_record(const PatientPlan& plan) {
    TruthRecord record;
    record.param = "AGE";
    record.status = "value";
    const int tenths =
        static_cast<int>(std::int64_t{days_between(plan.birth, plan.t0)} * 1000 / 36525);
    record.number_value = std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
    record.unit = "a";
    return record;
}

std::string who_grade(const CovariatePlan& covariates) {
    if (!covariates.ki_67.empty()) {
        const Fraction index = fraction(covariates.ki_67);
        if (covariates.ki_67_is_bound) // below 3 % it is G1, below more it may be any
            return greater(index, "3") ? "" : "G1";
        const bool from_three = greater(index, "3") || equal(index, "3");
        return greater(index, "20") ? "G3" : from_three ? "G2" : "G1";
    }
    return covariates.coded_grade > 0 ? "G" + std::to_string(covariates.coded_grade) : "";
}

TruthRecord agent_record(const PatientPlan& plan) {
    const Session& first = plan.sessions.front();
    switch (first.evidence) {
    case ArmEvidence::arterial_drug:
    case ArmEvidence::part_of_drug:
    case ArmEvidence::suite_drug:
        return text("AGENT", first.cisplatin ? "cisplatin 50 mg" : "doxorubicin 50 mg");
    default:
        return not_documented("AGENT");
    }
}

} // namespace

TruthRecord early_death_record(const PatientPlan& plan) {
    TruthRecord record;
    record.param = "DEATH30";
    record.status = "value";
    const PlannedCourse course = course_of(plan, readings_of(plan));
    std::vector<int> sessions;
    for (const auto& round : course.rounds)
        for (const Session& session : round)
            sessions.push_back(session.day);
    const auto within = [&](int day) {
        return std::any_of(sessions.begin(), sessions.end(), [day](int session) {
            return day >= session && day <= session + 30;
        });
    };
    const KnownDeath death = death_of(plan);
    const int cut = days_between(plan.t0, plan.as_of);
    const int last_day = sessions.back() + 30;
    const int last_contact = plan.inpatient_at_cut ? cut : plan.last_contact;
    if (death.unknown) {
        record.status = "not-evaluable";
        record.reason = "death-date-unknown";
    } else if (death.dead) {
        record.flag_value = within(death.day);
        if (death.imputed && (within(death.month_first) != *record.flag_value ||
                              within(death.month_last) != *record.flag_value))
            record.flags.push_back("date-imputed-day");
    } else if (last_contact >= last_day) {
        record.flag_value = false;
    } else {
        record.status = "not-evaluable";
        record.reason = cut < last_day ? "window-open" : "follow-up-short";
    }
    return record;
}

std::vector<TruthRecord> covariate_records(const PatientPlan& plan) {
    const CovariatePlan& covariates = plan.covariates;
    std::vector<TruthRecord> records;
    records.push_back(age_record(plan));
    records.push_back(text("SEX", plan.female ? "female" : "male"));
    records.push_back(yes_or_silence("SSA", plan.somatostatin_analogue));
    records.push_back(
        yes_or_silence("PRIOR-RESECTION-PRIMARY", covariates.primary_resection.has_value()));
    records.push_back(
        yes_or_silence("PRIOR-RESECTION-LIVER", covariates.liver_resection.has_value()));
    records.push_back(not_documented("LIVER-INVOLVEMENT"));
    if (!covariates.involvement.empty()) {
        records.back().status = "value";
        records.back().reason.clear();
        records.back().number_value = covariates.involvement;
        records.back().unit = "%";
    }
    const std::string grade = who_grade(covariates);
    records.push_back(grade.empty() ? not_documented("GRADE") : text("GRADE", grade));
    records.push_back(yes_or_silence("URGENT", covariates.priority == AdmissionPriority::urgent));
    if (covariates.priority == AdmissionPriority::elective) {
        records.back().status = "value";
        records.back().reason.clear();
        records.back().flag_value = false;
    }
    records.push_back(agent_record(plan));
    return records;
}

} // namespace embolink::synth
