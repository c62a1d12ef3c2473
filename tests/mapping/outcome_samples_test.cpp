// The samples that the FHIR validator checks: nothing that is written is missing from them, and all
// of it is dropped when it is read back (R9.1). Writes build/PRESET/outcome_samples.ndjson.
#include "mapping/outcomes/codes.hpp"
#include "tests/support/outcome_samples.hpp"
#include "tests/support/pipeline.hpp"
#include "tests/support/reading.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <set>

namespace embolink {
namespace {

using nlohmann::json;

const std::vector<json>& samples() {
    static const std::vector<json> all = test::outcome_samples();
    return all;
}

// system -> codes, anywhere in the value.
void collect_codes(const json& value, std::map<std::string, std::set<std::string>>& found) {
    if (value.is_object() && value.contains("system") && value.contains("code")) {
        found[value.at("system").get<std::string>()].insert(value.at("code").get<std::string>());
    }
    if (value.is_structured()) {
        for (const json& element : value) {
            collect_codes(element, found);
        }
    }
}

TEST(OutcomeSamples, EmitEveryCodeOfEveryTableAndNoOther) {
    std::map<std::string, std::set<std::string>> emitted;
    for (const json& sample : samples()) {
        collect_codes(sample, emitted);
    }
    std::set<std::string> ours;
    for (const OutcomeCodeSystem* system : all_outcome_code_systems()) {
        std::set<std::string> declared;
        for (const OutcomeCode& one : system->codes) {
            declared.emplace(one.code);
        }
        EXPECT_EQ(emitted[std::string{system->url}], declared) << system->url;
        ours.emplace(system->url);
    }
    for (const auto& [system, codes] : emitted) {
        if (system.starts_with("https://embolink.org/")) {
            EXPECT_TRUE(ours.contains(system)) << system;
        }
    }
}

TEST(OutcomeSamples, HaveEveryKindOfValueAndEveryStatus) {
    std::set<std::string> kinds;
    std::set<std::string> statuses;
    for (const json& sample : samples()) {
        if (sample.at("resourceType") == "Provenance") {
            kinds.insert("Provenance");
            continue;
        }
        statuses.insert(sample.at("status").get<std::string>());
        std::string kind = sample.at("/code/coding/0/code"_json_pointer).get<std::string>();
        if (sample.contains("dataAbsentReason")) {
            kind += " absent";
        } else if (sample.contains("valueQuantity")) {
            kind += sample.at("valueQuantity").contains("comparator") ? " censored" : " event";
        } else if (sample.contains("valueBoolean")) {
            kind += sample.at("valueBoolean").get<bool>() ? " true" : " false";
        } else {
            kind +=
                " " +
                sample.at("/valueCodeableConcept/coding/0/code"_json_pointer).get<std::string>();
        }
        kinds.insert(kind);
    }
    EXPECT_THAT(statuses,
                testing::ElementsAre("amended", "entered-in-error", "final", "preliminary"));
    EXPECT_THAT(kinds,
                testing::IsSupersetOf({"PFS event",      "PFS censored",    "PFS absent",
                                       "OS event",       "OS censored",     "OS absent",
                                       "BOR CR",         "BOR PR",          "BOR SD",
                                       "BOR PD",         "BOR NE",          "DC true",
                                       "DC false",       "DC absent",       "TOX3 true",
                                       "TOX3 false",     "TOX3 absent",     "RESP-5HIAA true",
                                       "RESP-CGA false", "RESP-CGA absent", "Provenance"}));
}

ReadResult read_back(const json& resource) {
    const SiteConfig site;
    const ReadContext context{test::test_definitions(), site, {}};
    return read_facts(test::parse_resource(resource.dump()), context);
}

TEST(OutcomeSamples, AreOwnOutputWhenReadBack) {
    for (const json& sample : samples()) {
        const auto result = read_back(sample);
        EXPECT_EQ(result.dropped, Dropped::own_output) << sample.at("id");
        EXPECT_TRUE(result.facts.facts.empty());
    }
    // A server that loses tags, profiles and identifiers leaves the device.
    json bare = samples().front();
    bare.erase("meta");
    bare.erase("identifier");
    EXPECT_EQ(read_back(bare).dropped, Dropped::own_output);
}

TEST(OutcomeSamples, AreWrittenForTheValidator) {
    std::ofstream file(EMBOLINK_BINARY_DIR "/outcome_samples.ndjson");
    for (const json& sample : samples()) {
        file << sample.dump() << "\n";
    }
    file.close();
    EXPECT_TRUE(file.good());
    EXPECT_GT(samples().size(), 150u);
}

} // namespace
} // namespace embolink
