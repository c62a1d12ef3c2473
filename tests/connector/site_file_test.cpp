#include "connector/cli/cohort_run.hpp"
#include "connector/core/definition_files.hpp"
#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/core/site_file.hpp"
#include "connector/core/time_zone.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace embolink;
using test::TempFolder;
using testing::HasSubstr;
using testing::Not;

SiteFile parse(const std::string& text) {
    return parse_site_file(text, ".", "site.json");
}

std::string faults_of(const std::string& text) {
    try {
        parse(text);
    } catch (const Error& error) {
        EXPECT_EQ(exit_code(error.kind()), 2);
        return error.where();
    }
    return "no fault";
}

TEST(SiteFile, R8_2_TextPolicyIsCandidatesUnlessOff) {
    EXPECT_TRUE(parse("{}").config.read_report_text);
    EXPECT_TRUE(parse(R"({"text_policy": "candidates"})").config.read_report_text);
    EXPECT_FALSE(parse(R"({"text_policy": "off"})").config.read_report_text);
    EXPECT_TRUE(parse(R"({"text_policy": "off"})").notices.empty());
    EXPECT_THAT(faults_of(R"({"text_policy": "records"})"), HasSubstr("/text_policy"));
}

TEST(SiteFile, TheExampleInDeployIsReadWhole) {
    const SiteFile site =
        load_site_file(std::string(EMBOLINK_SOURCE_DIR) + "/deploy/site.example.json");
    EXPECT_EQ(site.config.name, "Example University Hospital");
    EXPECT_EQ(site.config.time_zone, "Europe/Paris");
    EXPECT_EQ(site.config.complete_feeds, std::set<std::string>{"MedicationAdministration"});
    ASSERT_EQ(site.config.codes.size(), 3u);
    EXPECT_EQ(site.config.codes[0].code, "VP");
    EXPECT_EQ(site.config.codes[0].concept_name, "progressive-disease");
    EXPECT_EQ(site.config.codes[1].concept_name, "bland-embolization");
    EXPECT_EQ(site.config.codes[2].concept_name, "antineoplastic");
    ASSERT_EQ(site.config.drug_names.size(), 1u);
    ASSERT_EQ(site.config.limits.size(), 1u);
    EXPECT_EQ(site.config.limits[0].low->text, "7");
    EXPECT_EQ(site.config.limits[0].high->text, "35");
    EXPECT_EQ(site.config.analysis_dates.size(), 1u);
    EXPECT_EQ(site.config.opt_out.size(), 1u);
    EXPECT_EQ(site.opt_out_identifiers.size(), 1u);
    EXPECT_EQ(site.notices, std::vector<std::string>{"readers"});
    ASSERT_TRUE(site.audit.plan);
    EXPECT_EQ(site.audit.plan->sha256, sha256_hex(site.audit.plan->text));
    EXPECT_EQ(to_iso(site.audit.plan->date), "2024-12-01");
    EXPECT_EQ(site.audit.margin->value, 0.15);
    EXPECT_EQ(site.audit.procedure_counts.at("2024-02"), 4);
    EXPECT_EQ(site.audit.owners.at("laboratory"), "laboratory informatics");
    EXPECT_EQ(site.audit.suppression, 11);
    EXPECT_EQ(site.config.content_hash.size(), 64u);
}

TEST(SiteFile, CodesMustBeMappedToNamesThatDefinitionsHave) {
    const SiteFile example =
        load_site_file(std::string(EMBOLINK_SOURCE_DIR) + "/deploy/site.example.json");
    const Terminology terminology =
        load_all_definitions("", example.config.content_hash).terminology;
    EXPECT_NO_THROW(check_site_names(example.config, terminology));
    SiteConfig slip = example.config;
    slip.codes[0].concept_name = "progresive-disease";
    EXPECT_THROW(check_site_names(slip, terminology), Error);
}

TEST(SiteFile, R7_1_ConceptMapsMayNameCodesOfPublicSystems) {
    const auto config = [](const std::string& code) {
        return parse(R"({"concept_maps": [{"resourceType": "ConceptMap", "group": [{
            "source": "https://h.example/lab", "target": "http://loinc.org",
            "element": [{"code": "HIAA24", "target": [{"code": ")" +
                     code + R"("}]}]}]}]})")
            .config;
    };
    const Terminology terminology = load_all_definitions("", "").terminology;
    const SiteConfig known = config("1695-6");
    EXPECT_NO_THROW(check_site_names(known, terminology));
    EXPECT_EQ(terminology.with_site(known).concepts(
                  CodeDomain::analyte, "https://h.example/lab", "HIAA24"),
              std::vector<std::string>{"5-HIAA|rate-24h"});
    try {
        check_site_names(config("2951-2"), terminology);
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.where(), HasSubstr("code HIAA24 to \"2951-2\""));
        EXPECT_THAT(error.remedy(), HasSubstr("mapping/ENCODINGS.md"));
    }
}

