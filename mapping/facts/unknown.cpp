#include "mapping/facts/unknown.hpp"

#include <algorithm>

namespace embolink {

namespace {

constexpr std::size_t longest_system = 100;

// "" unless it looks like the name of a code system; what follows a "?" or "#" is none of it.
std::string nameable_system(const CodedText& coded) {
    for (const Coding& coding : coded.codings) {
        const std::string system = coding.system.substr(0, coding.system.find_first_of("?#"));
        const bool uri = system.starts_with("http://") || system.starts_with("https://") ||
                         system.starts_with("urn:");
        const bool clean =
            std::ranges::all_of(system, [](char c) { return c > ' ' && c < '\x7f'; });
        if (uri && clean && system.size() <= longest_system) {
            return system;
        }
    }
    return {};
}

} // namespace

void report_unknown(const Field& owner,
                    const char* element,
                    const std::string& what,
                    const CodedText& coded) {
    if (coded.empty()) {
        owner.report_missing(element, Severity::information, what + " without code or text");
        return;
    }
    std::string how = " that no definition knows, given as text";
    if (!coded.codings.empty()) {
        const std::string system = nameable_system(coded);
        how = " that no definition knows, coded " +
              (system.empty() ? "without a code system" : "in " + system);
    }
    owner.at(element).report(Severity::information, IssueCode::code_invalid, what + how);
}

} // namespace embolink
