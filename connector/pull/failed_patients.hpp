// One patient whom the server cannot give must not stop a hospital, and a server that is down must
// not pass for one patient's trouble.
#pragma once

#include "connector/core/error.hpp"

#include <cstddef>

namespace embolink {

// Whether the error may be of one patient alone: an answer of the server (a refusal, one that
// cannot be read), not the lack of an answer.
bool may_be_one_patients(const Error& error);

// Whether so many fail that it is the server: three or more, when nobody could be pulled yet or
// when they are more than a tenth of all.
bool is_the_server(std::size_t failed, std::size_t pulled, std::size_t all);

} // namespace embolink
