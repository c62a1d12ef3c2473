#include "mapping/endpoints/endpoint.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace embolink {

namespace {

struct Kind {
    std::string_view name;
    Derived (*derive)(const PatientCase&, const EndpointDefinition&);
};

constexpr std::array kinds{
    Kind{"time-to-event", derive_time_to_event},
    Kind{"best-response", derive_best_response},
    Kind{"confirmed-response", derive_confirmed_response},
    Kind{"objective-response", derive_objective_response},
    Kind{"disease-control", derive_disease_control},
    Kind{"worst-toxicity", derive_worst_toxicity},
    Kind{"grade3-toxicity", derive_grade3_toxicity},
    Kind{"early-death", derive_early_death},
    Kind{"baseline-marker", derive_baseline_marker},
    Kind{"marker-response", derive_marker_response},
    Kind{"age", derive_age},
    Kind{"sex", derive_sex},
    Kind{"drug-before", derive_drug_before},
    Kind{"procedure-before", derive_procedure_before},
    Kind{"liver-involvement", derive_liver_involvement},
    Kind{"tumour-grade", derive_tumour_grade},
    Kind{"urgency", derive_urgency},
    Kind{"agent", derive_agent},
};

const Kind* find_kind(std::string_view name) {
    const auto* found = std::find_if(
        kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.name == name; });
    return found == kinds.end() ? nullptr : found;
}

} // namespace

bool is_endpoint_kind(std::string_view kind) {
    return kind == "cohort" || kind == "course" || find_kind(kind) != nullptr;
}

Derived derive_endpoint(const PatientCase& patient, const EndpointDefinition& definition) {
    const Kind* kind = find_kind(definition.kind);
    assert(kind != nullptr);
    return kind->derive(patient, definition);
}

} // namespace embolink
