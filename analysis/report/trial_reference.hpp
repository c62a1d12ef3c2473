// What the trial's abstract gives, and the assumptions under which its uncertainty is rebuilt.
// The abstract has no interval, no number at risk and no denominator: every interval made from this
// is derived and must be labelled with its assumption (statistics A8 and D).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace embolink {

// One answer to "how many uncensored patients is the published rate worth?"
struct TrialScenario {
    std::string id; // "A1" optimistic, "A2" the verdict's (R8.3), "A3" pessimistic
    double effective_n = 0;
    std::string text; // the assumption in words
};

struct TrialRate {
    std::string arm;
    double rate = 0; // as published, survival probability at 24 months
    int randomised = 0;
    std::vector<TrialScenario> scenarios; // A1, A2, A3 in this order
};

struct TrialCount {
    int events = 0;
    int n = 0;
};

// A published proportion without denominator, with every k/n that rounds to it.
struct TrialProportion {
    double rate = 0;
    std::vector<TrialCount> feasible;
};

struct TrialReference {
    std::string trial;     // "maire-2012"
    std::string citation;  // with doi
    std::string limits;    // what the source does not give
    std::string prognosis; // what it says of single patients' outlook, in its words; "" nothing
    int randomised = 0;
    std::vector<TrialRate> pfs24; // HAE, HACE
    std::vector<TrialRate> os24;
    double pfs24_p = 0; // published p value between the arms
    double os24_p = 0;
    TrialProportion disease_control;
    TrialProportion grade3;
    TrialProportion treatment_death; // deaths that the trial related to treatment
};

// The shipped reference; throws std::invalid_argument when `trial` is unknown.
TrialReference published_reference(std::string_view trial);

// From the JSON form of analysis/report/trial_reference.json; throws std::invalid_argument naming
// the key and what was expected.
TrialReference trial_reference_from_json(std::string_view text);

// nullptr: the trial has no such arm.
const TrialRate* find_rate(const std::vector<TrialRate>& rates, std::string_view arm);

// nullptr: no such scenario.
const TrialScenario* find_scenario(const TrialRate& rate, std::string_view id);

} // namespace embolink
