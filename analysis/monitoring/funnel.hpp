// Limits of a funnel plot for proportions (statistics A11; METHODS.md, section 14). For three or
// more centres or operators: one centre is one interval.
#pragma once

namespace embolink {

// The proportion that a centre of `total` cases stays below with probability `tail` when its true
// rate is p0 (0 to 1): exact binomial, interpolated between counts (Spiegelhalter 2005). With r the
// smallest count with F(r) >= tail and a = (F(r) - tail) / (F(r) - F(r - 1)) it is (r - a) / total,
// cut to [0, 1]. total > 0, 0 < tail < 1.
double funnel_limit(double p0, int total, double tail);

} // namespace embolink
