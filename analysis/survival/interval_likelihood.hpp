// The likelihood of interval-censored times over the masses of their innermost intervals, and the
// two steps that climb it from afar: Turnbull's EM and an isotonic Newton step.
#pragma once

#include <cstddef>
#include <vector>

namespace embolink {

// Subjects that may have had the event in the innermost intervals first .. last.
struct IntervalCell {
    std::size_t first = 0;
    std::size_t last = 0;
    double count = 0;
};

// One probability per innermost interval; they add up to 1.
using Masses = std::vector<double>;

class IntervalLikelihood {
public:
    IntervalLikelihood(std::vector<IntervalCell> cells, std::size_t intervals, double subjects)
        : cells_(std::move(cells)), intervals_(intervals), subjects_(subjects) {}

    const std::vector<IntervalCell>& cells() const { return cells_; }

    double subjects() const { return subjects_; }

    // Element c: the probability of cell c.
    std::vector<double> probabilities(const Masses& mass) const;

    // -infinity where a cell has no mass.
    double log_likelihood(const Masses& mass) const;

    // Element j: sum over the cells that hold interval j of count / probability. At the optimum
    // none is above the number of subjects, and all with mass are equal to it.
    Masses gradient(const Masses& mass) const;

private:
    std::vector<IntervalCell> cells_;
    std::size_t intervals_;
    double subjects_;
};

// Turnbull 1976: never lowers the likelihood; a mass of 0 stays 0.
void em_step(const IntervalLikelihood& likelihood, Masses& mass);

// Groeneboom and Wellner 1992: a Newton step of the distribution function with the diagonal of its
// Hessian, made monotone by pooling adjacent violators, as far as the likelihood rises. Sets masses
// to exactly 0.
void isotonic_step(const IntervalLikelihood& likelihood, Masses& mass);

} // namespace embolink
