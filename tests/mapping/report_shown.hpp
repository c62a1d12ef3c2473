// What was read in a report, in short, for tables of sentences.
#pragma once

#include "mapping/facts/report_finding.hpp"

#include <string>

namespace embolink::test {

// "PD", "PD?" (doubted), "PD elsewhere", then CR, PR, response, SD, other; "-" nothing is said.
inline std::string shown(const ReportFinding& finding) {
    std::string text;
    const auto add = [&](bool holds, const std::string& word) {
        if (holds) {
            text += (text.empty() ? "" : " ") + word;
        }
    };
    const std::string mark = finding.doubted ? "?" : "";
    add(finding.progression, "PD" + mark);
    add(finding.progression_elsewhere, "PD-elsewhere" + mark);
    add(finding.complete_response, "CR");
    add(finding.partial_response, "PR");
    add(finding.response, "response");
    add(finding.stable, "SD");
    add(finding.other, "other");
    return text.empty() ? "-" : text;
}

} // namespace embolink::test
