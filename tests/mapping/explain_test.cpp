// What was set aside is told with its reason, in the words of `explain` and in the timeline (R9.6).
#include "mapping/derive.hpp"
#include "mapping/explain/explain.hpp"
#include "tests/support/fhir_patient.hpp"
#include "tests/support/pipeline.hpp"

#include <gmock/gmock.h>

namespace embolink::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

DerivedCohort derive(const FhirPatient& patient) {
    Intake intake(make_reading_frame(test_definitions(), {}, {}));
    for (const json& resource : patient.resources()) {
        intake.add(resource_of(resource));
    }
    return intake.derive(test_trial(), plus_days(scenario_t0(), 400));
}

std::string explained(const FhirPatient& patient, std::string_view param = "") {
    return explain_patient(derive(patient), "p1", param, test_trial());
}

json with_status(const char* status) {
    return {{"status", status}};
}

// The line of the timeline whose source has that type, with kind, content and reason.
std::string line_of(const DerivedCohort& cohort, const std::string& type) {
    std::string found;
    for (const TimelineEntry& entry : cohort.timeline) {
        if (entry.source.starts_with(type + "/") && entry.set_aside_because.starts_with("R9.2")) {
            found += (found.empty() ? "" : "; ") + entry.kind + " " + entry.value + entry.term +
                     (entry.date ? " " + to_iso(*entry.date) : "") + " | " +
                     entry.set_aside_because;
        }
    }
    return found;
}

TEST(SetAsideByStatus, R9_2_EachTypeSaysWhatItWouldHaveBeen) {
    FhirPatient patient = included();
    patient.response("PD", 90, with_status("entered-in-error"))
        .administration("everolimus", 100, with_status("not-done"))
        .statement("L01EG02", 110, with_status("entered-in-error"))
        .encounter(130);
    patient.add({{"resourceType", "Procedure"},
                 {"status", "not-done"},
                 {"code", {{"text", "Right hepatectomy"}}},
                 {"performedDateTime", on_day(120)}});
    patient.add({{"resourceType", "Encounter"},
                 {"status", "cancelled"},
                 {"class", {{"code", "AMB"}}},
                 {"period", {{"start", on_day(140)}, {"end", on_day(140)}}}});
    const auto cohort = derive(patient);
    EXPECT_EQ(line_of(cohort, "Observation"),
              "assessment PD " + on_day(90) + " | R9.2 status entered-in-error");
    EXPECT_EQ(line_of(cohort, "MedicationAdministration"),
              "therapy everolimus " + on_day(100) + " | R9.2 status not-done");
    EXPECT_THAT(line_of(cohort, "MedicationStatement"), HasSubstr("therapy "));
    EXPECT_EQ(line_of(cohort, "Procedure"),
              "therapy liver-resection " + on_day(120) + " | R9.2 status not-done");
    EXPECT_EQ(line_of(cohort, "Encounter"),
              "contact encounter " + on_day(140) + " | R9.2 status cancelled");
}

TEST(SetAsideByStatus, R9_2_LaboratoryValuesAndEvents) {
    FhirPatient patient = included();
    patient.lab("1742-6", "300", "U/L", 5, "40", with_status("preliminary"))
        .lab("1695-6", "30", "mg/(24.h)", -5, "8", with_status("cancelled"));
    const json extension{{"url", "http://example.org/status"}, {"valueCode", "entered-in-error"}};
    patient.adverse_event("C41340", 6, {{"modifierExtension", json::array({extension})}});
    const auto cohort = derive(patient);
    EXPECT_THAT(line_of(cohort, "Observation"),
                AllOf(HasSubstr("toxicity 300ALT " + on_day(5) + " | R9.2 status preliminary"),
                      HasSubstr("marker 30 " + on_day(-5) + " | R9.2 status cancelled")));
    EXPECT_THAT(line_of(cohort, "AdverseEvent"),
                AllOf(HasSubstr("toxicity "), HasSubstr("R9.2 status entered-in-error")));
    EXPECT_THAT(explained(patient, "TOX"), HasSubstr("set aside: R9.2 status preliminary"));
    EXPECT_THAT(explained(patient, "BASE-5HIAA"), HasSubstr("set aside: R9.2 status cancelled"));
    EXPECT_THAT(explained(patient, "PFS"), Not(HasSubstr("status preliminary")));
}

TEST(SetAsideByStatus, R9_2_AConditionThatIsRefuted) {
    FhirPatient patient = included();
    patient.add({{"resourceType", "Condition"},
                 {"verificationStatus", {{"coding", json::array({{{"code", "refuted"}}})}}},
                 {"code", {{"text", "hepatocellular carcinoma"}}},
                 {"onsetDateTime", on_day(-400)}});
    EXPECT_EQ(line_of(derive(patient), "Condition"),
              "exclusion-evidence hepatocellular-carcinoma " + on_day(-400) +
                  " | R9.2 status refuted");
}

