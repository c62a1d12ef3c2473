// Every endpoint of the trial on one scale: what is found here, what was published.
#include "analysis/report/charts.hpp"
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"
#include "analysis/report/words.hpp"

#include <algorithm>

namespace embolink {

namespace {

const ScenarioResult* a2_of(const ComparisonResult& comparison) {
    for (const ScenarioResult& scenario : comparison.scenarios) {
        if (scenario.id == "A2") {
            return &scenario;
        }
    }
    return nullptr;
}

ForestRow survival_row(const ComparisonResult& comparison,
                       const SurvivalResult* result,
                       const std::string& what) {
    ForestRow row;
    row.label = what + ", " + comparison.group;
    row.style = group_style(comparison.group);
    row.local = comparison.local.survival;
    row.interval = comparison.local.interval;
    if (row.local && !row.interval && result != nullptr) {
        row.interval = result->at_24_bpcp;
    }
    row.note = plural(comparison.local.n, "patient", "patients") + ", " +
               std::to_string(comparison.local.at_risk) + " at risk at 24 months";
    row.published = comparison.published;
    if (const ScenarioResult* a2 = a2_of(comparison)) {
        row.published_interval = a2->published_interval;
    }
    return row;
}

const ProportionResult* evaluable(const OutcomeResult& outcome) {
    for (const ProportionResult& line : outcome.lines) {
        if (line.group == "HAE + HACE" && line.denominator == "evaluable") {
            return &line;
        }
    }
    return nullptr;
}

// The widest of the exact intervals over the counts that the trial may have had.
std::optional<Interval> widest(const OutcomeResult& outcome) {
    std::optional<Interval> wide;
    for (const Interval& one : outcome.feasible_intervals) {
        wide = wide ? Interval{std::min(wide->lower, one.lower), std::max(wide->upper, one.upper)}
                    : one;
    }
    return wide;
}

ForestRow outcome_row(const OutcomeResult& outcome) {
    ForestRow row;
    row.label = outcome.title + ", HAE + HACE";
    row.style = "all";
    row.published = outcome.published;
    row.published_interval = widest(outcome);
    const ProportionResult* line = evaluable(outcome);
    if (line == nullptr || line->suppressed) {
        row.note = "fewer than 5 evaluable patients";
        return row;
    }
    row.local = line->rate;
    row.interval = shown_interval(outcome, *line);
    row.note = count_of(line->events, line->n);
    return row;
}

std::vector<ForestRow> forest_rows(const AuditReport& report) {
    std::vector<ForestRow> rows;
    for (const ComparisonResult& comparison : report.comparisons) {
        rows.push_back(survival_row(comparison,
                                    find_group(report.pfs, comparison.group),
                                    "Free of progression at 24 months"));
    }
    for (const ComparisonResult& comparison : report.os_comparisons) {
        rows.push_back(survival_row(
            comparison, find_group(report.os, comparison.group), "Alive at 24 months"));
    }
    for (const OutcomeResult& outcome : report.outcomes) {
        rows.push_back(outcome_row(outcome));
    }
    return rows;
}

std::string forest_table(const std::vector<ForestRow>& rows) {
    Table table;
    table.caption = "Every endpoint beside the trial";
    table.head = {cell("Endpoint"),
                  number_cell("Here"),
                  number_cell("95 %"),
                  cell("From"),
                  number_cell("Trial"),
                  number_cell("Derived 95 %")};
    const auto rate = [](const std::optional<double>& value, const std::string& none) {
        return number_cell(value ? percent(*value) : none);
    };
    const auto interval = [](const std::optional<Interval>& value) {
        return number_cell(value ? percent_interval(*value) : "\u2013");
    };
    for (const ForestRow& row : rows) {
        table.rows.push_back({row_header(row.label),
                              rate(row.local, "not estimable"),
                              interval(row.interval),
                              cell(row.note),
                              rate(row.published, "not published"),
                              interval(row.published_interval)});
    }
    return render_table(table);
}

} // namespace

std::string overview_section(const AuditReport& report) {
    const std::vector<ForestRow> rows = forest_rows(report);
    std::string inner = text_element("h2", {{"id", "overview"}}, "Every endpoint beside the trial");
    inner += note("Dot and coloured bar: this hospital with its 95 % interval. Diamond and black "
                  "bar: the trial with the interval that we derive for it (assumption A2 for "
                  "survival; for proportions the widest over the denominators that fit the "
                  "published percentage). The trial published no interval. Its deaths are those "
                  "that it related to treatment; ours are all within 30 days.");
    inner += figure(forest_chart(rows)) + details("Every endpoint in figures", forest_table(rows));
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
