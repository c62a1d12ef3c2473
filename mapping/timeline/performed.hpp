// What the status of a resource makes of its facts (R9.2).
#pragma once

#include "mapping/facts/facts.hpp"

namespace embolink {

// Accepted and performed, as R0.3's default cut asks: no requests, nothing planned or rejected.
bool is_performed(const Fact& fact);

// No rule counts it, not even as a candidate: a laboratory value that is not final, a resection
// that was not done. Embolization rows never are such facts (R1.1).
bool never_counts(const Fact& fact);

} // namespace embolink
