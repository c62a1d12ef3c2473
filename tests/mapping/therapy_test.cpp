// R5.2: when the first new anticancer therapy began, and what is none.
#include "mapping/facts/concepts.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string targeted(concepts::anticancer_targeted);
const std::string chemotherapy(concepts::anticancer_chemotherapy);

DrugGiven given(int on_day, DrugSource source, const std::string& status) {
    return {on_day, source, status, targeted, false, "eve"};
}

// Day of the first new therapy, -1 for none.
int first_day(const TinyPatient& patient) {
    const auto therapy = patient.new_therapy();
    return therapy ? days_between(day(0), therapy->date) : -1;
}

struct StatusRow {
    DrugSource source;
    const char* status;
    bool counts;
};

class DrugStatus : public ::testing::TestWithParam<StatusRow> {};

TEST_P(DrugStatus, R5_2) {
    TinyPatient patient;
    patient.drug(given(100, GetParam().source, GetParam().status));
    EXPECT_EQ(first_day(patient), GetParam().counts ? 100 : -1) << GetParam().status;
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    DrugStatus,
    ::testing::Values(StatusRow{DrugSource::administration, "completed", true},
                      StatusRow{DrugSource::administration, "in-progress", true},
                      StatusRow{DrugSource::administration, "stopped", true},
                      StatusRow{DrugSource::administration, "not-done", false},
                      StatusRow{DrugSource::administration, "on-hold", false},
                      StatusRow{DrugSource::administration, "entered-in-error", false},
                      StatusRow{DrugSource::statement, "active", true},
                      StatusRow{DrugSource::statement, "completed", true},
                      StatusRow{DrugSource::statement, "stopped", true},
                      StatusRow{DrugSource::statement, "on-hold", true},
                      StatusRow{DrugSource::statement, "intended", false},
                      StatusRow{DrugSource::statement, "not-taken", false},
                      StatusRow{DrugSource::dispense, "completed", true},
                      StatusRow{DrugSource::dispense, "in-progress", true},
                      StatusRow{DrugSource::dispense, "preparation", false},
                      StatusRow{DrugSource::dispense, "declined", false},
                      StatusRow{DrugSource::request, "active", true},
                      StatusRow{DrugSource::request, "completed", true},
                      StatusRow{DrugSource::request, "stopped", true},
                      StatusRow{DrugSource::request, "draft", false},
                      StatusRow{DrugSource::request, "cancelled", false}));

TEST(NewTherapy, OnlyAStartAfterT0IsNew) {
    TinyPatient concomitant;
    concomitant.drug(given(0, DrugSource::statement, "active"));
    EXPECT_EQ(first_day(concomitant), -1);
    TinyPatient next_day;
    next_day.drug(given(1, DrugSource::statement, "active"));
    EXPECT_EQ(first_day(next_day), 1);
}

TEST(NewTherapy, ADrugStartsAtItsEarliestEvidence) {
    TinyPatient patient;
    patient.drug(given(120, DrugSource::administration, "completed"));
    patient.drug(given(110, DrugSource::dispense, "completed"));
    patient.drug(given(115, DrugSource::statement, "active"));
    EXPECT_EQ(first_day(patient), 110);
    patient.drug(given(-5, DrugSource::dispense, "completed"));
    EXPECT_EQ(first_day(patient), -1) << "begun before T0: continued treatment";
}

TEST(NewTherapy, ARequestCountsOnlyWhenNothingElseIsKnownOfTheDrug) {
    TinyPatient patient;
    patient.drug(given(40, DrugSource::request, "active"));
    EXPECT_EQ(first_day(patient), 40);
    EXPECT_THAT(patient.new_therapy()->flags, ElementsAre("therapy-from-request"));
    patient.drug(given(60, DrugSource::dispense, "completed"));
    EXPECT_EQ(first_day(patient), 60);
    EXPECT_THAT(patient.new_therapy()->flags, IsEmpty());
}

TEST(NewTherapy, ARequestOfAnotherDrugIsNotMadeVoid) {
    TinyPatient patient;
    auto other = given(40, DrugSource::request, "active");
    other.key = "sunitinib";
    patient.drug(other);
    patient.drug(given(60, DrugSource::dispense, "completed"));
    EXPECT_EQ(first_day(patient), 40);
}

