#include "analysis/monitoring/funnel.hpp"

#include <boost/math/distributions/binomial.hpp>

#include <algorithm>

namespace embolink {

double funnel_limit(double p0, int total, double tail) {
    const boost::math::binomial count(total, p0);
    const auto at_most = [&](int k) { return k < 0 ? 0.0 : k >= total ? 1.0 : cdf(count, k); };
    int low = 0; // the smallest count with F >= tail, by halving: F rises with the count
    int high = total;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (at_most(middle) >= tail) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    const double reached = at_most(low);
    const double share = (reached - tail) / (reached - at_most(low - 1));
    return std::clamp((low - share) / total, 0.0, 1.0);
}

} // namespace embolink
