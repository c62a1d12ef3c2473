#include "connector/core/time_zone.hpp"

#include "connector/core/error.hpp"

#include <date/tz.h>

#include <stdexcept>

namespace embolink {
namespace {

const date::time_zone* find_zone(const std::string& name) {
    try {
        return date::locate_zone(name);
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

} // namespace

bool is_time_zone(const std::string& name) {
    return find_zone(name) != nullptr;
}

ZoneRule zone_rule(const std::string& name) {
    if (name.empty()) {
        return {};
    }
    const date::time_zone* zone = find_zone(name);
    if (zone == nullptr) {
        throw Error(ErrorKind::config,
                    "unknown time zone \"" + name + "\"",
                    "/time_zone of the site file",
                    "use an IANA name such as \"Europe/Paris\"; the table comes from the package "
                    "tzdata");
    }
    return [zone](std::int64_t utc_seconds) {
        const date::sys_seconds instant{std::chrono::seconds{utc_seconds}};
        const auto local = zone->to_local(instant);
        return Date{std::chrono::floor<std::chrono::days>(local.time_since_epoch())};
    };
}

} // namespace embolink
