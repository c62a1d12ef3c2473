// Building a timeline: the cut (R0.3), imaging dates (R4.1), Medications, merged persons.
#include "mapping/timeline/assemble.hpp"
#include "tests/support/rows.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// One patient of one resource; facts in the order given.
BuiltTimeline build(const std::vector<Fact>& facts,
                    int as_of = 1000,
                    const MedicationIndex& medications = {},
                    const Identity& identity = {
                        "Patient/1", {"Patient/1"}, {"Patient/1"}, false, {}}) {
    CurrentResource resource;
    resource.facts = facts;
    return build_timeline({identity, {&resource}}, medications, day(as_of));
}

Assessment reading(const std::string& id, std::optional<PartialDate> effective) {
    Assessment made;
    made.origin = {"Observation/" + id, "1"};
    made.category = SD;
    made.effective = std::move(effective);
    return made;
}

Imaging study(const std::string& id, const PartialDate& started) {
    Imaging made;
    made.origin = {"ImagingStudy/" + id, "1"};
    made.date = started;
    return made;
}

Imaging report(const std::string& id) {
    Imaging made;
    made.origin = {"DiagnosticReport/" + id, "1"};
    made.is_report = true;
    return made;
}

std::optional<PartialDate> date_of(const std::vector<Fact>& facts) {
    const PatientTimeline timeline = build(facts).timeline;
    return timeline.assessments.empty() ? std::nullopt
                                        : imaging_date(timeline, timeline.assessments.front());
}

TEST(ImagingDate, R4_1_StudyThenReportThenEffectiveThenIssued) {
    Assessment observation = reading("o", on(12));
    observation.issued = on(14);
    Imaging named = report("r");
    named.results = {"Observation/o"};
    named.date = on(11);
    named.issued = on(13);
    named.imaging_studies = {"ImagingStudy/s"};
    EXPECT_EQ(date_of({observation, named, study("s", on(10))}), on(10));
    EXPECT_EQ(date_of({observation, named}), on(11)) << "the study is not in the input";
    named.date.reset();
    EXPECT_EQ(date_of({observation, named}), on(12)) << "a report's issued comes last";
    observation.effective.reset();
    EXPECT_EQ(date_of({observation, named}), on(14));
    observation.issued.reset();
    EXPECT_EQ(date_of({observation, named}), on(13));
}

TEST(ImagingDate, R4_1_TheAssessmentsOwnStudyCountsToo) {
    Assessment observation = reading("o", on(12));
    observation.imaging_studies = {"ImagingStudy/s"};
    EXPECT_EQ(date_of({observation, study("s", on(10))}), on(10));
}

TEST(ImagingDate, R4_1_OfSeveralStudiesTheLatestNotTheComparison) {
    Assessment observation = reading("o", on(12));
    observation.imaging_studies = {"ImagingStudy/s", "ImagingStudy/before"};
    EXPECT_EQ(date_of({observation, study("s", on(10)), study("before", on(-90))}), on(10));
}

TEST(ImagingDate, R4_8_AContainedReadingHasTheDateOfItsReport) {
    Assessment contained = reading("x", on(12));
    contained.origin.reference = "DiagnosticReport/r#x";
    Imaging container = report("r");
    container.date = on(11);
    EXPECT_EQ(date_of({contained, container}), on(11));
}

TEST(ImagingDate, R9_2_ACandidateStudyDatesNothing) {
    Assessment observation = reading("o", on(12));
    observation.imaging_studies = {"ImagingStudy/s"};
    Imaging unfinished = study("s", on(10));
    unfinished.standing = Standing::candidate;
    EXPECT_EQ(date_of({observation, unfinished}), on(12));
}

TEST(ImagingDate, R9_2_AReportThatIsNotFinalIsKeptApart) {
    Imaging unfinished = report("r");
    unfinished.standing = Standing::candidate;
    unfinished.date = on(10);
    const auto timeline = build({unfinished}, 10).timeline;
    EXPECT_THAT(timeline.imaging, IsEmpty());
    EXPECT_THAT(timeline.candidate_reports, SizeIs(1));
    EXPECT_THAT(build({unfinished}, 9).timeline.candidate_reports, IsEmpty()); // R0.3
}

TEST(ImagingDate, R9_6_TheReportThatAReadingNamesIsBehindIt) {
    Assessment observation = reading("o", on(12));
    observation.report = "DiagnosticReport/r";
    Imaging named = report("r");
    named.imaging_studies = {"ImagingStudy/s"};
    const auto rests_on =
        build({observation, named, study("s", on(10)), report("other")}).timeline.rests_on;
    EXPECT_THAT(rests_on.at("Observation/o"),
                ElementsAre(Origin{"DiagnosticReport/r", "1"}, Origin{"ImagingStudy/s", "1"}));
}

