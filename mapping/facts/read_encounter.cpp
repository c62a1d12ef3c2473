// Encounters: contacts (R5.8) and stays (R6.4, R10), with the places of the stay (R3.2). Specimens:
// nothing but contacts. Orders tell how urgent a procedure was (R10).

#include "mapping/definitions.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/facts/reading.hpp"

#include <array>

namespace embolink {

namespace {

constexpr std::array<std::string_view, 5> took_place = {
    "finished", "arrived", "triaged", "in-progress", "onleave"};
constexpr std::array<std::string_view, 4> still_open = {
    "arrived", "triaged", "in-progress", "onleave"};
constexpr std::string_view request_priority = "http://hl7.org/fhir/request-priority";
constexpr std::array<std::string_view, 3> not_ordered = {"draft", "revoked", "entered-in-error"};
constexpr std::array<std::string_view, 3> inpatient_classes = {"IMP", "ACUTE", "NONAC"};

Priority priority_of(const ConceptSet& set) {
    return set.has(concepts::urgent)     ? Priority::urgent
           : set.has(concepts::elective) ? Priority::elective
                                         : Priority::unstated;
}

// ServiceRequest.priority is a code, which has no system to write.
Priority priority_of_order(const Reading& reading, const std::string& code) {
    ConceptSet set;
    add_coded(set, reading.terminology().concepts(CodeDomain::covariate, request_priority, code));
    return priority_of(set);
}

// R4 has a Coding; R5 and some servers have CodeableConcepts.
bool is_inpatient(const Field& root) {
    for (const Field& field : root.each("class")) {
        if (is_one_of(field.at("code").text(), inpatient_classes)) {
            return true;
        }
        if (field.has("coding")) {
            for (const Coding& coding : read_coded_text(field).codings) {
                if (is_one_of(coding.code, inpatient_classes)) {
                    return true;
                }
            }
        }
    }
    return false;
}

// R3.2: where the patient was. A planned or reserved place is none yet.
std::vector<StayPlace> places_of(const Field& root) {
    std::vector<StayPlace> places;
    for (const Field& field : root.all("location")) {
        const std::string status = field.at("status").text();
        std::string place = field.at("location").reference();
        if (!place.empty() && status != "planned" && status != "reserved") {
            const Field period = field.at("period");
            places.push_back(
                {std::move(place), {period.at("start").date(), period.at("end").date()}});
        }
    }
    return places;
}

} // namespace

void read_encounter(const Reading& reading) {
    const Field& root = reading.root;
    const std::string status = root.at("status").text();
    if (!is_one_of(status, took_place)) {
        reading.set_aside("status", "R9.2: not a status that counts");
        return;
    }
    const Field period = root.at("period");
    When when{period.at("start").date(), period.at("end").date()};
    if (!when.start && !when.end) {
        root.report_missing("period", Severity::error, "R5.8: an encounter without dates");
        return;
    }
    if (when.start && when.end && when.end->last < when.start->first) {
        period.report(Severity::error, IssueCode::value, "a period that ends before it starts");
        return;
    }
    if (!root.has("class")) {
        root.report_missing("class", Severity::information, "taken as an outpatient encounter");
    }
    const bool inpatient = is_inpatient(root);
    const bool current = inpatient && !when.end && is_one_of(status, still_open);
    reading.add(Stay{reading.origin,
                     inpatient,
                     current,
                     when,
                     priority_of(concepts_of(reading.terminology(),
                                             CodeDomain::covariate,
                                             read_coded_text(root.at("priority")))),
                     places_of(root)});
    if (!inpatient || (!when.end && !current)) {
        // R5.8: an inpatient encounter counts to its end; any other is one visit.
        when.end = when.start ? when.start : when.end;
        when.start = when.end;
    }
    reading.add(Contact{reading.origin, "encounter", when, current});
}

void read_specimen(const Reading& reading) {
    const Field& root = reading.root;
    if (root.at("status").text() == "entered-in-error") {
        reading.set_aside("status", "R9.2: entered in error");
        return;
    }
    const Field collection = root.at("collection");
    Reading part = reading;
    part.root = collection;
    if (!collection || !root.has("subject")) {
        return;
    }
    part.add_contact("specimen", part.when("collected"));
}

void read_service_request(const Reading& reading) {
    const Field& root = reading.root;
    if (is_one_of(root.at("status").text(), not_ordered)) {
        reading.set_aside("status", "R10: not a status that counts");
        return;
    }
    Order order;
    order.origin = reading.origin;
    order.priority = priority_of_order(reading, root.at("priority").text());
    order.authored = root.at("authoredOn").date();
    reading.add(std::move(order));
}

} // namespace embolink
