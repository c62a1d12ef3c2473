// Decisions through the whole mapping: what they change, and that records name them.
#include "mapping/derive.hpp"
#include "mapping/endpoints/record_json.hpp"
#include "tests/support/fhir_patient.hpp"
#include "tests/support/pipeline.hpp"

#include <gmock/gmock.h>

namespace embolink::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string digest(const std::string& text) {
    std::string out = std::to_string(std::hash<std::string>{}(text));
    out.resize(64, '0');
    return out;
}

struct Decided {
    std::string kind;
    std::string target;
    std::string value;
    std::string date;
    std::string patient = "Patient/p1";
};

Adjudication decision(const Decided& decided) {
    const auto read = read_decision({"list.csv:2",
                                     {{"patient", decided.patient},
                                      {"kind", decided.kind},
                                      {"target", decided.target},
                                      {"value", decided.value},
                                      {"date", decided.date},
                                      {"reader", "R1"}}},
                                    digest);
    EXPECT_TRUE(read.decision) << (read.issue ? read.issue->text : "");
    return *read.decision;
}

DerivedCohort derive(const std::vector<FhirPatient>& patients,
                     const std::vector<Decided>& decisions,
                     int as_of_day = 1000,
                     const SiteConfig& site = {}) {
    Intake intake(make_reading_frame(test_definitions(), site, {}));
    for (const FhirPatient& patient : patients) {
        for (const nlohmann::json& resource : patient.resources()) {
            intake.add(resource_of(resource));
        }
    }
    for (const Decided& decided : decisions) {
        intake.adjudicate(decision(decided));
    }
    return intake.derive(test_trial(), plus_days(scenario_t0(), as_of_day));
}

const EndpointRecord& record(const DerivedCohort& cohort, const std::string& param) {
    for (const EndpointRecord& one : cohort.records) {
        if (one.param == param) {
            return one;
        }
    }
    throw std::runtime_error("no record " + param);
}

// "event progression @200", "value PD", with flags.
std::string brief(const DerivedCohort& cohort, const std::string& param) {
    const auto& one = record(cohort, param);
    std::string text = status_word(one.status);
    if (const auto* value = std::get_if<Value>(&one.status)) {
        text += " " + value_text(*value);
    }
    if (one.days) {
        text += " @" + std::to_string(*one.days);
    }
    for (const std::string& flag : one.flags) {
        text += " " + flag;
    }
    return text;
}

std::vector<std::string> texts(const Issues& issues) {
    std::vector<std::string> list;
    for (const Issue& issue : issues) {
        if (issue.expression.starts_with("Adjudication")) {
            list.push_back(issue.text);
        }
    }
    return list;
}

bool names_decision(const EndpointRecord& one) {
    return std::any_of(one.sources.begin(), one.sources.end(), [](const RecordSource& source) {
        return source.reference.starts_with("Adjudication/");
    });
}

FhirPatient with_report(const std::string& conclusion = "Progression of liver metastases.") {
    return included().ct_report(100, {{"id", "r"}, {"conclusion", conclusion}});
}

TEST(Decisions, R4_4_MakeACandidateAnAssessment) {
    EXPECT_EQ(brief(derive({with_report()}, {}), "PFS"), "censored @0 pd-candidate-unresolved");
    const auto cohort = derive({with_report()}, {{"response", "DiagnosticReport/r", "PD", ""}});
    EXPECT_EQ(brief(cohort, "PFS"), "event @100");
    EXPECT_EQ(brief(cohort, "BOR"), "value PD");
    EXPECT_TRUE(names_decision(record(cohort, "PFS")));
    EXPECT_TRUE(names_decision(record(cohort, "BOR")));
    EXPECT_THAT(record(cohort, "PFS").sources,
                Contains(testing::Field(&RecordSource::reference, "DiagnosticReport/r")))
        << "what it was about is cited with it";
    EXPECT_THAT(cohort.open_items, IsEmpty());
}

