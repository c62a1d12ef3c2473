// One and two proportions need no simulation: every possible count, weighed by its probability.
#include "analysis/proportions/two_by_two.hpp"
#include "analysis/proportions/unconditional.hpp"
#include "tests/torture/simulate.hpp"

#include <boost/math/distributions/binomial.hpp>

namespace embolink::torture {
namespace {

double chance(int x, int n, double p) {
    return pdf(boost::math::binomial(n, p), x);
}

using IntervalOf = Interval (*)(Proportion, double);

double coverage(IntervalOf interval, int n, double p) {
    double sum = 0;
    for (int x = 0; x <= n; ++x) {
        const Interval limits = interval({x, n}, default_confidence);
        sum += limits.lower <= p && p <= limits.upper ? chance(x, n, p) : 0;
    }
    return 100 * sum;
}

using Test = bool (*)(const TwoByTwo&);

bool fisher_rejects(const TwoByTwo& t) {
    return fisher_test(t).two_sided <= 0.05;
}

bool mid_p_rejects(const TwoByTwo& t) {
    return fisher_test(t).two_sided_mid_p <= 0.05;
}

bool boschloo_rejects(const TwoByTwo& t) {
    return boschloo_test(t)->p <= 0.05;
}

bool barnard_rejects(const TwoByTwo& t) {
    return barnard_test(t)->p <= 0.05;
}

// The largest error over common rates of 1 to 99 %, of groups as in the trial.
double largest_error(Test rejects, int n1, int n2) {
    std::vector<std::pair<int, int>> rejected;
    for (int a = 0; a <= n1; ++a) {
        for (int b = 0; b <= n2; ++b) {
            if (rejects({{a, n1}, {b, n2}})) {
                rejected.emplace_back(a, b);
            }
        }
    }
    double largest = 0;
    for (int percent = 1; percent < 100; ++percent) {
        double sum = 0;
        for (const auto& [a, b] : rejected) {
            sum += chance(a, n1, percent / 100.0) * chance(b, n2, percent / 100.0);
        }
        largest = std::max(largest, 100 * sum);
    }
    return largest;
}

} // namespace

Table exact_proportions() {
    struct Named {
        const char* name;
        IntervalOf interval;
    };

    constexpr Named intervals[] = {
        {"Clopper-Pearson", clopper_pearson}, {"Wilson", wilson}, {"mid-P", mid_p}, {"Wald", wald}};
    Table table;
    for (const auto& [name, interval] : intervals) {
        for (const int n : sizes) {
            const std::string what = std::string(name) + " covers 0.19";
            Line row{what, n, coverage(interval, n, 0.19)};
            if (interval == clopper_pearson) {
                row.stated = {95, 100};
            }
            table.push_back(row);
        }
    }
    const std::pair<double, double> at_most_5{0, 5};
    const int n = 26;
    table.push_back(
        {"Fisher, 5 %, 12 and 14", n, largest_error(fisher_rejects, 12, 14), 0, at_most_5});
    table.push_back({"Fisher mid-P, 5 %, 12 and 14", n, largest_error(mid_p_rejects, 12, 14)});
    table.push_back(
        {"Boschloo, 5 %, 12 and 14", n, largest_error(boschloo_rejects, 12, 14), 0, at_most_5});
    table.push_back(
        {"Barnard, 5 %, 12 and 14", n, largest_error(barnard_rejects, 12, 14), 0, at_most_5});
    return table;
}

} // namespace embolink::torture