TEST(NewTherapy, NamesInTextCountAndAreFlagged) {
    TinyPatient patient;
    auto text = given(50, DrugSource::statement, "active");
    text.by_text = true;
    patient.drug(text);
    EXPECT_EQ(first_day(patient), 50);
    EXPECT_THAT(patient.new_therapy()->flags, ElementsAre("therapy-from-text"));
    patient.drug(given(50, DrugSource::statement, "active"));
    EXPECT_THAT(patient.new_therapy()->flags, IsEmpty()) << "a code of the same day needs no flag";
}

TEST(NewTherapy, OtherDrugsAreNone) {
    TinyPatient patient;
    patient.drug({50,
                  DrugSource::administration,
                  "completed",
                  std::string(concepts::not_antineoplastic),
                  false,
                  "iohexol"});
    patient.drug({50,
                  DrugSource::statement,
                  "active",
                  std::string(concepts::somatostatin_analogue),
                  false,
                  "octreotide"});
    EXPECT_EQ(first_day(patient), -1);
}

TEST(NewTherapy, IntraArterialDrugOfASessionIsTheTreatment) {
    TinyPatient patient;
    patient.session(92);
    auto& drug = patient.drug(
        {92, DrugSource::administration, "completed", chemotherapy, false, "doxorubicin"});
    drug.route = Route::intra_arterial;
    EXPECT_EQ(first_day(patient), -1);
    patient.timeline.drugs.front().route = Route::other;
    EXPECT_EQ(first_day(patient), 92) << "intravenous that day is systemic chemotherapy";
    patient.timeline.drugs.front().route = Route::intra_arterial;
    patient.timeline.drugs.front().start = on(95);
    EXPECT_EQ(first_day(patient), 95) << "arterial therapy outside a session";
}

// Arterial chemotherapy of one day beside a session that begins on day 92.
int arterial_on(TinyPatient patient, int on_day) {
    patient
        .drug({on_day, DrugSource::administration, "completed", chemotherapy, false, "doxorubicin"})
        .route = Route::intra_arterial;
    return first_day(patient);
}

TEST(NewTherapy, R2_1_EveryDayOfTheRowsOfASessionIsItsDay) {
    TinyPatient patient;
    patient.session(92);
    const auto first = patient.timeline.procedures.back().origin.reference;
    patient.session(94);
    patient.timeline.procedures.back().part_of = {first};
    EXPECT_EQ(arterial_on(patient, 93), 93) << "a day of none of its rows";
    EXPECT_EQ(arterial_on(patient, 94), -1) << "the day of the row that is part of it";
    EXPECT_EQ(arterial_on(patient, 95), 95);
    patient.timeline.procedures.back().performed.end = on(95);
    EXPECT_EQ(arterial_on(patient, 95), -1) << "its last day";
    EXPECT_EQ(arterial_on(patient, 96), 96);
}

TEST(NewTherapy, R2_1_ARowWhoseEndIsNotADayHasTheDayOnWhichItBegan) {
    TinyPatient patient;
    patient.session(92); // 2020-06-10
    patient.timeline.procedures.back().performed.end = in_month(2020, 6);
    EXPECT_EQ(arterial_on(patient, 92), -1);
    EXPECT_EQ(arterial_on(patient, 93), 93);
    patient.timeline.procedures.back().performed.end.reset();
    EXPECT_EQ(arterial_on(patient, 92), -1);
    EXPECT_EQ(arterial_on(patient, 93), 93);
}

TEST(NewTherapy, DrugInTheContextOfASessionIsTheTreatment) {
    TinyPatient patient;
    patient.session(92);
    const auto session = patient.timeline.procedures.back().origin.reference;
    auto& part = patient.drug(
        {92, DrugSource::administration, "completed", chemotherapy, false, "doxorubicin"});
    part.part_of = {session};
    EXPECT_EQ(first_day(patient), -1);

    TinyPatient suite;
    suite.session(92);
    suite.timeline.procedures.back().encounter = "Encounter/e";
    auto& drug = suite.drug(
        {92, DrugSource::administration, "completed", chemotherapy, false, "doxorubicin"});
    drug.encounter = "Encounter/e";
    drug.performers_and_places = {"Location/angio"};
    EXPECT_EQ(first_day(suite), 92) << "the same stay alone is no context";
    suite.site.interventional.locations = {"Location/angio"};
    EXPECT_EQ(first_day(suite), -1);
    suite.timeline.drugs.back().encounter = "Encounter/other";
    EXPECT_EQ(first_day(suite), 92) << "another stay";
    suite.timeline.drugs.back().encounter.clear();
    suite.timeline.procedures.back().encounter.clear();
    EXPECT_EQ(first_day(suite), 92) << "no stay is not the same stay";
}

