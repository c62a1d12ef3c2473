#include "mapping/endpoints/site_limits.hpp"

#include <optional>
#include <string>
#include <utility>

namespace embolink {
namespace {

constexpr std::string_view loinc = "http://loinc.org";

// "ALT|", "5-HIAA|rate-24h"; empty: no definition knows the code. A row without a system speaks of
// the site's own codes, else of LOINC.
std::vector<std::string> meanings_of(const Terminology& terminology, const SiteLimit& row) {
    auto names = terminology.concepts(CodeDomain::analyte, row.system, row.code);
    if (names.empty() && row.system.empty()) {
        names = terminology.concepts(CodeDomain::analyte, loinc, row.code);
    }
    return names;
}

bool is_quantity(const std::string& name) {
    return name.find('|') != std::string::npos;
}

std::optional<Decimal> scaled(const std::optional<Decimal>& limit, const Decimal& factor) {
    return limit ? std::optional(multiply(*limit, factor)) : std::nullopt;
}

// The row for one quantity; nullopt: its unit is none of the quantity's.
std::optional<SiteLimit>
row_for(const Terminology& terminology, SiteLimit row, const std::string& quantity) {
    const auto bar = quantity.find('|');
    const auto conversion =
        terminology.convert(quantity.substr(0, bar), quantity.substr(bar + 1), row.unit);
    if (!conversion) {
        return std::nullopt;
    }
    row.quantity = quantity;
    row.unit = conversion->unit;
    row.low = scaled(row.low, conversion->factor);
    row.high = scaled(row.high, conversion->factor);
    row.converted = !conversion->exact;
    return row;
}

Issue row_issue(Severity severity, std::size_t index, const char* key, std::string text) {
    return {severity,
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
        auto quantities = meanings_of(terminology, table[i]);
        if (quantities.empty()) {
            // A local code may still stand beside a known one, which then says what is measured.
            quantities = terminology.concepts_of_domain(CodeDomain::analyte);
            canonical.issues.push_back(
                row_issue(Severity::warning,
                          i,
                          "code",
                          "R6.2: a code that no definition knows, used only beside a known one"));
        }
        std::erase_if(quantities, [](const std::string& name) { return !is_quantity(name); });
        if (quantities.empty()) {
            canonical.issues.push_back(row_issue(
                Severity::error, i, "code", "R6.2: a code that stands for no graded quantity"));
            continue;
        }
        const auto before = canonical.limits.size();
        for (const auto& quantity : quantities) {
            if (auto row = row_for(terminology, table[i], quantity)) {
                canonical.limits.push_back(std::move(*row));
            }
        }
        if (canonical.limits.size() == before) {
            canonical.issues.push_back(
                row_issue(Severity::error,
                          i,
                          "unit",
                          "R6.2: a unit that is not understood for this quantity"));
        }
    }
    return canonical;
}

} // namespace embolink
