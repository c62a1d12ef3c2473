#include "mapping/definitions.hpp"
#include "mapping/facts/observation_parts.hpp"
#include "mapping/facts/unknown.hpp"

#include <algorithm>
#include <array>

namespace embolink {

namespace {

constexpr std::array<std::string_view, 3> accepted = {"final", "amended", "corrected"};
constexpr std::array<std::string_view, 3> candidates = {"preliminary", "registered", "partial"};

std::vector<std::string> imaging_studies_of(const Reading& reading, const ReportFrame* report) {
    std::vector<std::string> studies;
    const auto contained =
        report != nullptr ? report->contained_studies : read_contained_studies(reading);
    for (const char* key : {"derivedFrom", "partOf"}) {
        for (std::string& reference : reading.root.references(key)) {
            if (reference.starts_with("ImagingStudy/") ||
                std::ranges::find(contained, reference) != contained.end()) {
                studies.push_back(std::move(reference));
            }
        }
    }
    if (report != nullptr && studies.empty()) {
        studies = report->imaging_studies;
    }
    return studies;
}

// Of FHIR's observation categories.
bool is_of_category(const Field& root, std::string_view name) {
    return std::ranges::any_of(root.all("category"), [&](const Field& category) {
        const CodedText coded = read_coded_text(category);
        return std::ranges::any_of(coded.codings,
                                   [&](const Coding& coding) { return coding.code == name; });
    });
}

bool has_value(const Field& root) {
    return std::ranges::any_of(
        std::array{"valueQuantity", "valueString", "valueInteger", "valueCodeableConcept"},
        [&](const char* key) { return root.has(key); });
}

// A result under a local code or a mere text may be one that the rules need (data-reality 1). A
// public code that carries no concept says what else it is.
void report_unmapped(const Reading& reading) {
    const Field& root = reading.root;
    const CodedText code = read_coded_text(root.at("code"));
    const Terminology& terminology = reading.terminology();
    const bool understood =
        std::ranges::any_of(
            code.codings,
            [&](const Coding& coding) { return terminology.is_public_system(coding.system); }) ||
        is_known(terminology, CodeDomain::analyte, code) ||
        is_known(terminology, CodeDomain::response_kind, code) ||
        is_known(terminology, CodeDomain::response_kind, read_coded_text(root.at("method"))) ||
        is_known(terminology, CodeDomain::imaging, code);
    if (!understood && (is_of_category(root, "laboratory") || has_value(root))) {
        report_unknown(root, "code", "R7.1: a result", code);
    }
}

} // namespace

void read_observation_in(const Reading& reading, const ReportFrame* report) {
    const Field& root = reading.root;
    const auto standing = standing_of(reading, {accepted, candidates});
    if (!standing) {
        return;
    }
    When when = reading.when("effective");
    if (!when.start && !when.end && report != nullptr) {
        when = report->effective;
    }
    if (report == nullptr) { // those that a report contains are its own
        read_contained_structures(reading);
    }
    ObservationFrame frame;
    frame.standing = report != nullptr && report->candidate ? Standing::candidate : *standing;
    frame.effective = when.start ? when.start : when.end;
    frame.issued = root.at("issued").date();
    if (!frame.issued && report != nullptr) {
        frame.issued = report->issued;
    }
    frame.imaging_studies = imaging_studies_of(reading, report);
    if (read_death(reading, frame)) {
        return; // R5.8: nothing is done with a dead patient, so that it is no contact
    }
    bool understood = read_tumour_size(reading, frame) || read_response(reading, frame) ||
                      read_new_lesion(reading, frame) || read_lab(reading, root, frame) ||
                      read_characteristic(reading, frame);
    if (!understood) {
        for (const Field& component : root.all("component")) {
            understood = read_lab(reading, component, frame) || understood;
        }
    }
    if (!understood && is_of_category(root, "imaging")) {
        understood = read_response_text(reading, frame, TextOf::image_finding);
    }
    if (!understood) {
        report_unmapped(reading);
    }
    if (frame.standing == Standing::accepted) { // R5.8: effective date of a final result
        reading.add_contact("result", when);
    }
}

void read_observation(const Reading& reading) {
    read_observation_in(reading, nullptr);
}

} // namespace embolink
