// Points and stretches of time as FHIR search compares them: every date stands for all the
// milliseconds it may mean (FHIR R4 search, 3.1.1.4.7 "date"). UTC where no zone is written.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace embolink::sandbox {

// Milliseconds since 1970-01-01T00:00:00Z.
using Instant = std::int64_t;

Instant to_instant(std::chrono::system_clock::time_point time);

// Both ends inclusive; an open end of a Period is the smallest or largest number.
struct Interval {
    Instant first = std::numeric_limits<Instant>::min();
    Instant last = std::numeric_limits<Instant>::max();
};

// "2024" is a year long, "2024-03-01T10:00Z" a minute, "...:00.125Z" a millisecond. A blank where
// the zone begins is a "+" that was not escaped. nullopt: no date.
std::optional<Interval> parse_interval(std::string_view text);

enum class DatePrefix { eq, ne, gt, lt, ge, le, sa, eb };

// The table of prefixes in FHIR R4 search, 3.1.1.4.7; `actual` is the resource's.
bool date_matches(DatePrefix prefix, const Interval& wanted, const Interval& actual);

std::string instant_text(Instant instant);   // "2026-01-02T03:04:05.678Z"
std::string http_date_text(Instant instant); // "Fri, 02 Jan 2026 03:04:05 GMT" (RFC 9110 5.6.7)

} // namespace embolink::sandbox