TEST(Decisions, R4_4_OfAnyCategory) {
    const auto decided = [](const char* value) {
        const auto cohort =
            derive({with_report()}, {{"response", "DiagnosticReport/r", value, ""}});
        return brief(cohort, "PFS") + ", " + brief(cohort, "BOR");
    };
    EXPECT_EQ(decided("SD"), "censored @100, value SD");
    EXPECT_EQ(decided("PR"), "censored @100, value PR");
    EXPECT_EQ(decided("CR"), "censored @100, value CR");
    EXPECT_EQ(decided("NE"), "censored @0, value NE") << "read, and nothing open any more";
}

TEST(Decisions, R4_1_HaveTheDateOfTheImaging) {
    const auto cohort =
        derive({with_report()}, {{"response", "DiagnosticReport/r", "PD", on_day(107)}});
    EXPECT_EQ(brief(cohort, "PFS"), "event @100");
    EXPECT_THAT(texts(cohort.issues), ElementsAre(HasSubstr("R4.1")));
    EXPECT_EQ(brief(derive({included()}, {{"response", "", "PD", on_day(107)}}), "PFS"),
              "event @107")
        << "without a target its own";
    EXPECT_EQ(
        brief(derive({included()}, {{"response", "DiagnosticReport/x", "PD", on_day(90)}}), "PFS"),
        "event @90")
        << "a target of another feed";
    EXPECT_THAT(texts(derive({included()}, {{"response", "DiagnosticReport/x", "PD", ""}}).issues),
                ElementsAre(HasSubstr("not in the input")));
}

TEST(Decisions, R0_3_LaterThanTheCutDoNotExistYet) {
    const std::vector<Decided> decided = {{"response", "DiagnosticReport/r", "PD", ""},
                                          {"response", "", "PD", on_day(100)}};
    const auto cohort = derive({with_report()}, decided, 99);
    EXPECT_EQ(brief(cohort, "PFS"), "censored @0");
    EXPECT_THAT(texts(cohort.issues), IsEmpty());
    EXPECT_EQ(brief(derive({with_report()}, decided, 100), "PFS"), "event @100");
}

TEST(Decisions, R4_2_ACodedResponseGoesBefore) {
    const auto cohort =
        derive({with_report().response("SD", 100)}, {{"response", "DiagnosticReport/r", "PD", ""}});
    EXPECT_EQ(brief(cohort, "PFS"), "censored @100");
    EXPECT_THAT(texts(cohort.issues), ElementsAre(HasSubstr("R4.2")));
}

TEST(Decisions, R4_5_EarlyProgressionStaysEarly) {
    EXPECT_EQ(brief(derive({included()}, {{"response", "", "PD", on_day(27)}}), "PFS"),
              "censored @0 early-pd");
}

nlohmann::json new_lesion(nlohmann::json value) {
    nlohmann::json lesion = {{"resourceType", "Observation"},
                             {"status", "final"},
                             {"effectiveDateTime", on_day(27)},
                             {"code", {{"text", "New lesions"}}}};
    lesion.update(value);
    return lesion;
}

// Through the readers: what the feed says of it is in an Observation of its own.
TEST(NewLesions, R4_5_AnObservationOfTheSameDateLiftsEarlyProgression) {
    const auto pfs = [](nlohmann::json value) {
        return brief(derive({included().response("PD", 27).add(new_lesion(std::move(value)))}, {}),
                     "PFS");
    };
    EXPECT_EQ(pfs({{"valueBoolean", true}}), "event @27");
    EXPECT_EQ(pfs({{"valueBoolean", false}}), "censored @0 early-pd");
    EXPECT_EQ(pfs({{"valueInteger", 2}}), "event @27");
    EXPECT_EQ(pfs({{"valueString", "none"}}), "censored @0 early-pd");
    EXPECT_EQ(pfs({{"valueBoolean", true}, {"effectiveDateTime", on_day(26)}}),
              "censored @0 early-pd");
    EXPECT_EQ(pfs({{"valueBoolean", true}, {"status", "preliminary"}}), "censored @0 early-pd");
}

