// All mutants of one file in one library: each changed place asks whether its number is the one
// that EMBOLINK_MUTANT names (mutants.py writes these calls into a copy of the file). Operators are
// replaced where they stand, without knowing their operands:
//
//     a < b     a < mutant::Order{7} < b
//     a && b    a && mutant::left(8, true) || mutant::right(8, true) && b
//
// The latter is `and` or `or` with their short cuts: parsed as (a && left) || (right && b), where
// as `and` left() only remembers that it was reached and right() lets b through when it was.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace mutant {

inline const int chosen = [] {
    const char* number = std::getenv("EMBOLINK_MUTANT");
    return number == nullptr ? 0 : std::atoi(number);
}();

inline bool on(int number) {
    return number == chosen;
}

inline thread_local bool left_held = false;

inline bool left(int number, bool is_and) {
    const bool acts_as_and = is_and != on(number);
    left_held = acts_as_and;
    return !acts_as_and;
}

inline bool right(int number, bool is_and) {
    const bool acts_as_and = is_and != on(number);
    return !acts_as_and || std::exchange(left_held, false);
}

struct Order {
    int number;
};

template <typename T>
struct Left {
    const T& value;
    int number;
};

#define MUTANT_OPERATOR(sign, changed)                                                             \
    template <typename T>                                                                          \
    Left<T> operator sign(const T& value, Order order) {                                           \
        return {value, order.number};                                                              \
    }                                                                                              \
    template <typename T, typename U>                                                              \
    bool operator sign(const Left<T>& a, const U& b) {                                             \
        return on(a.number) ? a.value changed b : a.value sign b;                                  \
    }

MUTANT_OPERATOR(<, <=)
MUTANT_OPERATOR(<=, <)
MUTANT_OPERATOR(>, >=)
MUTANT_OPERATOR(>=, >)
MUTANT_OPERATOR(==, !=)
MUTANT_OPERATOR(!=, ==)
#undef MUTANT_OPERATOR

struct Extreme {
    int number;
    bool smallest;

    template <typename T>
    T operator()(const T& a, const T& b) const {
        return smallest != on(number) ? std::min(a, b) : std::max(a, b);
    }
};

} // namespace mutant
