// R10: covariates at T0.
#include "mapping/facts/concepts.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::Contains;
using ::testing::Field;

std::string of(const TinyPatient& patient, const std::string& param) {
    return summary(patient.record(param));
}

constexpr auto not_documented = "not-evaluable not-documented";

PartialDate exactly(const char* date) {
    const auto day = *date_from_iso(date);
    return {Precision::day, day, day, std::nullopt};
}

TEST(Age, R10_DaysBy365Point25CutToOneDecimal) {
    TinyPatient patient; // T0 = 2020-03-10
    patient.timeline.person->birth = exactly("1955-06-30");
    EXPECT_EQ(of(patient, "AGE"), "value 64.6 a"); // 23630 days: 64.695
    patient.timeline.person->birth = exactly("1960-03-10");
    EXPECT_EQ(of(patient, "AGE"), "value 60.0 a"); // 21915 days: exactly 60
    patient.timeline.person->birth = exactly("1960-03-11");
    EXPECT_EQ(of(patient, "AGE"), "value 59.9 a");
    patient.timeline.person->birth = on(0);
    EXPECT_EQ(of(patient, "AGE"), "value 0.0 a");
}

TEST(Age, R10_NeedsADayOfBirth) {
    TinyPatient patient;
    EXPECT_EQ(of(patient, "AGE"), not_documented);
    patient.timeline.person->birth = in_month(1955, 6);
    EXPECT_EQ(of(patient, "AGE"), not_documented);
    patient.timeline.person->birth = on(1);
    EXPECT_EQ(of(patient, "AGE"), not_documented);
    patient.timeline.person.reset();
    EXPECT_EQ(of(patient, "AGE"), not_documented);
}

TEST(Sex, R10_AdministrativeGender) {
    TinyPatient patient;
    EXPECT_EQ(of(patient, "SEX"), not_documented);
    for (const char* gender : {"female", "male", "other"}) {
        patient.timeline.person->sex = gender;
        EXPECT_EQ(of(patient, "SEX"), std::string("value ") + gender);
    }
    patient.timeline.person->sex = "unknown";
    EXPECT_EQ(of(patient, "SEX"), not_documented);
    EXPECT_EQ(patient.derive(endpoint("SEX")).record.flags.size(), 0U);
}

DrugEvent& analogue(TinyPatient& patient, int on_day, DrugSource source, const char* status) {
    auto& drug = patient.drug({on_day,
                               source,
                               status,
                               std::string(concepts::somatostatin_analogue),
                               false,
                               "octreotide"});
    drug.end = drug.start;
    return drug;
}

TEST(Analogue, R10_WithinNinetyDaysBefore) {
    for (const auto& [on_day, expected] : {std::pair{-91, not_documented},
                                           {-90, "value true"},
                                           {0, "value true"},
                                           {1, not_documented}}) {
        TinyPatient patient;
        analogue(patient, on_day, DrugSource::administration, "completed");
        EXPECT_EQ(of(patient, "SSA"), expected) << on_day;
    }
}

TEST(Analogue, R10_AStatementThatGoesOnIsActive) {
    TinyPatient patient;
    auto& drug = analogue(patient, -400, DrugSource::statement, "active");
    drug.end.reset();
    EXPECT_EQ(of(patient, "SSA"), "value true");
    drug.status = "stopped";
    EXPECT_EQ(of(patient, "SSA"), not_documented) << "nobody knows until when";
    drug.end = on(-90);
    EXPECT_EQ(of(patient, "SSA"), "value true");
    drug.end = on(-91);
    EXPECT_EQ(of(patient, "SSA"), not_documented);
    drug.status = "active";
    drug.end = drug.start; // effectiveDateTime
    EXPECT_EQ(of(patient, "SSA"), "value true");
}

TEST(Analogue, R10_AbsenceSaysNoOnlyInACompleteFeed) {
    TinyPatient patient;
    EXPECT_EQ(of(patient, "SSA"), not_documented);
    patient.site.complete_feeds = {"Procedure"};
    EXPECT_EQ(of(patient, "SSA"), not_documented);
    patient.site.complete_feeds = {"MedicationAdministration"};
    EXPECT_EQ(of(patient, "SSA"), not_documented) << "depots are given elsewhere, too";
    patient.site.complete_feeds = {"MedicationStatement"};
    EXPECT_EQ(of(patient, "SSA"), "value false");
    analogue(patient, -5, DrugSource::dispense, "completed");
    EXPECT_EQ(of(patient, "SSA"), "value true");
}

