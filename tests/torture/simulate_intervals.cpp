#include "analysis/survival/kaplan_meier.hpp"
#include "tests/torture/simulate.hpp"

#include <array>

namespace embolink::torture {
namespace {

constexpr int samples = 20000;

struct Coverage {
    Share plain;
    Share log_log; // where it is defined
    Share undefined;
    Share bpcp;
    Share median;
};

bool covers(const std::optional<Interval>& interval, double truth) {
    return interval && interval->lower <= truth && truth <= interval->upper;
}

// A limit that is not reached lies beyond every time.
bool covers_median(const KaplanMeier& curve, double truth) {
    const SurvivalQuantile q = quantile(curve, 0.5);
    return (!q.lower || *q.lower <= truth) && (!q.upper || truth <= *q.upper) &&
           (q.lower || q.upper || !q.time);
}

Coverage coverage(int n, double rate) {
    std::mt19937_64 random(1);
    const double median = landmark * std::log(0.5) / std::log(rate);
    Coverage out;
    for (int i = 0; i < samples; ++i) {
        const KaplanMeier curve = kaplan_meier(draw(random, n, rate));
        const KaplanMeierAt at = at_time(curve, landmark);
        const auto interval = [&](IntervalType type) {
            return survival_interval(at.survival, at.greenwood, type);
        };
        const auto log_log = interval(IntervalType::log_log);
        out.plain.add(covers(interval(IntervalType::plain), rate));
        out.undefined.add(!log_log);
        if (log_log) {
            out.log_log.add(covers(log_log, rate));
        }
        out.bpcp.add(covers(bpcp(curve)[at.bpcp_index], rate));
        out.median.add(covers_median(curve, median));
    }
    return out;
}

// In the order of `sizes`; nothing stated: empty.
struct Stated {
    double rate = 0;
    std::array<double, 4> plain{};
    std::array<double, 4> log_log{};
    std::array<double, 4> undefined{};
    std::array<double, 4> bpcp{};
};

constexpr double none = -1;
constexpr Stated stated[] = {
    {0.44,
     {84.9, 90.2, 93.2, 94.3},
     {96.5, 95.5, 95.2, 95.2},
     {none, none, none, none},
     {98.9, 97.9, 97.5, 97.1}},
    {0.90, {52, 73, 91, 92}, {none, none, none, none}, {47, 26, 8, 0.3}, {99.5, 99.1, 98.7, 97.5}}};

Line line(const std::string& what, int n, const Share& share, double expected) {
    Line out{what, n, share.percent(), share.error()};
    if (expected != none) {
        out.stated = {expected, expected};
    }
    return out;
}

} // namespace

Table coverage_of_intervals() {
    Table table;
    for (const Stated& one : stated) {
        const std::string truth = one.rate < 0.5 ? "S(24) = 0.44" : "S(24) = 0.90";
        for (std::size_t i = 0; i < std::size(sizes); ++i) {
            const int n = sizes[i];
            const Coverage c = coverage(n, one.rate);
            table.push_back(line(truth + ", plain covers", n, c.plain, one.plain[i]));
            table.push_back(
                line(truth + ", log-log covers where defined", n, c.log_log, one.log_log[i]));
            table.push_back(line(truth + ", log-log undefined", n, c.undefined, one.undefined[i]));
            table.push_back(line(truth + ", BPCP covers", n, c.bpcp, one.bpcp[i]));
            if (one.rate < 0.5) {
                table.push_back(line("median, Brookmeyer-Crowley covers", n, c.median, none));
            }
        }
    }
    return table;
}

} // namespace embolink::torture
