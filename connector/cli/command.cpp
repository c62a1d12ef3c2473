#include "connector/cli/command.hpp"

namespace embolink {

Log CommonOptions::log() const {
    if (log_level == "error") {
        return Log(LogLevel::error);
    }
    if (log_level == "off") {
        return Log(LogLevel::off);
    }
    if (quiet || log_level == "warning") {
        return Log(LogLevel::warning);
    }
    return Log(log_level == "debug" ? LogLevel::debug : LogLevel::info);
}

} // namespace embolink
