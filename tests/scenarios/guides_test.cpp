// The guides of mapping/README.md, followed: their JSON is taken from the text and used as it says.
#include "mapping/endpoints/record_json.hpp"
#include "tests/support/cohort.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <regex>

namespace {

using namespace embolink;
using nlohmann::json;
namespace fs = std::filesystem;

const fs::path source = EMBOLINK_SOURCE_DIR;

// What stands in the README's block "```json NAME".
json block(const std::string& name) {
    const std::string text = test::read_text(source / "mapping/README.md");
    const std::string mark = "```json " + name + "\n";
    const std::size_t begin = text.find(mark);
    EXPECT_NE(begin, std::string::npos) << name;
    const std::size_t first = begin + mark.size();
    return json::parse(text.substr(first, text.find("```", first) - first));
}

json read_json(const fs::path& path) {
    return json::parse(test::read_text(path));
}

void write(const fs::path& path, const std::string& text) {
    std::ofstream(path) << text;
}

struct Patient {
    std::string name; // folder of tests/scenarios/hand

    fs::path folder() const { return source / "tests/scenarios/hand" / name; }
};

std::vector<EndpointRecord> derive(const Patient& patient, CohortOptions options) {
    if (options.inputs.empty()) {
        options.inputs = {(patient.folder() / "input.ndjson").string()};
    }
    options.as_of = test::read_text(patient.folder() / "as_of").substr(0, 10);
    CommonOptions common;
    common.quiet = true;
    return run_cohort(options, common).cohort.records;
}

json record(const std::vector<EndpointRecord>& records, const std::string& param) {
    for (const EndpointRecord& one : records) {
        if (one.param == param) {
            return json::parse(to_json_line(one));
        }
    }
    return json::object();
}

// A copy of the shipped definitions whose trial was changed by `change`.
CohortOptions with_trial(const test::TempFolder& folder, const json& trial) {
    fs::copy(source / "mapping/definitions", folder.path(), fs::copy_options::recursive);
    const std::string id = trial.at("id");
    write(folder.path() / "trials" / (id + ".json"), trial.dump());
    CohortOptions options;
    options.trial = id;
    options.definitions = folder.path().string();
    return options;
}

json shipped_trial() {
    return read_json(source / "mapping/definitions/trials/maire-2012.json");
}

TEST(Guides, ATrial) {
    const test::TempFolder folder;
    json trial = shipped_trial();
    trial.merge_patch(block("trial"));
    // 213 days without an assessment: too long for the shipped trial, not for this one (R5.3).
    const Patient late{"06-undetermined-37243-missed-213"};
    EXPECT_EQ(record(derive(late, {}), "PFS").at("reason"), "missed-assessments");
    const json pfs = record(derive(late, with_trial(folder, trial)), "PFS");
    EXPECT_EQ(pfs.at("trial"), "yearly-imaging");
    EXPECT_EQ(pfs.at("reason"), "progression");
}

TEST(Guides, AnEndpoint) {
    const test::TempFolder folder;
    json trial = shipped_trial();
    trial["id"] = "more";
    trial["endpoints"].push_back(block("endpoint"));
    const Patient treated{"07-hace-deb-prrt-cut"};
    const auto records = derive(treated, with_trial(folder, trial));
    const json cut = record(records, "PFS");
    const json uncut = record(records, "PFS-ANY-THERAPY");
    EXPECT_EQ(cut.at("reason"), "new-anticancer-therapy");
    EXPECT_NE(uncut.at("reason"), "new-anticancer-therapy");
    EXPECT_GT(uncut.at("days"), cut.at("days"));
    EXPECT_EQ(records.back().param, "PFS-ANY-THERAPY");
}

TEST(Guides, ACodeMap) {
    const test::TempFolder folder;
    const json map = block("code-map");
    const std::string system = map["group"][0]["source"];
    const std::string code = map["group"][0]["element"][0]["code"];
    const Patient plain{"06-undetermined-37243-missed-213"};
    std::string input;
    std::istringstream lines(test::read_text(plain.folder() / "input.ndjson"));
    for (std::string line; std::getline(lines, line);) {
        json resource = json::parse(line);
        if (resource["resourceType"] == "Procedure") {
            resource["code"]["coding"].push_back({{"system", system}, {"code", code}});
        }
        input += resource.dump() + "\n";
    }
    write(folder.path() / "input.ndjson", input);
    write(folder.path() / "site.json", json{{"concept_maps", json::array({map})}}.dump());
    CohortOptions options;
    options.inputs = {(folder.path() / "input.ndjson").string()};
    EXPECT_EQ(record(derive(plain, options), "COHORT").at("arm"), "UNDETERMINED");
    options.site = (folder.path() / "site.json").string();
    EXPECT_EQ(record(derive(plain, options), "COHORT").at("arm"), "HACE");
}

// Each type of the table of readers went all the way of the guide.
TEST(Guides, AResourceType) {
    const std::string table = test::read_text(source / "mapping/facts/fact_reader.cpp");
    const std::string pull = test::read_text(source / "connector/fhir/search_plan.cpp") +
                             test::read_text(source / "connector/fhir/references.cpp");
    std::string tests;
    for (const auto& entry : fs::directory_iterator(source / "tests/mapping")) {
        if (entry.path().filename().string().starts_with("facts_")) {
            tests += test::read_text(entry.path());
        }
    }
    const std::regex row(R"re(\{"([A-Z][A-Za-z]+)", (read_[a-z_]+),)re");
    int types = 0;
    for (auto one = std::sregex_iterator(table.begin(), table.end(), row);
         one != std::sregex_iterator();
         ++one, ++types) {
        const std::string type = (*one)[1];
        EXPECT_THAT(tests, testing::HasSubstr("\"" + type + "\"")) << "no test reads a " << type;
        if (type != "Patient") { // where a patient's chain begins
            EXPECT_THAT(pull, testing::ContainsRegex("[\" ]" + type + "[\" ]"))
                << type << " is neither searched nor followed";
        }
    }
    EXPECT_GT(types, 10);
}

} // namespace
