// Small plans for the truths that tests work out by hand.
#pragma once

#include "connector/synth/truth.hpp"

#include <algorithm>
#include <string>

namespace embolink::synth {

// One session on 2018-01-10, imaging before it, and contacts until day 900.
inline PatientPlan plain_plan(ArmEvidence evidence) {
    PatientPlan plan;
    plan.id = "p";
    plan.t0 = *date_from_iso("2018-01-10");
    plan.as_of = *date_from_iso("2022-01-05");
    plan.birth = *date_from_iso("1950-01-01");
    plan.first_fact = -500;
    plan.baseline_imaging = -20;
    plan.last_contact = 900;
    Session session;
    session.evidence = evidence;
    plan.sessions = {session};
    return plan;
}

inline TruthRecord record(const PatientPlan& plan, const std::string& param) {
    for (TruthRecord& each : expected_records(plan))
        if (each.param == param)
            return each;
    return {};
}

inline bool flagged(const TruthRecord& r, const std::string& flag) {
    return std::find(r.flags.begin(), r.flags.end(), flag) != r.flags.end();
}

} // namespace embolink::synth
