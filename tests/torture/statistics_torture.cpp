// `./dev torture`: how the intervals cover and how often the tests are wrong in samples as small as
// the trial's, beside what METHODS.md states. Deterministic; exit code 1 when a share is further
// from its statement than chance explains.
#include "tests/torture/simulate.hpp"

#include <algorithm>
#include <cstdio>

namespace {

using namespace embolink::torture;

void print(const char* title, const Table& table) {
    std::printf("\n%s\n", title);
    for (const Line& line : table) {
        std::printf("  %-46s %4d  %6.2f", line.what.c_str(), line.n, line.share);
        line.error > 0 ? std::printf(" +- %4.2f", line.error) : std::printf("   exact");
        if (line.stated && line.stated->first == line.stated->second) {
            std::printf("  stated %.1f", line.stated->first);
        } else if (line.stated) {
            std::printf("  stated %.1f to %.1f", line.stated->first, line.stated->second);
        }
        std::printf("%s\n", line.differs() ? "  DIFFERS" : "");
    }
}

} // namespace

int main() {
    struct Part {
        const char* title;
        Table (*make)();
    };

    constexpr Part parts[] = {
        {"Coverage of 95 % intervals, percent", coverage_of_intervals},
        {"Proportions, enumerated, percent", exact_proportions},
        {"Error of tests against a published rate of 14 patients, percent", errors_against_trial},
        {"Error of the one-sample log-rank test, one-sided, percent", errors_of_one_sample},
        {"Error of tests of two groups, 12 to 14, percent", errors_of_log_rank},
        {"Verdicts of hospitals that look every half-year from month 30 to 84, percent",
         verdicts_of_hospitals}};
    std::printf(
        "Trial-like data: exponential times, censored uniformly between 12 and 48 months.\n");
    std::ptrdiff_t differ = 0;
    for (const Part& part : parts) {
        const Table table = part.make();
        print(part.title, table);
        std::fflush(stdout);
        differ += std::ranges::count_if(table, &Line::differs);
    }
    std::printf("\n%td shares differ from what is stated\n", differ);
    return differ == 0 ? 0 : 1;
}