template <class Made>
Made dated(std::optional<PartialDate> Made::*date) {
    Made made;
    made.origin = {"Any/1", "1"};
    made.*date = on(6);
    return made;
}

Diagnosis diagnosis_on_day_6() {
    Diagnosis made = condition("1", {concepts::midgut_net});
    made.onset = on(6);
    return made;
}

// One fact of each kind on day 6.
std::vector<Fact> one_of_each() {
    return {hepatic("1", 6),
            diagnosis_on_day_6(),
            administration("1", 6, {}),
            reading("1", on(6)),
            dated(&TumourSize::effective),
            study("1", on(6)),
            dated(&LabResult::effective),
            dated(&ClinicalEvent::date),
            Contact{{"Encounter/1", "1"}, "encounter", {on(6), on(6)}, false},
            dated(&Characteristic::date),
            Stay{{"Encounter/2", "1"}, true, false, {on(6), on(6)}, Priority::unstated, {}},
            dated(&Order::authored)};
}

std::vector<std::size_t> lengths(const PatientTimeline& line) {
    return {line.procedures.size(),
            line.diagnoses.size(),
            line.drugs.size(),
            line.assessments.size(),
            line.sizes.size(),
            line.imaging.size(),
            line.labs.size(),
            line.events.size(),
            line.contacts.size(),
            line.characteristics.size(),
            line.stays.size(),
            line.orders.size()};
}

TEST(Cut, R0_3_AFactOnTheCutExistsAndOneLaterDoesNot) {
    EXPECT_THAT(lengths(build(one_of_each(), 6).timeline), ::testing::Each(1));
    EXPECT_THAT(lengths(build(one_of_each(), 5).timeline), ::testing::Each(0));
}

TEST(Timeline, FactsOfOneResourceKeepTheirOrder) {
    LabResult first = dated(&LabResult::effective);
    LabResult second = first;
    first.analyte = "b";
    second.analyte = "a";
    const auto labs = build({first, second}, 1000).timeline.labs;
    ASSERT_EQ(labs.size(), 2U);
    EXPECT_EQ(labs.front().analyte, "b");
}

TEST(Timeline, R9_2_WhatIsNotFinalIsNoFact) {
    std::vector<Fact> facts = one_of_each();
    for (Fact& fact : facts) {
        std::visit(
            [](auto& one) {
                if constexpr (requires { one.standing; }) {
                    one.standing = Standing::rejected;
                }
            },
            fact);
    }
    Imaging rejected_report = report("r");
    rejected_report.standing = Standing::rejected;
    Imaging unfinished_study = study("s", on(6));
    unfinished_study.standing = Standing::candidate;
    EXPECT_THAT(build({rejected_report, unfinished_study}).timeline.candidate_reports, IsEmpty());
    // Procedures, drugs, contacts, stays and orders have statuses of their own.
    EXPECT_THAT(lengths(build(facts).timeline), ElementsAre(1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1));
}

TEST(Timeline, R0_4_AnEventWithoutADateIsNone) {
    auto event = dated(&ClinicalEvent::date);
    event.date.reset();
    EXPECT_THAT(build({event}).timeline.events, IsEmpty());
}

TEST(Cut, R0_3_AMonthExistsFromItsFirstDay) {
    ProcedureRow monthly = hepatic("1", 0);
    monthly.performed.start = in_month(2020, 4); // day 22 to day 51
    EXPECT_THAT(build({monthly}, 22).timeline.procedures, SizeIs(1));
    EXPECT_THAT(build({monthly}, 21).timeline.procedures, IsEmpty());
}

TEST(Cut, R0_3_AnAssessmentStandsAndFallsWithItsImaging) {
    Assessment late_reading = reading("o", on(30));
    late_reading.issued = on(40);
    late_reading.imaging_studies = {"ImagingStudy/s"};
    EXPECT_THAT(build({late_reading, study("s", on(20))}, 20).timeline.assessments, SizeIs(1))
        << "when it was read does not matter";
    EXPECT_THAT(build({late_reading, study("s", on(20))}, 19).timeline.assessments, IsEmpty());
    late_reading.effective = on(10);
    EXPECT_THAT(build({late_reading, study("s", on(20))}, 15).timeline.assessments, IsEmpty())
        << "a study after the cut does not hand over to an earlier date";
}

