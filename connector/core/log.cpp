#include "connector/core/log.hpp"

#include "connector/core/log_format.hpp"
#include "mapping/fhir/json_tokens.hpp"

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

LogFormat format_of_all = LogFormat::text;
thread_local std::string tags; // ,"run":"12"

std::string json_text(std::string_view text) {
    std::string out;
    append_json_string(text, out);
    return out;
}

// What stands where the pattern has its %v.
std::string line(std::string_view prefix, std::string_view text) {
    if (format_of_all == LogFormat::json) {
        return "\"text\":" + json_text(text) + tags;
    }
    return std::string(prefix) + std::string(text);
}

} // namespace

void set_log_format(LogFormat format) {
    format_of_all = format;
}

LogFormat log_format() {
    return format_of_all;
}

LogTag::LogTag(const std::string& name, const std::string& value) : before_(tags.size()) {
    tags += "," + json_text(name) + ":" + json_text(value);
}

LogTag::~LogTag() {
    tags.resize(before_);
}

Log::Log(LogLevel level)
    : logger_(std::make_shared<spdlog::logger>("embolink",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
    if (format_of_all == LogFormat::json) {
        logger_->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})",
                             spdlog::pattern_time_type::utc);
    } else {
        logger_->set_pattern("%n: %v");
    }
    logger_->set_level(to_spdlog(level));
    logger_->flush_on(spdlog::level::trace);
}

Log::Log(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}

void Log::debug(std::string_view text) const {
    logger_->debug("{}", line("", text));
}

void Log::info(std::string_view text) const {
    logger_->info("{}", line("", text));
}

void Log::warning(std::string_view text) const {
    logger_->warn("{}", line("warning: ", text));
}

void Log::error(std::string_view text) const {
    logger_->error("{}", line("error: ", text));
}

bool Log::shows(LogLevel level) const {
    return logger_->should_log(to_spdlog(level));
}

} // namespace embolink
