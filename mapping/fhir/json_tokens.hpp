// Tokens of JSON text. Numbers inside what parse_json made: see resource.hpp for how decimals are
// kept.
#pragma once

#include "mapping/fhir/decimal.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace embolink {

// The token of a number that is kept as text; nullopt for any other value. Lives as long as
// `value`.
std::optional<std::string_view> decimal_token_text(const nlohmann::json& value);

// A JSON number, whichever way it is kept; nullopt: no number, or beyond what parse_decimal takes.
std::optional<Decimal> json_decimal(const nlohmann::json& value);

// Appends `text` as a JSON string: escaped as JSON asks, other UTF-8 as it is, bytes that are none
// replaced by U+FFFD.
void append_json_string(std::string_view text, std::string& out);

} // namespace embolink
