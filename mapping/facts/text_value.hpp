// Laboratory values written as text: "<2", "< 2.0 mg/24h", "10,0", "GT 45" (data-reality 2, 15).
#pragma once

#include "mapping/facts/facts.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace embolink {

struct TextValue {
    Comparator comparator = Comparator::none;
    Decimal value;
    std::string unit; // as written, "" none
};

// nullopt: not one number, or one that can be read in two ways ("1,234": thousands or decimals?).
std::optional<TextValue> parse_text_value(std::string_view text);

// A number with decimal point or comma and grouped thousands, nothing else.
std::optional<Decimal> parse_written_number(std::string_view text);

} // namespace embolink
