#include "mapping/endpoints/site_limits.hpp"

#include <optional>
#include <string>
#include <utility>

namespace embolink {
namespace {

constexpr std::string_view loinc = "http://loinc.org";

// "ALT|", "5-HIAA|rate-24h"; empty: the code stands for no quantity, or for several. A row without
// a system speaks of the site's own codes, else of LOINC.
std::string quantity_of(const Terminology& terminology, const SiteLimit& row) {
    auto names = terminology.concepts(CodeDomain::analyte, row.system, row.code);
    if (names.empty() && row.system.empty()) {
        names = terminology.concepts(CodeDomain::analyte, loinc, row.code);
    }
    const bool one = names.size() == 1 && names.front().find('|') != std::string::npos;
    return one ? names.front() : "";
}

std::optional<Decimal> scaled(const std::optional<Decimal>& limit, const Decimal& factor) {
    return limit ? std::optional(multiply(*limit, factor)) : std::nullopt;
}

Issue row_issue(std::size_t index, const char* key, std::string text) {
    return {Severity::error,
            IssueCode::code_invalid,
            "site.uln_tables[" + std::to_string(index) + "]." + key,
            "",
            "",
            std::move(text),
            ""};
}

} // namespace

CanonicalLimits canonical_site_limits(const Terminology& terminology,
                                      const std::vector<SiteLimit>& table) {
    CanonicalLimits canonical;
    for (std::size_t i = 0; i < table.size(); ++i) {
        auto row = table[i];
        row.quantity = quantity_of(terminology, row);
        const auto bar = row.quantity.find('|');
        if (bar == std::string::npos) {
            canonical.issues.push_back(
                row_issue(i, "code", "R6.2: a code that stands for no graded quantity"));
            continue;
        }
        const auto conversion = terminology.convert(
            row.quantity.substr(0, bar), row.quantity.substr(bar + 1), row.unit);
        if (!conversion) {
            canonical.issues.push_back(
                row_issue(i, "unit", "R6.2: a unit that is not understood for this quantity"));
            continue;
        }
        row.unit = conversion->unit;
        row.low = scaled(row.low, conversion->factor);
        row.high = scaled(row.high, conversion->factor);
        row.converted = !conversion->exact;
        canonical.limits.push_back(std::move(row));
    }
    return canonical;
}

} // namespace embolink
