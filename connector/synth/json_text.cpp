#include "connector/synth/json_text.hpp"

#include <nlohmann/json.hpp>

namespace embolink::synth {
namespace {

constexpr std::string_view marker = "#decimal:";

} // namespace

std::string number(const std::string& text) {
    return std::string(marker) + text;
}

std::string plain_number(const nlohmann::ordered_json& value) {
    return value.is_string() ? value.get<std::string>().substr(marker.size()) : value.dump();
}

std::string to_line(const nlohmann::ordered_json& json) {
    const std::string dumped = json.dump();
    std::string line;
    line.reserve(dumped.size());
    std::size_t at = 0;
    for (;;) {
        const std::size_t found = dumped.find(marker, at);
        if (found == std::string::npos)
            return line.append(dumped, at, std::string::npos);
        line.append(dumped, at, found - 1 - at); // without the opening quote
        at = dumped.find('"', found);
        line.append(dumped, found + marker.size(), at - found - marker.size());
        ++at;
    }
}

} // namespace embolink::synth
