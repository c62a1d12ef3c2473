// What a reader works on: one resource (or a contained one) and where its facts go. Internal to
// mapping/facts.
#pragma once

#include "mapping/definitions.hpp"
#include "mapping/facts/coded.hpp"
#include "mapping/facts/fact_reader.hpp"
#include "mapping/fhir/fields.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

struct Reading {
    const ReadContext& context;
    const FieldScope& scope;
    Field root;
    Origin origin;
    std::vector<Fact>& facts;

    const Terminology& terminology() const { return context.definitions.terminology; }

    void add(Fact fact) const { facts.push_back(std::move(fact)); }

    // R5.8: something done with the patient at that time; nothing when there is no time.
    void add_contact(std::string_view kind, const When& when) const;

    // performedDateTime or performedPeriod and the like: `stem` is "performed", "effective",
    // "occurrence", "collected"; a Timing of a single event. Other choices (string, age, a Timing
    // that repeats) give no date, with an issue.
    When when(std::string_view stem) const;

    // The contained resource that "Self/id#x" names; absent when there is none.
    Field contained(std::string_view reference) const;

    // "DiagnosticReport/1#x" of a resource that it contains; nullopt, with an issue: it has no id.
    std::optional<Origin> origin_of(const Field& contained) const;

    // Says that a rule sets the whole resource aside.
    void set_aside(const char* element, std::string text) const;
};

// The status word of the resource decides whether a fact stands (R9.2).
struct StatusRule {
    std::span<const std::string_view> accepted;
    std::span<const std::string_view> candidates;
};

// nullopt: neither accepted nor candidate; an information issue says so.
std::optional<Standing> standing_of(const Reading& reading, const StatusRule& rule);

bool is_one_of(std::string_view word, std::span<const std::string_view> words);

// One reader per resource type (read_<type>.cpp).
void read_patient(const Reading& reading);
void read_condition(const Reading& reading);
void read_procedure(const Reading& reading);
void read_medication_administration(const Reading& reading);
void read_medication_statement(const Reading& reading);
void read_medication_dispense(const Reading& reading);
void read_medication_request(const Reading& reading);
void read_medication(const Reading& reading);
void read_observation(const Reading& reading);
void read_diagnostic_report(const Reading& reading);
void read_imaging_study(const Reading& reading);

void read_adverse_event(const Reading& reading);
void read_encounter(const Reading& reading);
// R4.8: the ImagingStudies that the resource contains; what they are referred to by.
std::vector<std::string> read_contained_studies(const Reading& reading);
void read_body_structure(const Reading& reading);
// The BodyStructures that the resource contains.
void read_contained_structures(const Reading& reading);
void read_service_request(const Reading& reading);
void read_specimen(const Reading& reading);

} // namespace embolink
