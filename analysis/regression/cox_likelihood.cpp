#include "analysis/regression/cox_likelihood.hpp"

#include "analysis/regression/cox_sweep.hpp"

namespace embolink {
namespace {

// The logarithm of a product. With many factors of weight 1 one call of log serves a dozen of them;
// with few of them a likelihood close to 1 keeps its digits by one call each.
class LogProduct {
public:
    explicit LogProduct(int factors) : many_(factors > 1000) {}

    void multiply(double factor, double weight) {
        if (!many_ || weight != 1) {
            sum_ += weight * std::log(factor);
            return;
        }
        product_ *= factor;
        if (!(product_ > 1e-250 && product_ < 1e250)) {
            flush();
        }
    }

    double log() {
        flush();
        return sum_;
    }

private:
    void flush() {
        sum_ += std::log(product_);
        product_ = 1;
    }

    bool many_;
    double sum_ = 0;
    double product_ = 1;
};

template <std::size_t P>
class Derivatives {
public:
    Derivatives(std::size_t covariates, int events)
        : totals_(events), score_(covariates, 0), mean_(covariates, 0), moments_(covariates, 0),
          information_(covariates * (covariates + 1) / 2, 0) {}

    void death(const double* x, double eta, double weight) {
        log_likelihood_ += weight * eta;
        for (std::size_t i = 0; i < count(); ++i) {
            score_[i] += weight * x[i];
        }
    }

    void risk_set(const RiskSums<P>& sums, double weight, std::uint32_t) {
        const double total = sums.total();
        totals_.multiply(total, weight);
        const double share = 1 / total;
        const double* second = sums.second();
        double* information = information_.data();
        double* mean = mean_.data();
        double* score = score_.data();
        for (std::size_t i = 0; i < count(); ++i) {
            mean[i] = sums.first(i) * share;
            score[i] -= weight * mean[i];
            for (std::size_t j = 0; j < i; ++j) {
                *information++ += weight * (*second++ * share - mean[i] * mean[j]);
            }
            const double moment = *second++ * share;
            moments_[i] += weight * moment;
            *information++ += weight * (moment - mean[i] * mean[i]);
        }
    }

    CoxDerivatives result() {
        CoxDerivatives out{
            log_likelihood_ - totals_.log(), score_, Matrix(count(), count()), moments_};
        std::size_t cell = 0;
        for (std::size_t i = 0; i < count(); ++i) {
            for (std::size_t j = 0; j <= i; ++j, ++cell) {
                out.information(i, j) = out.information(j, i) = information_[cell];
            }
        }
        return out;
    }

private:
    std::size_t count() const { return P == 0 ? score_.size() : P; }

    double log_likelihood_ = 0; // of the deaths alone
    LogProduct totals_;
    std::vector<double> score_;
    std::vector<double> mean_;
    std::vector<double> moments_;
    std::vector<double> information_; // lower triangle
};

template <std::size_t P>
CoxDerivatives derivatives(const CoxDesign& design, std::span<const double> beta, Ties ties) {
    Derivatives<P> visitor(design.covariates(), design.events);
    sweep<P>(design, beta, ties, visitor);
    return visitor.result();
}

} // namespace

CoxDerivatives cox_derivatives(const CoxDesign& design, std::span<const double> beta, Ties ties) {
    switch (design.covariates()) { // the numbers of covariates that studies of this size have
    case 1:
        return derivatives<1>(design, beta, ties);
    case 2:
        return derivatives<2>(design, beta, ties);
    case 3:
        return derivatives<3>(design, beta, ties);
    case 4:
        return derivatives<4>(design, beta, ties);
    case 5:
        return derivatives<5>(design, beta, ties);
    default:
        return derivatives<0>(design, beta, ties);
    }
}

} // namespace embolink
