#include "mapping/endpoints/clinical_grading.hpp"

namespace embolink {
namespace {

ClinicalGrade set_aside(std::string reason) {
    ClinicalGrade none;
    none.set_aside_because = std::move(reason);
    return none;
}

ClinicalGrade expected_outcome() {
    auto none = set_aside("R6.4 expected outcome, no complication by itself");
    none.expected_outcome = true;
    return none;
}

} // namespace

ClinicalGrade grade_event(const GradingTable& table, const ClinicalEvent& event) {
    if (event.not_related) {
        auto none = set_aside("R6.4 not related");
        none.not_related = true;
        return none;
    }
    const auto term = table.clinical.find(event.term);
    const bool looked_at_and_none = event.grade == 0;
    if (term != table.clinical.end() && !term->second.gradable && !looked_at_and_none) {
        return expected_outcome();
    }
    if (!event.grade) {
        return set_aside("R6.4 no grade");
    }
    return {event.grade, false, event.grade_from_severity, false, false, ""};
}

ClinicalGrade grade_condition(const GradingTable& table, const Diagnosis& condition) {
    const auto term = table.clinical.find(condition.adverse_term);
    if (term == table.clinical.end()) {
        return set_aside("R6.4 no CTCAE term");
    }
    if (!term->second.gradable) {
        return expected_outcome();
    }
    return {term->second.least_grade, true, false, false, false, ""};
}

} // namespace embolink
