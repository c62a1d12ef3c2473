// What is open in a patient's records and a reader could decide: a row each of the list that goes
// to them, and comes back as adjudications.
#pragma once

#include "mapping/adjudication/adjudication.hpp"
#include "mapping/endpoints/patient_case.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink {

struct OpenItem {
    std::string patient;
    std::optional<Date> date;
    std::string reference; // what is to be decided: the `target` of a decision
    DecisionKind kind = DecisionKind::response;
    std::string proposed; // "PD?", "HACE", "at least 1"; "" nothing
    std::string text;     // of a report, only where it was kept

    friend auto operator<=>(const OpenItem&, const OpenItem&) = default;
};

// Of an included patient: responses that nobody decided (R4.4, R8.2, R9.2), an arm that nothing
// tells (R3.4), events, values and readmissions in a safety window without a sure grade, where it
// could turn a record (R6.3, R6.4). Sorted.
std::vector<OpenItem> open_items(const PatientCase& patient, const std::string& arm);

// Of a patient whose merge links nobody can resolve (R9.5): the others of the group.
std::vector<OpenItem> open_identities(const PatientTimeline& timeline);

// "response", "arm", "toxicity", "identity"
std::string to_string(DecisionKind kind);

} // namespace embolink
