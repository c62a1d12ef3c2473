// Everything that is data and not code: terminology, grading table, trials. Loaded from the files
// of mapping/definitions (embedded in the program, or --definitions DIR). The only place where
// mapping throws: a bad definition file is our fault or the site's, never a patient's.
#pragma once

#include "mapping/endpoints/grading.hpp"
#include "mapping/endpoints/trial.hpp"
#include "mapping/fhir/terminology.hpp"
#include "mapping/text/report_words.hpp"

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace embolink {

// One definition file; `name` is its path below the definitions folder ("trials/maire-2012.json").
struct DefinitionFile {
    std::string name;
    std::string text;
    std::string content_hash; // SHA-256 over canonical JSON, computed by whoever read the bytes
};

// File, JSON pointer and what was expected.
class DefinitionError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct Definitions {
    Terminology terminology;
    GradingTable grading;
    ReportWords report_words;                      // of imaging reports (R4.4)
    std::map<std::string, TrialDefinition> trials; // by id
    // Names the rules and every definition file: "<rules>+<first 12 hex digits of the digest
    // text>".
    std::string rules_version;
};

// `digest` (SHA-256 hex of a text) comes from outside: the core computes no hashes.
// `site_hash` (may be empty) is part of rules_version: a site map can change a record.
using Digest = std::string (*)(const std::string& text);
Definitions load_definitions(const std::vector<DefinitionFile>& files,
                             const std::string& site_hash,
                             Digest digest);

} // namespace embolink