// A report beside the response's Observation, whose conclusion the site maps.
TEST(NewLesions, R4_5_AConclusionOfAnotherReportOfTheImagesDoesToo) {
    SiteConfig site;
    SiteCode local;
    local.system = "https://site.example";
    local.code = "NEW";
    local.concept_name = "new-lesion";
    site.codes = {local};
    const auto pfs = [&](int day, const char* status) {
        const nlohmann::json report = {
            {"status", status},
            {"conclusionCode",
             {{{"coding", {{{"system", "https://site.example"}, {"code", "NEW"}}}}}}}};
        const auto patient = included().response("PD", 27).ct_report(day, report);
        return brief(derive({patient}, {}, 1000, site), "PFS");
    };
    EXPECT_EQ(pfs(27, "final").substr(0, 9), "event @27");
    EXPECT_EQ(pfs(26, "final").substr(0, 11), "censored @0");
    EXPECT_EQ(pfs(27, "preliminary").substr(0, 11), "censored @0");
}

TEST(Decisions, R9_2_NothingDecidesAboutWhatDoesNotCount) {
    const auto cohort =
        derive({included().ct_report(100, {{"id", "r"}, {"status", "entered-in-error"}})},
               {{"response", "DiagnosticReport/r", "PD", on_day(100)}});
    EXPECT_EQ(brief(cohort, "PFS"), "censored @0");
    EXPECT_THAT(texts(cohort.issues), ElementsAre(HasSubstr("R9.2")));
}

FhirPatient undetermined() {
    return FhirPatient{}
        .midgut_tumour()
        .liver_metastasis()
        .encounter(-400)
        .ct(-14)
        .embolization_37243(0, {{"id", "e"}});
}

TEST(Decisions, R3_5_TheArmOfASession) {
    EXPECT_EQ(record(derive({undetermined()}, {}), "COHORT").arm, "UNDETERMINED");
    for (const auto& decided : {Decided{"arm", "Procedure/e", "HAE", ""},
                                Decided{"arm", "", "HAE", on_day(0)},
                                Decided{"arm", "", "HAE", ""}}) {
        const auto cohort = derive({undetermined()}, {decided});
        EXPECT_EQ(record(cohort, "COHORT").arm, "HAE");
        EXPECT_EQ(record(cohort, "PFS").arm, "HAE");
        EXPECT_THAT(record(cohort, "COHORT").flags, Contains("arm-adjudicated"));
        EXPECT_TRUE(names_decision(record(cohort, "COHORT")));
        EXPECT_THAT(cohort.open_items, IsEmpty());
    }
    const auto overridden = derive({included()}, {{"arm", "", "HAE", ""}});
    EXPECT_EQ(record(overridden, "COHORT").arm, "HAE") << "against the code of the session";
}

TEST(Decisions, R3_5_OnlyOfASessionAndOnlyAnArm) {
    const auto elsewhere = derive({undetermined()}, {{"arm", "", "HAE", on_day(5)}});
    EXPECT_EQ(record(elsewhere, "COHORT").arm, "UNDETERMINED");
    EXPECT_THAT(texts(elsewhere.issues), ElementsAre(HasSubstr("no session")));
    const auto other = derive({undetermined()}, {{"arm", "", "TACE", ""}});
    EXPECT_EQ(record(other, "COHORT").arm, "UNDETERMINED");
    EXPECT_THAT(texts(other.issues), ElementsAre(HasSubstr("no arm")));
}

TEST(Decisions, R3_5_TheArmOfALaterSessionIsACrossover) {
    const auto cohort = derive({included().embolization_37243(90, {{"id", "e2"}})},
                               {{"arm", "Procedure/e2", "HAE", ""}});
    EXPECT_EQ(record(cohort, "COHORT").arm, "HACE");
    EXPECT_THAT(record(cohort, "COHORT").flags, testing::Not(Contains("arm-adjudicated")));
    EXPECT_THAT(record(cohort, "COURSE").flags, Contains("crossover"));
}

