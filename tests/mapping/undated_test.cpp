// Facts without any date decide nothing and harm nothing: each optional date of the rules is asked
// before it is used (R0.4, R6.1).
#include "mapping/facts/concepts.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

std::vector<std::string> all_records(const TinyPatient& patient) {
    std::vector<std::string> out;
    for (const EndpointDefinition& definition : endpoints()) {
        if (definition.kind != "cohort" && definition.kind != "course") {
            out.push_back(definition.param + ": " + summary(patient.derive(definition).record));
        }
    }
    return out;
}

TinyPatient followed() {
    TinyPatient patient;
    patient.read(60, PR).read(120, SD).read(200, PD);
    patient.lab(-3, "ALT", "30").upper_limit = parse_decimal("40");
    patient.lab(5, "ALT", "90").upper_limit = parse_decimal("40");
    patient.contact("encounter", 300, 300).stay(-1, 2).priority = Priority::urgent;
    return patient;
}

void add_drugs(TinyPatient& patient) {
    for (const auto source : {DrugSource::administration,
                              DrugSource::statement,
                              DrugSource::dispense,
                              DrugSource::request}) {
        for (const auto& name : {concepts::anticancer_targeted,
                                 concepts::somatostatin_analogue,
                                 concepts::antineoplastic}) {
            auto& drug =
                patient.drug({1, source, "completed", std::string(name), false, std::string(name)});
            drug.start.reset();
            drug.route = Route::intra_arterial;
            drug.dose = parse_decimal("10");
        }
    }
}

TEST(Undated, FactsDecideNothing) {
    const auto before = all_records(followed());
    TinyPatient patient = followed();
    add_drugs(patient);
    for (const auto& name : {concepts::liver_resection,
                             concepts::primary_resection,
                             concepts::prrt,
                             concepts::arterial_chemo_instillation}) {
        patient.procedure(10, name).performed = {};
    }
    patient.condition(5, "liver-abscess").onset.reset();
    patient.contact("result", 400, 400).timeline.contacts.back().when = {};
    patient.stay(4, 6).when = {};
    for (const auto& kind : {concepts::ki_67,
                             concepts::histologic_grade,
                             concepts::liver_involvement,
                             concepts::new_lesion}) {
        auto& found = patient.characteristic(-5, kind);
        found.date.reset();
        found.percent = parse_decimal("30");
        found.category = "G3";
    }
    patient.size(30, "a", "20").effective.reset();
    patient.assess(40, AssessmentKind::structured_recist, PD).effective.reset();
    patient.study(50).date.reset();
    EXPECT_EQ(all_records(patient), before);
}

TEST(Undated, APatientOfWhomNothingIsKnown) {
    TinyPatient patient = followed();
    const auto before = all_records(patient);
    patient.timeline.person.reset();
    EXPECT_EQ(all_records(patient), before);
}

TEST(Undated, DatesOfAYearPlaceNothing) {
    const auto before = all_records(followed());
    TinyPatient patient = followed();
    patient.assess(40, AssessmentKind::structured_recist, PD).effective = in_year(2020);
    patient.condition(5, "liver-abscess").onset = in_month(2020, 3);
    patient.assess(40, AssessmentKind::trend, PD).effective = in_year(2020);
    EXPECT_EQ(all_records(patient), before);
}

} // namespace
} // namespace embolink::testing
