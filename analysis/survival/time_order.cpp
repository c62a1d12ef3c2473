#include "analysis/survival/time_order.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace embolink {
namespace {

struct Keyed {
    std::uint64_t key = 0; // orders as the time does
    std::uint32_t subject = 0;
};

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63U;

std::uint64_t key_of(double time) {
    const auto bits = std::bit_cast<std::uint64_t>(time + 0.0); // -0.0 becomes 0.0
    return (bits & sign_bit) != 0 ? ~bits : bits | sign_bit;
}

double time_of(std::uint64_t key) {
    return std::bit_cast<double>((key & sign_bit) != 0 ? key ^ sign_bit : ~key);
}

constexpr unsigned digit_bits = 11;
constexpr std::size_t digit_values = std::size_t{1} << digit_bits;

// One stable counting pass by 11 bits of (key - least) >> shift.
void pass(const std::vector<Keyed>& from,
          std::vector<Keyed>& to,
          std::uint64_t least,
          unsigned shift) {
    std::array<std::uint32_t, digit_values> position{};
    const auto digit = [&](const Keyed& k) {
        return ((k.key - least) >> shift) & (digit_values - 1);
    };
    for (const Keyed& k : from) {
        ++position[digit(k)];
    }
    std::uint32_t next = 0;
    for (std::uint32_t& at : position) {
        next += std::exchange(at, next);
    }
    for (const Keyed& k : from) {
        to[position[digit(k)]++] = k;
    }
}

// Sorts by the 22 leading bits of the range of the keys, which leaves few neighbours to put right:
// subjects that share them, each with a stable sort of its own.
void radix_sort(std::vector<Keyed>& keyed) {
    const auto [least, most] = std::ranges::minmax(keyed, {}, &Keyed::key);
    const auto width = static_cast<unsigned>(std::bit_width(most.key - least.key));
    const unsigned shift = width > 2 * digit_bits ? width - 2 * digit_bits : 0;
    std::vector<Keyed> other(keyed.size());
    pass(keyed, other, least.key, shift);
    pass(other, keyed, least.key, shift + digit_bits);
    const auto leading = [&](const Keyed& k) { return (k.key - least.key) >> shift; };
    for (auto first = keyed.begin(); first != keyed.end();) {
        const std::uint64_t bits = leading(*first);
        auto last = first + 1;
        bool sorted = true;
        for (; last != keyed.end() && leading(*last) == bits; ++last) {
            sorted = sorted && (last - 1)->key <= last->key;
        }
        if (!sorted) {
            std::ranges::stable_sort(first, last, {}, &Keyed::key);
        }
        first = last;
    }
}

std::vector<Keyed> sorted_keys(std::span<const double> times) {
    std::vector<Keyed> keyed(times.size());
    for (std::size_t i = 0; i < times.size(); ++i) {
        keyed[i] = {key_of(times[i]), static_cast<std::uint32_t>(i)};
    }
    constexpr std::size_t few = 2048; // the tables of digits cost more than a merge sort below
    if (keyed.size() < few) {
        std::ranges::stable_sort(keyed, {}, &Keyed::key);
    } else {
        radix_sort(keyed);
    }
    return keyed;
}

// Whether each distinct time joins the one before; empty when none does.
std::vector<bool> joined(const std::vector<double>& distinct) {
    double sum = 0;
    std::size_t finite = 0;
    for (const double t : distinct) {
        sum += std::isfinite(t) ? std::abs(t) : 0;
        finite += std::isfinite(t) ? 1 : 0;
    }
    const double mean = sum / static_cast<double>(std::max<std::size_t>(finite, 1));
    const double tolerance = std::sqrt(std::numeric_limits<double>::epsilon());
    std::vector<bool> out;
    for (std::size_t i = 1; i < distinct.size(); ++i) {
        const double gap = distinct[i] - distinct[i - 1];
        if (gap <= tolerance || gap <= tolerance * mean) {
            out.resize(distinct.size(), false);
            out[i] = true;
        }
    }
    return out;
}

void join_tied_times(TimeOrder& order) {
    const std::vector<bool> joins = joined(order.time);
    if (joins.empty()) {
        return;
    }
    std::vector<std::uint32_t> new_rank(joins.size(), 0);
    std::vector<double> kept;
    for (std::size_t i = 0; i < joins.size(); ++i) {
        if (!joins[i]) {
            kept.push_back(order.time[i]);
        }
        new_rank[i] = static_cast<std::uint32_t>(kept.size() - 1);
    }
    for (std::uint32_t& rank : order.rank) {
        rank = new_rank[rank];
    }
    order.time = std::move(kept);
}

// The table of days that one counting pass sorts by; 0 where the times are no whole numbers from 0
// or so few that sorting them is cheaper than the table.
std::size_t days_to_count(std::span<const double> times) {
    const double most = 4.0 * static_cast<double>(times.size()) + 256;
    double last = 0;
    for (const double t : times) {
        if (!(t >= 0 && t <= most) || static_cast<double>(static_cast<std::uint32_t>(t)) != t) {
            return 0;
        }
        last = std::max(last, t);
    }
    return static_cast<std::size_t>(last) + 1;
}

TimeOrder order_of_days(std::span<const double> times, std::size_t days) {
    std::vector<std::uint32_t> position(days + 1, 0);
    for (const double t : times) {
        ++position[static_cast<std::size_t>(t) + 1];
    }
    TimeOrder out;
    out.rank.resize(times.size());
    out.subject.resize(times.size());
    for (std::size_t day = 0; day < days; ++day) {
        const std::uint32_t from = position[day];
        position[day + 1] += from;
        if (position[day + 1] > from) {
            std::fill(out.rank.begin() + from,
                      out.rank.begin() + position[day + 1],
                      static_cast<std::uint32_t>(out.time.size()));
            out.time.push_back(static_cast<double>(day));
        }
    }
    for (std::size_t i = 0; i < times.size(); ++i) {
        out.subject[position[static_cast<std::size_t>(times[i])]++] = static_cast<std::uint32_t>(i);
    }
    return out;
}

} // namespace

