// What may be kept of a resource: everything that a reader sees, nothing that tells who it is.
#include "connector/core/hash.hpp"
#include "connector/store/trim.hpp"
#include "connector/synth/synth.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/site.hpp"
#include "tests/connector/fact_text.hpp"
#include "tests/support/pipeline.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <set>

namespace embolink::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// "/contained/0/name": where something is left that may not be stored, told by another walk than
// the one that is tested: over all members, by their names and shapes.
void find_leaks(const json& value, const std::string& path, std::vector<std::string>& leaks) {
    static const std::set<std::string> never = {
        "telecom", "address", "photo", "div", "valueHumanName", "valueAddress", "authorString"};
    if (value.is_object()) {
        const bool person = value.value("resourceType", "") == "Patient" ||
                            value.value("resourceType", "") == "Practitioner";
        for (const auto& [key, member] : value.items()) {
            if (never.contains(key) || (person && (key == "name" || key == "contact")) ||
                (key == "data" && member.is_string() &&
                 path.find("/presentedForm/") == std::string::npos) ||
                (key == "display" && value.contains("reference"))) {
                leaks.push_back(path + "/" + key);
            }
            find_leaks(member, path + "/" + key, leaks);
        }
    } else if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            find_leaks(value[i], path + "/" + std::to_string(i), leaks);
        }
    }
}

std::vector<std::string> leaks_of(const json& value) {
    std::vector<std::string> leaks;
    find_leaks(value, "", leaks);
    return leaks;
}

std::string facts_of(std::shared_ptr<const json> body, const std::string& content_hash) {
    static const SiteConfig site;
    const auto resource = make_resource(std::move(body), content_hash);
    return text_of(read_facts(*resource, ReadContext{test_definitions(), site, {}}));
}

// The resource as it comes against what the store gives back: trimmed, as text, read again.
void expect_same_facts(const std::shared_ptr<const json>& full) {
    const std::string hash = sha256_hex(canonical_json(*full));
    const std::string stored = canonical_json(trim_for_store(*full));
    const ParsedJson again = parse_json(stored);
    ASSERT_NE(again.value, nullptr);
    ASSERT_EQ(facts_of(full, hash), facts_of(again.value, hash));
    ASSERT_THAT(leaks_of(*again.value), IsEmpty());
}

json trimmed(const char* text) {
    return trim_for_store(*parse_json(text).value);
}

TEST(StoreTrim, APatientIsKeptWithoutWhoHeIs) {
    const json kept = trimmed(R"({
        "resourceType": "Patient", "id": "1",
        "meta": {"versionId": "3", "security": [{"code": "HTEST"}]},
        "text": {"status": "generated", "div": "<div>Anna Muster</div>"},
        "identifier": [{"system": "urn:mrn", "value": "4711",
                        "assigner": {"reference": "Organization/1", "display": "Clinic"}}],
        "name": [{"family": "Muster", "given": ["Anna"]}],
        "_name": [null],
        "telecom": [{"value": "+41 1"}], "address": [{"city": "Bern"}], "photo": [{"data": "AA=="}],
        "contact": [{"name": {"family": "Muster"}}],
        "communication": [{"language": {"text": "Deutsch"}}],
        "generalPractitioner": [{"display": "Dr. Hausarzt"}],
        "gender": "female", "birthDate": "1959-01-02", "deceasedBoolean": false,
        "_birthDate": {"extension": [{"url": "time", "valueDateTime": "1959-01-02T10:00:00Z"}]},
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName",
             "valueString": "Beispiel"},
            {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
             "valueAddress": {"city": "Bern"}},
            {"url": "race", "valueCode": "x"}],
        "modifierExtension": [{"url": "m", "valueString": "kept"}],
        "link": [{"type": "replaces", "other": {"reference": "Patient/2", "display": "A. Muster"}}]
    })");
    EXPECT_EQ(kept, json::parse(R"({
        "resourceType": "Patient", "id": "1",
        "meta": {"versionId": "3", "security": [{"code": "HTEST"}]},
        "identifier": [{"system": "urn:mrn", "value": "4711",
                        "assigner": {"reference": "Organization/1"}}],
        "gender": "female", "birthDate": "1959-01-02", "deceasedBoolean": false,
        "_birthDate": {"extension": [{"url": "time", "valueDateTime": "1959-01-02T10:00:00Z"}]},
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName"},
            {"url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"},
            {"url": "race", "valueCode": "x"}],
        "modifierExtension": [{"url": "m", "valueString": "kept"}],
        "link": [{"type": "replaces", "other": {"reference": "Patient/2"}}]
    })"));
}

