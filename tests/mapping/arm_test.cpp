// R3.2-R3.4: the evidence ladder of maire-2012.json over one session.
#include "mapping/endpoints/arm.hpp"
#include "mapping/fhir/resource.hpp"
#include "tests/support/rows.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

namespace embolink::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const TrialDefinition& shipped_trial() {
    static const TrialDefinition trial = [] {
        std::ifstream file(EMBOLINK_SOURCE_DIR "/mapping/definitions/trials/maire-2012.json");
        std::stringstream text;
        text << file.rdbuf();
        return parse_trial("maire-2012.json", *parse_json(text.str()).value);
    }();
    return trial;
}

struct OneSession {
    PatientTimeline timeline;
    SiteConfig site;

    explicit OneSession(const ProcedureRow& first) { timeline.procedures = {first}; }

    ArmFinding judge() const {
        return judge_arm(find_sessions(timeline).front(), timeline, shipped_trial(), site);
    }

    std::string arm() const { return judge().arm; }

    OneSession& gives(const DrugEvent& drug) {
        timeline.drugs.push_back(drug);
        return *this;
    }
};

// CPT 37243 with a site: says nothing about drugs.
OneSession neutral() {
    return OneSession(hepatic("1", 0));
}

DrugEvent part_of_session(DrugEvent drug) {
    drug.part_of = {"Procedure/1"};
    return drug;
}

const Names chemo{concepts::antineoplastic};
const Names contrast{concepts::not_antineoplastic};
const Names oil{concepts::iodized_oil, concepts::not_antineoplastic};

TEST(Arm, R3_4_ANeutralCodeAloneIsUndetermined) {
    EXPECT_EQ(neutral().arm(), "UNDETERMINED");
}

TEST(Arm, R3_2a_AnExplicitCodeNeedsAHepaticSiteOrMeaning) {
    EXPECT_EQ(OneSession(row("1", on(0), {concepts::hepatic_chemoembolization})).arm(), "HACE");
    ProcedureRow any_artery = row("1", on(0), {concepts::chemoembolization});
    EXPECT_EQ(OneSession(any_artery).arm(), "UNDETERMINED") << "assumed hepatic is not enough";
    any_artery.site = SiteFinding::hepatic_stated;
    EXPECT_EQ(OneSession(any_artery).arm(), "HACE");
}

TEST(Arm, R3_2a_DuplicatesOfOneSessionSpeakForEachOther) {
    OneSession session(row("1", on(0), {concepts::chemoembolization}));
    session.timeline.procedures.push_back(hepatic("2", 0));
    EXPECT_EQ(session.arm(), "HACE");
}

TEST(Arm, R3_2b_AnIntraArterialAntineoplasticOnThatDate) {
    EXPECT_EQ(neutral().gives(administration("d", 0, chemo)).arm(), "HACE");
    EXPECT_EQ(neutral().gives(administration("d", 1, chemo)).arm(), "UNDETERMINED");
    EXPECT_EQ(neutral().gives(administration("d", 0, chemo, Route::other)).arm(), "UNDETERMINED")
        << "intravenous chemotherapy never counts";
}

TEST(Arm, R3_2_OnlyCompletedOrInProgressAdministrations) {
    DrugEvent drug = administration("d", 0, chemo);
    drug.status = "in-progress";
    EXPECT_EQ(neutral().gives(drug).arm(), "HACE");
    for (const char* status : {"not-done", "stopped", "on-hold", "unknown"}) {
        drug.status = status;
        EXPECT_EQ(neutral().gives(drug).arm(), "UNDETERMINED") << status;
    }
    drug.status = "completed";
    drug.source = DrugSource::request;
    EXPECT_EQ(neutral().gives(drug).arm(), "UNDETERMINED") << "an order is no administration";
}

TEST(Arm, R3_2b_TheDayAfterWhereTheSessionRanOverMidnight) {
    for (const auto& [last, expected] :
         {std::pair{0, "UNDETERMINED"}, {1, "HACE"}, {2, "UNDETERMINED"}}) {
        OneSession session = neutral();
        session.timeline.procedures.front().performed.end = on(last);
        EXPECT_EQ(session.gives(administration("d", 1, chemo)).arm(), expected) << last;
    }
}

