// How the parts of a derivation stand in the database. Internal to connector/store.
#pragma once

#include "connector/store/store.hpp"

#include <string>
#include <vector>

namespace embolink {

// Each line ends with a newline, so that no line and one empty line differ.
std::string joined(const std::vector<std::string>& lines);
std::vector<std::string> split(const std::string& text);

// JSON objects: of numbers, and of joined lines.
std::string counts_text(const std::map<std::string, std::int64_t>& counts);
std::map<std::string, std::int64_t> counts_of(const std::string& text);
std::string otherwise_text(const std::map<int, std::vector<std::string>>& otherwise);
std::map<int, std::vector<std::string>> otherwise_of(const std::string& text);

// What a report reads of a derivation, its records with one and the same cut (9999-12-31): the same
// for one that was made on another day and says the same.
std::string past_text(const Derivation& derivation);
// `chain`, records, timeline, issues, counts and other readings; the rest is as made.
Derivation past_of(const std::string& chain, const std::string& text);

} // namespace embolink
