// Which flags are a caution (endpoint rules, table of flags): the value could well be otherwise. A
// record without one is what the rules call unflagged.
#pragma once

#include <span>
#include <string_view>

namespace embolink {

// The closed list, in the order of the rules' table.
std::span<const std::string_view> caution_flags();

bool is_caution_flag(std::string_view flag);

} // namespace embolink
