// The synthetic hospital as files: the same bytes again, the same truth at every dirt level, no
// reference that leads nowhere, and shapes that the scenarios promise.
#include "connector/synth/chart.hpp"
#include "connector/synth/synth.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace embolink::synth {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> all_files(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files[fs::relative(entry.path(), folder).string()] = test::read_text(entry.path());
    return files;
}

std::vector<nlohmann::json> lines_of(const std::string& text) {
    std::vector<nlohmann::json> lines;
    std::istringstream stream(text);
    std::string line;
    while (std::getline(stream, line))
        lines.push_back(nlohmann::json::parse(line));
    return lines;
}

SynthOptions options(const std::string& scenario, int patients, std::uint64_t seed, int dirty) {
    SynthOptions o;
    o.scenario = scenario;
    o.patients = patients;
    o.seed = seed;
    o.dirty = dirty;
    return o;
}

TEST(SynthHospital, SameSeedSameBytesOtherSeedOtherBytes) {
    const test::TempFolder a;
    const test::TempFolder b;
    const test::TempFolder c;
    generate_hospital(options("audit_60", 30, 60, 1), a.path());
    generate_hospital(options("audit_60", 30, 60, 1), b.path());
    generate_hospital(options("audit_60", 30, 61, 1), c.path());
    EXPECT_EQ(all_files(a.path()), all_files(b.path()));
    EXPECT_NE(test::read_text(a.path() / "truth.ndjson"),
              test::read_text(c.path() / "truth.ndjson"));
}

// Levels 0 and 1 tell one story, 2 and 3 another one with more in it: within each, dirt changes no
// truth.
TEST(SynthHospital, DirtChangesResourcesAndNoTruth) {
    std::set<std::string> resources;
    std::vector<std::string> truths;
    for (const int dirty : {0, 1, 2, 3}) {
        const test::TempFolder folder;
        generate_hospital(options("audit_200", 60, 5, dirty), folder.path());
        resources.insert(test::read_text(folder.path() / "resources/Observation.ndjson"));
        truths.push_back(test::read_text(folder.path() / "truth.ndjson"));
        EXPECT_EQ(fs::exists(folder.path() / "adjudications.csv"), dirty >= 2);
    }
    EXPECT_EQ(resources.size(), 4U);
    EXPECT_EQ(truths[0], truths[1]);
    EXPECT_EQ(truths[2], truths[3]);
    EXPECT_NE(truths[1], truths[2]);
}

// What each level promises is there.
TEST(SynthHospital, DirtIsOfAllKinds) {
    const test::TempFolder folder;
    generate_hospital(options("audit_200", 100, 5, 3), folder.path());
    std::string all;
    for (const auto& [name, text] : all_files(folder.path() / "resources"))
        all += text;
    for (const char* found : {"urn:oid:2.16.840.1.113883.6.96",
                              "urn:oid:2.16.840.1.113883.6.1",
                              "\u00a0",
                              "\u03bc",
                              "UI/L",
                              "K/uL",
                              "therapeutic",
                              "/_history/3",
                              "https://ehr.synthetic.example/fhir/Patient/",
                              "codes/chart",
                              ".error\"",
                              ".void\"",
                              ".test\"",
                              ".own\"",
                              ".modified\"",
                              ".nobody\"",
                              ".unitless\"",
                              "\"Flag\""})
        EXPECT_NE(all.find(found), std::string::npos) << found;
}

TEST(SynthHospital, ASmallerCohortIsTheBeginningOfALargerOne) {
    const test::TempFolder small;
    const test::TempFolder large;
    generate_hospital(options("audit_60", 10, 60, 0), small.path());
    generate_hospital(options("audit_60", 20, 60, 0), large.path());
    const std::string truth = test::read_text(large.path() / "truth.ndjson");
    for (const nlohmann::json& record : lines_of(test::read_text(small.path() / "truth.ndjson"))) {
        if (record.contains("arm")) {
            EXPECT_NE(truth.find(record["patient"].get<std::string>()), std::string::npos);
        }
    }
}

