#include "connector/core/clock.hpp"

#include <date/date.h>

namespace embolink {

Instant current_instant() {
    return std::chrono::system_clock::now();
}

std::string instant_text(Instant instant) {
    return date::format("%FT%TZ", std::chrono::floor<std::chrono::milliseconds>(instant));
}

Date day_of(Instant instant, const ZoneRule& zone) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch();
    if (zone) {
        return zone(seconds.count());
    }
    return Date(std::chrono::floor<std::chrono::days>(instant));
}

} // namespace embolink