TEST(PriorResection, R10_BeforeT0) {
    for (const auto& [param, concept_name] :
         {std::pair{"PRIOR-RESECTION-LIVER", concepts::liver_resection},
          {"PRIOR-RESECTION-PRIMARY", concepts::primary_resection}}) {
        TinyPatient patient;
        EXPECT_EQ(of(patient, param), not_documented);
        patient.site.complete_feeds = {"Procedure"};
        EXPECT_EQ(of(patient, param), "value false");
        patient.site.complete_feeds.clear();
        patient.procedure(-1, concept_name);
        EXPECT_EQ(of(patient, param), "value true");
        patient.timeline.procedures.back().status = "not-done";
        EXPECT_EQ(of(patient, param), not_documented);
        patient.timeline.procedures.back().status = "completed";
        patient.timeline.procedures.back().performed.start = on(0);
        EXPECT_EQ(of(patient, param), not_documented) << "on T0";
        patient.timeline.procedures.back().performed.start = in_month(2020, 2);
        EXPECT_EQ(of(patient, param), "value true");
        patient.timeline.procedures.back().performed.start = in_month(2020, 3);
        EXPECT_EQ(of(patient, param), not_documented) << "the month holds T0";
    }
}

TEST(PriorResection, R10_EachOrganIsItsOwn) {
    TinyPatient patient;
    patient.procedure(-100, concepts::liver_resection);
    EXPECT_EQ(of(patient, "PRIOR-RESECTION-PRIMARY"), not_documented);
    patient.timeline.procedures.back().concepts.by_code = {"liver-transplant"};
    EXPECT_EQ(of(patient, "PRIOR-RESECTION-LIVER"), not_documented);
}

TEST(PriorResection, WordsCountOnlyWhereTheRowsCodeSaysNothing) {
    TinyPatient patient;
    auto& row = patient.procedure(-100, concepts::liver_ablation);
    row.concepts.by_text = {std::string(concepts::liver_resection)};
    EXPECT_EQ(of(patient, "PRIOR-RESECTION-LIVER"), not_documented);
    patient.timeline.procedures.back().concepts.by_code.clear();
    EXPECT_EQ(of(patient, "PRIOR-RESECTION-LIVER"), "value true");
}

Characteristic& share(TinyPatient& patient,
                      int on_day,
                      std::string_view kind,
                      const std::string& percent,
                      Comparator comparator = Comparator::none) {
    auto& one = patient.characteristic(on_day, kind);
    one.percent = parse_decimal(percent);
    one.comparator = comparator;
    return one;
}

TEST(Grade, R10_FromKi67) {
    for (const auto& [percent, grade] :
         {std::pair{"2.99", "G1"}, {"3", "G2"}, {"20", "G2"}, {"20.1", "G3"}}) {
        TinyPatient patient;
        share(patient, -30, concepts::ki_67, percent);
        EXPECT_EQ(of(patient, "GRADE"), std::string("value ") + grade) << percent;
    }
}

TEST(Grade, R10_ABoundDecidesOnlyWithinOneGrade) {
    const auto graded = [](const char* percent, Comparator comparator) {
        TinyPatient patient;
        share(patient, -30, concepts::ki_67, percent, comparator);
        return of(patient, "GRADE");
    };
    EXPECT_EQ(graded("3", Comparator::less), "value G1");
    EXPECT_EQ(graded("3.1", Comparator::less), not_documented);
    EXPECT_EQ(graded("2", Comparator::less_or_equal), "value G1");
    EXPECT_EQ(graded("3", Comparator::less_or_equal), not_documented);
    EXPECT_EQ(graded("20", Comparator::greater), "value G3");
    EXPECT_EQ(graded("19", Comparator::greater), not_documented);
    EXPECT_EQ(graded("20", Comparator::greater_or_equal), not_documented);
    EXPECT_EQ(graded("21", Comparator::greater_or_equal), "value G3");
}

TEST(Grade, R10_ARangeDecidesOnlyWithinOneGrade) {
    TinyPatient patient;
    share(patient, -30, concepts::ki_67, "5").percent_high = parse_decimal("10");
    EXPECT_EQ(of(patient, "GRADE"), "value G2");
    patient.timeline.characteristics.back().percent = parse_decimal("2");
    EXPECT_EQ(of(patient, "GRADE"), not_documented);
}

