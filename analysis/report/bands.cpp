#include "analysis/report/bands.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace embolink {

namespace {

constexpr int smallest_step = 9;

// FNV-1a, then the finalizer of splitmix64, so that all bits depend on all of the text. It need not
// be hard to invert: what a band tells of it is far less than a bit, and the secret has 256.
std::uint64_t mixed(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char byte : text) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
    }
    hash = (hash ^ (hash >> 30U)) * 0xbf58476d1ce4e5b9U;
    hash = (hash ^ (hash >> 27U)) * 0x94d049bb133111ebU;
    return hash ^ (hash >> 31U);
}

} // namespace

int band_step(int threshold) {
    int step = smallest_step;
    while (step < threshold + most_cells) {
        step *= 2;
    }
    return step;
}

Bands::Bands(int threshold, std::string lasting, std::string passing)
    : step_(band_step(threshold)), lasting_(std::move(lasting)), passing_(std::move(passing)) {}

int Bands::place(const std::string& cell, int count) const {
    // The remainder by a step is that by its double or the same with a step less.
    const auto lasting =
        static_cast<int>(mixed(lasting_ + "\n" + cell) % static_cast<std::uint64_t>(step_));
    const auto passing = static_cast<int>(mixed(passing_ + "\n" + cell) % 2);
    return (count + lasting + passing) / step_;
}

CountBand Bands::band(const std::string& cell, int count) const {
    const int at = place(cell, count);
    return {std::max(0, (at - 1) * step_), (at + 1) * step_ - 1};
}

} // namespace embolink
