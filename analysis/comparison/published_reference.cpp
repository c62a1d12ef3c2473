#include "analysis/comparison/published_reference.hpp"

#include "analysis/survival/kaplan_meier.hpp"

namespace embolink {

std::optional<double> PublishedEstimate::log_variance() const {
    if (rate <= 0 || rate >= 1) {
        return std::nullopt;
    }
    return variance / (rate * rate);
}

PublishedEstimate published_estimate(double rate, double effective_n) {
    return {rate, rate * (1 - rate) / effective_n};
}

PublishedEstimate pooled_estimate(const PublishedEstimate& first,
                                  double first_weight,
                                  const PublishedEstimate& second,
                                  double second_weight) {
    return {first_weight * first.rate + second_weight * second.rate,
            first_weight * first_weight * first.variance +
                second_weight * second_weight * second.variance};
}

std::optional<Interval> published_interval(const PublishedEstimate& estimate, double confidence) {
    if (!estimate.log_variance()) {
        return std::nullopt;
    }
    return survival_interval(
        estimate.rate, estimate.log_variance(), IntervalType::log_log, confidence);
}

} // namespace embolink
