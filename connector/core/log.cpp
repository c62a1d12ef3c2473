#include "connector/core/log.hpp"

#include "connector/core/log_format.hpp"
#include "mapping/fhir/json_tokens.hpp"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
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

// Lines that may wait; some megabytes.
constexpr std::size_t longest_queue = 8'192;

LogFormat format_of_all = LogFormat::text;
std::shared_ptr<spdlog::details::thread_pool> queue_of_all; // nullptr: whoever writes waits
thread_local std::string tags;                              // ,"run":"12"

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

std::shared_ptr<spdlog::logger> make_logger() {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    if (!queue_of_all) {
        return std::make_shared<spdlog::logger>("embolink", std::move(sink));
    }
    return std::make_shared<spdlog::async_logger>(
        "embolink", std::move(sink), queue_of_all, spdlog::async_overflow_policy::overrun_oldest);
}

} // namespace

QueuedLog::QueuedLog() {
    queue_of_all = std::make_shared<spdlog::details::thread_pool>(longest_queue, 1);
}

QueuedLog::~QueuedLog() {
    queue_of_all.reset();
}

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

Log::Log(LogLevel level) : logger_(make_logger()) {
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
