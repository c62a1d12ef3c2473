// The hospital's secret behind the borders of an export's bands (analysis/report/bands.hpp).
#pragma once

#include <string>

namespace embolink {

// The content of the file; one that is not there is made (mode 0600, 256 random bits). Throws Error
// (usage) when no file is named, (config) for one that is shorter than such a secret, (input,
// output) when it cannot be read or made.
std::string export_secret(const std::string& path);

} // namespace embolink
