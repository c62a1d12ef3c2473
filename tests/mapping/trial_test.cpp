// Trial files are read strictly: what is missing, unknown or of the wrong type is named by pointer.
#include "mapping/definitions.hpp"
#include "mapping/endpoints/trial.hpp"
#include "mapping/fhir/resource.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

namespace embolink {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

nlohmann::json shipped() {
    std::ifstream file(EMBOLINK_SOURCE_DIR "/mapping/definitions/trials/maire-2012.json");
    std::stringstream text;
    text << file.rdbuf();
    return *parse_json(text.str()).value;
}

std::string refusal(const nlohmann::json& json) {
    try {
        parse_trial("trial.json", json);
    } catch (const DefinitionError& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Trial, TheShippedFileHoldsTheWindowsOfTheRules) {
    const TrialDefinition trial = parse_trial("maire-2012.json", shipped());
    EXPECT_EQ(trial.id, "maire-2012");
    const TrialWindows& w = trial.windows;
    EXPECT_THAT(
        (std::vector<int>{
            w.round_other_lobe.days,      w.round_unknown_lobe.days, w.course_gap.days,
            w.interval_min.days,          w.interval_max.days,       w.tier_lookback.days,
            w.tier_resection.days,        w.history_needed.days,     w.baseline_imaging.days,
            w.assessment_gap.days,        w.stable_disease_min.days, w.early_progression.days,
            w.response_confirmation.days, w.toxicity.days,           w.late_biliary.days,
            w.laboratory_baseline.days,   w.prolonged_stay.days,     w.transient_elevation.days,
            w.early_death.days,           w.marker_baseline.days,    w.marker_response.days,
            w.analogue_lookback.days,     w.adult_years.days}),
        ElementsAre(42,
                    14,
                    150,
                    60,
                    150,
                    180,
                    90,
                    365,
                    91,
                    212,
                    42,
                    28,
                    28,
                    30,
                    90,
                    30,
                    7,
                    14,
                    30,
                    90,
                    28,
                    90,
                    18));
    EXPECT_TRUE(w.prolonged_stay.assumed);
    EXPECT_TRUE(w.assessment_gap.assumed);
    EXPECT_TRUE(w.baseline_imaging.assumed);
    EXPECT_TRUE(w.stable_disease_min.assumed);
    EXPECT_FALSE(w.toxicity.assumed);
}

TEST(Trial, TheShippedFileListsArmsAndEndpointsInOrder) {
    const TrialDefinition trial = parse_trial("maire-2012.json", shipped());
    std::vector<std::string> arms;
    for (const ArmDefinition& arm : trial.arms) {
        arms.push_back(arm.code);
    }
    EXPECT_THAT(arms, ElementsAre("HACE-DEB", "HACE", "HAE"));
    std::vector<std::string> params;
    for (const EndpointDefinition& endpoint : trial.endpoints) {
        params.push_back(endpoint.param);
    }
    EXPECT_THAT(params,
                ElementsAre("COHORT",
                            "COURSE",
                            "PFS",
                            "HPFS",
                            "OS",
                            "PFS-ITT",
                            "BOR",
                            "BOR-CONFIRMED",
                            "OR",
                            "DC",
                            "TOX",
                            "TOX-ULN",
                            "TOX3",
                            "DEATH30",
                            "BASE-5HIAA",
                            "BASE-CGA",
                            "RESP-5HIAA",
                            "RESP-CGA",
                            "AGE",
                            "SEX",
                            "SSA",
                            "PRIOR-RESECTION-PRIMARY",
                            "PRIOR-RESECTION-LIVER",
                            "LIVER-INVOLVEMENT",
                            "GRADE",
                            "URGENT",
                            "AGENT"));
}

TEST(Trial, UnknownKeysAreRefusedByPointer) {
    nlohmann::json json = shipped();
    json["windows"]["toxicity"]["dys"] = 3;
    EXPECT_THAT(refusal(json), AllOf(HasSubstr("trial.json"), HasSubstr("/windows/toxicity/dys")));
    json = shipped();
    json["endpoints"][2]["therapycut"] = true;
    EXPECT_THAT(refusal(json), HasSubstr("/endpoints/2/therapycut"));
}

TEST(Trial, MissingPartsAreRefusedByPointer) {
    for (const char* key :
         {"id", "version", "citation", "doi", "windows", "arms", "undetermined_arm", "endpoints"}) {
        nlohmann::json json = shipped();
        json.erase(key);
        EXPECT_THAT(refusal(json), AllOf(HasSubstr("/" + std::string(key)), HasSubstr("missing")));
    }
    nlohmann::json json = shipped();
    json["windows"].erase("assessment_gap");
    EXPECT_THAT(refusal(json), HasSubstr("/windows/assessment_gap"));
}

TEST(Trial, WrongTypesAndValuesAreRefused) {
    const auto with = [](const char* pointer, const nlohmann::json& value) {
        nlohmann::json json = shipped();
        json[nlohmann::json::json_pointer(pointer)] = value;
        return refusal(json);
    };
    EXPECT_THAT(with("/windows/toxicity/days", "30"), HasSubstr("/windows/toxicity/days"));
    EXPECT_THAT(with("/windows/toxicity/days", 0), HasSubstr("whole number"));
    EXPECT_THAT(with("/windows/interval_min/days", 151), HasSubstr("/windows/interval_min"));
    EXPECT_THAT(with("/arms/1/evidence/0/kind", "guess"), HasSubstr("/arms/1/evidence/0/kind"));
    EXPECT_THAT(with("/arms/1/code", "HACE-DEB"), HasSubstr("/arms/1/code"));
    EXPECT_THAT(with("/endpoints/2/kind", "guess"), HasSubstr("/endpoints/2/kind"));
    EXPECT_THAT(with("/endpoints/2/events", {"relapse"}), HasSubstr("/endpoints/2/events"));
    EXPECT_THAT(with("/endpoints/3/param", "PFS"), HasSubstr("/endpoints/3/param"));
    EXPECT_THAT(with("/crossover", {"HAE"}), HasSubstr("/crossover"));
    EXPECT_THAT(with("/crossover", {"HAE", "TACE"}), HasSubstr("/crossover/1"));
    EXPECT_THAT(with("/endpoints/0/kind", "course"), HasSubstr("/endpoints/0/kind"));
    EXPECT_THAT(with("/endpoints/14/marker", ""), HasSubstr("/endpoints/14/marker"));
    EXPECT_THAT(with("/endpoints/20/concepts", nlohmann::json::array()),
                HasSubstr("/endpoints/20/concepts"));
    EXPECT_THAT(with("/endpoints/25/feeds", "Encounter"), HasSubstr("/endpoints/25/feeds"));
    EXPECT_THAT(refusal(nlohmann::json::array()), HasSubstr("expected an object"));
    EXPECT_EQ(refusal(shipped()), "accepted");
}

} // namespace
} // namespace embolink
