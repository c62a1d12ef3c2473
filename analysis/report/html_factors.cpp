// Prognostic factors one at a time, and HAE beside HACE after weighting; described only (R8.7).
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"

#include <cmath>

namespace embolink {

namespace {

std::string limit(double value) {
    return std::isfinite(value) && value < 100 ? decimal(value, 2) : "\u221e";
}

std::string ratio_words(const std::optional<double>& ratio,
                        const std::optional<Interval>& interval) {
    if (!ratio) {
        return "\u2013";
    }
    return decimal(*ratio, 2) +
           (interval ? " (" + limit(interval->lower) + "\u2013" + limit(interval->upper) + ")"
                     : "");
}

std::string factor_table(const AuditReport& report) {
    Table table;
    table.caption = "One factor at a time and progression-free survival, HAE and HACE together";
    table.head = {cell("Factor"),
                  cell("In the trial"),
                  number_cell("Patients"),
                  number_cell("With it"),
                  number_cell("Not known"),
                  number_cell("Hazard ratio (95 %)"),
                  number_cell("p"),
                  number_cell("p after Holm"),
                  cell("Method")};
    for (const PrognosticFactor& factor : report.factors) {
        table.rows.push_back(
            {row_header(factor.name + ", " + factor.contrast),
             cell(factor.in_trial),
             number_cell(std::to_string(factor.n)),
             number_cell(factor.contrast.starts_with("per ") ? "\u2013"
                                                             : std::to_string(factor.exposed)),
             number_cell(std::to_string(factor.missing)),
             number_cell(ratio_words(factor.hazard_ratio, factor.interval)),
             number_cell(factor.p ? p_value(*factor.p) : "\u2013"),
             number_cell(factor.p_holm ? p_value(*factor.p_holm) : "\u2013"),
             cell(factor.why_not.empty() ? factor.method : "not shown: " + factor.why_not)});
    }
    return render_table(table);
}

std::string balance_table(const WeightedResult& weighted) {
    Table table;
    table.caption = "Standardised difference, HACE less HAE";
    table.head = {cell("Covariate"), number_cell("Before"), number_cell("After weighting")};
    const auto number = [](const std::optional<double>& value) {
        return number_cell(value && std::isfinite(*value) ? decimal(*value, 2) : "undefined");
    };
    for (const BalanceLine& line : weighted.balance) {
        table.rows.push_back({row_header(line.name), number(line.before), number(line.after)});
    }
    return render_table(table);
}

std::string weighted_part(const WeightedResult& weighted) {
    std::string inner = heading("HAE beside HACE, made alike by weights");
    inner += paragraph("Described only: who received which kind was decided by physicians, and "
                       "weights cannot mend what was not recorded. Overlap weights from a "
                       "propensity score of age, sex and both markers, in patients in whom all are "
                       "known: HAE " +
                       std::to_string(weighted.n_hae) + ", HACE " +
                       std::to_string(weighted.n_hace) + ".");
    if (!weighted.balance.empty()) {
        inner += balance_table(weighted);
        inner += note("After weighting the arms are worth " + decimal(weighted.effective_hae, 1) +
                      " and " + decimal(weighted.effective_hace, 1) + " patients.");
    }
    if (weighted.hazard_ratio_unweighted) {
        inner += paragraph(
            "Hazard ratio of progression or death, HACE against HAE, unweighted: " +
            ratio_words(weighted.hazard_ratio_unweighted, weighted.interval_unweighted) + ".");
    }
    inner += paragraph(weighted.hazard_ratio
                           ? "Weighted, robust variance: " +
                                 ratio_words(weighted.hazard_ratio, weighted.interval) + "."
                           : "Weighted: not shown, " + weighted.why_not + ".");
    return inner;
}

} // namespace

std::string factors_section(const AuditReport& report) {
    std::string inner = text_element("h2", {{"id", "factors"}}, "Factors at baseline");
    inner += paragraph("The trial found shorter progression-free survival with elevated 5-HIAA and "
                       "elevated chromogranin A, and none with age, sex, earlier resections, liver "
                       "involvement or a somatostatin analogue; it gives no hazard ratio. A ratio "
                       "above 1 goes with earlier progression or death. Cox; Firth\u2019s penalty "
                       "below 10 events or where one side has none.");
    inner += factor_table(report) + weighted_part(report.weighted);
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
