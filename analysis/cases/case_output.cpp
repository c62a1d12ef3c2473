#include "analysis/cases/case_output.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace embolink {

using nlohmann::json;

json json_of(std::optional<double> value) {
    if (!value) {
        return nullptr;
    }
    if (std::isinf(*value)) {
        return *value > 0 ? "Inf" : "-Inf";
    }
    return *value;
}

json json_of_arithmetic(double value) {
    return std::isnan(value) ? json() : json_of(value);
}

json pair_of(const Interval& interval) {
    return json::array({json_of(interval.lower), json_of(interval.upper)});
}

json pair_of(const std::optional<Interval>& interval) {
    return interval ? pair_of(*interval) : json::array({nullptr, nullptr});
}

void add_interval(json& target, const std::optional<Interval>& interval) {
    const json both = pair_of(interval);
    target["lower"].push_back(both[0]);
    target["upper"].push_back(both[1]);
}

json refusal(const std::string& code, const std::string& text) {
    return {{"refused", {{"code", code}, {"text", text}}}};
}

void add_warning(json& result, const std::string& text) {
    result["warnings"].push_back(text);
}

} // namespace embolink
