// A test of proportional hazards: whether a coefficient changes with time (Grambsch and Therneau
// 1994, as the score test of survival 3; METHODS.md).
#pragma once

#include "analysis/regression/cox.hpp"

#include <optional>
#include <span>
#include <vector>

namespace embolink {

// g(t), the shape of the change that is looked for.
enum class TimeTransform {
    identity,
    log,
    km,  // 1 - S(t-), S the Kaplan-Meier of all subjects
    rank // mean rank of the time among all subjects
};

struct ZphTest {
    std::size_t covariate = 0;
    CoxTest test; // 1 degree of freedom
};

struct Zph {
    std::vector<ZphTest> each; // the covariates that were estimated
    CoxTest global;            // as many degrees of freedom
};

// Empty when an event has g(t) infinite (log at time 0), or the information for the change is
// singular (one event time). Centres g at its mean over the events.
std::optional<Zph>
cox_zph(const CoxDesign& design, const CoxFit& fit, Ties ties, TimeTransform transform);

} // namespace embolink
