// Hospital stays after the sessions, and what is known of the patient before T0.
#include "connector/synth/draws.hpp"
#include "connector/synth/plan_steps.hpp"

#include <algorithm>

namespace embolink::synth {
namespace {

constexpr int long_stay = 9;

// The first session's stay may be long where nothing else of the plan lies in it.
bool room_for(const PatientPlan& plan, const Frame& frame, int from, int to) {
    return to <= frame.limit &&
           std::none_of(
               plan.sessions.begin() + 1, plan.sessions.end(), [&](const Session& session) {
                   return session.day >= from - 4 && session.day <= to + 1;
               });
}

void plan_pathology(CovariatePlan& covariates, Draws& draws) {
    static constexpr const char* indices[] = {"1", "2.9", "3", "8", "20", "21", "45"};
    const double u = draws.next();
    const std::string index = draws.pick(indices);
    const int grade = draws.between(1, 3);
    if (u < 0.45) {
        covariates.ki_67 = index;
        covariates.ki_67_is_bound = index == "3" || index == "8";
    } else if (u < 0.7) {
        covariates.coded_grade = grade;
    }
}

} // namespace

void plan_stays(PatientPlan& plan, const Frame& frame) {
    Draws draws(plan.seed, plan.index, Topic::stays);
    for (Session& session : plan.sessions)
        session.stay_days = draws.between(1, 3);
    const bool syndrome = draws.chance(0.10);
    const bool stays_long = draws.chance(0.4);
    const bool comes_back = draws.chance(0.06);
    const int back = draws.between(10, 30);
    if (syndrome && frame.limit > 1)
        plan.events.push_back(
            {1, EventForm::condition_text, 0, "post-embolization-syndrome", true});
    if (syndrome && stays_long && room_for(plan, frame, 0, long_stay))
        plan.sessions.front().stay_days = long_stay;
    else if (comes_back && room_for(plan, frame, back, back + 2))
        plan.readmission = StayPlan{back, back + 2};
}

void plan_covariates(PatientPlan& plan) {
    Draws draws(plan.seed, plan.index, Topic::covariates);
    for (Session& session : plan.sessions)
        session.cisplatin = draws.chance(0.4);
    CovariatePlan& covariates = plan.covariates;
    const auto within = [&](int day) { return std::max(plan.first_fact, day); };
    const bool primary = draws.chance(0.6);
    const bool liver = draws.chance(0.15);
    const int resected = -draws.between(100, 600);
    if (primary)
        covariates.primary_resection = within(resected);
    if (liver)
        covariates.liver_resection = within(resected + 30);
    covariates.pathology = within(-draws.between(10, 60));
    plan_pathology(covariates, draws);
    const double involved = draws.next();
    const int share = draws.between(1, 18) * 5;
    if (involved < 0.5)
        covariates.involvement = std::to_string(share);
    const double priority = draws.next();
    covariates.priority = priority < 0.4    ? AdmissionPriority::elective
                          : priority < 0.52 ? AdmissionPriority::urgent
                                            : AdmissionPriority::unstated;
}

} // namespace embolink::synth
