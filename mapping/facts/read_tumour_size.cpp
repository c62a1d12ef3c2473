// Tumour sizes (mCODE tumor size; LOINC 21889-1 with its dimensions 33728-7 and 33729-5): the
// longest diameter of one lesion, which sums are made of (R4.2).

#include "mapping/definitions.hpp"
#include "mapping/facts/observation_parts.hpp"
#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <optional>

namespace embolink {

namespace {

ConceptSet kind_of(const Reading& reading, const Field& element) {
    return concepts_of(
        reading.terminology(), CodeDomain::response_kind, read_coded_text(element.at("code")));
}

// The element that holds the longest diameter: a component of that code, else the Observation.
Field diameter_of(const Reading& reading) {
    for (Field& component : reading.root.all("component")) {
        if (kind_of(reading, component).coded("longest-diameter")) {
            return std::move(component);
        }
    }
    return reading.root;
}

// How many millimetres the unit has; nullopt: no unit of length that lesions are measured in.
std::optional<Decimal> millimetres_per(const Field& quantity) {
    for (const char* key : {"code", "unit"}) {
        const std::string unit = fold(quantity.at(key).text());
        if (unit == "mm" || unit == "millimeter" || unit == "millimeters" || unit == "millimetre" ||
            unit == "millimetres") {
            return Decimal{"1"};
        }
        if (unit == "cm" || unit == "centimeter" || unit == "centimeters" || unit == "centimetre" ||
            unit == "centimetres") {
            return Decimal{"10"};
        }
    }
    return std::nullopt;
}

std::optional<Decimal> millimetres_of(const Field& element) {
    const Field quantity = element.at("valueQuantity");
    if (!quantity) {
        element.report_missing(
            "valueQuantity", Severity::error, "R4.2: a tumour size without its longest diameter");
        return std::nullopt;
    }
    const auto value = quantity.at("value").number();
    const auto factor = millimetres_per(quantity);
    if (!value || compare(*value, Decimal{"0"}) == std::strong_ordering::less) {
        quantity.report(Severity::error, IssueCode::value, "R4.2: a tumour size without a number");
        return std::nullopt;
    }
    if (!factor) {
        quantity.report(
            Severity::error, IssueCode::code_invalid, "R4.2: a tumour size not in mm or cm");
        return std::nullopt;
    }
    if (quantity.has("comparator")) {
        quantity.report(
            Severity::error, IssueCode::value, "R4.2: a bound of a tumour size adds up to nothing");
        return std::nullopt;
    }
    return multiply(*value, *factor);
}

// A contained body structure is named anew in every Observation: what it says tells the lesion.
std::string description_of(const Field& structure) {
    for (const Field& identifier : structure.each("identifier")) {
        if (const std::string value = identifier.at("value").text(); !value.empty()) {
            return value;
        }
    }
    return fold(structure.at("description").text());
}

std::string lesion_of(const Reading& reading) {
    std::vector<std::string> names;
    for (const std::string& focus : reading.root.references("focus")) {
        const Field structure = reading.contained(focus);
        names.push_back(structure ? "contained " + description_of(structure) : focus);
    }
    if (names.empty()) {
        const CodedText site = read_coded_text(reading.root.at("bodySite"));
        for (const Coding& coding : site.codings) {
            const std::string system = reading.terminology().preferred_system(coding.system);
            names.push_back("site " + system + "|" + coding.code);
        }
        if (site.codings.empty() && !site.text.empty()) {
            names.push_back("site " + fold(site.text));
        }
    }
    std::ranges::sort(names);
    std::string lesion;
    for (const std::string& name : names) {
        lesion += (lesion.empty() ? "" : "; ") + name;
    }
    return lesion;
}

} // namespace

bool read_tumour_size(const Reading& reading, const ObservationFrame& frame) {
    const Field& root = reading.root;
    if (!kind_of(reading, root).coded("tumour-size")) {
        return false;
    }
    if (root.has("specimen")) {
        reading.set_aside("specimen", "R4.2: a size that was not measured on images");
        return true;
    }
    const auto millimetres = millimetres_of(diameter_of(reading));
    if (!millimetres) {
        return true;
    }
    TumourSize size;
    size.origin = reading.origin;
    size.standing = frame.standing;
    size.lesion = lesion_of(reading);
    size.millimetres = *millimetres;
    size.recist_1_0 = concepts_of(reading.terminology(),
                                  CodeDomain::response_kind,
                                  read_coded_text(root.at("method")))
                          .has("recist-1.0");
    size.site = finding_site(reading);
    size.focus = lesions_in_focus(reading);
    size.effective = frame.effective;
    size.issued = frame.issued;
    size.imaging_studies = frame.imaging_studies;
    if (!size.effective && !size.issued && size.imaging_studies.empty()) {
        root.report_missing(
            "effective", Severity::warning, "R4.1: a tumour size without a date of its own");
    }
    reading.add(std::move(size));
    return true;
}

} // namespace embolink