TimeOrder time_order_as_given(std::span<const double> times) {
    if (const std::size_t days = days_to_count(times); days > 0) {
        return order_of_days(times, days);
    }
    const std::vector<Keyed> keyed = sorted_keys(times);
    TimeOrder out;
    out.subject.resize(keyed.size());
    out.rank.resize(keyed.size());
    out.time.reserve(keyed.size());
    for (std::size_t i = 0; i < keyed.size(); ++i) {
        out.subject[i] = keyed[i].subject;
        if (i == 0 || keyed[i].key != keyed[i - 1].key) {
            out.time.push_back(time_of(keyed[i].key));
        }
        out.rank[i] = static_cast<std::uint32_t>(out.time.size() - 1);
    }
    return out;
}

TimeOrder time_order(std::span<const double> times) {
    TimeOrder out = time_order_as_given(times);
    join_tied_times(out);
    return out;
}

StratifiedOrder by_stratum(TimeOrder order, std::span<const int> strata) {
    if (strata.empty()) {
        const std::size_t size = order.size();
        return {std::move(order.subject), std::move(order.rank), {0, size}, {0}};
    }
    const int last = order.size() == 0 ? -1 : *std::ranges::max_element(strata);
    std::vector<std::size_t> position(static_cast<std::size_t>(last + 2), 0);
    for (const int s : strata) {
        ++position[static_cast<std::size_t>(s) + 1];
    }
    StratifiedOrder out;
    for (int s = 0; s <= last; ++s) {
        const auto at = static_cast<std::size_t>(s);
        if (position[at + 1] > 0) {
            out.begin.push_back(position[at]);
            out.stratum.push_back(s);
        }
        position[at + 1] += position[at];
    }
    out.begin.push_back(order.size());
    out.subject.resize(order.size());
    out.rank.resize(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto stratum = static_cast<std::size_t>(strata[order.subject[i]]);
        const std::size_t to = position[stratum]++;
        out.subject[to] = order.subject[i];
        out.rank[to] = order.rank[i];
    }
    return out;
}

std::vector<std::uint32_t> ranks_of_subjects(const TimeOrder& order) {
    std::vector<std::uint32_t> out(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        out[order.subject[i]] = order.rank[i];
    }
    return out;
}

} // namespace embolink
