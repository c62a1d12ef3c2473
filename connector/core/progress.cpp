#include "connector/core/progress.hpp"

#include "connector/core/log_format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace embolink {
namespace {

using namespace std::chrono_literals;

constexpr auto bar_interval = 200ms;
constexpr auto line_interval = 5s;
constexpr int bar_width = 24;

} // namespace

ProgressStyle progress_style(bool quiet) {
    if (quiet || log_format() == LogFormat::json) {
        return ProgressStyle::off;
    }
    return ::isatty(STDERR_FILENO) == 1 ? ProgressStyle::bar : ProgressStyle::lines;
}

std::string duration_words(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::llround(std::max(seconds, 0.0)));
    if (whole < 60) {
        return std::to_string(whole) + " s";
    }
    if (whole < 3600) {
        return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
    }
    return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string progress_line(const std::string& label,
                          const std::string& unit,
                          double fraction,
                          std::uint64_t count,
                          double seconds) {
    std::string line = label + ": " + std::to_string(count) + " " + unit;
    if (fraction >= 0) {
        const double share = std::min(fraction, 1.0);
        line += ", " + std::to_string(static_cast<int>(share * 100)) + " %";
    }
    if (seconds > 0) {
        const double rate = static_cast<double>(count) / seconds;
        line += ", " + std::to_string(std::llround(rate)) + " a second";
    }
    if (fraction > 0 && fraction < 1 && seconds > 1) {
        line += ", " + duration_words(seconds * (1 - fraction) / fraction) + " left";
    }
    return line;
}

Progress::Progress(ProgressStyle style, std::string label, std::string unit)
    : style_(style), label_(std::move(label)), unit_(std::move(unit)),
      start_(std::chrono::steady_clock::now()), last_(start_) {}

Progress::~Progress() {
    if (drawn_ && style_ == ProgressStyle::bar) {
        std::fputs("\r\033[K", stderr);
    }
}

void Progress::update(double fraction, std::uint64_t count) {
    if (style_ == ProgressStyle::off) {
        return;
    }
    const auto now = std::chrono::steady_clock::now();
    const auto wait = style_ == ProgressStyle::bar
                          ? std::chrono::steady_clock::duration(bar_interval)
                          : std::chrono::steady_clock::duration(line_interval);
    if (now - last_ < wait) {
        return;
    }
    last_ = now;
    draw(fraction, count, std::chrono::duration<double>(now - start_).count());
}

void Progress::draw(double fraction, std::uint64_t count, double seconds) {
    std::string line = progress_line(label_, unit_, fraction, count, seconds);
    if (style_ == ProgressStyle::lines) {
        std::fprintf(stderr, "%s\n", line.c_str());
        return;
    }
    drawn_ = true;
    std::string bar;
    if (fraction >= 0) {
        const int filled = static_cast<int>(std::min(fraction, 1.0) * bar_width);
        bar = "[" + std::string(static_cast<std::size_t>(filled), '#') +
              std::string(static_cast<std::size_t>(bar_width - filled), '.') + "] ";
    }
    std::fprintf(stderr, "\r\033[K%s%s", bar.c_str(), line.c_str());
    std::fflush(stderr);
}

} // namespace embolink
