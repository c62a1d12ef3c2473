#include "connector/cli/command.hpp"

namespace embolink {

Log CommonOptions::log() const {
    if (quiet || log_level == "error") {
        return Log(LogLevel::error);
    }
    if (log_level == "debug") {
        return Log(LogLevel::debug);
    }
    if (log_level == "warning") {
        return Log(LogLevel::warning);
    }
    return Log(log_level == "off" ? LogLevel::off : LogLevel::info);
}

} // namespace embolink
