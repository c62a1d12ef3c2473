// The decimal texts that a plan writes, as whole numbers: the truth never rounds before it
// compares.
#pragma once

#include <cstdint>
#include <string>

namespace embolink::synth {

__extension__ using Wide = __int128;

struct Fraction {
    Wide numerator;
    Wide denominator;
};

Fraction fraction(const std::string& decimal);
Fraction quotient(const Fraction& a, const Fraction& b);
Fraction quotient(const std::string& a, const std::string& b);
Fraction product(const Fraction& a, const std::string& decimal);

bool greater(const Fraction& a, const std::string& decimal);
bool equal(const Fraction& a, const std::string& decimal);

// Six significant digits, half up (the plan writes no value that ends in a tie).
std::string six_digits(const Fraction& fraction);

} // namespace embolink::synth
