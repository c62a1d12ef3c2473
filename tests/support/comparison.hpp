// Records against what was expected of them: by hand, or by the synthetic hospital's own plan.
#pragma once

#include "mapping/records/endpoint_record.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace embolink::test {

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

} // namespace embolink::test
