// How response categories are written in records and timeline lines.
#pragma once

#include "mapping/facts/facts.hpp"

#include <string>

namespace embolink {

// "CR", "PR", "SD", "PD", "NE"; a response of unknown kind (R4.3) is "response-unspecified".
std::string response_word(ResponseCategory category);

} // namespace embolink
