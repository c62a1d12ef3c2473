// Whatever stands in an element, a reader neither throws nor repeats it (contracts section 4: issue
// texts carry no values of patients).

#include "tests/support/pipeline.hpp"
#include "tests/support/reading.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

namespace embolink {
namespace {

using nlohmann::json;

constexpr std::string_view mark = "zZq7Marked";

// A few resources of every type out of the hand-made patients.
std::vector<json> samples() {
    std::vector<json> found;
    std::map<std::string, int> taken;
    const std::filesystem::path folder =
        std::filesystem::path{EMBOLINK_SOURCE_DIR} / "tests/scenarios/hand";
    std::vector<std::filesystem::path> patients;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        patients.push_back(entry.path() / "input.ndjson");
    }
    std::sort(patients.begin(), patients.end());
    for (const auto& path : patients) {
        std::ifstream file(path);
        for (std::string line; std::getline(file, line);) {
            if (json value = json::parse(line, nullptr, false);
                value.is_object() && taken[value.value("resourceType", "")]++ < 6) {
                found.push_back(std::move(value));
            }
        }
    }
    return found;
}

std::vector<json::json_pointer> places_in(const json& value) {
    std::vector<json::json_pointer> places;
    const json flat = value.flatten();
    for (const auto& [path, leaf] : flat.items()) {
        for (json::json_pointer at{path}; !at.empty(); at = at.parent_pointer()) {
            if (std::find(places.begin(), places.end(), at) == places.end()) {
                places.push_back(at);
            }
        }
    }
    return places;
}

TEST(RobustReading, AnyValueInAnyElementIsSurvivedAndNotRepeated) {
    const std::vector<json> strangers = {json(std::string{mark}),
                                         json(7),
                                         json(nullptr),
                                         json(true),
                                         json::array(),
                                         json::array({std::string{mark}, 1}),
                                         json::object(),
                                         json::object({{"coding", std::string{mark}}}),
                                         json("")};
    const SiteConfig site;
    const ZoneRule zone;
    const ReadContext context{test::test_definitions(), site, zone};
    std::size_t readings = 0;
    for (const json& sample : samples()) {
        for (const auto& place : places_in(sample)) {
            for (const json& stranger : strangers) {
                json changed = sample;
                changed[place] = stranger;
                const auto parsed = parse_json(changed.dump());
                const auto resource = make_resource(parsed.value, "hash");
                if (!resource) {
                    continue;
                }
                const ReadResult result = read_facts(*resource, context);
                ++readings;
                for (const Issue& issue : result.facts.issues) {
                    EXPECT_EQ(issue.text.find(mark), std::string::npos) << issue.text;
                    EXPECT_EQ(issue.expression.find(mark), std::string::npos);
                }
            }
        }
    }
    EXPECT_GT(readings, 5000U);
}

} // namespace
} // namespace embolink
