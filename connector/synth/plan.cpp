#include "connector/synth/plan.hpp"

#include "connector/synth/draws.hpp"
#include "connector/synth/plan_steps.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace embolink::synth {
namespace {

constexpr double days_per_month = 30.4375;

int whole_days(double months) {
    return static_cast<int>(std::floor(months * days_per_month));
}

Frame make_frame(const Latent& latent, const PatientPlan& plan) {
    Frame frame;
    frame.latent = &latent;
    frame.cut = days_between(plan.t0, plan.as_of);
    frame.progression =
        static_cast<int>(std::ceil(std::min(latent.true_pfs, 900.0) * days_per_month));
    const int follow_up = std::min(whole_days(latent.follow_up), frame.cut);
    // Nobody dies on the table: the recipe has no treatment-related death.
    frame.death = std::max(3, whole_days(std::min(latent.true_os, 900.0)));
    frame.dead = frame.death <= follow_up;
    frame.limit = frame.dead ? frame.death - 2 : std::max(follow_up, 1);
    return frame;
}

// Letters and digits as the vendors with the longest ids write them.
std::string long_id(Draws& draws) {
    static constexpr char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
    std::string id = "e";
    while (id.size() < 88)
        id += letters[draws.between(0, 63)];
    return id;
}

} // namespace

Arm arm_of(ArmEvidence evidence) {
    switch (evidence) {
    case ArmEvidence::chemo_code:
    case ArmEvidence::chemo_artery_code:
    case ArmEvidence::arterial_drug:
    case ArmEvidence::part_of_drug:
    case ArmEvidence::suite_drug:
    case ArmEvidence::instillation_code:
    case ArmEvidence::chemo_text:
        return Arm::hace;
    case ArmEvidence::bead_text:
        return Arm::hace_deb;
    case ArmEvidence::charted_drugs:
    case ArmEvidence::lipiodol_only:
    case ArmEvidence::bland_text:
    case ArmEvidence::bland_site_code:
        return Arm::hae;
    case ArmEvidence::nothing:
    case ArmEvidence::unknown_drug:
    case ArmEvidence::intravenous_drug:
        break;
    }
    return Arm::undetermined;
}

Arm arm_of(const PatientPlan& plan) {
    return plan.arm_decision ? plan.arm_decision->arm : arm_of(plan.sessions.front().evidence);
}

bool is_hiaa(MarkerSeries series) {
    return series <= MarkerSeries::hiaa_concentration;
}

Date end_of_month(Date date) {
    const std::chrono::year_month_day ymd{date};
    return Date{ymd.year() / ymd.month() / std::chrono::last};
}

std::string decimal_text(double value, int decimals) {
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
    return buffer;
}

void plan_person(PatientPlan& plan, int age) {
    Draws draws(plan.seed, plan.index, Topic::person);
    char id[64];
    std::snprintf(
        id, sizeof id, "SYN-%llu-%05d", static_cast<unsigned long long>(plan.seed), plan.index);
    plan.id = draws.chance(0.10) ? long_id(draws) : id;
    if (draws.chance(0.03))
        plan.old_id = std::string("OLD") + (id + 3);
    // Between `age` and `age` + 1 years old at T0.
    plan.birth = plus_days(plan.t0, -static_cast<int>(age * 365.25) - draws.between(2, 363));
    static constexpr DiagnosisForm forms[] = {DiagnosisForm::icd10cm,
                                              DiagnosisForm::snomed,
                                              DiagnosisForm::icd10who_morphology,
                                              DiagnosisForm::mcode};
    plan.diagnosis = draws.pick(forms);
    plan.liver_from_text = draws.chance(0.04);
    plan.second_primary = draws.chance(0.03);
    plan.site_unstated = draws.chance(0.05);
}

PatientPlan plan_patient(const Latent& latent,
                         std::uint64_t seed,
                         int index,
                         Date first_day,
                         Date as_of,
                         Shapes shapes) {
    PatientPlan plan;
    plan.seed = seed;
    plan.index = index;
    plan.female = latent.female;
    plan.as_of = as_of;
    plan.t0 = plus_days(first_day, whole_days(latent.accrual));
    if (shapes == Shapes::all)
        plan_late_start(plan);
    Frame frame = make_frame(latent, plan);
    plan_person(plan, std::max(latent.age, 18));
    plan_visits(plan, frame);
    plan_sessions(plan, frame);
    plan_therapies(plan, frame);
    plan_labs(plan, frame);
    plan_markers(plan, frame);
    plan_events(plan, frame);
    plan_stays(plan, frame);
    plan_end(plan, frame);
    plan_covariates(plan);
    if (shapes == Shapes::all) {
        plan_words(plan);
        plan_lesions(plan);
        plan_readers(plan);
    }
    return plan;
}

bool counts_as_progression(const Visit& visit) {
    return visit.response == Response::progression && (visit.day >= 28 || visit.new_lesion);
}

const Visit* first_progression(const PatientPlan& plan) {
    const auto found = std::find_if(plan.visits.begin(), plan.visits.end(), counts_as_progression);
    return found == plan.visits.end() ? nullptr : &*found;
}

} // namespace embolink::synth
