// One row of the table that `./dev torture` prints: a share in percent, what it ought to be, and
// how the methods' description states it.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace embolink::torture {

struct Line {
    std::string what;
    int n = 0;
    double share = 0; // measured, in percent
    double error = 0; // its standard error; 0 when it was enumerated
    // METHODS.md, "Behaviour in small samples": the lowest and highest stated share.
    std::optional<std::pair<double, double>> stated = std::nullopt;

    // Further off than both simulations' errors explain: a change of the method, or of its
    // description.
    bool differs() const {
        constexpr double rounding = 0.8; // the stated figures are simulated and rounded, too
        const double allowed = 4 * error + rounding;
        return stated && (share < stated->first - allowed || share > stated->second + allowed);
    }
};

using Table = std::vector<Line>;

// Counts how often something is true.
class Share {
public:
    void add(bool counts) {
        hits_ += counts ? 1 : 0;
        total_ += 1;
    }

    double percent() const { return total_ > 0 ? 100 * hits_ / total_ : 0; }

    double error() const {
        const double p = percent() / 100;
        return total_ > 0 ? 100 * std::sqrt(p * (1 - p) / total_) : 0;
    }

private:
    double hits_ = 0;
    double total_ = 0;
};

} // namespace embolink::torture
