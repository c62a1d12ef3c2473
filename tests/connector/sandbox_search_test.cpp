// Search: what matches, what is refused, and how results are paged.
#include "tests/connector/sandbox_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace embolink;
using nlohmann::json;
using test::Got;
using test::Hospital;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

// p1 has two laboratory values and a survey, p2 one; o5 has a code without system and points at a
// Group that has the patient's id.
const char* const records =
    R"({"resourceType":"Patient","id":"p1","identifier":[{"system":"urn:mrn","value":"7"},{"value":"8"}],"active":true}
{"resourceType":"Patient","id":"p2","identifier":[{"system":"urn:other","value":"7"}],"link":[{"other":{"reference":"Patient/p1"},"type":"replaced-by"}]}
{"resourceType":"Observation","id":"o1","status":"final","category":[{"coding":[{"system":"urn:cat","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"1742-6"},{"system":"urn:local","code":"ALT"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2024-03-05","meta":{"lastUpdated":"2024-03-05T10:00:00.250Z"}}
{"resourceType":"Observation","id":"o2","status":"preliminary","category":[{"coding":[{"system":"urn:cat","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"1920-8"}]},"subject":{"reference":"Patient/p1"},"effectivePeriod":{"start":"2024-04-01","end":"2024-04-10"},"meta":{"lastUpdated":"2024-03-05T10:00:01Z"}}
{"resourceType":"Observation","id":"o3","status":"final","category":[{"coding":[{"system":"urn:cat","code":"survey"}]}],"code":{"coding":[{"system":"urn:a,b","code":"x|y"}]},"subject":{"reference":"http://127.0.0.1:8090/fhir/Patient/p1"},"effectivePeriod":{"start":"2024-05"},"meta":{"lastUpdated":"2024-03-06T10:00:00Z"}}
{"resourceType":"Observation","id":"o4","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1742-6"}]},"subject":{"reference":"Patient/p2"},"effectiveDateTime":"2024","meta":{"lastUpdated":"2024-03-07T10:00:00Z"}}
{"resourceType":"Observation","id":"o5","status":"final","code":{"coding":[{"code":"ALT"}]},"subject":{"reference":"Group/p1"},"meta":{"lastUpdated":"2024-03-08T10:00:00Z"}}
{"resourceType":"Provenance","id":"v1","target":[{"reference":"Observation/o1"},{"reference":"Patient/p2"}],"recorded":"2024-03-05T11:00:00Z"}
{"resourceType":"ImagingStudy","id":"i1","subject":{"reference":"Patient/p1"},"series":[{"modality":{"code":"CT"}},{"modality":{"code":"MR"}}]})";

class SandboxSearch : public testing::Test {
protected:
    SandboxSearch() { hospital.load(records); }

    std::vector<std::string> found(const std::string& query) {
        return hospital.get("/" + query).ids();
    }

    int status(const std::string& query) { return hospital.get("/" + query).status; }

    Hospital hospital;
};

TEST_F(SandboxSearch, TokensMatchSystemAndCode) {
    EXPECT_THAT(found("Observation?code=http://loinc.org%7C1742-6"), ElementsAre("o1", "o4"));
    EXPECT_THAT(found("Observation?code=http://loinc.org|1742-6"), ElementsAre("o1", "o4"));
    EXPECT_THAT(found("Observation?code=ALT"), ElementsAre("o1", "o5"));
    EXPECT_THAT(found("Observation?code=%7CALT"), ElementsAre("o5")); // without a system
    EXPECT_THAT(found("Observation?code=urn:local%7C"), ElementsAre("o1"));
    EXPECT_THAT(found("Observation?code=urn:local%7C1742-6"), IsEmpty());
    EXPECT_THAT(found("Observation?code=1742"), IsEmpty());
    EXPECT_THAT(found("Observation?code=1920-8,ALT"), ElementsAre("o1", "o2", "o5"));
    EXPECT_THAT(found("Observation?code=urn:a%5C,b%7Cx%5C%7Cy"), ElementsAre("o3")); // escapes
    EXPECT_THAT(found("ImagingStudy?modality=MR"), ElementsAre("i1"));
}

TEST_F(SandboxSearch, IdentifiersStatusAndFlagsAreTokens) {
    EXPECT_THAT(found("Patient?identifier=urn:mrn%7C7"), ElementsAre("p1"));
    EXPECT_THAT(found("Patient?identifier=7"), ElementsAre("p1", "p2"));
    EXPECT_THAT(found("Patient?identifier=%7C8"), ElementsAre("p1"));
    EXPECT_THAT(found("Patient?identifier=%7C7"), IsEmpty());
    EXPECT_THAT(found("Patient?active=true"), ElementsAre("p1"));
    EXPECT_THAT(found("Observation?status=preliminary"), ElementsAre("o2"));
    EXPECT_THAT(found("Observation?status=final,preliminary&category=laboratory"),
                ElementsAre("o1", "o2"));
    EXPECT_THAT(found("Observation?category=survey"), ElementsAre("o3"));
}

TEST_F(SandboxSearch, ReferencesMatchHoweverTheyAreWritten) {
    for (const char* query : {"patient=p1",
                              "patient=Patient/p1",
                              "subject=Patient/p1",
                              "subject:Patient=p1",
                              "patient:Patient=Patient/p1",
                              "subject=http://127.0.0.1:8090/fhir/Patient/p1",
                              "subject=http://localhost:8090/fhir/Patient/p1",
                              "patient=Patient/p1/_history/2"}) {
        EXPECT_THAT(found(std::string("Observation?") + query), ElementsAre("o1", "o2", "o3"))
            << query;
    }
    EXPECT_THAT(found("Observation?subject=p1"), ElementsAre("o1", "o2", "o3", "o5"));
    EXPECT_THAT(found("Observation?subject=Group/p1"), ElementsAre("o5"));
    EXPECT_THAT(found("Observation?patient=p1,p2"), ElementsAre("o1", "o2", "o3", "o4"));
    EXPECT_THAT(found("Observation?patient=nobody"), IsEmpty());
    EXPECT_THAT(found("Observation?subject=http://elsewhere/fhir/Patient/p1"), IsEmpty());
    EXPECT_EQ(status("Observation?subject:Patient=Group/p1"), 400);
    EXPECT_EQ(status("Observation?subject=a%20b"), 400);
}

TEST_F(SandboxSearch, LinksAndTargetsAreReferences) {
    EXPECT_THAT(found("Patient?link=Patient/p1"), ElementsAre("p2"));
    EXPECT_THAT(found("Patient?link=p2"), IsEmpty());
    EXPECT_THAT(found("Provenance?target=Observation/o1"), ElementsAre("v1"));
    EXPECT_THAT(found("Provenance?target=Observation/o2"), IsEmpty());
    EXPECT_THAT(found("Provenance?patient=p2"), ElementsAre("v1"));
    EXPECT_THAT(found("Provenance?patient=o1"), IsEmpty());
}

TEST_F(SandboxSearch, DatesCompareIntervals) {
    EXPECT_THAT(found("Observation?date=2024-03-05"), ElementsAre("o1"));
    EXPECT_THAT(found("Observation?date=2024-03"), ElementsAre("o1"));
    EXPECT_THAT(found("Observation?date=ge2024-04-05"), ElementsAre("o2", "o3", "o4"));
    EXPECT_THAT(found("Observation?date=lt2024-04-01"), ElementsAre("o1", "o4"));
    EXPECT_THAT(found("Observation?date=sa2024-04-30"), ElementsAre("o3"));
    EXPECT_THAT(found("Observation?date=ge2024-04-01&date=le2024-04-30"), ElementsAre("o2", "o4"));
    EXPECT_EQ(status("Observation?date=soon"), 400);
    EXPECT_EQ(status("Observation?date=ap2024"), 400);
}

TEST_F(SandboxSearch, LastUpdatedComparesMilliseconds) {
    const std::string of = "Observation?_lastUpdated=";
    EXPECT_THAT(found(of + "ge2024-03-05T10:00:00.250Z&_lastUpdated=lt2024-03-06"),
                ElementsAre("o1", "o2"));
    EXPECT_THAT(found(of + "gt2024-03-05T10:00:00.250Z&_lastUpdated=lt2024-03-06"),
                ElementsAre("o2"));
    // The whole second: gt means after its end.
    EXPECT_THAT(found(of + "gt2024-03-05T10:00:00Z&_lastUpdated=lt2024-03-06"), ElementsAre("o2"));
    EXPECT_THAT(found(of + "ge2024-03-05T10:00:00Z&_lastUpdated=lt2024-03-06"),
                ElementsAre("o1", "o2"));
    EXPECT_THAT(found(of + "le2024-03-05T10:00:00.250Z"), ElementsAre("o1"));
    EXPECT_THAT(found(of + "lt2024-03-05T10:00:00.250Z"), IsEmpty());
    EXPECT_THAT(found(of + "2024-03-07T10:00:00.000%2B00:00"), ElementsAre("o4"));
}

TEST_F(SandboxSearch, IdsAreTokens) {
    EXPECT_THAT(found("Observation?_id=o2"), ElementsAre("o2"));
    EXPECT_THAT(found("Observation?_id=o2,o1,o2,x"), UnorderedElementsAre("o1", "o2"));
    EXPECT_THAT(found("Observation?_id=o2&patient=p2"), IsEmpty());
}

TEST_F(SandboxSearch, RefusesUnknownParametersUnlessLenient) {
    const Got strict = hospital.get("/Observation?patient=p1&nonsense=1");
    EXPECT_EQ(strict.status, 400);
    EXPECT_EQ(strict.issue(), "error/not-supported");
    EXPECT_EQ(hospital.get("/Observation?nonsense=1", {{"Prefer", "handling=strict"}}).status, 400);
    const Got lenient = hospital.get("/Observation?patient=p1&nonsense=1&_include=Observation:x",
                                     {{"Prefer", "return=minimal, handling=lenient"}});
    EXPECT_EQ(lenient.status, 200);
    EXPECT_THAT(lenient.link("self"), HasSubstr("patient=p1"));
    EXPECT_THAT(lenient.link("self"), Not(HasSubstr("nonsense")));
    EXPECT_THAT(lenient.link("self"), Not(HasSubstr("_include")));
}

// In either handling: a filter with another meaning than the one asked for is worse than none.
TEST_F(SandboxSearch, RefusesModifiersAndValuesThatItDoesNotUnderstand) {
    for (const char* query : {"code:not=ALT",
                              "code:Patient=ALT",
                              "patient:Spaceship=p1",
                              "code=",
                              "code=ALT,",
                              "code=a%7Cb%7Cc",
                              "_lastUpdated=yesterday",
                              "_count=many",
                              "_count=-1"}) {
        const Got got =
            hospital.get(std::string("/Observation?") + query, {{"Prefer", "handling=lenient"}});
        EXPECT_EQ(got.status, 400) << query;
    }
    EXPECT_EQ(status("Observation?_elements=id"), 200);
    EXPECT_EQ(status("AdverseEvent?patient=p1"), 400); // R4 has subject only
    EXPECT_EQ(status("AdverseEvent?subject=Patient/p1"), 200);
}

TEST_F(SandboxSearch, SelfLinkShowsWhatWasApplied) {
    EXPECT_EQ(hospital.get("/Observation?code=a%7Cb&_count=5&_elements=id").link("self"),
              std::string(Hospital::base) + "/Observation?code=a%7Cb&_count=5");
    EXPECT_EQ(hospital.get("/Observation").link("self"),
              std::string(Hospital::base) + "/Observation");
}

TEST_F(SandboxSearch, IsPostedAsAForm) {
    const Got got = hospital.post("/Observation/_search?status=final",
                                  "patient=p1&category=urn%3Acat%7Claboratory",
                                  {{"Content-Type", "application/x-www-form-urlencoded"}});
    EXPECT_THAT(got.ids(), ElementsAre("o1"));
    EXPECT_THAT(got.link("self"), HasSubstr("/fhir/Observation?"));
    EXPECT_EQ(hospital.post("/Observation/_search", "{}").status, 415);
    EXPECT_EQ(hospital.get("/Observation/_search").status, 404);
    EXPECT_EQ(hospital.counts()["writes"], 0);
}

TEST_F(SandboxSearch, CountsOnlyWhenAskedTo) {
    EXPECT_FALSE(hospital.get("/Observation").body.contains("total"));
    EXPECT_FALSE(hospital.get("/Observation?_total=none").body.contains("total"));
    EXPECT_EQ(hospital.get("/Observation?_total=accurate&_count=2").body["total"], 5);
    for (const char* query : {"_summary=count", "_count=0"}) {
        const json bundle = hospital.get(std::string("/Observation?patient=p1&") + query).body;
        EXPECT_EQ(bundle["total"], 3);
        EXPECT_FALSE(bundle.contains("entry"));
        EXPECT_EQ(bundle["link"].size(), 1u);
    }
    EXPECT_EQ(status("Observation?_summary=text"), 400);
    EXPECT_EQ(status("Observation?_total=roughly"), 400);
}

TEST_F(SandboxSearch, EmptyResultsHaveNoEntryAndAreNoFault) {
    const Got got = hospital.get("/Observation?patient=nobody");
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body["type"], "searchset");
    EXPECT_FALSE(got.body.contains("entry"));
    EXPECT_EQ(got.link("next"), "");
}

TEST_F(SandboxSearch, EntriesAreMatchesWithFullUrls) {
    const json entry = hospital.get("/Observation?_id=o1").body["entry"][0];
    EXPECT_EQ(entry["search"]["mode"], "match");
    EXPECT_EQ(entry["fullUrl"], std::string(Hospital::base) + "/Observation/o1");
}

TEST_F(SandboxSearch, PagesAreOpaqueAndLieOnTheBase) {
    const Got first = hospital.get("/Observation?_count=2");
    EXPECT_THAT(first.ids(), ElementsAre("o1", "o2"));
    EXPECT_THAT(first.link("next"), HasSubstr(std::string(Hospital::base) + "?_page="));
    const Got second = hospital.follow(first.link("next"));
    EXPECT_THAT(second.ids(), ElementsAre("o3", "o4"));
    EXPECT_EQ(second.link("self"), first.link("next"));
    const Got third = hospital.follow(second.link("next"));
    EXPECT_THAT(third.ids(), ElementsAre("o5"));
    EXPECT_EQ(third.link("next"), "");
    EXPECT_EQ(hospital.get("/Observation?_count=5").link("next"), "");
}

TEST_F(SandboxSearch, ResultSetsAreFrozenButShowTheNewestVersions) {
    const Got first = hospital.get("/Observation?_count=2");
    hospital.post("/Observation", R"({"resourceType":"Observation"})");
    hospital.remove("/Observation/o3");
    hospital.put("/Observation/o4", R"({"resourceType":"Observation","id":"o4","status":"final"})");
    const Got second = hospital.follow(first.link("next"));
    EXPECT_THAT(second.ids(), ElementsAre("o4")); // shorter than _count, and not the last
    EXPECT_EQ(second.body["entry"][0]["resource"]["meta"]["versionId"], "2");
    EXPECT_THAT(hospital.follow(second.link("next")).ids(), ElementsAre("o5"));
    EXPECT_EQ(found("Observation").size(), 5u);
}

TEST_F(SandboxSearch, LinksExpireAfterAnHour) {
    const std::string next = hospital.get("/Observation?_count=2").link("next");
    hospital.wait(60min);
    EXPECT_EQ(hospital.follow(next).status, 200);
    hospital.wait(1ms);
    EXPECT_EQ(hospital.follow(next).status, 410);
    EXPECT_EQ(hospital.get("?_page=invented.2").status, 410);
    EXPECT_EQ(hospital.get("?_page=").status, 410);
}

TEST(SandboxSearchPages, HaveTwentyAndAtMostTwoHundred) {
    Hospital hospital;
    std::string lines;
    for (int i = 0; i < 201; ++i) {
        lines += R"({"resourceType":"Location","id":"l)" + std::to_string(i) + "\"}\n";
    }
    hospital.load(lines);
    EXPECT_EQ(hospital.get("/Location").ids().size(), 20u);
    EXPECT_EQ(hospital.get("/Location?_count=5000").ids().size(), 200u);
    EXPECT_EQ(hospital.crawl("/Location").size(), 201u);
}

TEST(SandboxSearchSubjects, FollowAResourceThatChangesItsPatient) {
    Hospital hospital;
    hospital.load("{\"resourceType\":\"Patient\",\"id\":\"p1\"}\n"
                  "{\"resourceType\":\"Patient\",\"id\":\"p2\"}");
    const auto of = [](const char* patient) {
        return R"({"resourceType":"Procedure","id":"x","subject":{"reference":"Patient/)" +
               std::string(patient) + "\"}}";
    };
    for (const char* patient : {"p1", "p2", "p1"}) {
        hospital.put("/Procedure/x", of(patient));
        EXPECT_THAT(hospital.get(std::string("/Procedure?patient=") + patient).ids(),
                    ElementsAre("x"));
    }
    EXPECT_THAT(hospital.get("/Procedure?patient=p2").ids(), IsEmpty());
}

} // namespace
