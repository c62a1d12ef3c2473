// A command line that the parser refused, told as every other fault: what was wrong, where, and
// what to do next (contracts section 1).
#pragma once

#include "connector/core/error.hpp"

namespace CLI {
class App;
class ParseError;
} // namespace CLI

namespace embolink {

// `app` is the program after the parse that threw `fault`; the result is of the kind `usage`. Not
// for the requests for help and version, which CLI11 throws as well.
Error usage_error(const CLI::App& app, const CLI::ParseError& fault);

} // namespace embolink
