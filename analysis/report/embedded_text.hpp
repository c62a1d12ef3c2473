// Text files of this folder, built into the library (CMakeLists.txt writes the .cpp).
#pragma once

#include <string_view>

namespace embolink {

std::string_view embedded_trial_reference(); // trial_reference.json
std::string_view embedded_comparators();     // comparators.json
std::string_view embedded_french();          // report.fr.json
std::string_view embedded_check_r();         // check.R
std::string_view embedded_report_css();      // report.css

} // namespace embolink
