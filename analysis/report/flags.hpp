// The flags of the records in words, and which of them are a caution (endpoint rules, table of
// flags): the value could well be otherwise.
#pragma once

#include <string>

namespace embolink {

bool is_caution(const std::string& flag);
std::string flag_words(const std::string& flag); // an unknown flag as it is

} // namespace embolink