TEST(Decisions, R6_4_TheGradeOfAnEvent) {
    const auto event = included().adverse_event("C41339", 10, {{"id", "a"}}); // grade 2
    EXPECT_EQ(brief(derive({event}, {}), "TOX3"), "value false");
    const auto raised = derive({event}, {{"toxicity", "AdverseEvent/a", "3", ""}});
    EXPECT_EQ(brief(raised, "TOX3"), "value true");
    EXPECT_TRUE(names_decision(record(raised, "TOX3")));
    EXPECT_EQ(brief(derive({event}, {{"toxicity", "AdverseEvent/a", "0", ""}}), "TOX3"),
              "value false");
}

TEST(Decisions, R6_4_AConditionGetsItsGradeAndLosesItsFlag) {
    const auto condition = included().add({{"resourceType", "Condition"},
                                           {"id", "c"},
                                           {"onsetDateTime", on_day(10)},
                                           {"code", {{"text", "Fever"}}}});
    const auto before = derive({condition}, {});
    EXPECT_EQ(brief(before, "TOX3"), "value false grade-at-least");
    ASSERT_THAT(before.open_items, SizeIs(1));
    EXPECT_EQ(before.open_items[0].kind, DecisionKind::toxicity);
    EXPECT_EQ(before.open_items[0].proposed, "at least 1");
    const auto after = derive({condition}, {{"toxicity", "Condition/c", "4", ""}});
    EXPECT_EQ(brief(after, "TOX3"), "value true");
    EXPECT_THAT(after.open_items, IsEmpty());
}

TEST(Decisions, R6_4_AConditionWithoutADateIsInNoWindow) {
    const auto condition = included().add(
        {{"resourceType", "Condition"}, {"id", "c"}, {"code", {{"text", "Liver abscess"}}}});
    const auto before = derive({condition}, {});
    const auto after = derive({condition}, {{"toxicity", "Condition/c", "4", ""}});
    EXPECT_EQ(brief(after, "TOX"), brief(before, "TOX"));
    EXPECT_THAT(texts(after.issues), SizeIs(1));
}

// ">250" at a limit of 40 is of grade 3 or 4.
FhirPatient with_open_value() {
    return included()
        .lab("1742-6", "210", "U/L", 10, "40", {{"id", "l"}})
        .add({{"resourceType", "Observation"},
              {"id", "open"},
              {"status", "final"},
              {"effectiveDateTime", on_day(12)},
              {"code", {{"coding", {{{"system", "http://loinc.org"}, {"code", "1742-6"}}}}}},
              {"valueQuantity",
               {{"value", 150},
                {"comparator", ">"},
                {"unit", "U/L"},
                {"system", "http://unitsofmeasure.org"},
                {"code", "U/L"}}},
              {"referenceRange", {{{"high", {{"value", 40}}}}}}});
}

TEST(Decisions, R6_3_AValueThatIsGradedAtItsLeast) {
    const auto before = derive({with_open_value()}, {});
    EXPECT_EQ(brief(before, "TOX3"), "value true");
    ASSERT_THAT(before.open_items, SizeIs(1)) << "5.25 times the limit is of grade 3 for sure";
    EXPECT_EQ(before.open_items[0].reference, "Observation/open");
    EXPECT_EQ(before.open_items[0].kind, DecisionKind::toxicity);
    EXPECT_EQ(before.open_items[0].proposed, "at least 2");
    EXPECT_EQ(brief(before, "TOX"), "value 3 baseline-missing term:alt-increased");
    const auto after = derive({with_open_value()}, {{"toxicity", "Observation/open", "4", ""}});
    EXPECT_EQ(brief(after, "TOX"), "value 4 term:alt-increased");
    EXPECT_TRUE(names_decision(record(after, "TOX")));
    EXPECT_THAT(after.open_items, IsEmpty());
    EXPECT_THAT(texts(after.issues), IsEmpty());
    const auto lowered =
        derive({with_open_value()},
               {{"toxicity", "Observation/l", "1", ""}, {"toxicity", "Observation/open", "2", ""}});
    EXPECT_EQ(brief(lowered, "TOX3"), "value false");
}

