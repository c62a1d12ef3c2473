// Files that hold a statistical case, for `analyze` and `validate`.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace embolink {

// The whole file ("-": standard input), inflated when it is gzip. Throws Error (input).
std::string read_whole_file(const std::string& path);

// Throws Error (input) that names the position of the fault.
nlohmann::json parse_case(const std::string& text, const std::string& path);

} // namespace embolink
