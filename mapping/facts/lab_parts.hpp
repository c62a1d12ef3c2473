// What a laboratory result and its ranges share: the quantity that is measured, and units of it.
// Internal to mapping/facts.
#pragma once

#include "mapping/facts/reading.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink {

// What the code says is measured.
struct AnalyteCode {
    std::string key;             // "5-HIAA|rate-24h"
    std::vector<Coding> codings; // all of the result, known or not: a site table may name any

    std::string analyte() const { return key.substr(0, key.find('|')); }

    std::string property() const { return key.substr(key.find('|') + 1); }
};

void keep_unit(std::vector<std::string>& units, std::string unit);

// The conversion that the spellings of one unit agree on; otherwise an issue at `field`.
std::optional<UnitConversion> understand_unit(const Reading& reading,
                                              const AnalyteCode& analyte,
                                              const std::vector<std::string>& units,
                                              const Field& field);

Decimal converted(const Decimal& value, const UnitConversion& conversion);

// R6.2: the result's own normal limits in the unit of its value. One range that holds for every
// patient, or several of which age or sex choose: those belong to another resource.
struct OwnLimits {
    std::optional<Decimal> low;
    std::optional<Decimal> high;
    std::vector<PartialRange> partial;
    bool all_exact = true; // nothing was converted with rounding
};

OwnLimits read_own_limits(const Reading& reading,
                          const AnalyteCode& analyte,
                          const Field& element,
                          const UnitConversion& of_value);

} // namespace embolink
