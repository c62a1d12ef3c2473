// MedicationAdministration, -Statement, -Dispense, -Request and Medication. Statuses that no rule
// counts (R3.2, R5.2) are set aside here; which of the others count for what is the rules'
// business.

#include "mapping/definitions.hpp"
#include "mapping/facts/drugs.hpp"
#include "mapping/facts/people.hpp"
#include "mapping/facts/reading.hpp"

#include <array>

namespace embolink {

namespace {

constexpr std::array<std::string_view, 3> given = {"completed", "in-progress", "stopped"};
constexpr std::array<std::string_view, 4> stated = {"active", "completed", "stopped", "on-hold"};
constexpr std::array<std::string_view, 2> handed_over = {"completed", "in-progress"};
constexpr std::array<std::string_view, 3> ordered = {"active", "completed", "stopped"};
constexpr std::array<std::string_view, 3> not_ordered = {"proposal", "plan", "option"};

// nullopt: a status that no rule counts.
std::optional<DrugEvent>
begin(const Reading& reading, DrugSource source, std::span<const std::string_view> counting) {
    const Field& root = reading.root;
    DrugEvent event;
    event.origin = reading.origin;
    event.source = source;
    event.status = root.at("status").text();
    if (!is_one_of(event.status, counting)) {
        reading.set_aside("status", "R5.2: not a status that counts");
        return std::nullopt;
    }
    read_medication_choice(reading, event);
    event.part_of = root.references("partOf");
    event.encounter = root.at("context").reference();
    if (event.encounter.empty()) {
        event.encounter = root.at("encounter").reference();
    }
    People people = read_people(root);
    event.performers_and_places = std::move(people.performers_and_places);
    event.performer_roles = std::move(people.roles);
    return event;
}

void take_when(DrugEvent& event, const When& when) {
    event.start = when.start ? when.start : when.end;
    event.end = when.end;
}

void finish(const Reading& reading, DrugEvent event, const char* date_element) {
    if (!event.start) {
        reading.root.report_missing(
            date_element, Severity::warning, "R5.2: a drug without a date of its start");
    }
    reading.add(std::move(event));
}

} // namespace

void read_medication_administration(const Reading& reading) {
    auto event = begin(reading, DrugSource::administration, given);
    if (!event) {
        return;
    }
    const When when = reading.when("effective");
    take_when(*event, when);
    read_dosage(reading, "dosage", *event);
    if (event->status != "stopped") { // R9.2: as R3.2 says
        reading.add_contact("administration", when);
    }
    finish(reading, std::move(*event), "effective");
}

void read_medication_statement(const Reading& reading) {
    auto event = begin(reading, DrugSource::statement, stated);
    if (!event) {
        return;
    }
    take_when(*event, reading.when("effective"));
    read_dosage(reading, "dosage", *event);
    finish(reading, std::move(*event), "effective");
}

void read_medication_dispense(const Reading& reading) {
    auto event = begin(reading, DrugSource::dispense, handed_over);
    if (!event) {
        return;
    }
    event->start = reading.root.at("whenHandedOver").date();
    if (!event->start) {
        event->start = reading.root.at("whenPrepared").date();
    }
    event->end = event->start;
    read_dosage(reading, "dosageInstruction", *event);
    finish(reading, std::move(*event), "whenHandedOver");
}

void read_medication_request(const Reading& reading) {
    if (reading.root.at("doNotPerform").boolean().value_or(false)) {
        reading.set_aside("doNotPerform", "R5.2: an order not to give");
        return;
    }
    if (is_one_of(reading.root.at("intent").text(), not_ordered)) {
        reading.set_aside("intent", "R5.2: no order yet");
        return;
    }
    auto event = begin(reading, DrugSource::request, ordered);
    if (!event) {
        return;
    }
    event->start = reading.root.at("authoredOn").date();
    event->end = event->start;
    read_dosage(reading, "dosageInstruction", *event);
    finish(reading, std::move(*event), "authoredOn");
}

void read_medication(const Reading& reading) {
    if (reading.root.at("status").text() == "entered-in-error") {
        reading.set_aside("status", "R9.2: entered in error");
        return;
    }
    DrugIdentity drug = identify_medication(reading.terminology(), reading.root);
    report_unknown_medication(reading.root, drug);
    reading.add(MedicationInfo{reading.origin, std::move(drug)});
}

} // namespace embolink
