// What the code emits and what the conformance resources declare are the same, both ways.
#include "mapping/definitions.hpp"
#include "mapping/definitions/embedded.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/outcomes/codes.hpp"
#include "mapping/outcomes/outcome.hpp"
#include "tests/support/outcome_samples.hpp"
#include "tests/support/pipeline.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace embolink {
namespace {

using nlohmann::json;
using Codes = std::set<std::string>;

// Conformance resources by canonical URL (NamingSystem: by its URI).
std::map<std::string, json> conformance(const std::string& type) {
    std::map<std::string, json> found;
    for (const auto& [name, text] : embedded_definitions()) {
        if (name.starts_with("conformance/" + type + "-")) {
            json resource = json::parse(text);
            EXPECT_EQ(resource.at("resourceType"), type) << name;
            EXPECT_EQ(name,
                      "conformance/" + type + "-" + resource.at("id").get<std::string>() + ".json");
            const std::string url =
                type == "NamingSystem"
                    ? resource.at("/uniqueId/0/value"_json_pointer).get<std::string>()
                    : resource.at("url").get<std::string>();
            EXPECT_EQ(url,
                      "https://embolink.org/fhir/" + type + "/" +
                          resource.at("id").get<std::string>());
            found.emplace(url, std::move(resource));
        }
    }
    return found;
}

Codes listed(const std::string& value_set) {
    const json set = conformance("ValueSet").at("https://embolink.org/fhir/ValueSet/" + value_set);
    Codes codes;
    for (const json& include : set.at("/compose/include"_json_pointer)) {
        for (const json& one : include.at("concept")) {
            codes.insert(one.at("code").get<std::string>());
        }
    }
    return codes;
}

Codes all_of(const OutcomeCodeSystem& system) {
    Codes codes;
    for (const OutcomeCode& one : system.codes) {
        codes.emplace(one.code);
    }
    return codes;
}

Codes united(Codes a, const Codes& b) {
    a.insert(b.begin(), b.end());
    return a;
}

TEST(OutcomeCodes, EveryTableIsACodeSystemResource) {
    const auto resources = conformance("CodeSystem");
    // ... and one has the codes of outcomes that are counted and not written back.
    EXPECT_EQ(resources.count("https://embolink.org/fhir/CodeSystem/measured-outcome"), 1u);
    EXPECT_EQ(resources.size(), all_outcome_code_systems().size() + 1);
    for (const OutcomeCodeSystem* system : all_outcome_code_systems()) {
        const auto resource = resources.find(std::string{system->url});
        ASSERT_NE(resource, resources.end()) << system->url;
        std::map<std::string, std::string> declared;
        for (const json& one : resource->second.at("concept")) {
            declared.emplace(one.at("code"), one.at("display"));
            EXPECT_FALSE(one.at("definition").get<std::string>().empty());
        }
        std::map<std::string, std::string> emitted;
        for (const OutcomeCode& one : system->codes) {
            EXPECT_NE(one.display, "") << one.code;
            EXPECT_TRUE(emitted.emplace(one.code, one.display).second) << one.code;
        }
        EXPECT_EQ(declared, emitted) << system->url;
        EXPECT_EQ(resource->second.at("count"), declared.size());
    }
}

TEST(OutcomeCodes, ValueSetsDivideTheCodesWithoutRest) {
    EXPECT_EQ(united(united(listed("outcome-time-to-event"), listed("outcome-yes-no")), {"BOR"}),
              all_of(outcome_codes()));
    EXPECT_EQ(united(listed("event-or-censoring-reason"), listed("not-evaluable-reason")),
              all_of(reason_codes()));
    Codes written;
    for (const std::string_view param : written_params()) {
        written.emplace(param);
    }
    EXPECT_EQ(written, all_of(outcome_codes()));
}

TEST(OutcomeCodes, TrialsAreThoseThatAreBuiltIn) {
    Codes trials;
    for (const auto& [id, trial] : test::test_definitions().trials) {
        trials.insert(id);
    }
    EXPECT_EQ(trials, all_of(trial_codes()));
}

TEST(OutcomeCodes, ArmsAreThoseOfTheTrial) {
    const TrialDefinition& trial = test::test_trial();
    Codes arms = {trial.undetermined_arm};
    for (const auto& arm : trial.arms) {
        arms.insert(arm.code);
    }
    EXPECT_EQ(arms, all_of(arm_codes()));
}

TEST(OutcomeCodes, TheProfileSlicesEveryComponent) {
    const json profile = conformance("StructureDefinition")
                             .at("https://embolink.org/fhir/StructureDefinition/outcome");
    Codes sliced;
    for (const json& element : profile.at("/differential/element"_json_pointer)) {
        if (element.at("path") == "Observation.component.code") {
            sliced.insert(element.at("/patternCodeableConcept/coding/0/code"_json_pointer));
        }
    }
    EXPECT_EQ(sliced, all_of(component_codes()));
}

// Every canonical of ours that samples or conformance resources mention is shipped.
void collect_canonicals(const json& value, std::set<std::string>& found) {
    if (value.is_string()) {
        const auto text = value.get<std::string>();
        for (const char* type : {"CodeSystem/", "ValueSet/", "StructureDefinition/"}) {
            if (text.starts_with("https://embolink.org/fhir/" + std::string{type})) {
                found.insert(text);
            }
        }
    } else if (value.is_structured()) {
        for (const json& element : value) {
            collect_canonicals(element, found);
        }
    }
}

TEST(OutcomeCodes, NothingRefersToWhatIsNotShipped) {
    std::set<std::string> shipped;
    std::set<std::string> mentioned;
    for (const char* type : {"CodeSystem", "ValueSet", "StructureDefinition", "Measure"}) {
        for (const auto& [url, resource] : conformance(type)) {
            shipped.insert(url);
            json rest = resource;
            rest.erase("url");
            collect_canonicals(rest, mentioned);
        }
    }
    std::set<std::string> profiles;
    for (const json& sample : test::outcome_samples()) {
        collect_canonicals(sample, mentioned);
        profiles.insert(sample.at("/meta/profile/0"_json_pointer).get<std::string>());
    }
    EXPECT_THAT(shipped, testing::IsSupersetOf(mentioned));
    // ... and no profile is shipped that nothing claims: the base and three extensions aside.
    EXPECT_EQ(profiles.size() + 4, conformance("StructureDefinition").size());
}

TEST(OutcomeCodes, IdentifierSystemsAreTheConstants) {
    std::set<std::string> systems;
    for (const auto& [url, resource] : conformance("NamingSystem")) {
        systems.insert(url);
    }
    EXPECT_THAT(systems,
                testing::UnorderedElementsAre(std::string{outcome_identifier_system},
                                              std::string{device_identifier_system}));
}

// A description of the output can move no number.
TEST(ConformanceFiles, AreNoPartOfTheRules) {
    const auto digest = [](const std::string& text) {
        return std::to_string(std::hash<std::string>{}(text)) + "000000000000";
    };
    std::vector<DefinitionFile> all;
    std::vector<DefinitionFile> without;
    for (const auto& [name, text] : embedded_definitions()) {
        const DefinitionFile file{std::string{name}, std::string{text}, digest(std::string{text})};
        all.push_back(file);
        if (!name.starts_with("conformance/")) {
            without.push_back(file);
        }
    }
    ASSERT_LT(without.size(), all.size());
    EXPECT_EQ(load_definitions(all, "", digest).rules_version,
              load_definitions(without, "", digest).rules_version);
    std::vector<DefinitionFile> other = without;
    other.push_back({"units-of-a-site.json", "{}", "x"});
    EXPECT_ANY_THROW(load_definitions(other, "", digest)); // elsewhere an odd file is refused
}

} // namespace
} // namespace embolink