// Without --as-of the cut is the newest clinical date that some meta.lastUpdated covers (R0.3): it
// must be the analysis date that site.json declares, or a demo ends as an interim look.
TEST(SynthHospital, AnySeedAndSizeIsRecordedUntilTheAnalysisDate) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const test::TempFolder folder;
        const SynthSummary summary = generate_hospital(
            options("audit_12", 1 + static_cast<int>(seed % 6), seed, 1), folder.path());
        const nlohmann::json site =
            nlohmann::json::parse(test::read_text(folder.path() / "site.json"));
        EXPECT_EQ(site["analysis_dates"][0], summary.analysis_date);
        std::string newest_update;
        for (const auto& [name, text] : all_files(folder.path() / "resources")) {
            for (const nlohmann::json& resource : lines_of(text)) {
                if (resource.contains("meta") && resource["meta"].contains("lastUpdated"))
                    newest_update =
                        std::max(newest_update, resource["meta"]["lastUpdated"].get<std::string>());
            }
        }
        EXPECT_GE(newest_update, summary.analysis_date) << "seed " << seed;
    }
}

void collect_references(const nlohmann::json& json, std::set<std::string>& references) {
    if (json.is_object()) {
        for (const auto& [key, value] : json.items()) {
            if (key == "reference" && value.is_string())
                references.insert(value.get<std::string>());
            collect_references(value, references);
        }
    } else if (json.is_array()) {
        for (const nlohmann::json& value : json)
            collect_references(value, references);
    }
}

TEST(SynthHospital, NoReferenceLeadsNowhereButTheUnresolvableLink) {
    const test::TempFolder folder;
    generate_hospital(options("audit_200", 100, 9, 1), folder.path());
    std::set<std::string> known;
    std::set<std::string> wanted;
    for (const auto& [name, text] : all_files(folder.path() / "resources")) {
        for (const nlohmann::json& resource : lines_of(text)) {
            known.insert(resource["resourceType"].get<std::string>() + "/" +
                         resource["id"].get<std::string>());
            EXPECT_EQ(resource["resourceType"].get<std::string>() + ".ndjson", name);
            collect_references(resource, wanted);
        }
    }
    int unknown_patients = 0;
    for (const std::string& reference : wanted) {
        if (reference.front() == '#' || known.count(reference) != 0)
            continue;
        EXPECT_EQ(reference.rfind("Patient/unknown-", 0), 0U) << reference;
        ++unknown_patients;
    }
    EXPECT_EQ(unknown_patients, 1);
}

void expect_sound(const nlohmann::json& record) {
    const std::string where = record.dump();
    const std::string status = record["status"];
    EXPECT_TRUE(status == "event" || status == "censored" || status == "value" ||
                status == "not-evaluable")
        << where;
    EXPECT_EQ(record.contains("value"), status == "value") << where;
    // R7.4: a marker response is dated, and a value.
    const bool dated_value = record["param"].get<std::string>().rfind("RESP-", 0) == 0 &&
                             status == "value" && record["value"] == true;
    EXPECT_EQ(record.contains("days"), status == "event" || status == "censored" || dated_value)
        << where;
    if (record.contains("days")) {
        EXPECT_GE(record["days"].get<int>(), 0) << where;
        EXPECT_GE(record["date"].get<std::string>(), record["start"].get<std::string>()) << where;
    }
    if (record.contains("left")) {
        EXPECT_LT(record["left"].get<std::string>(), record["right"].get<std::string>()) << where;
        EXPECT_EQ(record["right"], record["date"]) << where;
        EXPECT_EQ(record["reason"], "progression") << where;
    }
    const auto flags = record["flags"].get<std::vector<std::string>>();
    EXPECT_TRUE(std::is_sorted(flags.begin(), flags.end())) << where;
    EXPECT_EQ(std::set<std::string>(flags.begin(), flags.end()).size(), flags.size()) << where;
}

class SynthScenario : public testing::TestWithParam<std::string> {};

