// Liver segments (Couinaud) in free text: "segments IV-VIII", "S2/3", "segment 4b".
#pragma once

#include "mapping/facts/facts.hpp"

#include <string_view>

namespace embolink {

// II-IV are the left lobe, V-VIII the right one; segment I (caudate) belongs to neither.
Lobe lobe_of_segments(std::string_view text);

// Left with right is both; unknown adds nothing.
Lobe join(Lobe a, Lobe b);

} // namespace embolink
