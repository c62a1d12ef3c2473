// COHORT: the reasons of R1.3, the tiers of R1.4 and their boundaries.
#include "tests/scenarios/rules/scenario.hpp"

namespace embolink::test {
namespace {

constexpr auto icd10cm = "http://hl7.org/fhir/sid/icd-10-cm";
constexpr auto icd10 = "http://hl7.org/fhir/sid/icd-10";
constexpr auto cpt = "http://www.ama-assn.org/go/cpt";

FhirPatient diseased() {
    return FhirPatient{}.midgut_tumour().liver_metastasis().encounter(-400).ct(-20);
}

nlohmann::json status(const std::string& code) {
    return {{"status", code}};
}

std::vector<Scenario> reasons() {
    return {
        {"R1.2 included", included(), 1000, "COHORT", "value included [tier-unknown]", "HACE", {}},
        {"R1.3 not performed",
         diseased().chemoembolization(0, status("not-done")),
         1000,
         "COHORT",
         "value excluded not-performed",
         "",
         {}},
        {"R1.3 in progress is not completed",
         diseased().chemoembolization(0, status("in-progress")),
         1000,
         "COHORT",
         "value excluded not-performed",
         "",
         {}},
        {"R1.1 a row entered in error still makes a candidate",
         diseased().chemoembolization(0, status("entered-in-error")),
         1000,
         "COHORT",
         "value excluded not-performed",
         "",
         {}},
        {"R1.3 embolization for hemorrhage",
         diseased().procedure(cpt, "37244", 0),
         1000,
         "COHORT",
         "value excluded wrong-purpose",
         "",
         {}},
        {"R2.0 another organ",
         diseased().procedure(cpt,
                              "37243",
                              0,
                              {{"code",
                                {{"text", "uterine fibroid embolization"},
                                 {"coding", {{{"system", cpt}, {"code", "37243"}}}}}}}),
         1000,
         "COHORT",
         "value excluded wrong-purpose",
         "",
         {}},
        {"R1.3 a date without day",
         diseased().chemoembolization(0, {{"performedDateTime", "2012-01"}}),
         1000,
         "COHORT",
         "value excluded date-imprecise",
         "",
         {}},
        {"R1.3 the eighteenth birthday is adult",
         included().born("1994-01-10"),
         1000,
         "COHORT",
         "value included [tier-unknown]",
         "",
         {}},
        {"R1.3 the day before is not",
         included().born("1994-01-11"),
         1000,
         "COHORT",
         "value excluded minor",
         "",
         {}},
        {"R1.3 duodenal primary",
         FhirPatient{}
             .condition(icd10cm, "C7A.010")
             .liver_metastasis()
             .ct(-20)
             .chemoembolization(0),
         1000,
         "COHORT",
         "value excluded other-primary",
         "",
         {}},
        {"R1.3 hepatocellular carcinoma beside a midgut primary",
         included().condition(icd10cm, "C22.0"),
         1000,
         "COHORT",
         "value excluded other-primary",
         "",
         {}},
        {"R1.3 any other second cancer is only flagged",
         included().condition(icd10cm, "C50.911"),
         1000,
         "COHORT",
         "value included [second-primary,tier-unknown]",
         "",
         {}},
        {"R1.3 skin cancer C44 is not even that",
         included().condition(icd10cm, "C44.91"),
         1000,
         "COHORT",
         "value included [tier-unknown]",
         "",
         {}},
        {"R1.3 poorly differentiated",
         included().condition(icd10cm, "C7A.1"),
         1000,
         "COHORT",
         "value excluded poorly-differentiated",
         "",
         {}},
        {"R1.3 bowel cancer without neuroendocrine histology",
         FhirPatient{}
             .condition(icd10, "C17.2")
             .condition(icd10, "C78.7")
             .ct(-20)
             .chemoembolization(0),
         1000,
         "COHORT",
         "value excluded no-midgut-net",
         "",
         {}},
        {"R1.3 neuroendocrine of unknown site",
         FhirPatient{}.condition(icd10cm, "C7A.00").liver_metastasis().ct(-20).chemoembolization(0),
         1000,
         "COHORT",
         "value excluded no-midgut-net",
         "",
         {}},
        {"R1.3 no liver metastasis",
         FhirPatient{}.midgut_tumour().ct(-20).chemoembolization(0),
         1000,
         "COHORT",
         "value excluded no-liver-metastasis",
         "",
         {}},
        {"R1.2 a refuted condition is no evidence",
         FhirPatient{}.midgut_tumour().ct(-20).chemoembolization(0).add(
             {{"resourceType", "Condition"},
              {"code", {{"coding", {{{"system", icd10cm}, {"code", "C7B.02"}}}}}},
              {"verificationStatus",
               {{"coding",
                 {{{"system", "http://terminology.hl7.org/CodeSystem/condition-ver-status"},
                   {"code", "refuted"}}}}}}}),
         1000,
         "COHORT",
         "value excluded no-liver-metastasis",
         "",
         {}},
        {"R1.2 liver metastases from the text of a Condition",
         FhirPatient{}.midgut_tumour().encounter(-400).ct(-20).chemoembolization(0).add(
             {{"resourceType", "Condition"}, {"code", {{"text", "Liver metastases"}}}}),
         1000,
         "COHORT",
         "value included [liver-from-text,tier-unknown]",
         "",
         {}},
    };
}

std::vector<Scenario> tiers() {
    return {
        {"R1.4 progression on day -180 is tier A",
         included().response("PD", -180),
         1000,
         "COHORT",
         "value included [tier-a]",
         "",
         {}},
        {"R1.4 on day -181 it is too old",
         included().response("PD", -181),
         1000,
         "COHORT",
         "value included [tier-unknown]",
         "",
         {}},
        {"R1.4 stable on day -180 is tier B",
         included().response("SD", -180),
         1000,
         "COHORT",
         "value included [tier-b]",
         "",
         {}},
        {"R1.4 on day -181 it says nothing",
         included().response("SD", -181),
         1000,
         "COHORT",
         "value included [tier-unknown]",
         "",
         {}},
        {"R1.4 a liver resection on day 90 is tier B",
         included().response("PD", -30).add({{"resourceType", "Procedure"},
                                             {"status", "completed"},
                                             {"code", {{"text", "Liver resection"}}},
                                             {"performedDateTime", on_day(90)}}),
         1000,
         "COHORT",
         "value included [tier-b]",
         "",
         {}},
        {"R1.4 on day 91 it is not",
         included().response("PD", -30).add({{"resourceType", "Procedure"},
                                             {"status", "completed"},
                                             {"code", {{"text", "Liver resection"}}},
                                             {"performedDateTime", on_day(91)}}),
         1000,
         "COHORT",
         "value included [tier-a]",
         "",
         {}},
        {"R1.4 a history of 365 days is enough",
         FhirPatient{}
             .condition(icd10cm, "C7A.012", -100)
             .condition(icd10cm, "C7B.02", -100)
             .ct(-20)
             .encounter(-365)
             .chemoembolization(0),
         1000,
         "COHORT",
         "value included [tier-unknown]",
         "",
         {}},
        {"R1.4 one of 364 days is not",
         FhirPatient{}
             .condition(icd10cm, "C7A.012", -100)
             .condition(icd10cm, "C7B.02", -100)
             .ct(-20)
             .encounter(-364)
             .chemoembolization(0),
         1000,
         "COHORT",
         "value included [prior-therapy-unknown,tier-unknown]",
         "",
         {}},
    };
}

} // namespace

std::vector<Scenario> cohort_scenarios() {
    std::vector<Scenario> all = reasons();
    const std::vector<Scenario> more = tiers();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace embolink::test
