// _sort: by which keys, in which order, and that pages keep to it.
#include "tests/connector/sandbox_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace embolink;
using test::Got;
using test::Hospital;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// Loaded neither by date nor by id. b and d are of one instant, written in two zones; f has no
// date, g none that can be read.
const char* const records =
    R"({"resourceType":"Patient","id":"p1","birthDate":"1950"}
{"resourceType":"Patient","id":"p2","birthDate":"1940-05"}
{"resourceType":"Observation","id":"f","subject":{"reference":"Patient/p1"},"meta":{"lastUpdated":"2024-07-01T00:00:00Z"}}
{"resourceType":"Observation","id":"d","subject":{"reference":"Patient/p1"},"effectiveDateTime":"2024-03-05T08:00:00Z","meta":{"lastUpdated":"2024-07-05T00:00:00Z"}}
{"resourceType":"Observation","id":"a","subject":{"reference":"Patient/p1"},"effectivePeriod":{"start":"2024-04-01","end":"2024-12-31"},"meta":{"lastUpdated":"2024-07-03T00:00:00Z"}}
{"resourceType":"Observation","id":"g","subject":{"reference":"Patient/p1"},"effectiveDateTime":"last spring","meta":{"lastUpdated":"2024-07-01T00:00:00Z"}}
{"resourceType":"Observation","id":"b","subject":{"reference":"Patient/p1"},"effectiveInstant":"2024-03-05T10:00:00+02:00","meta":{"lastUpdated":"2024-07-04T00:00:00Z"}}
{"resourceType":"Observation","id":"c","subject":{"reference":"Patient/p1"},"effectiveDateTime":"2024-05","meta":{"lastUpdated":"2024-07-02T00:00:00Z"}}
{"resourceType":"Observation","id":"e","subject":{"reference":"Patient/p1"},"effectivePeriod":{"end":"2024-03-06"},"meta":{"lastUpdated":"2024-07-02T00:00:00Z"}})";

class SandboxSort : public testing::Test {
protected:
    SandboxSort() { hospital.load(records); }

    std::vector<std::string> sorted(const std::string& keys) {
        return hospital.get("/Observation?_sort=" + keys).ids();
    }

    Hospital hospital;
};

TEST_F(SandboxSort, ByDateWhatHasNoneLastEitherWay) {
    EXPECT_THAT(sorted("date"), ElementsAre("b", "d", "e", "a", "c", "f", "g"));
    EXPECT_THAT(sorted("-date"), ElementsAre("c", "a", "e", "b", "d", "f", "g"));
}

TEST_F(SandboxSort, ByDateOfTypesThatHaveOne) {
    hospital.load(R"({"resourceType":"Procedure","id":"x","performedDateTime":"2024-02"}
{"resourceType":"Procedure","id":"y","performedPeriod":{"start":"2024-01-31"}})");
    EXPECT_THAT(hospital.get("/Procedure?_sort=date").ids(), ElementsAre("y", "x"));
    EXPECT_THAT(hospital.get("/Procedure?_sort=-date").ids(), ElementsAre("x", "y"));
    EXPECT_THAT(hospital.get("/Patient?_sort=birthdate").ids(), ElementsAre("p2", "p1"));
    EXPECT_EQ(hospital.get("/Patient?_sort=date").status, 400);
}

TEST_F(SandboxSort, ById) {
    EXPECT_THAT(sorted("_id"), ElementsAre("a", "b", "c", "d", "e", "f", "g"));
    EXPECT_THAT(sorted("-_id"), ElementsAre("g", "f", "e", "d", "c", "b", "a"));
    EXPECT_THAT(sorted("-_id,date"), ElementsAre("g", "f", "e", "d", "c", "b", "a"));
}

TEST_F(SandboxSort, ByLastUpdated) {
    EXPECT_THAT(sorted("_lastUpdated"), ElementsAre("f", "g", "c", "e", "a", "b", "d"));
    EXPECT_THAT(sorted("-_lastUpdated"), ElementsAre("d", "b", "a", "c", "e", "f", "g"));
    hospital.put("/Observation/f", R"({"resourceType":"Observation","id":"f"})");
    EXPECT_THAT(sorted("_lastUpdated"), ElementsAre("g", "c", "e", "a", "b", "d", "f"));
}

TEST_F(SandboxSort, ByTheNextKeyWhereTheFirstIsEqual) {
    EXPECT_THAT(sorted("date,_lastUpdated"), ElementsAre("b", "d", "e", "a", "c", "f", "g"));
    EXPECT_THAT(sorted("date,-_lastUpdated"), ElementsAre("d", "b", "e", "a", "c", "f", "g"));
    EXPECT_THAT(sorted("date,-_id"), ElementsAre("d", "b", "e", "a", "c", "g", "f"));
}

TEST_F(SandboxSort, WithoutItAsTheyWereCreated) {
    EXPECT_THAT(hospital.get("/Observation").ids(), ElementsAre("f", "d", "a", "g", "b", "c", "e"));
}

TEST_F(SandboxSort, PagesKeepToTheOrder) {
    const std::string query = "/Observation?patient=p1&_sort=-date&_count=2";
    EXPECT_THAT(hospital.crawl(query), ElementsAre("c", "a", "e", "b", "d", "f", "g"));
    const Got first = hospital.get(query);
    EXPECT_THAT(first.link("self"), HasSubstr("_sort=-date"));
    // What comes between two pages is in neither.
    hospital.post("/Observation",
                  R"({"resourceType":"Observation","effectiveDateTime":"2024-03-05T09:00:00Z"})");
    EXPECT_THAT(hospital.follow(first.link("next")).ids(), ElementsAre("e", "b"));
}

TEST_F(SandboxSort, OfAPostedSearch) {
    const http::Headers form = {{"Content-Type", "application/x-www-form-urlencoded"}};
    EXPECT_THAT(hospital.post("/Observation/_search", "_sort=-date&_count=3", form).ids(),
                ElementsAre("c", "a", "e"));
}

TEST_F(SandboxSort, RefusesOtherKeysUnlessLenient) {
    for (const char* keys : {"code", "patient", "nonsense", "date,code", "date,", "", "--date"}) {
        const std::string query = std::string("/Observation?_sort=") + keys;
        const Got got = hospital.get(query);
        EXPECT_EQ(got.status, 400) << keys;
        EXPECT_EQ(got.issue(), "error/not-supported") << keys;
        const Got lenient = hospital.get(query, {{"Prefer", "handling=lenient"}});
        EXPECT_THAT(lenient.ids(), SizeIs(7)) << keys;
        EXPECT_EQ(lenient.link("self"), std::string(Hospital::base) + "/Observation") << keys;
    }
}

TEST(SandboxSortHabits, NoTimesNoSorting) {
    Hospital hospital(R"({"habits": {"no_last_updated": true}})");
    EXPECT_EQ(hospital.get("/Observation?_sort=-date,_lastUpdated").status, 400);
    EXPECT_EQ(hospital.get("/Observation?_sort=-date").status, 200);
}

} // namespace