TEST(StoreTrim, PeopleAreNotNamedByReferences) {
    const json kept = trimmed(R"({
        "resourceType": "Procedure", "id": "1",
        "subject": {"display": "Anna Muster", "_display": {"extension": []}},
        "recorder": {"identifier": {"value": "9"}, "display": "Dr. Eins"},
        "performer": [{"function": {"coding": [{"display": "Radiologist"}]},
                       "actor": {"display": "Dr. Zwei"}}],
        "location": {"reference": "Location/1", "display": "Suite"},
        "code": {"coding": [{"display": "TACE"}], "text": "Chemoembolisation"},
        "note": [{"authorString": "Dr. Drei", "text": "left lobe"}]
    })");
    EXPECT_EQ(kept, json::parse(R"({
        "resourceType": "Procedure", "id": "1",
        "subject": {},
        "recorder": {"identifier": {"value": "9"}},
        "performer": [{"function": {"coding": [{"display": "Radiologist"}]}, "actor": {}}],
        "location": {"reference": "Location/1"},
        "code": {"coding": [{"display": "TACE"}], "text": "Chemoembolisation"},
        "note": [{"text": "left lobe"}]
    })"));
}

// R5.2 reads it when there is no reference.
TEST(StoreTrim, TheNameOfADrugStays) {
    const char* text = R"({"resourceType": "MedicationStatement", "id": "1", "status": "active",
        "medicationReference": {"identifier": {"value": "7"}, "display": "Everolimus"}})";
    EXPECT_EQ(trimmed(text), json::parse(text));
    expect_same_facts(parse_json(text).value);
}

TEST(StoreTrim, NarrativesGoAndTextsStay) {
    const json kept = trimmed(R"({
        "resourceType": "Composition", "id": "1",
        "text": {"status": "empty"},
        "title": "Report",
        "type": {"text": "a text"},
        "section": [{"text": {"status": "generated", "div": "<div>Anna</div>"}, "title": "One"}]
    })");
    EXPECT_EQ(kept, json::parse(R"({
        "resourceType": "Composition", "id": "1", "title": "Report", "type": {"text": "a text"},
        "section": [{"title": "One"}]
    })"));
}

TEST(StoreTrim, AttachmentsKeepTheirLabels) {
    const json kept = trimmed(R"({
        "resourceType": "DiagnosticReport", "id": "1", "conclusion": "stable",
        "presentedForm": [{"contentType": "application/pdf", "data": "QUJD", "title": "Report"},
                          {"data": "QUJD"}, {"url": "data:text/plain;base64,QUJD"},
                          {"url": "https://x/1"},
                          {"contentType": "Text/Plain; charset=utf-8", "data": "QUJD"}],
        "content": [{"attachment": {"contentType": "image/png", "data": "QUJD", "size": 3}},
                    {"attachment": {"contentType": "text/plain", "data": "QUJD"}}],
        "extension": [{"url": "e", "valueAttachment": {"data": "QUJD"}}],
        "valueSampledData": {"dimensions": 1, "data": "1 2 3"},
        "provision": {"data": [{"meaning": "instance"}]}
    })");
    EXPECT_EQ(kept, json::parse(R"({
        "resourceType": "DiagnosticReport", "id": "1", "conclusion": "stable",
        "presentedForm": [{"contentType": "application/pdf", "title": "Report"}, {}, {},
                          {"url": "https://x/1"},
                          {"contentType": "Text/Plain; charset=utf-8", "data": "QUJD"}],
        "content": [{"attachment": {"contentType": "image/png", "size": 3}},
                    {"attachment": {"contentType": "text/plain"}}],
        "extension": [{"url": "e", "valueAttachment": {}}],
        "valueSampledData": {"dimensions": 1},
        "provision": {"data": [{"meaning": "instance"}]}
    })"));
    EXPECT_EQ(trimmed(R"({"resourceType": "Binary", "contentType": "a", "data": "QUJD"})"),
              json::parse(R"({"resourceType": "Binary", "contentType": "a"})"));
}

TEST(StoreTrim, WhatIsContainedIsTrimmedToo) {
    const json kept = trimmed(R"({
        "resourceType": "DiagnosticReport", "id": "1",
        "contained": [
            {"resourceType": "Patient", "id": "p", "name": [{"text": "Anna"}], "gender": "female",
             "text": {"status": "generated", "div": "<div/>"}},
            {"resourceType": "Practitioner", "id": "d", "name": [{"text": "Dr."}],
             "telecom": [{"value": "1"}]},
            {"resourceType": "Organization", "id": "o", "name": "Laboratory",
             "contact": [{"name": {"text": "Dr."}}], "address": [{"city": "Bern"}]},
            {"resourceType": "Media", "id": "m", "content": {"contentType": "a", "data": "QUJD"}}]
    })");
    EXPECT_EQ(kept, json::parse(R"({
        "resourceType": "DiagnosticReport", "id": "1",
        "contained": [
            {"resourceType": "Patient", "id": "p", "gender": "female"},
            {"resourceType": "Practitioner", "id": "d"},
            {"resourceType": "Organization", "id": "o", "name": "Laboratory"},
            {"resourceType": "Media", "id": "m", "content": {"contentType": "a"}}]
    })"));
}

