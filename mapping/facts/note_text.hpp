// What a note on a Procedure says of the procedure itself.
#pragma once

#include "mapping/fhir/partial_date.hpp"
#include "mapping/fhir/terminology.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

// The sentences of `note` but those that speak of another procedure (R3.2e): in words ("6 months
// ago", "planned", "alternative to") or by a year in which this one was not. `performed`: nullopt,
// not known; then no year is another one.
std::vector<std::string> sentences_of_now(std::string_view note,
                                          const Terminology& terminology,
                                          const std::optional<PartialDate>& performed);

} // namespace embolink
