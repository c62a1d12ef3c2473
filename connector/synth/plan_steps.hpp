// The steps of plan_patient, in the order in which they run: each adds its part to the plan and
// reads what the steps before it decided.
#pragma once

#include "connector/synth/plan.hpp"

namespace embolink::synth {

// What the latent story becomes in whole days; steps stay within `limit`, the last day on which
// anything can have been done with the patient (two days before death, else drop-out or data cut).
struct Frame {
    const Latent* latent = nullptr;
    int progression = 0; // first day on which imaging would show it
    int death = 0;       // meaningful when `dead`
    bool dead = false;
    int limit = 0;
    int cut = 0;                 // data cut
    bool plain_follow_up = true; // no long gap, nothing unusual: rare shapes may be laid over it
};

void plan_person(PatientPlan& plan, int age);
void plan_visits(PatientPlan& plan, Frame& frame);
void plan_sessions(PatientPlan& plan, const Frame& frame);
void plan_therapies(PatientPlan& plan, Frame& frame);
void plan_labs(PatientPlan& plan, const Frame& frame);
void plan_markers(PatientPlan& plan, const Frame& frame);
void plan_events(PatientPlan& plan, const Frame& frame);
void plan_stays(PatientPlan& plan, const Frame& frame); // lengths, readmission, syndrome
void plan_end(PatientPlan& plan, const Frame& frame);   // death, contacts, history
void plan_covariates(PatientPlan& plan);                // within the history

// The steps of Shapes::all, each from draws of its own; those before it do not know of them.
void plan_late_start(PatientPlan& plan); // a T0 shortly before the data cut; the first of all
void plan_words(PatientPlan& plan);      // responses that only words tell, and what readers decide
void plan_lesions(PatientPlan& plan);    // responses that only sizes tell
void plan_readers(PatientPlan& plan);    // decided arms and grades

// Progression that R4.5 lets count: from day 28 on, before only with a new lesion.
bool counts_as_progression(const Visit& visit);

// The first visit with such a progression, or none.
const Visit* first_progression(const PatientPlan& plan);

Date end_of_month(Date date);

// "12.50" for 12.5 and two decimals.
std::string decimal_text(double value, int decimals);

ArmEvidence draw_evidence(double u, bool hae, bool site_unstated);

} // namespace embolink::synth
