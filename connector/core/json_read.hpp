// Reading JSON that others wrote: what is missing, null or of another type is as if it were not
// there. Nothing throws, nothing is copied.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string_view>
#include <vector>

namespace embolink {

// The member, or a null of static lifetime when there is none or `value` is no object.
const nlohmann::json& member_of(const nlohmann::json& value, const char* key);

// The text of a member that is a string, "" otherwise; lives as long as `value`.
std::string_view text_of(const nlohmann::json& value, const char* key);

// The elements of a list, or the single value that stands in its place; those that are null are
// left out.
std::vector<const nlohmann::json*> elements_of(const nlohmann::json& value, const char* key);

} // namespace embolink
