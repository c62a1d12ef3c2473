// Where definitions (trials, value sets, concept maps, grading) come from: built into the program,
// or a folder that replaces them.
#pragma once

#include "mapping/definitions.hpp"

#include <map>
#include <string>
#include <vector>

namespace embolink {

// `folder` empty: the embedded ones. Otherwise every .json below it, named by its relative path.
// Each with the SHA-256 of its canonical JSON. Throws Error (definition).
std::vector<DefinitionFile> read_definition_files(const std::string& folder);

// Read and checked, DefinitionError turned into Error (definition). `hashes`, when given, gets the
// content hash of each file that the rules version names, by file.
Definitions load_all_definitions(const std::string& folder,
                                 const std::string& site_hash,
                                 std::map<std::string, std::string>* hashes = nullptr);

} // namespace embolink
