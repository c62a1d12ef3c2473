// A T0 shortly before the data cut, and what readers of the charts decided: arms (R3.5) and grades
// (R6.4).
#include "connector/synth/draws.hpp"
#include "connector/synth/plan_steps.hpp"

#include <algorithm>

namespace embolink::synth {
namespace {

void decide_arm(PatientPlan& plan, Draws& draws) {
    static constexpr Arm arms[] = {Arm::hae, Arm::hace, Arm::hace_deb, Arm::undetermined};
    const double wanted = draws.next();
    const double u = draws.next();
    const bool names_the_row = draws.chance(0.6);
    const bool open = arm_of(plan.sessions.front().evidence) == Arm::undetermined;
    if (wanted < (open ? 0.6 : 0.03))
        plan.arm_decision = ArmDecisionPlan{arms[u < 0.45   ? 0
                                                 : u < 0.85 ? 1
                                                 : u < 0.95 ? 2
                                                            : 3],
                                            names_the_row};
}

// Post-embolization syndrome is judged by what came of it, and nobody grades what he thinks
// unrelated.
void decide_grades(PatientPlan& plan, Draws& draws) {
    for (EventPlan& event : plan.events) {
        const bool wanted = draws.chance(0.15);
        const int grade = draws.between(0, 4);
        if (wanted && event.related && event.form != EventForm::condition_text)
            event.reader_grade = grade;
    }
    for (LabPlan& lab : plan.labs) {
        const bool wanted = draws.chance(0.02);
        const int grade = draws.between(0, 4);
        if (wanted && lab.day > 0)
            lab.reader_grade = grade;
    }
}

void tell_event(PatientPlan& plan, Draws& draws) {
    static constexpr const char* terms[] = {"abdominal-pain", "fever", "nausea", "fatigue"};
    const bool wanted = draws.chance(0.08);
    const int day = draws.between(1, 25);
    const int grade = draws.between(1, 4);
    const std::string term = draws.pick(terms);
    if (wanted && day <= plan.last_contact)
        plan.events.push_back({day, EventForm::reader_alone, grade, term, true, std::nullopt});
}

} // namespace

void plan_late_start(PatientPlan& plan) {
    Draws draws(plan.seed, plan.index, Topic::recent);
    const bool wanted = draws.chance(0.08);
    const bool in_window = draws.chance(0.4);
    const int fresh = draws.between(3, 29);
    const int recent = draws.between(30, 149);
    if (wanted)
        plan.t0 = plus_days(plan.as_of, -(in_window ? fresh : recent));
}

void plan_readers(PatientPlan& plan) {
    Draws draws(plan.seed, plan.index, Topic::readers);
    decide_arm(plan, draws);
    decide_grades(plan, draws);
    tell_event(plan, draws);
}

} // namespace embolink::synth
