#include "connector/core/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace embolink {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
    case LogLevel::debug:
        return spdlog::level::debug;
    case LogLevel::info:
        return spdlog::level::info;
    case LogLevel::warning:
        return spdlog::level::warn;
    case LogLevel::error:
        return spdlog::level::err;
    case LogLevel::off:
        return spdlog::level::off;
    }
    return spdlog::level::info;
}

} // namespace

Log::Log(LogLevel level)
    : logger_(std::make_shared<spdlog::logger>("embolink",
                                               std::make_shared<spdlog::sinks::stderr_sink_st>())) {
    logger_->set_pattern("%n: %v");
    logger_->set_level(to_spdlog(level));
    logger_->flush_on(spdlog::level::trace);
}

Log::Log(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}

void Log::debug(std::string_view text) const {
    logger_->debug("{}", text);
}

void Log::info(std::string_view text) const {
    logger_->info("{}", text);
}

void Log::warning(std::string_view text) const {
    logger_->warn("warning: {}", text);
}

void Log::error(std::string_view text) const {
    logger_->error("error: {}", text);
}

bool Log::shows(LogLevel level) const {
    return logger_->should_log(to_spdlog(level));
}

} // namespace embolink
