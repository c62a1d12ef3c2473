// Patients around the cohort: other diseases, other arteries, rows that were never performed.
#include "connector/synth/draws.hpp"
#include "connector/synth/plan_steps.hpp"

namespace embolink::synth {

PatientPlan plan_decoy(Decoy kind, std::uint64_t seed, int index, Date first_day, Date as_of) {
    Draws draws(seed, index, Topic::sessions);
    PatientPlan plan;
    plan.seed = seed;
    plan.index = index;
    plan.decoy = kind;
    plan.as_of = as_of;
    plan.t0 = plus_days(first_day, draws.between(0, 1800));
    plan.female = kind == Decoy::uterine || draws.chance(0.5);
    // 17 on the day is a minor, whatever the birthday.
    plan_person(plan, kind == Decoy::minor ? 16 : draws.between(35, 80));
    plan.old_id.clear();
    plan.liver_from_text = false;
    plan.second_primary = false;
    plan.sessions.push_back({});
    plan.first_fact = -draws.between(100, 900);
    plan.baseline_imaging = -draws.between(1, 60);
    // The clinic of the first decoy is seen on the day of the data cut: without --as-of the newest
    // clinical date of a candidate (R0.3) is then the declared analysis date.
    plan.last_contact =
        kind == Decoy::hepatocellular ? days_between(plan.t0, as_of) : draws.between(20, 400);
    return plan;
}

} // namespace embolink::synth
