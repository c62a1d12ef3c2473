// Counts still to come when the rate is only known as a beta distribution, and what they would make
// of the posterior (statistics A10; METHODS.md, section 13).
#pragma once

#include "analysis/bayes/beta_distribution.hpp"

#include <vector>

namespace embolink {

// Probabilities of 0 .. total events among `total` subjects.
std::vector<double> beta_binomial(const BetaDistribution& rate, int total);

// Probability that `more` further subjects will bring P(rate > p0 | all) to `criterion` or above,
// under the present posterior, which is also updated with them.
double
predictive_probability(const BetaDistribution& present, int more, double p0, double criterion);

} // namespace embolink
