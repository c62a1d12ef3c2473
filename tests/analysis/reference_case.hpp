// Compares a result with the `expected` part of a reference case, key by key: a key of `expected`
// that is neither in the result nor on the list of keys left out is a failure.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace embolink::test {

struct ReferenceCase {
    std::string name;
    std::string kind;
    nlohmann::json input;
    nlohmann::json expected;
    double tolerance = 0;
};

// How many case files there are, of any kind.
std::size_t reference_case_files();

// Every case file of these kinds; throws when there is none.
std::vector<ReferenceCase> reference_cases(const std::string& kind);

// Paths of differences, empty when all agree.
std::vector<std::string>
differences(const nlohmann::json& expected, const nlohmann::json& got, double tolerance);

// JSON of an optional: null when empty; "Inf" for infinity.
nlohmann::json json_of(std::optional<double> value);

// A JSON column of numbers; "Inf" and "-Inf" as infinities. Empty for null.
std::vector<double> column(const nlohmann::json& json);

// Labels as numbers 0 .. k-1 in sorted order of their text, and the number of labels.
struct Labels {
    std::vector<int> codes;
    int count = 0;
    std::vector<nlohmann::json> names;
};

Labels labels(const nlohmann::json& json);

} // namespace embolink::test