TEST(Decisions, R6_4_AReadmission) {
    const auto patient =
        included().in_hospital(0, 3, {{"id", "e1"}}).in_hospital(10, 12, {{"id", "e2"}});
    const auto before = derive({patient}, {});
    EXPECT_EQ(brief(before, "TOX3"), "value true grade-at-least");
    ASSERT_THAT(before.open_items, SizeIs(1));
    EXPECT_EQ(before.open_items[0].reference, "Encounter/e2");
    EXPECT_EQ(before.open_items[0].proposed, "at least 3");
    const auto planned = derive({patient}, {{"toxicity", "Encounter/e2", "0", ""}});
    EXPECT_EQ(brief(planned, "TOX3"), "value false");
    EXPECT_TRUE(names_decision(record(planned, "TOX3")));
    EXPECT_THAT(planned.open_items, IsEmpty());
}

TEST(Decisions, R6_4_AValueOrStayThatIsNotGradedIsSaid) {
    const auto patient = included()
                             .in_hospital(0, 3, {{"id", "e1"}})
                             .in_hospital(40, 41, {{"id", "late"}})
                             .lab("1742-6", "210", "U/L", 10, "40"); // graded, and not decided on
    for (const char* target : {"Encounter/e1", "Encounter/late"}) {
        const auto cohort = derive({patient}, {{"toxicity", target, "4", ""}});
        EXPECT_EQ(brief(cohort, "TOX3"), brief(derive({patient}, {}), "TOX3")) << target;
        EXPECT_THAT(texts(cohort.issues), ElementsAre(HasSubstr("R6.4"))) << target;
    }
}

TEST(Decisions, R6_4_AnEventThatOnlyTheReaderKnows) {
    EXPECT_EQ(
        brief(derive({included()}, {{"toxicity", "", "3 Hepatic failure", on_day(30)}}), "TOX3"),
        "value true");
    EXPECT_EQ(
        brief(derive({included()}, {{"toxicity", "", "3 Hepatic failure", on_day(31)}}), "TOX3"),
        "not-evaluable");
}

TEST(Decisions, R9_5_TwoPatientsAreOneOrAreNot) {
    const auto linked = included("a").add(
        {{"resourceType", "Patient"},
         {"id", "a"},
         {"link", {{{"type", "replaced-by"}, {"other", {{"reference", "Patient/b"}}}}}}});
    const auto unresolved = derive({linked}, {});
    EXPECT_EQ(std::get<Value>(record(unresolved, "COHORT").status).reason, "identity-unresolved");
    // The other half is not in the input: it has a row all the same.
    ASSERT_THAT(unresolved.open_items, SizeIs(1));
    EXPECT_EQ(unresolved.open_items.front().reference, "Patient/b");
    EXPECT_EQ(unresolved.open_items.front().kind, DecisionKind::identity);
    EXPECT_EQ(unresolved.open_items.front().proposed, "different");
    const auto different =
        derive({linked}, {{"identity", "Patient/b", "different", "", "Patient/a"}});
    EXPECT_EQ(std::get<Value>(record(different, "COHORT").status).reason, "");
    EXPECT_TRUE(names_decision(record(different, "COHORT")));

    FhirPatient other("b");
    other.response("PD", 100);
    const std::vector<FhirPatient> two = {included("a"), other};
    EXPECT_EQ(brief(derive(two, {}), "PFS"), "censored @0");
    const auto same = derive(two, {{"identity", "Patient/b", "same", "", "Patient/a"}});
    EXPECT_EQ(record(same, "PFS").patient, "Patient/b");
    EXPECT_EQ(brief(same, "PFS"), "event @100");
}

