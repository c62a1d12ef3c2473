// Sizes told in a sentence beside what they were before: "45 mm (previously 30 mm)".
#pragma once

#include "mapping/text/report_words.hpp"

#include <string_view>

namespace embolink {

enum class SizeChange {
    none,        // no pair of a present and a former size
    same,        // within what two readers differ by
    larger,      // by 5 mm and 20 %, what RECIST 1.1 asks of a sum
    larger_some, // by one of both only: the former exam need not be the smallest
    smaller      // by 5 mm or 20 %
};

// The largest change that the sentence tells. A pair is two sizes in a row, one of them marked as
// of the past or as of now by a word near it; of "12 x 8 mm" the longer counts. Ranges ("from 10 mm
// to 45 mm") are no pair. Pure; any bytes may be given.
SizeChange read_size_change(std::string_view sentence, const ReportWords& words);

} // namespace embolink
