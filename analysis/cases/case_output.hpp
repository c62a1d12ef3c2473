// Writing the result of a case: undefined as null, infinities as "Inf" and "-Inf", refusals.
#pragma once

#include "analysis/interval.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace embolink {

// null when empty.
nlohmann::json json_of(std::optional<double> value);

// As R prints an arithmetic result: NaN is undefined.
nlohmann::json json_of_arithmetic(double value);

// [lower, upper]
nlohmann::json pair_of(const Interval& interval);
nlohmann::json pair_of(const std::optional<Interval>& interval); // [null, null] when empty

// Appends one limit to each of `target`'s lists `lower` and `upper`.
void add_interval(nlohmann::json& target, const std::optional<Interval>& interval);

// The method has no answer for these data: what analyze_case turns into `refused`. Inside a list of
// rows it stands in the place of the row. `code`: short words with hyphens; `text`: a sentence.
nlohmann::json refusal(const std::string& code, const std::string& text);

// Adds to the result's list `warnings`.
void add_warning(nlohmann::json& result, const std::string& text);

} // namespace embolink