TEST(Arm, R3_2c_InTheContextWithoutRoute) {
    EXPECT_EQ(
        neutral().gives(part_of_session(administration("d", 0, chemo, Route::unstated))).arm(),
        "HACE");
    EXPECT_EQ(neutral().gives(administration("d", 0, chemo, Route::unstated)).arm(),
              "UNDETERMINED");
    EXPECT_EQ(neutral().gives(part_of_session(administration("d", 0, chemo, Route::other))).arm(),
              "UNDETERMINED");
}

TEST(Arm, R3_2c_TheSuiteNeedsEncounterDateAndASiteThatListsIt) {
    OneSession session = neutral();
    session.timeline.procedures.front().encounter = "Encounter/e";
    DrugEvent drug = administration("d", 0, chemo, Route::unstated);
    drug.encounter = "Encounter/e";
    drug.performers_and_places = {"Location/angio"};
    session.gives(drug);
    EXPECT_EQ(session.arm(), "UNDETERMINED") << "no site file lists the place";
    session.site.interventional.locations = {"Location/angio"};
    EXPECT_EQ(session.arm(), "HACE");
    session.timeline.drugs.front().encounter = "Encounter/other";
    EXPECT_EQ(session.arm(), "UNDETERMINED");
    session.timeline.drugs.front().encounter = "Encounter/e";
    session.timeline.drugs.front().start = on(1);
    EXPECT_EQ(session.arm(), "UNDETERMINED");
    session.timeline.drugs.front().start = on(0);
    session.timeline.drugs.front().performers_and_places.clear();
    session.timeline.drugs.front().performer_roles = {"s|ir"};
    session.site.interventional.roles = {"s|ir"};
    EXPECT_EQ(session.arm(), "HACE");
}

// A route-less antineoplastic of the session's encounter, which itself names nobody and no place.
OneSession in_encounter() {
    OneSession session = neutral();
    session.timeline.procedures.front().encounter = "Encounter/e";
    DrugEvent drug = administration("d", 0, chemo, Route::unstated);
    drug.start = at(0, 10);
    drug.encounter = "Encounter/e";
    session.gives(drug);
    session.site.interventional.locations = {"Location/angio"};
    Stay stay;
    stay.origin = {"Encounter/e", "1"};
    session.timeline.stays = {stay};
    return session;
}

TEST(Arm, R3_2c_ThePlaceOfAnAdministrationIsWhereItsEncounterWas) {
    OneSession session = in_encounter();
    auto& places = session.timeline.stays.front().places;
    EXPECT_EQ(session.arm(), "UNDETERMINED") << "nothing tells a place";
    places = {{"Location/angio", {}}};
    EXPECT_EQ(session.arm(), "HACE");
    EXPECT_THAT(session.judge().sources,
                Contains(Field(&RecordSource::reference, "Encounter/e"))); // R9.6
    places = {{"Location/ward", {}}};
    EXPECT_EQ(session.arm(), "UNDETERMINED");
    session.timeline.stays.front().origin.reference = "Encounter/other";
    places = {{"Location/angio", {}}};
    EXPECT_EQ(session.arm(), "UNDETERMINED") << "another encounter";
}

TEST(Arm, R3_2c_ThePlaceOfTheEncounterAtThatTime) {
    OneSession session = in_encounter();
    auto& places = session.timeline.stays.front().places;
    const auto angio = [&](std::optional<PartialDate> from, std::optional<PartialDate> to) {
        places = {{"Location/ward", {}}, {"Location/angio", {from, to}}};
        return session.arm();
    };
    EXPECT_EQ(angio(at(0, 9), at(0, 11)), "HACE");
    EXPECT_EQ(angio(at(0, 10), at(0, 10)), "HACE") << "both ends count";
    EXPECT_EQ(angio(at(0, 11), at(0, 12)), "UNDETERMINED");
    EXPECT_EQ(angio(at(0, 8), at(0, 9)), "UNDETERMINED");
    EXPECT_EQ(angio(at(0, 9), std::nullopt), "HACE");
    EXPECT_EQ(angio(std::nullopt, at(0, 9)), "UNDETERMINED");
    EXPECT_EQ(angio(on(0), on(0)), "HACE") << "without a clock the day";
    EXPECT_EQ(angio(on(-1), on(-1)), "UNDETERMINED");
    EXPECT_EQ(angio(std::nullopt, std::nullopt), "UNDETERMINED")
        << "two places without periods: nobody knows which";
    session.timeline.drugs.front().start = on(0);
    EXPECT_EQ(angio(at(0, 11), at(0, 12)), "HACE");
}

