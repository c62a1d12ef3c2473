// JSON lines with decimals exactly as planned ("10.0" stays "10.0"): a JSON library would pass them
// through a binary float.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace embolink::synth {

// A placeholder that `to_line` writes as the bare number `text`.
std::string number(const std::string& text);

// The text of a number, be it a placeholder or none.
std::string plain_number(const nlohmann::ordered_json& value);

// One line without its end.
std::string to_line(const nlohmann::ordered_json& json);

} // namespace embolink::synth
