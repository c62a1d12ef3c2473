#include "mapping/fhir/fields.hpp"
#include "mapping/fhir/resource.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace embolink {
namespace {

struct Document {
    explicit Document(std::string_view text)
        : json(parse_json(text).value), root(scope, json.get(), "Thing") {}

    std::shared_ptr<const nlohmann::json> json;
    IssueSink issues;
    ZoneRule zone;
    FieldScope scope{issues, zone, "Thing/1"};
    Field root;
};

TEST(Fields, ReducesReferences) {
    const auto reduced = [](std::string_view text) { return reduce_reference(text, "Thing/1"); };
    EXPECT_EQ(reduced("Patient/1"), "Patient/1");
    EXPECT_EQ(reduced("Patient/1/_history/3"), "Patient/1");
    EXPECT_EQ(reduced("https://ehr.example/fhir/R4/Patient/a.b-1"), "Patient/a.b-1");
    EXPECT_EQ(reduced("https://ehr.example/fhir/Patient/1/_history/2"), "Patient/1");
    EXPECT_EQ(reduced("#med"), "Thing/1#med");
    EXPECT_EQ(reduced("urn:uuid:5d8a"), "urn:uuid:5d8a");
    EXPECT_EQ(reduced("1"), "1");
}

TEST(Fields, TakesAnObjectForAListAndAListForAnObjectWithAWarning) {
    Document document(R"({"one": [{"x": "a"}], "list": {"x": "b"}, "many": ["a", "b"]})");
    EXPECT_EQ(document.root.at("one").at("x").text(), "a");
    EXPECT_EQ(document.root.all("list").front().at("x").text(), "b");
    EXPECT_FALSE(document.root.at("many"));
    const Issues issues = document.issues.take();
    ASSERT_EQ(issues.size(), 3U);
    EXPECT_EQ(issues[0].severity, Severity::warning);
    EXPECT_EQ(issues[0].expression, "Thing.one");
    EXPECT_EQ(issues[1].severity, Severity::warning);
    EXPECT_EQ(issues[2].severity, Severity::error);
    EXPECT_EQ(issues[2].expression, "Thing.many");
}

TEST(Fields, SaysWhereAWrongTypeStands) {
    Document document(R"({"a": [{"b": 3}, {"date": "2020-02-31"}], "n": "1.5", "t": "true"})");
    const auto list = document.root.all("a");
    EXPECT_EQ(list[0].at("b").text(), "");
    EXPECT_FALSE(list[1].at("date").date());
    EXPECT_EQ(document.root.at("n").number()->text, "1.5");
    EXPECT_EQ(document.root.at("t").boolean(), true);
    const Issues issues = document.issues.take();
    ASSERT_EQ(issues.size(), 4U);
    EXPECT_EQ(issues[0].expression, "Thing.a[0].b");
    EXPECT_EQ(issues[0].code, IssueCode::structure);
    EXPECT_EQ(issues[1].expression, "Thing.a[1].date");
    EXPECT_EQ(issues[1].severity, Severity::error);
    EXPECT_EQ(issues[2].severity, Severity::warning);
}

TEST(Fields, IsSilentAboutWhatIsAbsent) {
    Document document(R"({"null": null})");
    EXPECT_EQ(document.root.at("x").at("y").text(), "");
    EXPECT_FALSE(document.root.at("null"));
    EXPECT_TRUE(document.root.at("x").all("z").empty());
    EXPECT_TRUE(document.issues.take().empty());
}

TEST(Fields, ReadsCodingsAndTakesABareCodingForAConcept) {
    Document document(R"({"good": {"coding": [{"system": "s", "code": "c", "display": "d"}],
                                   "text": "t"}, "bare": {"system": "s", "code": "c"}})");
    const CodedText good = read_coded_text(document.root.at("good"));
    EXPECT_EQ(good.text, "t");
    EXPECT_EQ(good.codings.at(0).display, "d");
    EXPECT_TRUE(document.issues.take().empty());
    EXPECT_EQ(read_coded_text(document.root.at("bare")).codings.at(0).code, "c");
    EXPECT_EQ(document.issues.take().size(), 1U);
}

} // namespace
} // namespace embolink
