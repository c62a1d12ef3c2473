// Posteriors of one rate under four priors, the conflict with the published count, and what further
// patients would show, as JSON.
#include "analysis/bayes/beta_binomial.hpp"
#include "analysis/bayes/prior.hpp"
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>

namespace embolink {
namespace {

using nlohmann::json;

struct Question {
    double x = 0; // local
    double n = 0;
    PublishedCount published;
    double p0 = 0;

    bool whole() const { return x == std::floor(x) && n == std::floor(n); }
};

// One probability is kept for each possible count.
constexpr double most_patients = 1e7;

bool is_probability(double p) {
    return p >= 0 && p <= 1;
}

template <typename Rate>
json summary(const Rate& rate, double p0) {
    return {{"mean", rate.mean()},
            {"q025", beta_quantile(rate, 0.025)},
            {"median", beta_quantile(rate, 0.5)},
            {"q975", beta_quantile(rate, 0.975)},
            {"prob_gt_p0", probability_above(rate, p0)}};
}

json posterior_part(const BetaDistribution& prior, const Question& q) {
    const BetaDistribution rate = posterior(prior, q.x, q.n);
    json out = summary(rate, q.p0);
    out["a"] = rate.a;
    out["b"] = rate.b;
    return out;
}

json mixture_part(const Question& q, double weight) {
    const BetaMixture prior = robust_prior(q.published, weight);
    const BetaMixture rate = posterior(prior, q.x, q.n);
    json out = summary(rate, q.p0);
    out["prior_weight"] = prior.weight;
    out["informative"] = {prior.first.a, prior.first.b};
    out["vague"] = {prior.second.a, prior.second.b};
    out["posterior_weight"] = rate.weight;
    return out;
}

json conflict_part(const Question& q) {
    const PriorConflict conflict =
        prior_conflict(q.published, static_cast<int>(q.x), static_cast<int>(q.n));
    return {{"box_prior_predictive_p", conflict.box_p},
            {"prob_mass_no_more_likely", conflict.no_more_likely},
            {"bayes_factor_informative_vs_vague", conflict.bayes_factor}};
}

json predictive_part(const Question& q, int more, double criterion) {
    char text[64];
    std::snprintf(text, sizeof text, "P(p>p0|x+y,n+m; flat) >= %.15g", criterion);
    const BetaDistribution present = posterior(flat_prior, q.x, q.n);
    return {{"future_m", more},
            {"criterion", text},
            {"pmf", beta_binomial(present, more)},
            {"probability", predictive_probability(present, more, q.p0, criterion)}};
}

} // namespace

json bayes_binomial_case(const json& input) {
    const Question q{number(input, "x"),
                     number(input, "n"),
                     {number(input, "x0"), number(input, "n0")},
                     number(input, "p0")};
    const double delta = number_or(input, "delta", 0.5);
    const double weight = number_or(input, "w", 0.5);
    const double criterion = number_or(input, "criterion", 0.9);
    const int more = given(input, "future_m") ? whole_number(input, "future_m") : 0;
    if (!(q.n <= most_patients) || !std::isfinite(q.published.total) ||
        !(q.x >= 0 && q.x <= q.n && q.published.events >= 0 &&
          q.published.events <= q.published.total)) {
        return refusal("impossible-count",
                       "A count lies between 0 and its total, which is at most 10 million.");
    }
    if (!(delta >= 0 && delta <= 1 && weight >= 0 && weight <= 1 && more >= 0 &&
          more <= most_patients)) {
        return refusal("impossible-prior",
                       "delta and w lie between 0 and 1, future_m between 0 and 10 million.");
    }
    if (!is_probability(q.p0) || !is_probability(criterion)) {
        return refusal("impossible-rate", "p0 and criterion lie between 0 and 1.");
    }
    json out{{"flat_posterior", posterior_part(flat_prior, q)},
             {"jeffreys_posterior", posterior_part(jeffreys_prior, q)},
             {"power_prior", posterior_part(power_prior(q.published, delta), q)},
             {"robust_mixture", mixture_part(q, weight)}};
    out["power_prior"]["delta"] = delta;
    if (q.whole()) {
        out["conflict"] = conflict_part(q);
    } else {
        add_warning(out, "x and n are no whole numbers: the posteriors are approximate");
    }
    if (q.whole() && out["conflict"]["box_prior_predictive_p"] < conflict_level) {
        add_warning(out, "the local count contradicts the published one: use the flat posterior");
    }
    if (given(input, "future_m")) {
        out["predictive"] = predictive_part(q, more, criterion);
    }
    return out;
}

} // namespace embolink
