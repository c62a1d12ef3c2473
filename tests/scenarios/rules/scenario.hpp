// A scenario: one tiny patient, one record, one sentence of the rules. All scenarios run through
// the whole mapping, and a second test changes each window of the trial file by one day and demands
// that some scenario notices (rules_test.cpp).
#pragma once

#include "tests/support/fhir_patient.hpp"

#include <functional>
#include <string>
#include <vector>

namespace embolink::test {

struct Scenario {
    std::string title; // the rule and the sentence it shows
    FhirPatient patient;
    int as_of_day = 1000;
    std::string param;
    // "event progression @240 [early-pd]", "censored last-adequate-assessment @90", "value SD",
    // "value excluded minor", "not-evaluable window-open"; flags only when there are any.
    std::string expected;
    std::string arm;                         // checked when not empty
    std::vector<std::string> complete_feeds; // of the site file
};

std::vector<Scenario> cohort_scenarios();
std::vector<Scenario> session_scenarios();
std::vector<Scenario> arm_scenarios();
std::vector<Scenario> response_scenarios();
std::vector<Scenario> survival_scenarios();
std::vector<Scenario> identity_scenarios();
std::vector<Scenario> toxicity_scenarios();
std::vector<Scenario> biochemistry_scenarios();
std::vector<Scenario> later_scenarios();
std::vector<Scenario> encoding_scenarios();

} // namespace embolink::test
