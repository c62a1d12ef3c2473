// What the program says while it works, on standard error. Lines carry resource references, codes
// and counts, never names, birth dates or contents (architecture 5.2).
#pragma once

#include <memory>
#include <string_view>

namespace spdlog {
class logger;
}

namespace embolink {

enum class LogLevel { debug, info, warning, error, off };

class Log {
public:
    explicit Log(LogLevel level = LogLevel::info);
    // Takes any spdlog logger: tests hand in one that keeps its lines.
    explicit Log(std::shared_ptr<spdlog::logger> logger);

    void debug(std::string_view text) const;
    void info(std::string_view text) const;
    void warning(std::string_view text) const;
    void error(std::string_view text) const;

    bool shows(LogLevel level) const;

private:
    std::shared_ptr<spdlog::logger> logger_;
};

} // namespace embolink