TEST(Arm, R3_2c_WithoutAPlaceOfTheEncounterThatOfTheProcedure) {
    OneSession session = in_encounter();
    auto& row = session.timeline.procedures.front();
    auto& drug = session.timeline.drugs.front();
    row.performers_and_places = {"Practitioner/ir"};
    session.site.interventional.performers = {"Practitioner/ir"};
    EXPECT_EQ(session.arm(), "UNDETERMINED") << "who embolized need not have given the drug";
    row.performers_and_places = {"Location/angio"};
    EXPECT_EQ(session.arm(), "HACE");
    session.timeline.stays.front().places = {{"Location/ward", {at(0, 9), at(0, 11)}}};
    EXPECT_EQ(session.arm(), "UNDETERMINED") << "the patient was on the ward";
    session.timeline.stays.clear();
    EXPECT_EQ(session.arm(), "HACE");
    drug.performers_and_places = {"Practitioner/ward-nurse"};
    EXPECT_EQ(session.arm(), "UNDETERMINED") << "given by somebody who is not of the suite";
    drug.performers_and_places.clear();
    drug.performer_roles = {"s|nurse"};
    EXPECT_EQ(session.arm(), "UNDETERMINED");
    drug.performer_roles.clear();
    row.performed = {at(0, 9), at(0, 11)};
    EXPECT_EQ(session.arm(), "HACE");
    row.performed = {at(0, 11), at(0, 12)};
    EXPECT_EQ(session.arm(), "UNDETERMINED") << "not under way yet";
    row.performed = {at(0, 11), at(0, 11)};
    EXPECT_EQ(session.arm(), "HACE") << "a time without a period tells its date";
    row.encounter = "Encounter/other";
    EXPECT_EQ(session.arm(), "UNDETERMINED");
    row.encounter.clear();
    drug.encounter.clear();
    EXPECT_EQ(session.arm(), "UNDETERMINED") << "no encounter is not the same encounter";
}

TEST(Arm, R3_3c_WhatThePlaceTellsCountsForHae) {
    OneSession session = in_encounter();
    session.timeline.drugs.front().drug.concepts.by_code = sorted(contrast);
    EXPECT_EQ(session.arm(), "UNDETERMINED");
    session.timeline.stays.front().places = {{"Location/angio", {}}};
    EXPECT_EQ(session.arm(), "HAE");
    EXPECT_THAT(session.judge().flags, ElementsAre("arm-by-charted-drugs"));
}

TEST(Arm, R3_2d_AnInstillationCodeOfThatDate) {
    OneSession session = neutral();
    session.timeline.procedures.push_back(
        row("pcs", on(0), {concepts::arterial_chemo_instillation}));
    EXPECT_EQ(session.arm(), "HACE");
    session.timeline.procedures.back().status = "not-done";
    EXPECT_EQ(session.arm(), "UNDETERMINED");
    session.timeline.procedures.back() = row("pcs", on(1), {concepts::arterial_chemo_instillation});
    EXPECT_EQ(session.arm(), "UNDETERMINED");
}

TEST(Arm, R3_2e_TextComesLastAndIsFlagged) {
    ProcedureRow text = hepatic("1", 0);
    text.concepts.by_text = {std::string(concepts::chemoembolization)};
    EXPECT_EQ(OneSession(text).arm(), "HACE");
    EXPECT_THAT(OneSession(text).judge().flags, ElementsAre("arm-from-text"));
    EXPECT_THAT(OneSession(text).gives(administration("d", 0, chemo)).judge().flags, IsEmpty())
        << "the drug decided";
}

TEST(Arm, R3_2_BeadsAreAnArmOfTheirOwn) {
    ProcedureRow beads = hepatic("1", 0);
    beads.concepts.by_text = {std::string(concepts::chemoembolization),
                              std::string(concepts::drug_eluting_embolization)};
    EXPECT_EQ(OneSession(beads).gives(administration("d", 0, chemo)).arm(), "HACE-DEB");
    EXPECT_THAT(OneSession(beads).judge().flags, ElementsAre("arm-from-text"));
}

