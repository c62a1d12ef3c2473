// Saying that something is not understood: nothing is dropped in silence (contracts section 4).
#pragma once

#include "mapping/fhir/fields.hpp"

#include <string>

namespace embolink {

// One information issue about a code or text of which no definition knows anything. `what`: the
// rule and the kind of thing ("R1.1: a procedure"). The code system is named, because somebody has
// to map it; codes and texts are not, because texts may hold anything.
void report_unknown(const Field& owner,
                    const char* element,
                    const std::string& what,
                    const CodedText& coded);

} // namespace embolink
