// The definition files as they stood in this folder when the program was built.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace embolink {

// Path below mapping/definitions ("trials/maire-2012.json") and text, sorted by path.
std::vector<std::pair<std::string_view, std::string_view>> embedded_definitions();

} // namespace embolink
