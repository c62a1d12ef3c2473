// The reference cases as they stood in tests/reference/cases when the program was built.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace embolink {

// File name ("km__aml_by_group.json") and text, sorted by name.
std::vector<std::pair<std::string_view, std::string_view>> embedded_cases();

} // namespace embolink
