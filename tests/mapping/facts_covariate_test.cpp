// What covariates are read from (R10): grade, Ki-67, liver involvement, priorities; and hospital
// stays (R6.4).
#include "mapping/facts/concepts.hpp"
#include "tests/support/reading.hpp"

#include <gmock/gmock.h>

namespace embolink {
namespace {

using test::all;
using test::has_issue;
using test::only;
using test::read;
using test::resource;
using test::shown;

ResourceFacts observation(std::string_view code, std::string_view value) {
    return read(resource("Observation",
                         R"("status": "final", "effectiveDateTime": "2020-02-01", "code":
        {"coding": [)" + std::string{code} +
                             "]}, " + std::string{value}));
}

constexpr auto ki67 = R"({"system": "http://loinc.org", "code": "29593-1"})";
constexpr auto grade =
    R"({"system": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "code": "C18000"})";

TEST(CharacteristicReader, Ki67AsQuantity) {
    const auto found = only<Characteristic>(observation(
        ki67,
        R"("valueQuantity": {"value": 12.5, "system": "http://unitsofmeasure.org", "code": "%"})"));
    EXPECT_EQ(found.kind, concepts::ki_67);
    EXPECT_EQ(found.percent->text, "12.5");
    EXPECT_EQ(shown(found.date), "2020-02-01");
    const auto bound = only<Characteristic>(observation(
        ki67, R"("valueQuantity": {"comparator": "<", "value": 3, "unit": "percent"})"));
    EXPECT_EQ(bound.comparator, Comparator::less);
}

TEST(CharacteristicReader, Ki67AsTextOrRange) {
    const auto text = only<Characteristic>(observation(ki67, R"("valueString": "< 2,5 %")"));
    EXPECT_EQ(text.percent->text, "2.5");
    EXPECT_EQ(text.comparator, Comparator::less);
    const auto range = only<Characteristic>(observation(
        ki67,
        R"("valueRange": {"low": {"value": 5, "unit": "%"}, "high": {"value": 10, "unit": "%"}})"));
    EXPECT_EQ(range.percent->text, "5");
    EXPECT_EQ(range.percent_high->text, "10");
}

TEST(CharacteristicReader, WithoutPerCentItIsNoShare) {
    for (const char* value : {R"("valueQuantity": {"value": 5})",
                              R"("valueQuantity": {"value": 5, "unit": "cells"})",
                              R"("valueString": "5")",
                              R"("valueString": "low")",
                              R"("valueRange": {"low": {"value": 5, "unit": "%"}})",
                              R"("valueBoolean": true)"}) {
        const auto facts = observation(ki67, value);
        EXPECT_TRUE(all<Characteristic>(facts).empty()) << value;
        EXPECT_TRUE(std::any_of(facts.issues.begin(), facts.issues.end(), [](const Issue& issue) {
            return issue.severity == Severity::error;
        })) << value;
    }
}

TEST(CharacteristicReader, GradeByCode) {
    const auto graded = [](std::string_view code) {
        return only<Characteristic>(observation(grade,
                                                R"("valueCodeableConcept": {"coding": [{"system":
                               "http://snomed.info/sct", "code": ")" +
                                                    std::string{code} + R"("}]})"))
            .category;
    };
    EXPECT_EQ(graded("1155708003"), "G1");
    EXPECT_EQ(graded("1286893008"), "G2");
    EXPECT_EQ(graded("1155707008"), "G3");
    EXPECT_EQ(graded("54102005"), "G1");
    EXPECT_EQ(graded("1663004"), "G2");
    EXPECT_EQ(graded("61026006"), "G3");
    EXPECT_EQ(
        only<Characteristic>(observation(grade, R"("valueCodeableConcept": {"text": "NET G2"})"))
            .category,
        "G2");
}

TEST(CharacteristicReader, AGradeThatIsNotOneIsNone) {
    const auto unknown = observation(
        grade,
        R"("valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "1"}]})");
    EXPECT_TRUE(all<Characteristic>(unknown).empty());
    const auto two = observation(grade, R"("valueCodeableConcept": {"text": "G1 or G2"})");
    EXPECT_TRUE(all<Characteristic>(two).empty());
    EXPECT_TRUE(has_issue(two, Severity::error, "Observation.valueCodeableConcept"));
}

TEST(CharacteristicReader, ATextAloneNamesNoQuantity) {
    const auto facts = read(resource("Observation",
                                     R"("status": "final", "effectiveDateTime": "2020-02-01",
        "code": {"text": "Ki-67"}, "valueQuantity": {"value": 5, "unit": "%"})"));
    EXPECT_TRUE(all<Characteristic>(facts).empty());
}

TEST(CharacteristicReader, LiverInvolvementByTheSitesCode) {
    SiteConfig site;
    site.codes = {{"urn:lab", "TUMOR-LOAD", "liver-involvement"}};
    const auto read_value = [&](std::string_view value) {
        return only<Characteristic>(read(resource("Observation",
                                                  R"("status": "final", "effectiveDateTime":
            "2020-02-01", "code": {"coding": [{"system": "urn:lab", "code": "TUMOR-LOAD"}]}, )" +
                                                      std::string{value}),
                                         site));
    };
    EXPECT_EQ(read_value(R"("valueQuantity": {"value": 40, "code": "%"})").percent->text, "40");
    EXPECT_EQ(read_value(R"("valueCodeableConcept": {"coding": [{"system": "urn:lab",
        "code": "L2", "display": "25-50 %"}]})")
                  .category,
              "25-50 %");
    EXPECT_EQ(read_value(R"("valueCodeableConcept": {"coding": [{"system": "urn:lab",
        "code": "L2"}]})")
                  .category,
              "L2");
}