TEST(Grade, R10_Ki67GoesBeforeTheCodedGrade) {
    TinyPatient patient;
    patient.characteristic(-20, concepts::histologic_grade).category = "G1";
    EXPECT_EQ(of(patient, "GRADE"), "value G1");
    share(patient, -30, concepts::ki_67, "15");
    EXPECT_EQ(of(patient, "GRADE"), "value G2");
    patient.timeline.characteristics.back().comparator = Comparator::less;
    EXPECT_EQ(of(patient, "GRADE"), "value G1") << "less than 15 may be G1 or G2";
}

TEST(Grade, R10_TheLastOfThoseUpToT0) {
    TinyPatient patient;
    share(patient, -300, concepts::ki_67, "1");
    share(patient, 0, concepts::ki_67, "5");
    share(patient, 1, concepts::ki_67, "50");
    EXPECT_EQ(of(patient, "GRADE"), "value G2");
    share(patient, 0, concepts::ki_67, "30");
    EXPECT_EQ(of(patient, "GRADE"), "value G3") << "the highest of one day";
    const auto first = patient.timeline.characteristics.back().origin.reference;
    share(patient, 0, concepts::ki_67, "40");
    EXPECT_THAT(patient.record("GRADE").sources, Contains(Field(&RecordSource::reference, first)))
        << "of equal grades the first";
}

TEST(LiverInvolvement, R10_PercentOrCategory) {
    TinyPatient patient;
    EXPECT_EQ(of(patient, "LIVER-INVOLVEMENT"), not_documented);
    patient.characteristic(-40, concepts::liver_involvement).category = "25-50 %";
    EXPECT_EQ(of(patient, "LIVER-INVOLVEMENT"), "value 25-50 %");
    share(patient, -20, concepts::liver_involvement, "30");
    EXPECT_EQ(of(patient, "LIVER-INVOLVEMENT"), "value 30 %");
    share(patient, -20, concepts::liver_involvement, "35");
    EXPECT_EQ(of(patient, "LIVER-INVOLVEMENT"), "value 35 %");
    share(patient, -20, concepts::liver_involvement, "70", Comparator::less);
    EXPECT_EQ(of(patient, "LIVER-INVOLVEMENT"), "value 35 %");
    share(patient, 1, concepts::liver_involvement, "90");
    EXPECT_EQ(of(patient, "LIVER-INVOLVEMENT"), "value 35 %");
}

TEST(LiverInvolvement, R10_OfOneDayTheLargestShareThenTheFirstByOrigin) {
    TinyPatient patient;
    share(patient, -20, concepts::liver_involvement, "40");
    share(patient, -20, concepts::liver_involvement, "30");
    patient.characteristic(-20, concepts::liver_involvement).category = "25-50 %";
    share(patient, -20, concepts::liver_involvement, "40.0");
    EXPECT_EQ(of(patient, "LIVER-INVOLVEMENT"), "value 40 %");
    EXPECT_THAT(patient.record("LIVER-INVOLVEMENT").sources,
                Contains(Field(&RecordSource::reference,
                               patient.timeline.characteristics.front().origin.reference)));
}

TEST(Urgent, R10_PriorityOfTheAdmission) {
    TinyPatient patient;
    auto& stay = patient.stay(-2, 3);
    EXPECT_EQ(of(patient, "URGENT"), not_documented);
    stay.priority = Priority::urgent;
    EXPECT_EQ(of(patient, "URGENT"), "value true");
    stay.priority = Priority::elective;
    EXPECT_EQ(of(patient, "URGENT"), "value false");
    stay.when = {on(-5), on(0)};
    EXPECT_EQ(of(patient, "URGENT"), "value false") << "it ends on the day of the session";
    stay.when = {on(0), on(3)};
    EXPECT_EQ(of(patient, "URGENT"), "value false") << "it begins on the day of the session";
    stay.when = {on(1), on(3)};
    EXPECT_EQ(of(patient, "URGENT"), not_documented) << "it begins after the session";
    stay.when = {on(-5), on(-1)};
    EXPECT_EQ(of(patient, "URGENT"), not_documented) << "another stay";
}

TEST(Urgent, R10_TheEncounterOfTheRowWhateverItsClass) {
    TinyPatient patient;
    auto& stay = patient.stay(0, 0);
    stay.inpatient = false;
    stay.priority = Priority::urgent;
    EXPECT_EQ(of(patient, "URGENT"), not_documented);
    patient.timeline.procedures.front().encounter = stay.origin.reference;
    EXPECT_EQ(of(patient, "URGENT"), "value true");
}

