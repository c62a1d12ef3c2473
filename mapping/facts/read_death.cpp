// Observations that say that the patient is dead (terminology 2.6), by their code, which a value
// may deny, or by their value. Words alone say nothing: they may be of anybody.

#include "mapping/definitions.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/facts/observation_parts.hpp"
#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <array>

namespace embolink {

namespace {

// SNOMED CT and HL7 v3 NullFlavor.
constexpr std::array<std::string_view, 5> unknown_codes = {
    "261665006", "UNK", "unknown", "NASK", "asked-unknown"};
constexpr std::array<std::string_view, 3> unknown_answers = {"unknown", "inconnu", "unbekannt"};

bool is_dead(const Reading& reading, const CodedText& coded) {
    return concepts_of(reading.terminology(), CodeDomain::condition, coded).coded(concepts::dead);
}

bool says_unknown(const CodedText& answer) {
    return is_one_of(fold(answer.text), unknown_answers) ||
           std::ranges::any_of(answer.codings, [](const Coding& coding) {
               return is_one_of(coding.code, unknown_codes);
           });
}

// The value of an Observation whose code says "dead": "no", "unknown", or withheld.
bool takes_it_back(const Field& root) {
    if (const auto value = root.at("valueBoolean").boolean()) {
        return !*value;
    }
    CodedText answer = read_coded_text(root.at("valueCodeableConcept"));
    if (root.has("valueString")) {
        answer.text = root.at("valueString").text();
    }
    return says_no(answer) || says_unknown(answer) || root.has("dataAbsentReason");
}

// R4: `focus` is who or what the Observation is really about; a tumour or a stay is the patient's.
bool is_of_somebody_else(const Field& root) {
    constexpr std::array<std::string_view, 4> others = {
        "RelatedPerson/", "FamilyMemberHistory/", "Practitioner/", "Device/"};
    const std::string subject = root.at("subject").reference();
    return std::ranges::any_of(root.references("focus"), [&](const std::string& focus) {
        return std::ranges::any_of(
                   others, [&](std::string_view type) { return focus.starts_with(type); }) ||
               (focus.starts_with("Patient/") && focus != subject);
    });
}

} // namespace

bool read_death(const Reading& reading, const ObservationFrame& frame) {
    const Field& root = reading.root;
    const bool by_code = is_dead(reading, read_coded_text(root.at("code")));
    const bool by_value = is_dead(reading, read_coded_text(root.at("valueCodeableConcept")));
    if (!by_code && !by_value) {
        return false;
    }
    if (is_of_somebody_else(root)) {
        reading.set_aside("focus", "R5.8: a death that is not the patient's");
        return false;
    }
    if (!by_value && takes_it_back(root)) {
        reading.set_aside("value[x]", "R5.8: does not say that the patient is dead");
        return false;
    }
    if (frame.standing != Standing::accepted) {
        reading.set_aside("status", "R9.2: a death that is not final");
        return true;
    }
    const auto told = by_code ? root.at("valueDateTime").date() : std::nullopt;
    reading.add(DeathFinding{reading.origin, told ? told : frame.effective});
    return true;
}

} // namespace embolink
