// Dates as people and spreadsheets write them in English, French and German.
#pragma once

#include "mapping/records/date.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace embolink {

struct WrittenDate {
    Date date;
    std::int64_t utc_seconds = 0; // of the time beside it, read as UTC where it names no zone
};

// "2020-05-08", "2020-05-08T10:00:00Z", "08.05.2020", "31/12/2020", "12/31/2020", "8 mai 2020",
// "8. Mai 2020", "May 8, 2020", "08-May-2020", each with or without "14:30" or "2:30 PM". nullopt:
// no date, one that does not exist, or one that can be read in two ways ("05/08/2020", two-digit
// years).
std::optional<WrittenDate> parse_written_date(std::string_view text);

} // namespace embolink
