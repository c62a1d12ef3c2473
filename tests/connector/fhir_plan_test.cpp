// What is asked of a server: its own description, the searches of a patient, and where patients
// come from.
#include "connector/core/definition_files.hpp"
#include "connector/core/error.hpp"
#include "connector/fhir/capability.hpp"
#include "connector/fhir/search_plan.hpp"
#include "connector/fhir/seed.hpp"
#include "tests/connector/fhir_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace embolink;
using namespace embolink::fhir;
using namespace embolink::fhir::test;
using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// --- CapabilityStatement -------------------------------------------------------------------------

json statement() {
    return json::parse(R"({
      "resourceType": "CapabilityStatement", "fhirVersion": "4.0.1",
      "software": {"name": "HAPI FHIR Server", "version": "8.8.0"},
      "rest": [
        {"mode": "client", "resource": [{"type": "Basic"}]},
        {"mode": "server", "interaction": [{"code": "transaction"}],
         "resource": [
           {"type": "Observation", "conditionalCreate": true, "conditionalUpdate": false,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "searchParam": [{"name": "patient"}, {"name": "category"}]},
           {"interaction": [{"code": "read"}]},
           "odd"]}]})");
}

TEST(Capability, ReadsWhatAServerSaysOfItself) {
    const Capability capability = read_capability(answer(200, statement()), base);
    EXPECT_EQ(capability.fhir_version, "4.0.1");
    EXPECT_EQ(capability.software, "HAPI FHIR Server 8.8.0");
    EXPECT_TRUE(capability.transaction);
    EXPECT_FALSE(capability.batch);
    ASSERT_THAT(capability.types, SizeIs(1));
    const TypeCapability& observation = capability.types.at("Observation");
    EXPECT_THAT(observation.interactions, ElementsAre("read", "search-type"));
    EXPECT_THAT(observation.search_params, ElementsAre("category", "patient"));
    EXPECT_TRUE(observation.conditional_create);
    EXPECT_FALSE(observation.conditional_update);
    EXPECT_TRUE(capability.denies("Basic"));
    EXPECT_FALSE(capability.denies("Observation"));
}

TEST(Capability, BearsWithMissingParts) {
    const Capability capability =
        read_capability(answer(200, {{"resourceType", "CapabilityStatement"}}), base);
    EXPECT_EQ(capability.software, "");
    EXPECT_FALSE(capability.transaction);
    EXPECT_FALSE(capability.denies("Observation")); // nothing was said
    json r4b = statement();
    r4b["fhirVersion"] = "4.3.0";
    EXPECT_NO_THROW(read_capability(answer(200, r4b), base));
}