TEST(Cut, R0_3_ALaterDeathDoesNotExist) {
    Person person;
    person.origin = {"Patient/1", "1"};
    person.deceased = true;
    person.death = on(50);
    EXPECT_FALSE(build({person}, 49).timeline.person->deceased);
    EXPECT_FALSE(build({person}, 49).timeline.person->death);
    EXPECT_TRUE(build({person}, 50).timeline.person->deceased);
    person.death.reset();
    EXPECT_TRUE(build({person}, -500).timeline.person->deceased) << "without a date it is known";
}

TEST(Cut, R0_3_AConditionIsCutByItsOnsetNotByItsRecording) {
    Diagnosis diagnosis = condition("1", {concepts::midgut_net});
    diagnosis.recorded = on(50);
    EXPECT_THAT(build({diagnosis}, 10).timeline.diagnoses, SizeIs(1));
    diagnosis.onset = on(11);
    EXPECT_THAT(build({diagnosis}, 10).timeline.diagnoses, IsEmpty());
}

TEST(Cut, R0_3_AStayIsCutAtTheDayOfTheCut) {
    Contact stay{{"Encounter/1", "1"}, "encounter", {on(0), on(20)}, false};
    const auto contacts = build({stay}, 10).timeline.contacts;
    ASSERT_THAT(contacts, SizeIs(1));
    EXPECT_EQ(contacts.front().when.end->last, day(10));
}

// R0.4: such an end is no day, whenever one looks.
TEST(Cut, R0_3_AnEndThatIsKnownToTheMonthOfTheCutStaysAsItIs) {
    const When when{on(100), in_month(2020, 7)}; // July 1st is day 113
    const Contact contact{{"Encounter/1", "1"}, "encounter", when, false};
    const Stay stay{{"Encounter/1", "1"}, true, false, when, Priority::unstated, {}};
    for (const int as_of : {113, 120, 143, 144}) {
        const auto timeline = build({contact, stay}, as_of).timeline;
        EXPECT_EQ(timeline.contacts.front().when.end, when.end) << as_of;
        EXPECT_EQ(timeline.stays.front().when.end, when.end) << as_of;
    }
    const auto before = build({contact, stay}, 112).timeline;
    EXPECT_EQ(before.contacts.front().when.end, on(112));
    EXPECT_EQ(before.stays.front().when.end, on(112));
}

TEST(Timeline, R0_4_LaboratoryValuesWithoutADayAreLeftOut) {
    LabResult lab;
    lab.origin = {"Observation/1", "1"};
    lab.effective = in_month(2020, 3);
    EXPECT_THAT(build({lab}).timeline.labs, IsEmpty());
    lab.effective = on(3);
    EXPECT_THAT(build({lab}).timeline.labs, SizeIs(1));
    lab.standing = Standing::candidate;
    EXPECT_THAT(build({lab}).timeline.labs, IsEmpty()) << "R9.2";
}

TEST(Timeline, ADrugTakesItsConceptsFromItsMedication) {
    DrugEvent drug = administration("1", 0, {});
    drug.medication_reference = "Medication/7";
    MedicationInfo medication;
    medication.origin = {"Medication/7", "3"};
    medication.drug.concepts.by_code = {std::string(concepts::antineoplastic)};
    medication.drug.key = "L01DB01";
    const BuiltTimeline built = build({drug}, 1000, {{"Medication/7", &medication}});
    ASSERT_THAT(built.timeline.drugs, SizeIs(1));
    EXPECT_TRUE(built.timeline.drugs.front().drug.concepts.coded(concepts::antineoplastic));
    EXPECT_EQ(built.timeline.drugs.front().drug.key, "L01DB01");
    EXPECT_EQ(built.timeline.drugs.front().medication_origin, medication.origin);
    EXPECT_THAT(built.timeline.rests_on.at("MedicationAdministration/1"),
                ElementsAre(medication.origin));
    EXPECT_THAT(built.issues, IsEmpty());
}

TEST(Timeline, TheDisplayOfAMedicationNamesTheDrugOnlyWhereTheMedicationDoesNot) {
    DrugEvent drug = administration("1", 0, {});
    drug.medication_reference = "Medication/7";
    drug.drug.concepts.by_text = {std::string(concepts::antineoplastic)};
    drug.drug.key = "doxorubicin";
    MedicationInfo medication;
    medication.origin = {"Medication/7", "3"};
    const auto followed = [&](const MedicationIndex& medications) {
        return build({drug}, 1000, medications).timeline.drugs.front().drug;
    };
    EXPECT_TRUE(followed({}).concepts.in_text(concepts::antineoplastic));
    EXPECT_TRUE(followed({{"Medication/7", &medication}}).concepts.has(concepts::antineoplastic));
    medication.drug.concepts.by_code = {std::string(concepts::not_antineoplastic)};
    EXPECT_FALSE(followed({{"Medication/7", &medication}}).concepts.has(concepts::antineoplastic));
}

