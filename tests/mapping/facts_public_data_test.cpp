// Data that others made passes through: sensible facts, issues where something is odd, no crash.

#include "tests/support/reading.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace embolink {
namespace {

namespace fs = std::filesystem;

// Every resource of the files below tests/data/FOLDER, entries of Bundles one by one.
std::vector<std::string> resources_of(const std::string& folder) {
    std::vector<std::string> found;
    for (const auto& entry :
         fs::directory_iterator(fs::path{EMBOLINK_SOURCE_DIR} / "tests/data" / folder)) {
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>{file}, {}};
        const auto parsed = parse_json(text);
        if (parsed.value == nullptr) {
            ADD_FAILURE() << entry.path() << ": " << parsed.error;
            continue;
        }
        if (parsed.value->at("resourceType") != "Bundle") {
            found.push_back(canonical_json(*parsed.value));
            continue;
        }
        for (const auto& bundled : parsed.value->at("entry")) {
            found.push_back(canonical_json(bundled.at("resource")));
        }
    }
    return found;
}

TEST(PublicData, ImagingModuleOfTheGermanCoreDataset) {
    std::map<std::string, int> facts_by_type;
    for (const std::string& text : resources_of("imaging")) {
        const ReadResult result = test::read_result(text);
        facts_by_type[result.facts.source.type] += static_cast<int>(result.facts.facts.size());
        for (const Issue& issue : result.facts.issues) {
            EXPECT_NE(issue.severity, Severity::fatal)
                << issue.reference << " " << issue.expression;
        }
        if (result.facts.source.type == "DiagnosticReport") {
            const auto report = test::only<Imaging>(result.facts);
            EXPECT_EQ(report.region, ImagingRegion::elsewhere); // a mammography
            EXPECT_EQ(report.imaging_studies.size(), 1U);
            EXPECT_FALSE(report.has_coded_response);
        }
        if (result.facts.source.id == "mii-exa-bildgebung-bildgebungsstudie-ct") {
            EXPECT_TRUE(test::only<Imaging>(result.facts).cross_sectional);
        }
    }
    EXPECT_GE(facts_by_type["ImagingStudy"], 7);
    EXPECT_EQ(facts_by_type["BodyStructure"], 1);
}

TEST(PublicData, OncologyPatientsOfTheTrialMatchingApp) {
    std::size_t resources = 0;
    std::map<std::string, int> drugs;
    for (const std::string& text : resources_of("public-patients")) {
        const ReadResult result = test::read_result(text);
        ++resources;
        EXPECT_NE(result.dropped, Dropped::own_output);
        for (const auto& row : test::all<ProcedureRow>(result.facts)) {
            EXPECT_FALSE(row.concepts.has("embolization"));
        }
        for (const auto& diagnosis : test::all<Diagnosis>(result.facts)) {
            EXPECT_FALSE(diagnosis.concepts.has("midgut-net"));
        }
        for (const auto& drug : test::all<DrugEvent>(result.facts)) {
            ++drugs[drug.drug.concepts.has("antineoplastic") ? "antineoplastic" : "other"];
        }
    }
    EXPECT_EQ(resources, 47U);
    EXPECT_GE(drugs["antineoplastic"], 2); // capecitabine and gemcitabine by their displays
}

} // namespace
} // namespace embolink
