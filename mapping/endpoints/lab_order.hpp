// Laboratory results in time: which is the later one, and which was drawn after the puncture.
#pragma once

#include "mapping/facts/facts.hpp"
#include "mapping/timeline/sessions.hpp"

namespace embolink {

// A value without a time is taken as the first of its day; what is left equal is ordered by origin,
// so that the order of the input matters nowhere. Both are dated.
bool drawn_earlier(const LabResult& a, const LabResult& b);

// R6.2, R7.2: on the day of the session only a value that is known to be drawn after the puncture
// lies after it; every other is the session's baseline.
bool drawn_after_puncture(const LabResult& result, const Session& session);

} // namespace embolink
