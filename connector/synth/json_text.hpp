// JSON lines with decimals exactly as planned ("10.0" stays "10.0"): a JSON library would pass them
// through a binary float.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace embolink::synth {

// A placeholder that `to_line` writes as the bare number `text`.
std::string number(const std::string& text);

// One line without its end.
std::string to_line(const nlohmann::ordered_json& json);

} // namespace embolink::synth
