// What users did with cards (CDS Hooks 2.0, feedback).
#pragma once

#include "connector/store/work_store.hpp"

#include <string>
#include <vector>

namespace embolink::service {

// Of a feedback's body. Users' own comments are not taken: they may say anything of a patient.
// Throws Refusal (400).
std::vector<CardFeedback>
read_feedback(const std::string& body, const std::string& service, const std::string& received);

} // namespace embolink::service
