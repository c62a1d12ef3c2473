// What counts at all: statuses (R9.2) with unread reports (R8.2), versions of one resource (R9.3),
// and several Patient resources of one person (R9.5).
#include "tests/scenarios/rules/scenario.hpp"

namespace embolink::test {
namespace {

nlohmann::json unfinished_conclusion(const char* status, const char* category) {
    nlohmann::json coding{{"system", "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"},
                          {"code", recist_code(category)}};
    nlohmann::json conclusion{{"coding", nlohmann::json::array({std::move(coding)})}};
    return {{"status", status}, {"conclusionCode", nlohmann::json::array({std::move(conclusion)})}};
}

// One resource in two versions without lastUpdated: R9.3's status rank decides.
FhirPatient in_two_versions(const char* status, const char* other_status) {
    return included()
        .response("SD", 90)
        .response("PD", 180, {{"id", "twice"}, {"status", status}})
        .response("SD", 180, {{"id", "twice"}, {"status", other_status}});
}

// Another Patient resource with a link, and a progression charted under it.
FhirPatient linked_patient(const char* type) {
    nlohmann::json link{{"other", {{"reference", "Patient/p1"}}}, {"type", type}};
    return included()
        .add({{"resourceType", "Patient"},
              {"id", "old"},
              {"link", nlohmann::json::array({std::move(link)})}})
        .response("SD", 90)
        .response("PD", 180, {{"subject", {{"reference", "Patient/old"}}}});
}

} // namespace

std::vector<Scenario> identity_scenarios() {
    return {
        {"R8.2 an imaging report that nobody coded is a candidate",
         included().response("SD", 90).ct_report(180),
         1000,
         "PFS",
         "censored last-adequate-assessment @90 [pd-candidate-unresolved]",
         "",
         {}},
        {"R9.2 an assessment entered in error never counts",
         included().response("SD", 90).response("PD", 180, {{"status", "entered-in-error"}}),
         1000,
         "PFS",
         "censored last-adequate-assessment @90",
         "",
         {}},
        {"R9.2 a preliminary one neither, but it is a candidate",
         included().response("SD", 90).response("PD", 180, {{"status", "preliminary"}}),
         1000,
         "PFS",
         "censored last-adequate-assessment @90 [pd-candidate-unresolved]",
         "",
         {}},
        {"R9.2 a preliminary report without code is a candidate",
         included().response("SD", 90).ct_report(180, {{"status", "preliminary"}}),
         1000,
         "PFS",
         "censored last-adequate-assessment @90 [pd-candidate-unresolved]",
         "",
         {}},
        {"R9.2 a preliminary report with a coded progression too",
         included().response("SD", 90).ct_report(180, unfinished_conclusion("partial", "PD")),
         1000,
         "PFS",
         "censored last-adequate-assessment @90 [pd-candidate-unresolved]",
         "",
         {}},
        {"R9.2 a registered report of a day that has a final reading is none",
         included().response("SD", 90).ct_report(90, {{"status", "registered"}}),
         1000,
         "PFS",
         "censored last-adequate-assessment @90",
         "",
         {}},
        {"R9.2 a cancelled report is none",
         included().response("SD", 90).ct_report(180, {{"status", "cancelled"}}),
         1000,
         "PFS",
         "censored last-adequate-assessment @90",
         "",
         {}},
        {"R8.2 an unread report dated on as_of is a candidate",
         included().response("SD", 90).ct_report(180),
         180,
         "PFS",
         "censored last-adequate-assessment @90 [pd-candidate-unresolved]",
         "",
         {}},
        {"R9.3 amended ranks above final",
         in_two_versions("final", "amended"),
         1000,
         "PFS",
         "censored last-adequate-assessment @180",
         "",
         {}},
        {"R9.3 corrected above amended",
         in_two_versions("amended", "corrected"),
         1000,
         "PFS",
         "censored last-adequate-assessment @180",
         "",
         {}},
        {"R9.3 final above preliminary",
         in_two_versions("final", "preliminary"),
         1000,
         "PFS",
         "event progression @180",
         "",
         {}},
        {"R9.3 entered in error above all",
         in_two_versions("entered-in-error", "corrected"),
         1000,
         "PFS",
         "censored last-adequate-assessment @90",
         "",
         {}},
        {"R9.5 what was charted under a replaced patient is the survivor's",
         linked_patient("replaced-by"),
         1000,
         "PFS",
         "event progression @180",
         "",
         {}},
        {"R9.5 seealso merges nothing",
         linked_patient("seealso"),
         1000,
         "PFS",
         "censored last-adequate-assessment @90",
         "",
         {}},
        {"R9.5 two survivors of one patient exclude",
         linked_patient("replaced-by")
             .add({{"resourceType", "Patient"},
                   {"id", "third"},
                   {"link",
                    nlohmann::json::array(
                        {{{"other", {{"reference", "Patient/old"}}}, {"type", "replaces"}}})}}),
         1000,
         "COHORT",
         "value excluded identity-unresolved",
         "",
         {}},
    };
}

} // namespace embolink::test
