#include "analysis/report/comparators.hpp"

#include "analysis/report/embedded_text.hpp"

#include <nlohmann/json.hpp>

namespace embolink {

std::vector<PublishedSeries> published_comparators() {
    const nlohmann::json file = nlohmann::json::parse(embedded_comparators());
    std::vector<PublishedSeries> list;
    for (const nlohmann::json& item : file.at("studies")) {
        list.push_back({item.at("study").get<std::string>(),
                        item.at("design").get<std::string>(),
                        item.at("figures").get<std::string>(),
                        item.at("source").get<std::string>()});
    }
    return list;
}

} // namespace embolink
