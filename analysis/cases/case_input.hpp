// Reading the `input` of a case. Every function throws CaseError that names the member, its place
// and what belongs there. A number alone stands for a column of one.
#pragma once

#include "analysis/survival/survival_data.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace embolink {

// Present and not null.
bool given(const nlohmann::json& input, const char* key);

// A number, true or false as 1 and 0, or "Inf" and "-Inf"; empty for anything else.
std::optional<double> number_of(const nlohmann::json& value);

double number(const nlohmann::json& input, const char* key);
double number_or(const nlohmann::json& input, const char* key, double otherwise);
int whole_number(const nlohmann::json& input, const char* key);

// `conf_level`, between 0 and 1; 0.95 when it is left out.
double confidence_level(const nlohmann::json& input);

std::vector<double> column(const nlohmann::json& input, const char* key);
// Empty when it is left out or null.
std::vector<double> column_or_empty(const nlohmann::json& input, const char* key);
std::vector<int> whole_column(const nlohmann::json& input, const char* key);
// Rows of numbers, all equally long; a plain column is a matrix of one column.
std::vector<std::vector<double>> matrix(const nlohmann::json& input, const char* key);

// A list of objects.
const nlohmann::json& rows(const nlohmann::json& input, const char* key);

// 1 for an event, 0 for a censoring. As R's Surv does, a column with a 2 in it is read as 1 for a
// censoring and 2 for an event.
std::vector<int> status_column(const nlohmann::json& input, const char* key);

// Whether a text sorts before another as in R's factors (in a locale of any language): whatever the
// case, and small letters first where nothing else differs.
bool text_before(const std::string& a, const std::string& b);

// A column of texts or numbers as 0 .. k-1 in ascending order; numbers by size.
struct Labels {
    std::vector<int> codes;
    int count = 0;
    std::vector<std::string> names; // 1 and not 1.0

    std::size_t size() const { return codes.size(); }
};

Labels labels(const nlohmann::json& input, const char* key);

// The text of one label.
std::string label_text(const nlohmann::json& value);

// `time`, `status` and, when given, `weight`; `time` holds at least one subject.
SurvivalData survival_data(const nlohmann::json& input);

// Throws unless `size`, that of the column `key`, is the number of subjects.
void require_length(const char* key, std::size_t size, std::size_t subjects);

} // namespace embolink
