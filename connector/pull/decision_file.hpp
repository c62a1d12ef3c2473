// Files of readers' decisions: the filled-in list that `derive --candidates` wrote, or NDJSON
// (contracts section 2).
#pragma once

#include "connector/pull/resource_stream.hpp"
#include "mapping/adjudication/adjudication.hpp"

#include <string>
#include <vector>

namespace embolink {

struct DecisionFile {
    std::vector<Adjudication> decisions;
    Issues issues;             // rows that could not be used, with FILE:line
    std::size_t undecided = 0; // rows of the list without a decision yet
    InputDigest digest;
};

// Throws Error (input) when the file cannot be read or is neither of the two.
DecisionFile read_decision_file(const std::string& path);

} // namespace embolink