TEST(SiteFile, ValueSetsAreCalledAsTheShippedOnesOrAsTheirConcept) {
    for (const char* id : {"embolization", "procedure.embolization"}) {
        const SiteConfig site =
            parse(R"({"value_sets": [{"resourceType": "ValueSet", "id": ")" + std::string{id} +
                  R"(", "compose": {"include": [{"system": "urn:x", "concept": [{"code":
                  "A"}]}]}}]})")
                .config;
        ASSERT_EQ(site.codes.size(), 1u);
        EXPECT_EQ(site.codes[0].concept_name, "embolization");
    }
}

TEST(SiteFile, ConceptMapsNameTextsUnitsAndCodesWithoutASystem) {
    const auto with = [](const std::string& ends) {
        return parse(R"({"concept_maps": [{"resourceType": "ConceptMap", "group": [{)" + ends +
                     R"("element": [{"code": "x", "target": [{"code": "y"}]},
                     {"code": "z", "target": [{"code": "y", "equivalence": "unmatched"}]}]}]}]})")
            .config;
    };
    const SiteConfig texts =
        with(R"("source": "https://embolink.org/fhir/CodeSystem/local-text", )");
    ASSERT_EQ(texts.phrases.size(), 1u);
    EXPECT_EQ(texts.phrases[0].phrase, "x");
    EXPECT_EQ(texts.phrases[0].concept_name, "y");
    const SiteConfig units = with(R"("target": "http://unitsofmeasure.org", )");
    ASSERT_EQ(units.unit_spellings.size(), 1u);
    EXPECT_EQ(units.unit_spellings[0].written, "x");
    EXPECT_EQ(units.unit_spellings[0].unit, "y");
    const SiteConfig bare = with("");
    ASSERT_EQ(bare.codes.size(), 1u);
    EXPECT_TRUE(bare.codes[0].without_system);
    EXPECT_TRUE(bare.phrases.empty() && bare.unit_spellings.empty());
    EXPECT_FALSE(with(R"("source": "urn:x", )").codes.at(0).without_system);
}

TEST(SiteFile, NoFileIsTheConservativeReading) {
    const SiteFile site = load_site_file("");
    EXPECT_TRUE(site.config.complete_feeds.empty());
    EXPECT_TRUE(site.config.analysis_dates.empty());
    EXPECT_EQ(site.config.content_hash, "");
}

TEST(SiteFile, NamesEveryFaultAtOnceWithItsPointer) {
    const std::string where = faults_of(R"({
        "tme_zone": "Europe/Paris",
        "time_zone": "Mars/Olympus",
        "complete_feeds": "Observation",
        "drugs": [{"name": "x", "class": "poison"}, {"class": "iodized-oil"}],
        "uln_tables": [{"code": "1", "unit": "U/L"}, {"code": "1", "unit": "U/L", "high": "abc"}],
        "analysis_dates": ["2024-02-30"],
        "interventional": {"locations": ["room 5"], "roles": ["radiologist"]},
        "suppression": 0,
        "margin": {"value": 0.1},
        "analysis_plan": {"text": "PFS", "sha256": "abc", "date": "2024-12-01"},
        "procedure_counts": {"January": 3},
        "owners": {"labratory": "x"}
    })");
    for (const char* pointer : {"/tme_zone: unknown key",
                                "/time_zone: expected",
                                "/complete_feeds: expected a list",
                                "/drugs/0/class: expected one of",
                                "/drugs/1: expected either",
                                "/uln_tables/0: expected \"low\" or \"high\"",
                                "/uln_tables/1/high: expected a number",
                                "/analysis_dates: expected dates",
                                "/interventional/locations: expected references",
                                "/interventional/roles: expected codes",
                                "/suppression: expected a whole number from 1 to 1000",
                                "/analysis_plan/sha256: expected 64 hexadecimal",
                                "/procedure_counts: expected an object of months",
                                "/owners/labratory: unknown key",
                                "/margin/date: expected a date"}) {
        EXPECT_THAT(where, HasSubstr(pointer));
    }
}

