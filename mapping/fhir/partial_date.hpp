// FHIR date and dateTime with the precision they were written in. Rules R0.1 and R0.4: precision is
// never invented here; imputation is the rules' business and leaves a flag.
#pragma once

#include "mapping/records/date.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace embolink {

enum class Precision { year, month, day, instant };

// A FHIR date or dateTime. `first`..`last` are the calendar days it may mean, both inclusive (one
// day for precision day and instant). An instant also keeps its UTC seconds for R2.1's 24 hours
// and R6.2's order on one day. Two values compare by first, last, instant.
struct PartialDate {
    Precision precision = Precision::day;
    Date first;
    Date last;
    std::optional<std::int64_t> utc_seconds; // only with Precision::instant

    bool to_the_day() const { return precision >= Precision::day; }

    friend auto operator<=>(const PartialDate&, const PartialDate&) = default;
};

// Converts an instant (UTC seconds) into the hospital's calendar date; handed in by `connector`
// because time-zone data lives outside the pure core (R0.1, site.time_zone). Empty function: the
// date as written, in the resource's own offset.
using ZoneRule = std::function<Date(std::int64_t utc_seconds)>;

// FHIR R4 date/dateTime/instant: YYYY, YYYY-MM, YYYY-MM-DD, YYYY-MM-DDThh:mm[:ss[.f]](Z|+hh:mm).
// A time without an offset (not FHIR, but seen) keeps its date and no instant.
// nullopt: not a date, or a date that does not exist.
std::optional<PartialDate> parse_partial_date(std::string_view text, const ZoneRule& zone);

} // namespace embolink
