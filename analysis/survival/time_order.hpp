// The order of subjects by time that every method starts from, in O(n) for the day counts of the
// records and O(n) passes of a radix sort for any other time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace embolink {

// Positions run over ascending time; subjects of one time keep their input order.
struct TimeOrder {
    std::vector<std::uint32_t> subject; // by position
    std::vector<std::uint32_t> rank;    // by position: index of its time in `time`
    std::vector<double> time;           // the distinct times, ascending

    std::size_t size() const { return subject.size(); }
};

// Times that differ by round-off alone are one time, as in R's aeqSurv: of the sorted distinct
// times, one whose gap to the one before is at most 1.49e-8, absolutely or relative to their mean
// absolute value, joins it. A joined time is called by the smallest of its members. An infinite
// time joins none and does not count in the mean.
TimeOrder time_order(std::span<const double> times);

// Only equal times are one time.
TimeOrder time_order_as_given(std::span<const double> times);

// Subjects grouped by stratum, in time order within each.
struct StratifiedOrder {
    std::vector<std::uint32_t> subject;
    std::vector<std::uint32_t> rank;
    std::vector<std::size_t> begin; // first position of each stratum that has subjects, then size()
    std::vector<int> stratum;       // its code

    std::size_t strata() const { return stratum.size(); }
};

// `strata` is empty (all in one stratum, code 0) or one code from 0 per subject.
StratifiedOrder by_stratum(TimeOrder order, std::span<const int> strata);

// Element i: the rank of subject i.
std::vector<std::uint32_t> ranks_of_subjects(const TimeOrder& order);

} // namespace embolink
