// How far long work is: a bar with rate and time left on a terminal, a plain line every few
// seconds elsewhere, nothing with --quiet.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace embolink {

enum class ProgressStyle { off, bar, lines };

// `bar` when standard error is a terminal.
ProgressStyle progress_style(bool quiet);

class Progress {
public:
    // `unit` in the plural: "resources".
    Progress(ProgressStyle style, std::string label, std::string unit);
    ~Progress(); // clears the bar
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // `fraction` in [0,1], or negative when it is not known; `count` of units done so far.
    void update(double fraction, std::uint64_t count);

private:
    void draw(double fraction, std::uint64_t count, double seconds);

    ProgressStyle style_;
    std::string label_;
    std::string unit_;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point last_;
    bool drawn_ = false;
};

// "1 min 20 s", "45 s"; for the line of what is left.
std::string duration_words(double seconds);

// The line itself, apart from terminal control; tests read it.
std::string progress_line(const std::string& label,
                          const std::string& unit,
                          double fraction,
                          std::uint64_t count,
                          double seconds);

} // namespace embolink
