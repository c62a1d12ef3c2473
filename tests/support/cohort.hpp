// Derived cohorts for whole-program tests, and the comparison of records with what was expected.
#pragma once

#include "connector/cli/cohort_run.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace embolink::test {

// What `embolink derive` does, quietly. `site`, `as_of` and `adjudications` may be empty.
CohortRun derive_files(const std::vector<std::string>& inputs,
                       const std::string& site,
                       const std::string& as_of,
                       const std::string& adjudications = "");

// Differences between a file of expected records (one JSON object per line, absent fields left out)
// and derived ones: every field but trial, versions, as_of and sources. Lines marked `undecidable`
// are counted and passed over.
struct Comparison {
    int expected = 0;
    int undecidable = 0;
    std::vector<std::string> differences; // "Patient/1 PFS days: expected 27, derived 28"
};

Comparison compare_records(const std::filesystem::path& expected,
                           const std::vector<EndpointRecord>& derived);

// The first differences, one a line, for a failure message.
std::string first_lines(const std::vector<std::string>& lines, std::size_t count);

// Everything that a run prints: records, timeline and issues, as lines.
std::string all_lines(const DerivedCohort& cohort);

} // namespace embolink::test
