#include "mapping/endpoints/clinical_grading.hpp"

namespace embolink {
namespace {

ClinicalGrade set_aside(std::string reason) {
    ClinicalGrade none;
    none.set_aside_because = std::move(reason);
    return none;
}

constexpr const char* expected_outcome = "R6.4 expected outcome, no complication by itself";

} // namespace

ClinicalGrade grade_event(const GradingTable& table, const ClinicalEvent& event) {
    if (event.not_related) {
        return set_aside("R6.4 not related");
    }
    const auto term = table.clinical.find(event.term);
    if (term != table.clinical.end() && !term->second.gradable) {
        return set_aside(expected_outcome);
    }
    if (!event.grade) {
        return set_aside("R6.4 no grade");
    }
    return {event.grade, false, event.grade_from_severity, ""};
}

ClinicalGrade grade_condition(const GradingTable& table, const Diagnosis& condition) {
    const auto term = table.clinical.find(condition.adverse_term);
    if (term == table.clinical.end()) {
        return set_aside("R6.4 no CTCAE term");
    }
    if (!term->second.gradable) {
        return set_aside(expected_outcome);
    }
    return {term->second.least_grade, true, false, ""};
}

} // namespace embolink