TEST(SetAsideByStatus, NothingIsToldOfWhatCountsOrOfNoInterest) {
    FhirPatient patient = included();
    patient.response("SD", 90)
        .response("PD", 100, with_status("preliminary")) // a candidate: it has its own line
        .administration("ondansetron", 1, with_status("not-done"))
        .lab("2951-2", "140", "mmol/L", 3, "145", with_status("cancelled")) // sodium
        .response("PD", 500, with_status("entered-in-error"));              // after the cut
    for (const TimelineEntry& entry : derive(patient).timeline) {
        EXPECT_FALSE(entry.set_aside_because.starts_with("R9.2 status"))
            << entry.kind << entry.source;
    }
}

TEST(SetAsideByStatus, R9_2_TheMedicationNamesTheDrug) {
    FhirPatient patient = included();
    patient.add({{"resourceType", "Medication"}, {"id", "m"}, {"code", {{"text", "everolimus"}}}});
    patient.add({{"resourceType", "MedicationAdministration"},
                 {"status", "entered-in-error"},
                 {"medicationReference", {{"reference", "Medication/m"}}},
                 {"effectiveDateTime", on_day(60)}});
    EXPECT_EQ(line_of(derive(patient), "MedicationAdministration"),
              "therapy everolimus " + on_day(60) + " | R9.2 status entered-in-error");
}

TEST(SetAsideByStatus, AMedicationThatIsNotThereIsNoFaultOfWhatDoesNotCount) {
    FhirPatient patient = included();
    patient.add({{"resourceType", "MedicationAdministration"},
                 {"status", "entered-in-error"},
                 {"medicationReference", {{"reference", "Medication/gone"}}},
                 {"effectiveDateTime", on_day(60)}});
    for (const Issue& issue : derive(patient).issues) {
        EXPECT_THAT(issue.expression, Not(HasSubstr("medicationReference")));
    }
}

TEST(Explain, R4_5_AnEarlyProgressionIsSetAsideByEachBestResponse) {
    FhirPatient patient = included();
    patient.response("PD", 20).response("SD", 90);
    const auto cohort = derive(patient);
    for (const TimelineEntry& entry : cohort.timeline) {
        if (entry.kind == "assessment" && entry.date == plus_days(scenario_t0(), 20)) {
            EXPECT_TRUE(entry.used_by.empty()) << entry.used_by.front();
            EXPECT_THAT(entry.set_aside_because, HasSubstr("R4.5"));
        }
    }
    EXPECT_THAT(explained(patient, "BOR-CONFIRMED"),
                HasSubstr("R4.5 progression too early without a new lesion"));
}

TEST(Explain, R4_6_BetweenTwoResponsesOneThatIsNotEvaluableIsUsed) {
    const auto users = [](int day, const FhirPatient& patient) {
        for (const TimelineEntry& entry : derive(patient).timeline) {
            if (entry.kind == "assessment" && entry.date == plus_days(scenario_t0(), day)) {
                return testing::PrintToString(entry.used_by);
            }
        }
        return std::string{"none"};
    };
    FhirPatient patient = included();
    patient.response("PR", 60).response("NE", 90).response("PR", 120).response("NE", 150);
    EXPECT_THAT(users(90, patient), HasSubstr("BOR-CONFIRMED"));
    EXPECT_THAT(users(150, patient), Not(HasSubstr("BOR-CONFIRMED")));
}

TEST(Explain, R6_2_TheValueThatAToxicityIsGradedAgainst) {
    FhirPatient patient = included();
    patient.lab("1742-6", "100", "U/L", -3, "40").lab("1742-6", "301", "U/L", 5, "40");
    EXPECT_THAT(explained(patient, "TOX"), HasSubstr("alt-increased 100 U/L (baseline)"));
    EXPECT_THAT(explained(patient, "TOX-ULN"), Not(HasSubstr("(baseline)")));
}

TEST(Explain, R3_3c_ADrugThatLeftTheArmOpen) {
    FhirPatient patient("p1");
    patient.born("1950").midgut_tumour().liver_metastasis().ct(-14).embolization_37243(0);
    json given = FhirPatient::intra_arterial();
    patient.administration("blue liquid", 0, given);
    const std::string words = explained(patient, "COHORT");
    EXPECT_THAT(words, HasSubstr("UNDETERMINED"));
    EXPECT_THAT(words, HasSubstr("set aside: R3.3c"));
    EXPECT_THAT(words, HasSubstr("MedicationAdministration/"));
    EXPECT_THAT(explained(patient, "PFS"), Not(HasSubstr("R3.3c")));
}

} // namespace
} // namespace embolink::test
