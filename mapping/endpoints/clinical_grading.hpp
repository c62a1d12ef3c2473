// Grades of adverse events and of Conditions that are CTCAE terms (R6.4).
#pragma once

#include "mapping/endpoints/grading.hpp"
#include "mapping/facts/facts.hpp"

#include <optional>
#include <string>

namespace embolink {

// A grade, or why there is none.
struct ClinicalGrade {
    std::optional<int> grade;      // 1-5
    bool at_least = false;         // a Condition: the least that CTCAE gives the term
    bool from_severity = false;    // mild, moderate, severe as 1, 2, 3
    bool not_related = false;      // R6.4: left out, whatever the grade
    bool expected_outcome = false; // no complication by itself
    std::string set_aside_because;
};

ClinicalGrade grade_event(const GradingTable& table, const ClinicalEvent& event);

// Only for Conditions with an `adverse_term`.
ClinicalGrade grade_condition(const GradingTable& table, const Diagnosis& condition);

} // namespace embolink
