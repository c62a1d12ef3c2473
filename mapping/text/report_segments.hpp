// Free text of a report cut into sentences, and these at commas, colons and parentheses: no denial
// reaches over such a place but in a list ("no new lesions, ascites or progression").
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace embolink {

struct ReportSegment {
    std::string text;
    // What stands before and after it: ',', ':', '(', '?', '.' for every end of a sentence, '\n' at
    // the begin or end of a line or of the text.
    char before = '\n';
    char after = '\n';
    bool blank_line_before = false;
};

// Lines that were only wrapped are joined; points of abbreviations and decimals end nothing.
std::vector<ReportSegment> split_report(std::string_view text);

} // namespace embolink
