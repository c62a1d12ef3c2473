#include "mapping/endpoints/lab_order.hpp"

#include <limits>
#include <tuple>

namespace embolink {
namespace {

auto time_key(const LabResult& result) {
    constexpr auto no_time = std::numeric_limits<std::int64_t>::min();
    return std::tuple(
        result.effective->first, result.effective->utc_seconds.value_or(no_time), result.origin);
}

} // namespace

bool drawn_earlier(const LabResult& a, const LabResult& b) {
    return time_key(a) < time_key(b);
}

bool drawn_after_puncture(const LabResult& result, const Session& session) {
    const auto& drawn = result.effective->utc_seconds;
    return drawn && session.puncture_utc && *drawn > *session.puncture_utc;
}

} // namespace embolink
