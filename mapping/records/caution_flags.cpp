#include "mapping/records/caution_flags.hpp"

#include <algorithm>
#include <array>

namespace embolink {

namespace {

constexpr std::array<std::string_view, 20> list = {
    "site-assumed-hepatic",
    "second-primary",
    "laterality-unknown",
    "date-imputed-day",
    "same-date-conflict",
    "trend-only",
    "early-pd",
    "response-unspecified",
    "pd-candidate-unresolved",
    "response-candidate-unresolved",
    "baseline-not-in-feed",
    "no-imaging-in-feed",
    "therapy-from-request",
    "ssa-changed",
    "contact-after-death",
    "baseline-missing",
    "grade-at-least",
    "grade-from-severity",
    "at-least",
    "at-most",
};

} // namespace

std::span<const std::string_view> caution_flags() {
    return list;
}

bool is_caution_flag(std::string_view flag) {
    return std::ranges::find(list, flag) != list.end();
}

} // namespace embolink