TEST(Urgent, R10_PriorityOfTheProcedure) {
    TinyPatient patient;
    Order order;
    order.origin = {"ServiceRequest/1", "1"};
    order.priority = Priority::urgent;
    patient.timeline.orders.push_back(order);
    EXPECT_EQ(of(patient, "URGENT"), not_documented);
    patient.timeline.procedures.front().based_on = {"ServiceRequest/1"};
    EXPECT_EQ(of(patient, "URGENT"), "value true");
    patient.stay(-2, 3).priority = Priority::elective;
    EXPECT_EQ(of(patient, "URGENT"), "value true") << "either of them";
}

TEST(Urgent, R10_AbsenceSaysNoOnlyInACompleteFeed) {
    TinyPatient patient;
    patient.site.complete_feeds = {"Encounter"};
    EXPECT_EQ(of(patient, "URGENT"), "value false");
}

DrugEvent& infused(TinyPatient& patient, const char* name, const char* milligrams) {
    auto& drug = patient.drug({0,
                               DrugSource::administration,
                               "completed",
                               std::string(concepts::antineoplastic),
                               false,
                               name});
    drug.route = Route::intra_arterial;
    if (*milligrams != 0) {
        drug.dose = parse_decimal(milligrams);
        drug.dose_unit = "mg";
    }
    return drug;
}

TEST(Agent, R10_DrugAndDoseOfTheFirstSession) {
    TinyPatient patient;
    EXPECT_EQ(of(patient, "AGENT"), not_documented);
    infused(patient, "doxorubicin", "50");
    EXPECT_EQ(of(patient, "AGENT"), "value doxorubicin 50 mg");
    infused(patient, "doxorubicin", "25.5");
    infused(patient, "cisplatin", "100");
    EXPECT_EQ(of(patient, "AGENT"), "value cisplatin 100 mg + doxorubicin 75.5 mg");
    patient.session(92);
    infused(patient, "mitomycin", "10").start = on(92);
    EXPECT_EQ(of(patient, "AGENT"), "value cisplatin 100 mg + doxorubicin 75.5 mg");
}

TEST(Agent, R10_WithoutADoseTheNameAlone) {
    TinyPatient patient;
    infused(patient, "doxorubicin", "");
    EXPECT_EQ(of(patient, "AGENT"), "value doxorubicin");
}

TEST(Agent, R3_2_WhatThePlaceOfTheEncounterTellsIsCited) {
    TinyPatient patient;
    patient.timeline.procedures.back().encounter = "Encounter/e";
    auto& drug = patient.drug({0,
                               DrugSource::administration,
                               "completed",
                               std::string(concepts::antineoplastic),
                               false,
                               "doxorubicin"});
    drug.encounter = "Encounter/e";
    Stay& stay = patient.stay(0, 2);
    stay.origin.reference = "Encounter/e";
    stay.places = {{"Location/angio", {}}};
    patient.site.interventional.locations = {"Location/angio"};
    EXPECT_EQ(of(patient, "AGENT"), "value doxorubicin") << "derived twice: by what it cites, too";
}

TEST(Agent, R3_2_WhatAVeinGotIsNoneOfTheSessions) {
    TinyPatient patient;
    infused(patient, "doxorubicin", "50").route = Route::other;
    patient.timeline.drugs.back().part_of = {patient.timeline.procedures.front().origin.reference};
    EXPECT_EQ(of(patient, "AGENT"), not_documented);
    patient.timeline.drugs.back().route = Route::unstated;
    EXPECT_EQ(of(patient, "AGENT"), "value doxorubicin 50 mg");
}

TEST(Agent, R10_ContrastIsNoAgent) {
    TinyPatient patient;
    infused(patient, "iohexol", "50").drug.concepts.by_code = {"not-antineoplastic"};
    EXPECT_EQ(of(patient, "AGENT"), not_documented);
}

TEST(Covariates, R9_6_NameTheirSource) {
    TinyPatient patient;
    const auto origin = share(patient, -30, concepts::ki_67, "5").origin;
    EXPECT_THAT(patient.record("GRADE").sources,
                Contains(AllOf(Field(&RecordSource::reference, origin.reference),
                               Field(&RecordSource::role, "covariate"),
                               Field(&RecordSource::rule, "R10"))));
}

} // namespace
} // namespace embolink::testing
