// The one place that asks what time it is.
#pragma once

#include "mapping/fhir/partial_date.hpp"
#include "mapping/records/date.hpp"

#include <chrono>
#include <string>

namespace embolink {

using Instant = std::chrono::system_clock::time_point;

Instant current_instant();

// "2026-11-25T19:04:05.123Z": what the store keeps and FHIR calls an instant.
std::string instant_text(Instant instant);

// The calendar day in the hospital's zone; without one, in UTC (rule R0.3).
Date day_of(Instant instant, const ZoneRule& zone);

} // namespace embolink
