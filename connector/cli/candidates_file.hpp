// The list of open items that goes to readers: `derive --candidates FILE.csv`. Filled in, it comes
// back by --adjudications.
#pragma once

#include "mapping/adjudication/open_items.hpp"

#include <string>
#include <vector>

namespace embolink {

enum class TextColumn { leave_out, write };

// Mode 0600 like every result. Throws Error (output).
void write_candidates(const std::string& path, const std::vector<OpenItem>& items, TextColumn text);

} // namespace embolink