TEST(NewTherapy, R3_2_ADrugWhereTheEncounterWasInTheSuiteIsTheTreatment) {
    TinyPatient patient;
    patient.session(92);
    patient.timeline.procedures.back().encounter = "Encounter/e";
    patient.drug({92, DrugSource::administration, "completed", chemotherapy, false, "doxorubicin"})
        .encounter = "Encounter/e";
    Stay& stay = patient.stay(92, 94);
    stay.origin.reference = "Encounter/e";
    stay.places = {{"Location/angio", {}}};
    EXPECT_EQ(first_day(patient), 92) << "no site file lists the place";
    patient.site.interventional.locations = {"Location/angio"};
    EXPECT_EQ(first_day(patient), -1);
    patient.timeline.drugs.back().start = on(93);
    EXPECT_EQ(first_day(patient), 93) << "another date";
    patient.timeline.drugs.back().start.reset();
    EXPECT_EQ(first_day(patient), -1) << "no date";
}

TEST(NewTherapy, ARequestForTheDrugOfASessionIsNoTherapy) {
    TinyPatient patient;
    patient.session(92);
    patient.drug({92, DrugSource::administration, "completed", chemotherapy, false, "doxorubicin"})
        .route = Route::intra_arterial;
    patient.drug({85, DrugSource::request, "completed", chemotherapy, false, "doxorubicin"});
    EXPECT_EQ(first_day(patient), -1);
}

class ProcedureTherapy : public ::testing::TestWithParam<std::string_view> {};

TEST_P(ProcedureTherapy, CountsAtItsDate) {
    TinyPatient patient;
    patient.procedure(100, GetParam());
    EXPECT_EQ(first_day(patient), 100) << GetParam();
    patient.timeline.procedures.back().status = "in-progress";
    EXPECT_EQ(first_day(patient), 100);
    patient.timeline.procedures.back().status = "not-done";
    EXPECT_EQ(first_day(patient), -1);
    patient.timeline.procedures.back().status = "preparation";
    EXPECT_EQ(first_day(patient), -1);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         ProcedureTherapy,
                         ::testing::Values(concepts::prrt,
                                           concepts::radioembolization,
                                           concepts::isolated_liver_perfusion,
                                           concepts::arterial_chemo_instillation,
                                           concepts::systemic_chemotherapy,
                                           concepts::liver_resection,
                                           concepts::liver_ablation,
                                           concepts::liver_transplant));

TEST(NewTherapy, AProcedureOnT0IsConcomitant) {
    TinyPatient patient;
    patient.procedure(0, concepts::liver_ablation);
    EXPECT_EQ(first_day(patient), -1);
}

TEST(NewTherapy, ArterialInstillationOnADayOfASessionBelongsToIt) {
    TinyPatient patient;
    patient.session(92).procedure(92, concepts::arterial_chemo_instillation);
    EXPECT_EQ(first_day(patient), -1);
    patient.procedure(93, concepts::arterial_chemo_instillation);
    EXPECT_EQ(first_day(patient), 93);
}

TEST(NewTherapy, WordsCountOnlyWhereTheRowsCodeSaysNothing) {
    TinyPatient patient;
    auto& row = patient.procedure(100, concepts::prrt);
    row.concepts.by_text = row.concepts.by_code;
    row.concepts.by_code.clear();
    EXPECT_EQ(first_day(patient), 100);
    EXPECT_THAT(patient.new_therapy()->flags, ElementsAre("therapy-from-text"));
    patient.timeline.procedures.back().concepts.by_code = {"coil-embolization"};
    EXPECT_EQ(first_day(patient), -1);
}

