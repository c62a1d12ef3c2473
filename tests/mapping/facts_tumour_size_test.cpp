// Tumour sizes as mCODE and others write them (R4.2, terminology 2.4).

#include "tests/support/reading.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

using test::all;
using test::only;
using test::read;
using test::resource;

constexpr std::string_view size_code =
    R"("code": {"coding": [{"system": "http://loinc.org", "code": "21889-1"}]})";
constexpr std::string_view focus = R"("focus": [{"reference": "BodyStructure/7"}])";

std::string component(std::string_view code, std::string_view value, std::string_view unit) {
    return R"({"code": {"coding": [{"system": "http://loinc.org", "code": ")" + std::string{code} +
           R"("}]}, "valueQuantity": {"value": )" + std::string{value} +
           R"(, "system": "http://unitsofmeasure.org", "code": ")" + std::string{unit} + R"("}})";
}

ResourceFacts sized(std::string_view more, std::string_view status = "final") {
    return read(resource("Observation",
                         R"("status": ")" + std::string{status} +
                             R"(", "effectiveDateTime": "2020-05-08", )" + std::string{size_code} +
                             ", " + std::string{more}));
}

std::string quantity(std::string_view members) {
    return R"("valueQuantity": {)" + std::string{members} + "}";
}

TEST(TumourSizeReader, TheLongestDiameterOfTheComponents) {
    const auto size = only<TumourSize>(sized(std::string{focus} + R"(, "component": [)" +
                                             component("33729-5", "9", "mm") + ", " +
                                             component("33728-7", "2.50", "cm") + "]"));
    EXPECT_EQ(compare(size.millimetres, Decimal{"25"}), std::strong_ordering::equal);
    EXPECT_EQ(size.lesion, "BodyStructure/7");
    EXPECT_FALSE(size.recist_1_0);
    EXPECT_EQ(test::shown(size.effective), "2020-05-08");
}

TEST(TumourSizeReader, AValueOfItsOwn) {
    const auto of = [](std::string_view members) {
        return only<TumourSize>(sized(quantity(members))).millimetres.text;
    };
    EXPECT_EQ(of(R"("value": 14, "unit": "mm")"), "14");
    EXPECT_EQ(of(R"("value": 1.4, "unit": "cm")"), "14");
    const auto direct = only<TumourSize>(
        read(resource("Observation", R"("status": "final", "effectiveDateTime": "2020-05-08",
        "code": {"coding": [{"system": "http://loinc.org", "code": "33728-7"}]},
        "valueQuantity": {"value": 8, "unit": "mm"})")));
    EXPECT_EQ(direct.lesion, "");
}

TEST(TumourSizeReader, WhatCannotBeAddedUpIsAnIssue) {
    for (const char* members : {R"("value": 14)",
                                R"("value": 14, "unit": "in")",
                                R"("value": -1, "unit": "mm")",
                                R"("value": 5, "unit": "mm", "comparator": "<")",
                                R"("unit": "mm")"}) {
        const auto facts = sized(quantity(members));
        EXPECT_TRUE(all<TumourSize>(facts).empty()) << members;
        EXPECT_TRUE(test::has_issue(facts, Severity::error, "Observation.valueQuantity"))
            << members;
    }
    EXPECT_TRUE(all<TumourSize>(sized(std::string{focus})).empty());
    EXPECT_TRUE(
        all<TumourSize>(sized(R"("component": [)" + component("33729-5", "9", "mm") + "]")).empty())
        << "an additional dimension is no longest one";
}

TEST(TumourSizeReader, ASpecimenWasNotMeasuredOnImages) {
    const auto facts = sized(quantity(R"("value": 14, "unit": "mm")") +
                             R"(, "specimen": {"reference": "Specimen/1"})");
    EXPECT_TRUE(all<TumourSize>(facts).empty());
    EXPECT_TRUE(test::has_issue(facts, Severity::information, "Observation.specimen"));
}

TEST(TumourSizeReader, WhatTellsTheLesion) {
    const auto lesion = [](std::string_view more) {
        return only<TumourSize>(
                   sized(quantity(R"("value": 14, "unit": "mm")") + ", " + std::string{more}))
            .lesion;
    };
    EXPECT_EQ(lesion(R"("bodySite": {"coding": [{"system": "s", "code": "1"}]})"), "site s|1");
    EXPECT_EQ(lesion(R"("bodySite": {"text": "Segment VI"})"), "site segment vi");
    EXPECT_EQ(lesion(R"("focus": [{"reference": "#b"}], "contained": [{"resourceType":
        "BodyStructure", "id": "b", "description": "Lesion A"}])"),
              "contained lesion a");
}

TEST(TumourSizeReader, MethodAndStatus) {
    const auto facts = sized(
        quantity(R"("value": 14, "unit": "mm")") +
            R"(, "method": {"coding": [{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "126080"}]})",
        "preliminary");
    EXPECT_TRUE(only<TumourSize>(facts).recist_1_0);
    EXPECT_EQ(only<TumourSize>(facts).standing, Standing::candidate);
    EXPECT_TRUE(sized(quantity(R"("value": 14, "unit": "mm")"), "entered-in-error").facts.empty());
    EXPECT_FALSE(
        only<TumourSize>(
            sized(
                quantity(R"("value": 14, "unit": "mm")") +
                R"(, "method": {"coding": [{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "126081"}]})"))
            .recist_1_0);
}

} // namespace
} // namespace embolink
