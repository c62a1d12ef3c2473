// Other published series, shown beside the trial as context and compared with nothing.
#pragma once

#include "analysis/report/report_values.hpp"

#include <vector>

namespace embolink {

// From comparators.json, in its order.
std::vector<PublishedSeries> published_comparators();

} // namespace embolink