TEST(Timeline, AMedicationThatNamesNoKnownDrugStillTellsItApart) {
    DrugEvent drug = administration("1", 0, {});
    drug.medication_reference = "Medication/7";
    drug.drug.key = "trial drug";
    MedicationInfo medication;
    medication.origin = {"Medication/7", "3"};
    const auto key = [&] {
        return build({drug}, 1000, {{"Medication/7", &medication}}).timeline.drugs.front().drug.key;
    };
    EXPECT_EQ(key(), "trial drug");
    medication.drug.key = "4711";
    EXPECT_EQ(key(), "4711");
    drug.drug.key.clear();
    EXPECT_EQ(key(), "4711");
}

TEST(Timeline, AMissingMedicationLeavesAnIssue) {
    DrugEvent drug = administration("1", 0, {});
    drug.medication_reference = "Medication/7";
    const BuiltTimeline built = build({drug});
    ASSERT_THAT(built.issues, SizeIs(1));
    EXPECT_EQ(built.issues.front().code, IssueCode::not_found);
    EXPECT_EQ(built.issues.front().expression, "MedicationAdministration.medicationReference");
}

TEST(Timeline, R9_5_ADeathOfAMergedIdentityIsTheSurvivorsDeath) {
    Person survivor;
    survivor.origin = {"Patient/1", "1"};
    survivor.sex = "female";
    Person merged;
    merged.origin = {"Patient/0", "1"};
    merged.deceased = true;
    merged.death = on(80);
    merged.birth = on(-20000);
    merged.sex = "male";
    const PatientTimeline timeline =
        build(
            {merged, survivor}, 1000, {}, {"Patient/1", {"Patient/0", "Patient/1"}, {}, false, {}})
            .timeline;
    EXPECT_EQ(timeline.person->origin.reference, "Patient/1");
    EXPECT_EQ(timeline.person->death, on(80));
    EXPECT_TRUE(timeline.person->deceased);
    EXPECT_EQ(timeline.person->birth, on(-20000));
    EXPECT_EQ(timeline.person->sex, "female");
    survivor.sex.clear();
    EXPECT_EQ(
        build(
            {merged, survivor}, 1000, {}, {"Patient/1", {"Patient/0", "Patient/1"}, {}, false, {}})
            .timeline.person->sex,
        "male");
}

TEST(Timeline, R9_5_TheSurvivorsOwnDeathStands) {
    Person survivor;
    survivor.origin = {"Patient/1", "1"};
    survivor.deceased = true;
    survivor.death = on(90);
    Person merged = survivor;
    merged.origin.reference = "Patient/0";
    merged.death = on(80);
    const Identity both{"Patient/1", {"Patient/0", "Patient/1"}, {}, false, {}};
    EXPECT_EQ(build({merged, survivor}, 1000, {}, both).timeline.person->death, on(90));
}

// R4.7
TEST(Timeline, R4_7_AFindingAboutTheLiverMetastasesIsOneInTheLiver) {
    Diagnosis metastases = condition("liver", {concepts::liver_metastasis});
    metastases.lesion_site = SiteFinding::hepatic_stated;
    const Diagnosis primary = condition("primary", {concepts::midgut_net});
    Assessment finding = reading("o", on(12));
    const auto read = [&] {
        return build({primary, metastases, finding}).timeline.assessments.front();
    };
    EXPECT_EQ(read().site, SiteFinding::unstated) << "no focus";
    finding.focus = {"Condition/primary"};
    EXPECT_EQ(read().site, SiteFinding::unstated) << "it may be the disease as a whole";
    finding.focus = {"Condition/liver"};
    EXPECT_EQ(read().site, SiteFinding::hepatic_stated);
    EXPECT_THAT(read().site_origins, ElementsAre(metastases.origin));
    finding.site = SiteFinding::other_stated;
    EXPECT_EQ(read().site, SiteFinding::other_stated) << "what it says itself stands";
    EXPECT_THAT(read().site_origins, IsEmpty());
}

TEST(Timeline, R9_4_ListsAreInOrderOfDateThenOrigin) {
    const auto rows =
        build({hepatic("c", 5), hepatic("b", 9), hepatic("a", 5)}).timeline.procedures;
    ASSERT_THAT(rows, SizeIs(3));
    EXPECT_EQ(rows[0].origin.reference, "Procedure/a");
    EXPECT_EQ(rows[1].origin.reference, "Procedure/c");
    EXPECT_EQ(rows[2].origin.reference, "Procedure/b");
}

} // namespace
} // namespace embolink::testing