TEST(Arm, R3_2_BeadsThatAreChartedAsADrug) {
    const Names beads{concepts::drug_eluting_beads, concepts::antineoplastic};
    EXPECT_EQ(neutral().gives(part_of_session(administration("a", 0, beads))).arm(), "HACE-DEB");
    auto by_artery = administration("a", 0, beads);
    by_artery.route = Route::intra_arterial;
    EXPECT_EQ(neutral().gives(by_artery).arm(), "HACE-DEB");
    by_artery.route = Route::other;
    EXPECT_EQ(neutral().gives(by_artery).arm(), "UNDETERMINED");
}

TEST(Arm, R3_3_BlandByCodeByTextAndNeverAgainstHaceEvidence) {
    ProcedureRow bland = hepatic("1", 0);
    bland.concepts.by_text = {std::string(concepts::bland_embolization)};
    EXPECT_EQ(OneSession(bland).arm(), "HAE");
    EXPECT_THAT(OneSession(bland).judge().flags, ElementsAre("arm-from-text"));
    EXPECT_EQ(OneSession(bland).gives(administration("d", 0, chemo)).arm(), "HACE");
    bland.concepts.by_code = sorted({concepts::embolization, concepts::bland_embolization});
    EXPECT_EQ(OneSession(bland).arm(), "HAE");
    EXPECT_THAT(OneSession(bland).judge().flags, IsEmpty());
}

TEST(Arm, R3_3c_EveryChartedDrugIsRecognised) {
    const ArmFinding finding =
        neutral()
            .gives(administration("a", 0, contrast))
            .gives(part_of_session(administration("b", 0, contrast, Route::other)))
            .judge();
    EXPECT_EQ(finding.arm, "HAE");
    EXPECT_THAT(finding.flags, ElementsAre("arm-by-charted-drugs"));
    EXPECT_EQ(neutral().gives(administration("a", 0, contrast, Route::other)).arm(), "UNDETERMINED")
        << "neither by artery nor in the context";
}

TEST(Arm, R3_3c_LipiodolIsNoChemotherapy) {
    const ArmFinding alone = neutral().gives(administration("a", 0, oil)).judge();
    EXPECT_EQ(alone.arm, "HAE");
    EXPECT_THAT(alone.flags, ElementsAre("arm-by-charted-drugs", "lipiodol-only"));
    EXPECT_THAT(neutral()
                    .gives(administration("a", 0, oil))
                    .gives(administration("b", 0, contrast))
                    .judge()
                    .flags,
                ElementsAre("arm-by-charted-drugs"));
}

TEST(Arm, R3_3c_ParticlesAndSpongeAreNoDrugs) {
    const Names sponge{concepts::embolic_material};
    const ArmFinding oiled = neutral()
                                 .gives(administration("a", 0, oil))
                                 .gives(part_of_session(administration("b", 0, sponge)))
                                 .judge();
    EXPECT_EQ(oiled.arm, "HAE");
    EXPECT_THAT(oiled.flags, ElementsAre("arm-by-charted-drugs", "lipiodol-only"));
    EXPECT_THAT(oiled.unknown_drugs, IsEmpty());
    EXPECT_EQ(neutral().gives(part_of_session(administration("b", 0, sponge))).arm(),
              "UNDETERMINED")
        << "no drug is charted";
}

TEST(Arm, R3_3c_AnUnknownDrugLeavesTheArmOpenWithAnIssue) {
    OneSession session = neutral();
    session.gives(administration("a", 0, contrast)).gives(administration("b", 0, {}));
    EXPECT_EQ(session.arm(), "UNDETERMINED");
    EXPECT_THAT(session.judge().unknown_drugs,
                ElementsAre(Field(&Origin::reference, "MedicationAdministration/b")));
    session.site.complete_feeds = {"MedicationAdministration"};
    EXPECT_EQ(session.arm(), "UNDETERMINED") << "not even with a complete feed";
    EXPECT_THAT(session.judge().sources,
                Contains(Field(&RecordSource::reference, "MedicationAdministration/b")))
        << "without it the arm would be another";
}

TEST(Arm, R3_3d_ACompleteFeedWithoutChemotherapyIsBland) {
    OneSession session = neutral();
    session.site.complete_feeds = {"Observation"};
    EXPECT_EQ(session.arm(), "UNDETERMINED");
    session.site.complete_feeds = {"MedicationAdministration"};
    EXPECT_EQ(session.arm(), "HAE");
    EXPECT_THAT(session.judge().flags, IsEmpty());
}

} // namespace
} // namespace embolink::testing