TEST(StoreTrim, DecimalsKeepTheirDigits) {
    const char* text = R"({"resourceType":"Observation","valueQuantity":{"value":1.10}})";
    EXPECT_EQ(canonical_json(trimmed(text)), text);
}

// Issues tell where an element stood in the resource as it came.
TEST(StoreTrim, PathsInIssuesStayThoseOfTheResource) {
    expect_same_facts(parse_json(R"({
        "resourceType": "Procedure", "id": "1", "status": "completed",
        "subject": {"reference": "Patient/1", "display": "Anna Muster"},
        "performedDateTime": "2020-13-01",
        "extension": [{"url": "x", "valueHumanName": {"text": "Anna"}}],
        "bodySite": [{"extension": [{"url": "x", "valueAddress": {}},
                                    {"url": "laterality-qualifier", "valueCodeableConcept": 7}],
                      "text": "liver"}],
        "text": {"status": "generated", "div": "<div>Anna</div>"}
    })")
                          .value);
}

// R9.1: this software's own results are still recognised when the store gives them back.
TEST(StoreTrim, OwnOutputIsStillKnown) {
    expect_same_facts(parse_json(R"({
        "resourceType": "Observation", "id": "1", "status": "final",
        "subject": {"reference": "Patient/1"},
        "device": {"identifier": {"system": "https://embolink.org/fhir/NamingSystem/device",
                                  "value": "x"}, "display": "embolink"}
    })")
                          .value);
}

std::size_t expect_same_facts_in_lines(const fs::path& file) {
    std::ifstream in(file);
    std::size_t lines = 0;
    for (std::string line; std::getline(in, line); ++lines) {
        const ParsedJson parsed = parse_json(line);
        if (parsed.value != nullptr && parsed.value->contains("resourceType")) {
            expect_same_facts(parsed.value);
        }
    }
    return lines;
}

TEST(StoreTrim, TheSyntheticHospitalReadsTheSame) {
    const TempFolder folder;
    synth::SynthOptions options;
    options.scenario = "audit_12";
    synth::generate_hospital(options, folder.path());
    std::size_t lines = 0;
    for (const auto& file : fs::directory_iterator(folder.path() / "resources")) {
        lines += expect_same_facts_in_lines(file.path());
    }
    EXPECT_GT(lines, 500u);
}

TEST(StoreTrim, PublicExamplesReadTheSame) {
    std::size_t resources = 0;
    for (const auto& entry : fs::recursive_directory_iterator(EMBOLINK_SOURCE_DIR "/tests/data")) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        const ParsedJson parsed = parse_json(read_text(entry.path()));
        ASSERT_NE(parsed.value, nullptr) << entry.path();
        if (!parsed.value->contains("entry")) {
            expect_same_facts(parsed.value);
            ++resources;
            continue;
        }
        for (const json& member : parsed.value->at("entry")) {
            expect_same_facts(std::make_shared<const json>(member.at("resource")));
            ++resources;
        }
    }
    EXPECT_GT(resources, 30u);
}

// The 40 patients that were worked out by hand use what readers read most.
TEST(StoreTrim, HandMadePatientsReadTheSame) {
    std::size_t lines = 0;
    for (const auto& entry :
         fs::recursive_directory_iterator(EMBOLINK_SOURCE_DIR "/tests/scenarios/hand")) {
        if (entry.path().extension() == ".ndjson") {
            lines += expect_same_facts_in_lines(entry.path());
        }
    }
    EXPECT_GT(lines, 100u);
}

TEST(StoreTrim, OfAForbiddenResourceOnlyTheLabelIsLeft) {
    const json resource = json::parse(R"({"resourceType": "Observation", "id": "1",
        "meta": {"versionId": "3", "security": [{"code": "R",
            "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"}]},
        "subject": {"reference": "Patient/1"}, "valueString": "secret"})");
    const json label = label_for_store(resource);
    EXPECT_EQ(label,
              json({{"resourceType", "Observation"}, {"id", "1"}, {"meta", resource["meta"]}}));
    EXPECT_TRUE(is_restricted(*make_resource(std::make_shared<const json>(label), "hash")));
}

// The comparison itself tells readings apart.
TEST(StoreTrim, TextsOfFactsTellReadingsApart) {
    const auto read = [](const char* text) { return facts_of(parse_json(text).value, "hash"); };
    EXPECT_NE(read(R"({"resourceType": "Patient", "id": "1", "birthDate": "1959-01-02"})"),
              read(R"({"resourceType": "Patient", "id": "1", "birthDate": "1959-01-03"})"));
    EXPECT_THAT(leaks_of(json::parse(R"({"contained": [{"resourceType": "Patient", "name": 1}]})")),
                ElementsAre("/contained/0/name"));
}

} // namespace
} // namespace embolink::test
