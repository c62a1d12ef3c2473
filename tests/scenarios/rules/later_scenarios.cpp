// HPFS, PFS-ITT, BOR-CONFIRMED, TOX, DEATH30, RESP and the covariates through the whole mapping,
// with both sides of each boundary.
#include "tests/scenarios/rules/scenario.hpp"

namespace embolink::test {
namespace {

using nlohmann::json;

constexpr auto alt = "1742-6";
constexpr auto cga = "9811-1";
constexpr auto lanreotide = "H01CB03";
constexpr auto worsened = "271299001";

json at_site(std::string_view snomed) {
    return {
        {"bodySite",
         {{"coding", json::array({{{"system", "http://snomed.info/sct"}, {"code", snomed}}})}}}};
}

FhirPatient& with_text_condition(FhirPatient& patient, const char* text, int day) {
    return patient.add({{"resourceType", "Condition"},
                        {"code", {{"text", text}}},
                        {"onsetDateTime", on_day(day)}});
}

FhirPatient syndrome_and_stay(int to) {
    FhirPatient patient = included();
    with_text_condition(patient.in_hospital(0, to), "Post-embolization syndrome", 1);
    return patient;
}

FhirPatient abscess(int day) {
    return included().condition("http://snomed.info/sct", "27916005", day);
}

FhirPatient ended_statement(int end) {
    return included().statement(
        lanreotide,
        -300,
        {{"status", "stopped"},
         {"effectivePeriod", {{"start", on_day(-300)}, {"end", on_day(end)}}}});
}

} // namespace

std::vector<Scenario> later_scenarios() {
    return {
        {"R4.7 progression elsewhere is an assessment of the liver",
         included().response("PD", 90, at_site("39607008")),
         1000,
         "HPFS",
         "censored last-adequate-assessment @90",
         "",
         {}},
        {"R4.7 progression without a site counts",
         included().response("PD", 90),
         1000,
         "HPFS",
         "event progression @90 [site-unspecified]",
         "",
         {}},
        {"R4.7 and in the liver",
         included().response("PD", 90, at_site("10200004")),
         1000,
         "HPFS",
         "event progression @90",
         "",
         {}},
        {"R5.7 clinical progression counts in PFS-ITT",
         included().trend(worsened, 90, false),
         1000,
         "PFS-ITT",
         "event progression @90",
         "",
         {}},
        {"R5.7 and not in PFS",
         included().trend(worsened, 90, false),
         1000,
         "PFS",
         "censored no-assessment @0",
         "",
         {}},
        {"R4.6 repeated after 28 days",
         included().response("PR", 60).response("PR", 88),
         1000,
         "BOR-CONFIRMED",
         "value PR",
         "",
         {}},
        {"R4.6 after 27 days not repeated",
         included().response("PR", 60).response("PR", 87),
         1000,
         "BOR-CONFIRMED",
         "value SD",
         "",
         {}},
        {"R6.2 baseline of thirty days before",
         included().lab(alt, "100", "U/L", -30, "40").lab(alt, "201", "U/L", 5, "40"),
         1000,
         "TOX",
         "value 1 [term:alt-increased]",
         "",
         {}},
        {"R6.2 one day older is none",
         included().lab(alt, "100", "U/L", -31, "40").lab(alt, "201", "U/L", 5, "40"),
         1000,
         "TOX",
         "value 3 [baseline-missing,term:alt-increased]",
         "",
         {}},
        {"R6.3 by the limit the baseline does not matter",
         included().lab(alt, "100", "U/L", -30, "40").lab(alt, "201", "U/L", 5, "40"),
         1000,
         "TOX-ULN",
         "value 3 [term:alt-increased]",
         "",
         {}},
        {"R6.1 an abscess of day 90 is late",
         abscess(90),
         1000,
         "TOX",
         "not-evaluable no-safety-data [late-biliary]",
         "",
         {}},
        {"R6.1 of day 91 it is another matter",
         abscess(91),
         1000,
         "TOX",
         "not-evaluable no-safety-data",
         "",
         {}},
        {"R6.4 post-embolization syndrome in a stay of seven days",
         syndrome_and_stay(7),
         1000,
         "TOX3",
         "not-evaluable no-safety-data",
         "",
         {}},
        {"R6.4 and of eight", syndrome_and_stay(8), 1000, "TOX3", "value true", "", {}},
        {"R6.4 readmission",
         included().in_hospital(-1, 2).in_hospital(12, 14),
         1000,
         "TOX3",
         "value true [grade-at-least]",
         "",
         {}},
        {"R2.4 which explains a single round",
         included().in_hospital(-1, 2).in_hospital(12, 14),
         1000,
         "COURSE",
         "value 1 [single-round,single-round-toxicity]",
         "",
         {}},
        {"R6.6 death on day 30", included().died(30), 1000, "DEATH30", "value true", "", {}},
        {"R6.6 on day 31", included().died(31), 1000, "DEATH30", "value false", "", {}},
        {"R6.6 seen on day 29 only",
         included().encounter(29),
         1000,
         "DEATH30",
         "not-evaluable follow-up-short",
         "",
         {}},
        {"R6.6 seen on day 30", included().encounter(30), 1000, "DEATH30", "value false", "", {}},
        {"R7.4 half of the baseline on day 28",
         included().lab(cga, "500", "ng/mL", -5, "93").lab(cga, "250", "ng/mL", 28, "93"),
         1000,
         "RESP-CGA",
         "value true @28",
         "",
         {}},
        {"R7.4 on day 27 is too early",
         included().lab(cga, "500", "ng/mL", -5, "93").lab(cga, "250", "ng/mL", 27, "93"),
         1000,
         "RESP-CGA",
         "not-evaluable no-follow-up",
         "",
         {}},
        {"R7.4 a little more than half",
         included().lab(cga, "500", "ng/mL", -5, "93").lab(cga, "251", "ng/mL", 28, "93"),
         1000,
         "RESP-CGA",
         "value false",
         "",
         {}},
        {"R10 an analogue until ninety days before",
         ended_statement(-90),
         1000,
         "SSA",
         "value true",
         "",
         {}},
        {"R10 until ninety-one days before",
         ended_statement(-91),
         1000,
         "SSA",
         "not-evaluable not-documented",
         "",
         {}},
        {"R10 no row in a complete feed",
         ended_statement(-91),
         1000,
         "SSA",
         "value false",
         "",
         {"MedicationStatement"}},
        {"R10 age", included().born("1950-01-10"), 1000, "AGE", "value 61.9 a", "", {}},
    };
}

} // namespace embolink::test