TEST_P(SynthScenario, GeneratesSoundTruth) {
    const test::TempFolder folder;
    SynthOptions o;
    o.scenario = GetParam();
    if (o.scenario == "large_20000")
        o.patients = 300;
    std::size_t last = 0;
    const SynthSummary summary =
        generate_hospital(o, folder.path(), [&last](std::size_t done, std::size_t total) {
            EXPECT_EQ(done, last + 1);
            EXPECT_LE(done, total);
            last = done;
        });
    EXPECT_EQ(last, summary.cohort_patients + summary.other_patients);
    std::map<std::string, int> arms;
    std::map<std::string, int> survival_of;
    for (const nlohmann::json& record : lines_of(test::read_text(folder.path() / "truth.ndjson"))) {
        expect_sound(record);
        if (record["param"] == "COHORT" && record["value"] == "included")
            ++arms[record["arm"].get<std::string>()];
        if (record["param"] == "PFS")
            ++survival_of[record["patient"].get<std::string>()];
    }
    EXPECT_EQ(survival_of.size(), summary.cohort_patients);
    EXPECT_LE(summary.undecidable * 50, summary.truth_records); // at most 2 %
    // The verdict's guard on undetermined arms does not fire (a dozen patients may be unlucky).
    if (summary.cohort_patients >= 26) {
        EXPECT_LE(arms["UNDETERMINED"] * 5, static_cast<int>(summary.cohort_patients));
    }
    const auto site = nlohmann::json::parse(test::read_text(folder.path() / "site.json"));
    EXPECT_EQ(site["analysis_dates"][0], summary.analysis_date);
}

INSTANTIATE_TEST_SUITE_P(All,
                         SynthScenario,
                         testing::ValuesIn(scenario_names()),
                         [](const auto& parameter) { return parameter.param; });

TEST(SynthHospital, UnknownScenarioNamesThoseThereAre) {
    const test::TempFolder folder;
    SynthOptions o;
    o.scenario = "audit_61";
    try {
        generate_hospital(o, folder.path());
        FAIL() << "no error";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("worse_60"), std::string::npos);
    }
}

TEST(SynthHospital, NumbersOutOfRangeAreRefused) {
    const test::TempFolder folder;
    EXPECT_THROW(generate_hospital(options("audit_60", 0, 1, 1), folder.path()),
                 std::runtime_error);
    EXPECT_THROW(generate_hospital(options("audit_60", 5, 1, 4), folder.path()),
                 std::runtime_error);
}

TEST(SynthHospital, AnEarlierRunLeavesNothingBehind) {
    const test::TempFolder folder;
    folder.file("resources/Old.ndjson", "{}\n");
    folder.file("adjudications.csv", "patient,kind,decision\n");
    const SynthSummary summary = generate_hospital(options("audit_12", 12, 12, 1), folder.path());
    EXPECT_FALSE(summary.adjudications);
    EXPECT_FALSE(fs::exists(folder.path() / "adjudications.csv"));
    EXPECT_FALSE(fs::exists(folder.path() / "resources/Old.ndjson"));
}

TEST(SynthInstant, NamesTheLocalDayWhateverTheOffset) {
    const Date winter = *date_from_iso("2018-01-10");
    const Date summer = *date_from_iso("2018-07-10");
    EXPECT_EQ(instant_text(winter, 30, 0), "2018-01-09T23:30:00Z");
    EXPECT_EQ(instant_text(summer, 90, 0), "2018-07-09T23:30:00Z");
    EXPECT_EQ(instant_text(summer, 90, 2), "2018-07-10T01:30:00+02:00");
    EXPECT_EQ(instant_text(winter, 30, -5), "2018-01-09T18:30:00-05:00");
    EXPECT_EQ(paris_offset(*date_from_iso("2018-03-25")), 0); // the hour changes
    EXPECT_EQ(paris_offset(*date_from_iso("2018-03-24")), 1);
    EXPECT_EQ(paris_offset(*date_from_iso("2018-10-27")), 2);
    EXPECT_EQ(paris_offset(*date_from_iso("2018-10-29")), 1);
}

} // namespace
} // namespace embolink::synth
