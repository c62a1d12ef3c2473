// The part of compare.hpp that is told patient by patient.
#pragma once

#include "connector/report/compare.hpp"

namespace embolink {

// What can change records of the whole run, as `Difference::what`.
inline constexpr const char* cause_cut = "clinical cut (as of)";
inline constexpr const char* cause_program = "program";
inline constexpr const char* cause_definitions = "definitions";
inline constexpr const char* cause_site = "site file";
inline constexpr const char* cause_decisions = "decisions of readers";
inline constexpr const char* cause_rules = "rules version";

// Patients of whom any record differs in more than its cut and rules version, by patient.
std::vector<PatientDifference> compare_patients(const PastReport& earlier,
                                                const PastReport& later,
                                                const std::vector<ChangedCopy>& changed,
                                                const std::vector<Difference>& run_wide);

} // namespace embolink