TEST(Decisions, R9_5_OfTwoThatContradictEachIsOneRow) {
    const auto linked = [](const char* id, const char* type, const char* other) {
        return included(id).add({{"resourceType", "Patient"},
                                 {"id", id},
                                 {"link", {{{"type", type}, {"other", {{"reference", other}}}}}}});
    };
    const auto cohort = derive(
        {linked("a", "replaced-by", "Patient/b"), linked("b", "replaced-by", "Patient/a")}, {});
    std::vector<std::string> rows;
    for (const OpenItem& item : cohort.open_items) {
        rows.push_back(item.patient + " " + item.reference + " " + item.proposed);
    }
    EXPECT_THAT(rows,
                ElementsAre("Patient/a Patient/b same or different",
                            "Patient/b Patient/a same or different"));
    const auto seen =
        included("a").add({{"resourceType", "Patient"},
                           {"id", "a"},
                           {"link",
                            {{{"type", "seealso"}, {"other", {{"reference", "Patient/c"}}}},
                             {{"type", "replaced-by"}, {"other", {{"display", "gone"}}}}}}});
    EXPECT_THAT(derive({seen}, {}).open_items, IsEmpty()) << "seealso merges nothing";
}

TEST(Decisions, AboutNobodyAreIssues) {
    const auto cohort = derive({included()}, {{"arm", "", "HAE", "", "Patient/who"}});
    EXPECT_THAT(texts(cohort.issues), ElementsAre(HasSubstr("not in the input")));
}

TEST(OpenItems, OneForEachThingAReaderCouldDecide) {
    const auto cohort = derive({undetermined()
                                    .ct_report(100, {{"id", "r1"}, {"conclusion", "PD"}})
                                    .ct_report(150, {{"id", "r2"}})
                                    .ct_report(200, {{"id", "r3"}, {"conclusion", "CT abdomen"}})},
                               {});
    ASSERT_THAT(cohort.open_items, SizeIs(3));
    EXPECT_EQ(cohort.open_items[0].kind, DecisionKind::arm);
    EXPECT_EQ(cohort.open_items[0].reference, "Procedure/e");
    EXPECT_EQ(cohort.open_items[1].reference, "DiagnosticReport/r1");
    EXPECT_EQ(cohort.open_items[1].proposed, "PD");
    EXPECT_EQ(to_iso(*cohort.open_items[1].date), on_day(100));
    EXPECT_EQ(cohort.open_items[1].text, "") << "kept only on request";
    EXPECT_EQ(cohort.open_items[2].reference, "DiagnosticReport/r2");
}

// R8.2: the bound is what PFS would be, with all rules, if every candidate were progression.
std::string bound(const FhirPatient& patient) {
    for (const TimelineEntry& entry : derive({patient}, {}).timeline) {
        if (entry.value == all_candidates_progression && entry.series == "PFS") {
            return entry.term + " @" + std::to_string(days_between(scenario_t0(), *entry.date));
        }
    }
    return "none";
}

TEST(AuditBounds, R8_2_AllCandidatesAreProgression) {
    EXPECT_EQ(bound(included().response("SD", 90)), "none");
    EXPECT_EQ(bound(included().response("SD", 90).ct_report(180)), "event @180");
    EXPECT_EQ(bound(included().response("SD", 90).ct_report(302)), "event @302");
    EXPECT_EQ(bound(included().response("SD", 90).ct_report(303)), "censored @90")
        << "R5.3: 213 days";
    EXPECT_EQ(bound(included().response("SD", 90).ct_report(20)), "censored @90") << "R4.5";
    EXPECT_EQ(bound(included().statement("L01EG02", 100).ct_report(101)), "censored @0") << "R5.2";
    EXPECT_EQ(bound(included().ct_report(100, {{"conclusion", "Stable disease"}})), "none")
        << "R4.4: it says no progression";
    EXPECT_EQ(bound(included().response("PD", 150).ct_report(100)), "event @100");
    EXPECT_EQ(bound(included()
                        .ct_report(100, {{"conclusion", "Stable disease"}})
                        .ct_report(180, {{"conclusion", "Progressive disease"}})),
              "event @180")
        << "only those that may be progression";
}

} // namespace
} // namespace embolink::test
