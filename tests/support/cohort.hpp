// Derived cohorts for whole-program tests.
#pragma once

#include "connector/cli/cohort_run.hpp"
#include "tests/support/comparison.hpp"

#include <string>
#include <vector>

namespace embolink::test {

// What `embolink derive` does, quietly. `site`, `as_of` and `adjudications` may be empty.
CohortRun derive_files(const std::vector<std::string>& inputs,
                       const std::string& site,
                       const std::string& as_of,
                       const std::string& adjudications = "");

// Everything that a run prints: records, timeline and issues, as lines.
std::string all_lines(const DerivedCohort& cohort);

} // namespace embolink::test
