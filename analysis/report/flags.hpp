// The flags of the records in words. Which of them are a caution:
// mapping/records/caution_flags.hpp.
#pragma once

#include <string>

namespace embolink {

std::string flag_words(const std::string& flag); // an unknown flag as it is

} // namespace embolink
