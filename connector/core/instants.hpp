// Instants as the store keeps them, and as the clock on the hospital's wall shows them.
#pragma once

#include "connector/core/clock.hpp"

#include <optional>
#include <string>

namespace embolink {

// The inverse of instant_text; nullopt for anything else.
std::optional<Instant> instant_of(const std::string& text);

struct WallTime {
    Date day{};
    int minute = 0; // of the day, 0 to 1439
};

// `zone` is an IANA name, "" is UTC. Throws Error (config) for one that does not exist.
WallTime wall_time(Instant instant, const std::string& zone);

// The first instant at which the wall shows that; where the clock is put forward over it, the
// instant of that change.
Instant instant_at(const WallTime& wall, const std::string& zone);

} // namespace embolink
