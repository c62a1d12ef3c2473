#include "connector/core/instants.hpp"

#include "connector/core/error.hpp"

#include <date/tz.h>

#include <sstream>
#include <stdexcept>

namespace embolink {
namespace {

const date::time_zone& require_zone(const std::string& name) {
    try {
        return *date::locate_zone(name.empty() ? "UTC" : name);
    } catch (const std::runtime_error&) {
        throw Error(ErrorKind::config,
                    "unknown time zone \"" + name + "\"",
                    "/time_zone of the site file",
                    "use an IANA name such as \"Europe/Paris\"; the table comes from the package "
                    "tzdata");
    }
}

} // namespace

std::optional<Instant> instant_of(const std::string& text) {
    std::istringstream in(text);
    date::sys_time<std::chrono::milliseconds> instant;
    in >> date::parse("%FT%TZ", instant);
    return in.fail() ? std::nullopt : std::optional<Instant>(instant);
}

WallTime wall_time(Instant instant, const std::string& zone) {
    const auto local = require_zone(zone)
                           .to_local(std::chrono::floor<std::chrono::minutes>(instant))
                           .time_since_epoch();
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const auto minute = std::chrono::floor<std::chrono::minutes>(local - day);
    return {Date{day}, static_cast<int>(minute.count())};
}

Instant instant_at(const WallTime& wall, const std::string& zone) {
    const auto since = wall.day.time_since_epoch() + std::chrono::minutes(wall.minute);
    const date::local_time<std::chrono::minutes> local{since};
    return require_zone(zone).to_sys(local, date::choose::earliest);
}

} // namespace embolink
