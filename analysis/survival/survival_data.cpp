#include "analysis/survival/survival_data.hpp"

namespace embolink {

SurvivalData reversed(const SurvivalData& data) {
    SurvivalData out = data;
    for (int& event : out.event) {
        event = event == 0 ? 1 : 0;
    }
    return out;
}

SurvivalData subset(const SurvivalData& data, const std::vector<int>& group, int which) {
    SurvivalData out;
    for (std::size_t i = 0; i < data.size(); ++i) {
        if (group[i] != which) {
            continue;
        }
        out.time.push_back(data.time[i]);
        out.event.push_back(data.event[i]);
        if (!data.entry.empty()) {
            out.entry.push_back(data.entry[i]);
        }
        if (!data.weight.empty()) {
            out.weight.push_back(data.weight[i]);
        }
    }
    return out;
}

} // namespace embolink
