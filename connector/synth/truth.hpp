// The expected endpoint records of a planned patient, worked out from the plan alone: an
// independent witness for the mapping, which sees only the FHIR resources. Shares no code with it.
#pragma once

#include "connector/synth/plan.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace embolink::synth {

// One line of truth.ndjson (endpoint record of the contracts, without sources and versions).
struct TruthRecord {
    std::string param;
    std::string status; // "event", "censored", "value", "not-evaluable"
    std::string reason;
    std::optional<int> day; // since T0; PFS and OS
    std::optional<int> left;
    std::optional<int> right;
    std::string text_value;   // one of these four, by param
    std::string number_value; // decimal text
    std::optional<int> count_value;
    std::optional<bool> flag_value;
    std::string unit;
    std::vector<std::string> flags;
    std::string undecidable; // why the plan leaves the record open, usually empty
};

// Empty for patients who are no candidates.
std::vector<TruthRecord> expected_records(const PatientPlan& plan);

// Excluded patients carry no arm.
std::string arm_name(Arm arm);

// The record as one JSON line's value.
nlohmann::ordered_json to_json(const TruthRecord& record, const PatientPlan& plan);

} // namespace embolink::synth