ErrorKind fault_of(const Answer& said) {
    try {
        read_capability(said, base);
    } catch (const Error& error) {
        EXPECT_THAT(describe(error), Not(HasSubstr("Jane")));
        return error.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorKind::usage;
}

TEST(Capability, RefusesWhatIsNoR4Server) {
    json r5 = statement();
    r5["fhirVersion"] = "5.0.0";
    EXPECT_EQ(fault_of(answer(200, r5)), ErrorKind::protocol);
    r5["fhirVersion"] = "3.0.2";
    EXPECT_EQ(fault_of(answer(200, r5)), ErrorKind::protocol);
    EXPECT_EQ(fault_of(answer(200, {{"resourceType", "Conformance"}})), ErrorKind::protocol);
    EXPECT_EQ(fault_of(raw(200, "<html>Jane</html>")), ErrorKind::protocol);
    EXPECT_EQ(fault_of(answer(200, json::array())), ErrorKind::protocol);
    EXPECT_EQ(fault_of(refusal(401, "login")), ErrorKind::http);
}

// --- searches ------------------------------------------------------------------------------------

std::vector<std::string> lines_of(const std::vector<Search>& searches) {
    std::vector<std::string> out;
    for (const Search& search : searches) {
        out.push_back(search.name + ": " + search.type + "?" + http::encode_query(search.query));
    }
    return out;
}

TEST(SearchPlan, AsksForEveryTypeThatTheRulesRead) {
    const std::vector<Search> plan = plan_searches("Patient/1", {});
    EXPECT_THAT(lines_of(plan),
                ElementsAre("Procedure: Procedure?patient=Patient%2F1",
                            "Condition: Condition?patient=Patient%2F1",
                            "Observation: Observation?patient=Patient%2F1",
                            "DiagnosticReport: DiagnosticReport?patient=Patient%2F1",
                            "ImagingStudy: ImagingStudy?patient=Patient%2F1",
                            "MedicationAdministration: "
                            "MedicationAdministration?patient=Patient%2F1",
                            "MedicationRequest: MedicationRequest?patient=Patient%2F1",
                            "MedicationStatement: MedicationStatement?patient=Patient%2F1",
                            "MedicationDispense: MedicationDispense?patient=Patient%2F1",
                            "AdverseEvent: AdverseEvent?subject=Patient%2F1",
                            "Encounter: Encounter?patient=Patient%2F1"));
    for (const Search& search : plan) {
        EXPECT_THAT(search.subjects, ElementsAre("Patient/1"));
    }
}

TEST(SearchPlan, FollowsTheServersHabits) {
    ServerHabits habits;
    habits.observation_by_category = true;
    habits.references = ReferenceForm::id_only;
    habits.types["Condition"].patient_param = "subject";
    habits.types["AdverseEvent"].answered = false;
    const std::vector<std::string> lines = lines_of(plan_searches("Patient/1", habits));
    EXPECT_THAT(lines, Contains("Condition: Condition?subject=1"));
    EXPECT_THAT(lines, Each(Not(HasSubstr("AdverseEvent"))));
    EXPECT_THAT(lines,
                Contains("Observation|laboratory: Observation?patient=1&category=laboratory"));
    for (const char* category : {"imaging",
                                 "exam",
                                 "procedure",
                                 "survey",
                                 "therapy",
                                 "activity",
                                 "vital-signs",
                                 "social-history"}) {
        EXPECT_THAT(lines, Contains(HasSubstr(std::string("category=") + category)));
    }
    EXPECT_EQ(std::ranges::count_if(
                  lines, [](const std::string& line) { return line.starts_with("Observation:"); }),
              0);
}

TEST(SearchPlan, AsksForChangesWithMillisecondsAndOverlap) {
    const Search whole = plan_searches("Patient/1", {}).front();
    const Search changes = only_since(whole, {}, "2026-03-01T00:00:01.250Z", 5min);
    EXPECT_EQ(changes.query.back().first, "_lastUpdated");
    EXPECT_EQ(changes.query.back().second, "ge2026-02-28T23:55:01.250Z");
    EXPECT_TRUE(is_incremental(changes));
    EXPECT_FALSE(is_incremental(whole));
    EXPECT_THAT(http::encode_query(changes.query),
                HasSubstr("_lastUpdated=ge2026-02-28T23%3A55%3A01.250Z"));
    EXPECT_EQ(only_since(whole, {}, "2026-03-01T00:00:01Z", 0s).query.back().second,
              "ge2026-03-01T00:00:01.000Z");
}

TEST(SearchPlan, AsksForEverythingWhereChangesCannotBeAskedFor) {
    const Search whole = plan_searches("Patient/1", {}).front();
    EXPECT_FALSE(is_incremental(only_since(whole, {}, "", 5min)));
    EXPECT_FALSE(is_incremental(only_since(whole, {}, "yesterday", 5min)));
    ServerHabits habits;
    habits.types["Procedure"].last_updated = false;
    EXPECT_FALSE(is_incremental(only_since(whole, habits, "2026-03-01T00:00:01.250Z", 5min)));
}

TEST(SearchPlan, AFingerprintNamesTheQuestion) {
    const Search one = plan_searches("Patient/1", {}).front();
    const Search two = plan_searches("Patient/2", {}).front();
    ServerHabits habits;
    habits.types["Procedure"].patient_param = "subject";
    const std::string print = fingerprint({one});
    EXPECT_EQ(print, fingerprint({only_since(one, {}, "2026-03-01T00:00:00.000Z", 5min)}));
    EXPECT_NE(print, fingerprint({two}));
    EXPECT_NE(print, fingerprint({one, two})); // a new identity: nothing is known of him yet
    EXPECT_EQ(fingerprint({two, one}), fingerprint({one, two}));
    EXPECT_NE(print, fingerprint({plan_searches("Patient/1", habits).front()}));
}

// --- the cohort's seed ---------------------------------------------------------------------------

struct Seeds : testing::Test {
    Definitions definitions = load_all_definitions("", "");
    SiteConfig site;

    std::vector<SeedCode> codes() const {
        return seed_codes(definitions.terminology.with_site(site), site);
    }

    std::optional<std::string> patient_of(const json& procedure) const {
        return seeded_patient(
            parsed(procedure), definitions.terminology.with_site(site), ServerAddress(base));
    }
};

json procedure_coded(const std::string& system, const std::string& code) {
    json procedure = resource("Procedure", "p");
    procedure["code"] = {{"coding", json::array({{{"system", system}, {"code", code}}})}};
    return procedure;
}

constexpr const char* pcs = "http://www.cms.gov/Medicare/Coding/ICD10";
constexpr const char* ops = "http://fhir.de/CodeSystem/bfarm/ops";

TEST_F(Seeds, NamesEveryKindOfEmbolization) {
    const std::vector<SeedCode> found = codes();
    for (const SeedCode& wanted :
         std::vector<SeedCode>{{"http://snomed.info/sct", "314617008"},
                               {"urn:oid:2.16.840.1.113883.6.96", "57238002"},
                               {"http://www.ama-assn.org/go/cpt", "37243"},
                               {"http://www.ama-assn.org/go/cpt", "37244"}, // excluded later, R1.3
                               {"https://fhir.hl7.org.uk/CodeSystem/OPCS-4", "J12.3"}}) {
        EXPECT_THAT(found, Contains(wanted)) << wanted.code;
    }
    // An infusion is part of an arm and makes nobody a candidate.
    EXPECT_THAT(found, Not(Contains(SeedCode{pcs, "3E05305"})));
    EXPECT_THAT(found, Not(Contains(SeedCode{ops, "8-541.6"})));
    EXPECT_TRUE(std::ranges::is_sorted(found));
}

// Definitions name beginnings; a search finds whole codes only.
TEST_F(Seeds, WritesOutWhatBeginsWithACode) {
    const std::vector<SeedCode> found = codes();
    for (const char* code : {"04L33DZ", "04L30CZ", "04V34ZZ"}) {
        EXPECT_THAT(found, Contains(SeedCode{pcs, code})) << code;
        EXPECT_THAT(found, Contains(SeedCode{"http://hl7.org/fhir/sid/icd-10-pcs", code}));
    }
    for (const char* code : {"8-836.k", "8-836.ka", "8-836.m0", "8-549.01"}) {
        EXPECT_THAT(found, Contains(SeedCode{ops, code})) << code;
        EXPECT_THAT(found, Contains(SeedCode{"http://fhir.de/CodeSystem/dimdi/ops", code}));
    }
}

TEST_F(Seeds, TheSiteHasTheLastWord) {
    site.codes = {{"urn:local", "EMBO-1", "hepatic-embolization"},
                  {"", "TACE", "chemoembolization"},
                  {"urn:local", "COIL", "liver-ablation"},
                  {"http://www.ama-assn.org/go/cpt", "37243", "liver-ablation"}};
    const std::vector<SeedCode> found = codes();
    EXPECT_THAT(found, Contains(SeedCode{"urn:local", "EMBO-1"}));
    EXPECT_THAT(found, Contains(SeedCode{"", "TACE"}));
    EXPECT_THAT(found, Not(Contains(SeedCode{"urn:local", "COIL"})));
    EXPECT_THAT(found, Not(Contains(SeedCode{"http://www.ama-assn.org/go/cpt", "37243"})));
    EXPECT_EQ(patient_of(procedure_coded("urn:local", "EMBO-1")), "Patient/1");
    EXPECT_EQ(patient_of(procedure_coded("urn:any", "TACE")), "Patient/1");
    EXPECT_EQ(patient_of(procedure_coded("http://www.ama-assn.org/go/cpt", "37243")), std::nullopt);
}

TEST_F(Seeds, AsksForManyCodesInFewSearches) {
    const std::vector<SeedCode> all = codes();
    const std::vector<Search> searches = seed_searches(all, {});
    ASSERT_GT(searches.size(), 1u);
    std::size_t named = 0;
    for (const Search& search : searches) {
        EXPECT_EQ(search.type, "Procedure");
        EXPECT_THAT(search.subjects, IsEmpty());
        EXPECT_LE(http::encode_query(search.query).size(), 1600u);
        const std::string& list = search.query.front().second;
        named += static_cast<std::size_t>(std::ranges::count(list, ',')) + 1;
    }
    EXPECT_EQ(named, all.size());
    EXPECT_EQ(searches[0].name, "seed|1");
    EXPECT_NE(searches[0].query.front().second, searches[1].query.front().second);
}

TEST_F(Seeds, WritesCodesAsTheServerWantsThem) {
    const std::vector<SeedCode> some{
        {"", "TACE"}, {"urn:a", "1,2|3$4\\"}, {"urn:b", "37243"}, {"urn:c", "37243"}};
    EXPECT_EQ(seed_searches(some, {}).at(0).query.front().second,
              "TACE,urn:a|1\\,2\\|3\\$4\\\\,urn:b|37243,urn:c|37243");
    ServerHabits code_only;
    code_only.tokens = TokenForm::code_only;
    EXPECT_EQ(seed_searches(some, code_only).at(0).query.front().second,
              "TACE,1\\,2\\|3\\$4\\\\,37243");
    EXPECT_THAT(seed_searches({}, {}), IsEmpty());
}

// By code alone "37243" may be anything, and a server may ignore `code`: each row is looked at.
TEST_F(Seeds, TakesPatientsOfEmbolizationsOnly) {
    EXPECT_EQ(patient_of(procedure_coded(pcs, "04L33DZ")), "Patient/1");
    EXPECT_EQ(patient_of(procedure_coded("urn:other", "37243")), std::nullopt);
    EXPECT_EQ(patient_of(procedure_coded("http://snomed.info/sct", "80146002")), std::nullopt);
    EXPECT_EQ(patient_of(resource("Procedure", "p")), std::nullopt);
    json foreign = procedure_coded(pcs, "04L33DZ");
    foreign["subject"]["reference"] = "https://other.example/r4/Patient/1";
    EXPECT_EQ(patient_of(foreign), std::nullopt);
    json other = procedure_coded(pcs, "04L33DZ");
    other["resourceType"] = "ServiceRequest";
    EXPECT_EQ(patient_of(other), std::nullopt);
    json second = procedure_coded("urn:other", "x");
    second["code"]["coding"].push_back({{"system", pcs}, {"code", "04L33DZ"}});
    EXPECT_EQ(patient_of(second), "Patient/1");
    json single = procedure_coded(pcs, "04L33DZ");
    single["code"]["coding"] = single["code"]["coding"][0];
    EXPECT_EQ(patient_of(single), "Patient/1");
    single["code"]["coding"] = {{{"system", 1}, {"code", nullptr}}, "text"};
    EXPECT_EQ(patient_of(single), std::nullopt);
}

TEST(SeedFile, NamesOnePatientPerLine) {
    const std::vector<SeedLine> lines = parse_seed_file(
        "\xEF\xBB\xBFPatient/1\r\n\n# a comment\n  urn:oid:1.2|A 7 \nhttp://h/id|x|y\n", "c.txt");
    ASSERT_THAT(lines, SizeIs(3));
    EXPECT_EQ(lines[0].reference, "Patient/1");
    EXPECT_EQ(lines[1].identifier, "urn:oid:1.2|A 7");
    EXPECT_EQ(lines[1].number, 4u);
    EXPECT_EQ(lines[1].reference, "");
    const Search search = identifier_search(lines[1]);
    EXPECT_EQ(search.name, "identifier|4");
    EXPECT_EQ(search.type + "?" + http::encode_query(search.query),
              "Patient?identifier=urn%3Aoid%3A1.2%7CA%207");
    EXPECT_THAT(search.subjects, IsEmpty());
    EXPECT_EQ(identifier_search(lines[2]).query.front().second, "http://h/id|x\\|y");
}

TEST(SeedFile, NamesFaultyLinesByNumberAlone) {
    try {
        parse_seed_file("Patient/1\nDoe^Jane\nhttp://h/Patient/2\nsystem|\nPatient/\nGroup/1\n",
                        "c.txt");
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::config);
        EXPECT_EQ(error.where(), "c.txt:2\nc.txt:3\nc.txt:4\nc.txt:5\nc.txt:6");
        EXPECT_THAT(describe(error), Not(HasSubstr("Jane")));
    }
}

} // namespace
