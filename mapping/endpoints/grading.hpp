// The CTCAE grading table as data (terminology 2.5): laboratory terms by multiples of the limits,
// and the clinical terms that may come as AdverseEvent or Condition.
#pragma once

#include "mapping/fhir/decimal.hpp"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace embolink {

// How a laboratory threshold is meant.
enum class ThresholdKind {
    upper_multiple,   // value / upper limit above `bound` reaches the grade
    absolute_above,   // value above `bound` (in the canonical unit)
    absolute_below,   // value below `bound`; grade 1 is "below the lower limit"
    baseline_multiple // value / the patient's own value before the session above `bound`
};

struct GradeThreshold {
    int grade = 1;
    ThresholdKind kind = ThresholdKind::upper_multiple;
    Decimal bound;          // exclusive; grade 1 of absolute_below has none: the lower limit
    bool at_least = false;  // the value alone cannot decide more: flag grade-at-least (R6.2)
    bool inclusive = false; // the bound itself reaches the grade (R6.3: 1.5 x baseline)
};

// What the patient's own value before the session does to the grade (R6.3 TOX; terminology 2.5).
enum class BaselineRule {
    none,
    instead_if_abnormal, // an abnormal one takes the place of the limit
    besides,             // an increase over any one reaches a grade, too
    perhaps_if_abnormal  // an abnormal one may take the place of the bounds: of both the lesser
};

struct LabTerm {
    std::string term; // CTCAE term key, e.g. "alt-increased"
    std::string name; // CTCAE name
    std::string meddra;
    std::string analyte;                    // LabResult::analyte
    std::string unit;                       // canonical unit of absolute bounds
    std::vector<GradeThreshold> thresholds; // ascending grade
    BaselineRule baseline_rule = BaselineRule::none;
    std::vector<GradeThreshold> by_baseline; // baseline multiples, ascending grade
};

struct ClinicalTerm {
    std::string term; // key, e.g. "hepatic-failure"
    std::string name; // CTCAE name
    std::string meddra;
    int least_grade = 1; // R6.4 for Conditions
    bool biliary_or_abscess = false;
    bool gradable = true; // false: post-embolization syndrome by itself (R6.4)
};

struct GradingTable {
    std::string version; // "CTCAE v5"
    std::vector<LabTerm> labs;
    std::map<std::string, ClinicalTerm> clinical; // by term key

    const LabTerm* lab_for(const std::string& analyte) const;
};

// Throws DefinitionError.
GradingTable parse_grading(const std::string& file, const nlohmann::json& json);

} // namespace embolink
