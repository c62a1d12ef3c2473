// The project's own codes that written resources carry. The CodeSystem resources of
// definitions/conformance say the same to others; a test holds both against each other.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string_view>
#include <vector>

namespace embolink {

struct OutcomeCode {
    std::string_view code;
    std::string_view display;
};

struct OutcomeCodeSystem {
    std::string_view url; // ".../CodeSystem/outcome"
    std::vector<OutcomeCode> codes;
};

const OutcomeCodeSystem& outcome_codes();   // params: Observation.code
const OutcomeCodeSystem& component_codes(); // Observation.component.code
const OutcomeCodeSystem& reason_codes();    // of events, censoring and of what is not evaluable
const OutcomeCodeSystem& caution_codes();   // caution flags
const OutcomeCodeSystem& arm_codes();
const OutcomeCodeSystem& response_codes(); // CR, PR, SD, PD, NE
const OutcomeCodeSystem& category_codes();
const OutcomeCodeSystem& activity_codes(); // Provenance.activity
const OutcomeCodeSystem& tag_codes();      // meta.tag
const OutcomeCodeSystem& trial_codes();    // Observation.method

std::vector<const OutcomeCodeSystem*> all_outcome_code_systems();

// A Coding with its display. A code that the system does not have (an arm or a trial of a site's
// own definitions) is none: then null.
nlohmann::json coding(const OutcomeCodeSystem& system, std::string_view code);

// A CodeableConcept of that one coding, or of the code as text where there is none.
nlohmann::json concept_of(const OutcomeCodeSystem& system, std::string_view code);

// HL7's data-absent-reason code nearest to a not-evaluable reason.
std::string_view data_absent_reason(std::string_view reason);

} // namespace embolink
