// Cumulative incidence of one kind of event when others preclude it (statistics A5; METHODS.md).
#pragma once

#include "analysis/competing/competing_data.hpp"
#include "analysis/linear/matrix.hpp"

#include <vector>

namespace embolink {

// Aalen-Johansen at every distinct observed time. State 0 is "no event yet", its probability the
// Kaplan-Meier of all causes together; state k is cause k. Rows add up to 1. At one time events
// come before censorings.
struct AalenJohansen {
    std::vector<double> time;
    Matrix probability; // time x state
    Matrix error;       // standard errors of the infinitesimal jackknife (as R's survfit)
    std::vector<double> at_risk;
};

// `causes`: how many kinds of event there are, whether or not these subjects had them.
AalenJohansen aalen_johansen(const CompetingData& data, int causes);

// F_k = sum over times of S(t-) d_k / n, with the variance of Aalen 1978 as given by Marubini and
// Valsecchi 1995 (the one of Gray's cmprsk). Steps are the times with an event of the cause. Times
// that differ by round-off are two, as in cmprsk; aalen_johansen joins them, as survfit.
struct CumulativeIncidence {
    struct Step {
        double time = 0;
        double incidence = 0;
        double variance = 0;
    };

    std::vector<Step> steps;
    double last_time = 0; // follow-up of the longest observed subject
};

CumulativeIncidence cumulative_incidence(const CompetingData& data, int cause);

// The value at t, and whether it may be read: false after the last follow-up and before time 0.
struct IncidenceAt {
    bool estimable = false;
    double incidence = 0;
    double variance = 0;
};

IncidenceAt at_time(const CumulativeIncidence& curve, double t);

} // namespace embolink