TEST(SiteFile, OnlyTypesThatTheRulesReadCanBeCompleteFeeds) {
    EXPECT_EQ(faults_of(R"({"complete_feeds": ["MedicationAdministration", "Observation"]})"),
              "no fault");
    const std::string where =
        faults_of(R"({"complete_feeds": ["Observation", "Foo", "observation", "Location"]})");
    for (const char* pointer : {"/complete_feeds/1", "/complete_feeds/2", "/complete_feeds/3"}) {
        EXPECT_THAT(where, HasSubstr(std::string(pointer) + ": expected a resource type"));
    }
    EXPECT_THAT(where, Not(HasSubstr("/complete_feeds/0")));
    EXPECT_THAT(where, HasSubstr("MedicationAdministration"));
}

TEST(SiteFile, RefusesBrokenJsonAndKeysThatStandTwice) {
    EXPECT_THAT(faults_of("{\"name\": }"), HasSubstr("not JSON"));
    EXPECT_THAT(faults_of("[]"), HasSubstr("expected an object"));
    EXPECT_THAT(faults_of(R"({"name": "a", "name": "b"})"), HasSubstr("stands twice"));
    EXPECT_THAT(faults_of("// only a comment\n{\"name\": \"a\"}"), HasSubstr("no fault"));
}

TEST(SiteFile, ReadsCodeMapsFromFilesBesideItAndHashesThem) {
    const TempFolder folder;
    const std::string set = R"({"resourceType": "ValueSet", "id": "embolization",
        "compose": {"include": [{"system": "urn:x", "concept": [{"code": "E1"}, {"code": "E2"}]}]}})";
    folder.file("sets/local.json", set);
    const std::string path = folder.file("site.json", R"({"value_sets": ["sets/local.json"]})");
    const SiteFile before = load_site_file(path);
    ASSERT_EQ(before.config.codes.size(), 2u);
    EXPECT_EQ(before.config.codes[1].code, "E2");
    folder.file("sets/local.json", std::string(set).replace(set.find("E2"), 2, "E3"));
    EXPECT_NE(load_site_file(path).config.content_hash, before.config.content_hash);

    const std::string missing = folder.file("bad.json", R"({"concept_maps": ["gone.json"]})");
    try {
        load_site_file(missing);
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.where(), HasSubstr("/concept_maps/0: expected a file"));
    }
}

TEST(SiteFile, UnmatchedTargetsOfAConceptMapMapNothing) {
    const SiteFile site = parse(R"({"concept_maps": [{"resourceType": "ConceptMap", "group": [{
        "source": "urn:x", "element": [
          {"code": "A", "target": [{"equivalence": "unmatched"}]},
          {"code": "B", "target": [{"code": "SD", "equivalence": "wider"}]}]}]}]})");
    ASSERT_EQ(site.config.codes.size(), 1u);
    EXPECT_EQ(site.config.codes[0].code, "B");
}

TEST(SiteFile, OptOutsComeFromAListOrAFileAndAreNeverRepeatedInErrors) {
    const TempFolder folder;
    folder.file("optout.txt", "# objections\nPatient/1\r\n\nurn:mrn|42 \n");
    const SiteFile site = load_site_file(folder.file("site.json", R"({"opt_out": "optout.txt"})"));
    EXPECT_EQ(site.config.opt_out, std::set<std::string>{"Patient/1"});
    EXPECT_EQ(site.opt_out_identifiers, std::set<std::string>{"urn:mrn|42"});

    folder.file("optout.txt", "Patient/1\nDupont\n");
    try {
        load_site_file((folder.path() / "site.json").string());
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.where(), HasSubstr("optout.txt:2"));
        EXPECT_THAT(error.where(), Not(HasSubstr("Dupont")));
    }
}

TEST(TimeZone, ConvertsInstantsToTheHospitalsCalendarDate) {
    const ZoneRule paris = zone_rule("Europe/Paris");
    // 2024-03-30T23:30Z is 00:30 on the 31st in Paris, an hour before summer time begins there.
    EXPECT_EQ(to_iso(paris(1711841400)), "2024-03-31");
    EXPECT_EQ(to_iso(paris(1711839599)), "2024-03-30"); // 22:59:59Z
    EXPECT_EQ(to_iso(zone_rule("America/New_York")(1711841400)), "2024-03-30");
    EXPECT_FALSE(zone_rule(""));
    EXPECT_THROW(zone_rule("Europe/Atlantis"), Error);
}

} // namespace
