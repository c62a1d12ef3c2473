// The texts of one resource that may say a response (R4.4): where they stand and how they are
// opened. What they say is mapping/text's.
#pragma once

#include "mapping/facts/reading.hpp"
#include "mapping/facts/report_finding.hpp"

#include <string>

namespace embolink {

struct ReportText {
    ReportFinding finding; // of all texts together
    std::string text;      // empty unless the context keeps it
};

// A DiagnosticReport's conclusion, text of conclusion codes, notes and attached plain text. With
// the site's text_policy `off` as if there were none. An attachment that cannot be opened leaves an
// issue.
ReportText read_report_text_of(const Reading& reading);

// An Observation's value as text and its notes.
ReportText read_observation_text_of(const Reading& reading);

} // namespace embolink