TEST(CharacteristicReader, NeedsADate) {
    const auto facts =
        read(resource("Observation",
                      R"("status": "final", "code": {"coding": [)" + std::string{ki67} +
                          R"(]}, "valueQuantity": {"value": 5, "code": "%"})"));
    EXPECT_TRUE(all<Characteristic>(facts).empty());
    EXPECT_TRUE(has_issue(facts, Severity::error, "Observation.effective"));
}

Stay stay_of(std::string_view inner) {
    return only<Stay>(read(resource("Encounter", inner)));
}

TEST(StayReader, PeriodClassAndPriority) {
    const auto stay = stay_of(R"("status": "finished", "class": {"code": "IMP"},
        "period": {"start": "2020-03-01", "end": "2020-03-05"},
        "priority": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActPriority",
        "code": "EM"}]})");
    EXPECT_TRUE(stay.inpatient);
    EXPECT_FALSE(stay.current);
    EXPECT_EQ(shown(stay.when.start), "2020-03-01");
    EXPECT_EQ(shown(stay.when.end), "2020-03-05");
    EXPECT_EQ(stay.priority, Priority::urgent);
}

TEST(StayReader, AnOpenOneIsCurrent) {
    EXPECT_TRUE(stay_of(R"("status": "in-progress", "class": {"code": "IMP"},
        "period": {"start": "2020-03-01"})")
                    .current);
    EXPECT_FALSE(stay_of(R"("status": "finished", "class": {"code": "IMP"},
        "period": {"start": "2020-03-01"})")
                     .current);
    const auto visit = stay_of(R"("status": "in-progress", "class": {"code": "AMB"},
        "period": {"start": "2020-03-01"})");
    EXPECT_FALSE(visit.inpatient);
    EXPECT_FALSE(visit.current);
}

TEST(StayReader, PrioritiesByCodeAndWord) {
    const auto priority = [](std::string_view coded) {
        return stay_of(R"("status": "finished", "class": {"code": "IMP"}, "period":
            {"start": "2020-03-01"}, "priority": )" +
                       std::string{coded})
            .priority;
    };
    const auto act = [&](std::string_view code) {
        return priority(R"({"coding": [{"system":
            "http://terminology.hl7.org/CodeSystem/v3-ActPriority", "code": ")" +
                        std::string{code} + R"("}]})");
    };
    for (const char* code : {"A", "EM", "S", "T", "UR"}) {
        EXPECT_EQ(act(code), Priority::urgent) << code;
    }
    for (const char* code : {"EL", "R"}) {
        EXPECT_EQ(act(code), Priority::elective) << code;
    }
    EXPECT_EQ(act("PRN"), Priority::unstated);
    EXPECT_EQ(priority(R"({"text": "Notfall"})"), Priority::urgent);
    EXPECT_EQ(priority(R"({"text": "elective admission"})"), Priority::elective);
    EXPECT_EQ(priority(R"({"coding": [{"system": "urn:x", "code": "S"}]})"), Priority::unstated);
}

TEST(OrderReader, Priority) {
    const auto order = [](std::string_view inner) {
        return all<Order>(read(resource("ServiceRequest", inner)));
    };
    EXPECT_EQ(order(R"("status": "completed", "priority": "urgent")").at(0).priority,
              Priority::urgent);
    EXPECT_EQ(order(R"("status": "active", "priority": "routine")").at(0).priority,
              Priority::elective);
    EXPECT_EQ(order(R"("status": "active")").at(0).priority, Priority::unstated);
    EXPECT_TRUE(order(R"("status": "entered-in-error", "priority": "stat")").empty());
}

TEST(OrderReader, ProceduresNameTheirOrder) {
    const auto row = only<ProcedureRow>(
        read(resource("Procedure",
                      R"("status": "completed", "code": {"text": "TACE"}, "performedDateTime":
            "2020-03-10", "basedOn": [{"reference": "ServiceRequest/7"}])")));
    EXPECT_THAT(row.based_on, testing::ElementsAre("ServiceRequest/7"));
}

TEST(PrimaryResection, R10_IsReadFromWords) {
    const auto resection = [](std::string_view text) {
        const auto row = only<ProcedureRow>(read(resource(
            "Procedure",
            R"("status": "completed", "performedDateTime": "2015-01-01", "code": {"text": ")" +
                std::string{text} + R"("})")));
        return row.concepts.in_text(concepts::primary_resection);
    };
    EXPECT_TRUE(resection("Right hemicolectomy"));
    EXPECT_TRUE(resection("Résection iléo-caecale"));
    EXPECT_TRUE(resection("Dünndarmresektion"));
    EXPECT_TRUE(resection("Resection of the primary tumour and liver metastases"));
    EXPECT_FALSE(resection("Left hemicolectomy"));
    EXPECT_FALSE(resection("Appendectomy"));
    EXPECT_FALSE(resection("Right hemicolectomy planned"));
}

} // namespace
} // namespace embolink
