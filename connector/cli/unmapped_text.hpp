// What `embolink unmapped` writes: the list for people, for programs, and the skeleton of a map.
// Nothing of it names a patient's values; references, codes and counts only, and texts that several
// patients share.
#pragma once

#include "mapping/unmapped/workbench.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace embolink {

// hide: a text that fewer than three patients have is counted and not shown.
enum class RareTexts { hide, show };

// One group as several lines; `rank` begins at 1.
std::string group_text(const UnmappedGroup& group, std::size_t rank, RareTexts rare);

nlohmann::json group_json(const UnmappedGroup& group, RareTexts rare);

// A part of a site file, with comments: a ConceptMap with one element per group that may be shown,
// each with the best proposal as a target that is still "unmatched", and results without a unit as
// commented rows of unit_defaults. As it is, it maps nothing.
std::string skeleton_text(const std::vector<UnmappedGroup>& groups, RareTexts rare);

// Per param how many records change, in the order of `params`.
std::string changes_text(const std::vector<RecordChange>& changes,
                         const std::vector<std::string>& params);

std::string to_json_line(const RecordChange& change);

} // namespace embolink