TEST(NewTherapy, ACodeOfAnyEmbolizationLeavesTheWordToTheText) {
    TinyPatient patient;
    auto& row = patient.procedure(100, concepts::embolization);
    row.concepts.by_text = {std::string(concepts::radioembolization)};
    EXPECT_EQ(first_day(patient), 100);
    EXPECT_EQ(patient.new_therapy()->name, "radioembolization");
    EXPECT_THAT(patient.new_therapy()->flags, ElementsAre("therapy-from-text"));
}

TEST(NewTherapy, TheSecondCourseIsOne) {
    TinyPatient patient;
    patient.session(150);
    EXPECT_EQ(first_day(patient), -1);
    TinyPatient later;
    later.session(151);
    EXPECT_EQ(first_day(later), 151);
    EXPECT_EQ(later.new_therapy()->name, "retreatment");
    later.drug(given(151, DrugSource::statement, "active"));
    EXPECT_EQ(later.new_therapy()->name, "retreatment") << "before what else begins that day";
    later.drug(given(150, DrugSource::statement, "active"));
    EXPECT_EQ(first_day(later), 150) << "the earliest of all";
}

TEST(NewTherapy, TheMedicationBehindTheRowIsASource) {
    TinyPatient patient;
    patient.drug(given(100, DrugSource::statement, "active")).medication_origin =
        Origin{"Medication/m", "3"};
    EXPECT_THAT(patient.new_therapy()->origins,
                ElementsAre(patient.timeline.drugs.front().origin, Origin{"Medication/m", "3"}));
}

// An analogue's statement with a dose in milligrams.
TinyPatient& analogue(TinyPatient& patient, int on_day, const char* dose) {
    auto& drug = patient.drug({on_day,
                               DrugSource::statement,
                               "active",
                               std::string(concepts::somatostatin_analogue),
                               false,
                               "lan"});
    drug.dose = parse_decimal(dose);
    return patient;
}

TEST(AnalogueChange, R5_2_IsTherapyOnlyBeforeOthers) {
    for (const auto& [on_day, name] : {std::pair{99, "somatostatin-analogue"}, {100, "targeted"}}) {
        TinyPatient patient;
        patient.trial.analogue_change_is_therapy = true;
        patient.drug(given(100, DrugSource::statement, "active"));
        analogue(analogue(patient, -100, "90"), on_day, "120");
        EXPECT_EQ(patient.new_therapy()->name, name) << on_day;
    }
}

TEST(AnalogueChange, R5_2_OfTwoIncreasesOnOneDayTheSourcesAreThoseOfTheFirstDrug) {
    TinyPatient patient;
    patient.trial.analogue_change_is_therapy = true;
    analogue(analogue(patient, -100, "90"), 60, "120");
    analogue(analogue(patient, -99, "20"), 60, "30");
    for (std::size_t i : {2u, 3u}) {
        patient.timeline.drugs[i].drug.key = "oct";
    }
    const auto& drugs = patient.timeline.drugs;
    EXPECT_THAT(patient.new_therapy()->origins, ElementsAre(drugs[0].origin, drugs[1].origin));
}

TEST(AnalogueChange, R5_2_AnIncreaseOnT0IsConcomitant) {
    for (const auto& [on_day, first] : {std::pair{0, -1}, {1, 1}}) {
        TinyPatient patient;
        patient.trial.analogue_change_is_therapy = true;
        analogue(analogue(patient, -100, "90"), on_day, "120");
        EXPECT_EQ(first_day(patient), first) << on_day;
    }
}

TEST(AnalogueChange, R5_2_OnlyDosesThatAreToldAreCompared) {
    TinyPatient patient;
    patient.trial.analogue_change_is_therapy = true;
    analogue(analogue(patient, -100, "90"), 50, "90");
    patient.timeline.drugs.back().dose.reset();
    EXPECT_EQ(first_day(patient), -1);
    analogue(patient, 60, "90");
    EXPECT_EQ(first_day(patient), -1);
    patient.timeline.drugs.back().dose = parse_decimal("120");
    EXPECT_EQ(first_day(patient), 60);
    patient.timeline.drugs.back().status = "intended";
    EXPECT_EQ(first_day(patient), -1);
}

} // namespace
} // namespace embolink::testing
