#include "mapping/facts/report_finding.hpp"

#include <algorithm>

namespace embolink {

std::string ReportFinding::proposal() const {
    std::string text;
    const auto add = [&](bool holds, const char* word) {
        if (holds) {
            text += (text.empty() ? "" : "/") + std::string{word};
        }
    };
    add(any_progression(), doubted ? "PD?" : "PD");
    add(complete_response, "CR");
    add(partial_response, "PR");
    add(response, "response");
    add(stable, "SD");
    add(text.empty() && (other || understanding == TextUnderstanding::unknown), "unclear");
    return text;
}

void ReportFinding::join(const ReportFinding& more) {
    const bool surely =
        (any_progression() && !doubted) || (more.any_progression() && !more.doubted);
    understanding = std::max(understanding, more.understanding);
    progression = progression || more.progression;
    progression_elsewhere = progression_elsewhere || more.progression_elsewhere;
    doubted = any_progression() && !surely;
    complete_response = complete_response || more.complete_response;
    partial_response = partial_response || more.partial_response;
    response = response || more.response;
    stable = stable || more.stable;
    other = other || more.other;
}

} // namespace embolink
