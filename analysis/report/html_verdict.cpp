// Rule R8 laid open: one column per comparison, one row per step of the decision.
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"
#include "analysis/report/words.hpp"

#include <functional>

namespace embolink {

namespace {

using Describe = std::function<std::string(const ComparisonResult&)>;

const ScenarioResult* scenario_of(const ComparisonResult& comparison, const std::string& id) {
    for (const ScenarioResult& scenario : comparison.scenarios) {
        if (scenario.id == id) {
            return &scenario;
        }
    }
    return nullptr;
}

std::string interval_words(const std::optional<Interval>& interval) {
    return interval ? percent_interval(*interval) : "not estimable";
}

std::string difference_words(const std::optional<Interval>& interval) {
    return interval ? points(interval->lower) + " to " + points(interval->upper) : "not estimable";
}

std::string p_words(const std::optional<double>& p) {
    return p ? p_value(*p) : "undefined";
}

std::string guards_words(const ComparisonResult& comparison) {
    std::string text;
    for (const Guard guard : comparison.verdict.guards) {
        text += (text.empty() ? "" : "; ") + guard_words(guard);
    }
    return text.empty() ? "none" : text;
}

// R8.5: at a day without a verdict the bound is a rate and no word.
std::string bound_words(const ComparisonResult& comparison, VerdictDate date) {
    if (!comparison.all_progression) {
        return "no report awaits a decision";
    }
    const std::string rate = comparison.all_progression->survival
                                 ? percent(*comparison.all_progression->survival)
                                 : "not estimable";
    const std::optional<Answer>& answer = comparison.verdict.if_all_progression;
    const bool stated = answer && date == VerdictDate::declared;
    return rate + (stated ? ", " + to_string(*answer) : "");
}

struct Row {
    std::string title;
    Describe describe;
};

std::vector<Row> verdict_rows(const AuditReport& report) {
    const auto half_width = [](const ComparisonResult& c) {
        return c.verdict.half_width ? "\u00b1" + decimal(100 * *c.verdict.half_width, 1) + " points"
                                    : "not estimable";
    };
    const auto verdict = [&report](const ComparisonResult& c) {
        return verdict_word(c, report.date);
    };
    return {
        {"Patients", [](const auto& c) { return std::to_string(c.local.n); }},
        {"At risk at 24 months", [](const auto& c) { return std::to_string(c.local.at_risk); }},
        {"Local rate at 24 months",
         [](const auto& c) { return rate_words(c.local, std::nullopt); }},
        {"95 % interval (log-log)", [](const auto& c) { return interval_words(c.local.interval); }},
        {"Half-width (consistent: at most 15.0)", half_width},
        {"Published rate",
         [](const auto& c) { return percent(c.published) + (c.derived_rate ? " (derived)" : ""); }},
        {"Difference in points, local minus trial",
         [](const auto& c) { return c.difference ? points(*c.difference) : "not estimable"; }},
        {"Difference, 95 % (MOVER, A2, unadjusted)",
         [](const auto& c) {
             const ScenarioResult* a2 = scenario_of(c, "A2");
             return difference_words(a2 ? a2->difference : std::nullopt);
         }},
        {"Patients with an imaging report that awaits a decision",
         [](const auto& c) { return std::to_string(c.candidates); }},
        {"If every such report were progression",
         [&report](const auto& c) { return bound_words(c, report.date); }},
        {"Guards that fired", [](const auto& c) { return guards_words(c); }},
        {"p of the log-log test (A2)",
         [](const auto& c) {
             return c.verdict.test ? p_value(c.verdict.test->p) : std::string("undefined");
         }},
        {"p after Holm, three comparisons",
         [](const auto& c) { return p_words(c.verdict.p_holm); }},
        {"Level of the test",
         [](const auto& c) {
             return std::string(c.verdict.level < verdict_alpha ? "2.5 % (many looks)" : "5 %");
         }},
        {"Verdict", verdict}};
}

std::string verdict_table(const AuditReport& report) {
    Table table;
    table.stack = true;
    table.caption = "Progression-free survival at 24 months against the trial, step by step (R8)";
    table.head = {cell("")};
    for (const ComparisonResult& comparison : report.comparisons) {
        table.head.push_back(cell(comparison.group));
    }
    for (const Row& row : verdict_rows(report)) {
        std::vector<Cell> cells = {row_header(row.title)};
        for (const ComparisonResult& comparison : report.comparisons) {
            Cell item = cell(row.describe(comparison));
            item.strong = row.title == "Verdict";
            cells.push_back(item);
        }
        table.rows.push_back(cells);
    }
    return render_table(table);
}

std::string scenario_table(const std::vector<ComparisonResult>& comparisons,
                           const std::string& caption) {
    Table table;
    table.caption = caption;
    table.stack = true;
    table.head = {cell("Group and assumption"),
                  number_cell("Trial"),
                  number_cell("Derived 95 %"),
                  number_cell("Local"),
                  number_cell("Difference, 95 %"),
                  number_cell("p")};
    for (const ComparisonResult& comparison : comparisons) {
        for (const ScenarioResult& scenario : comparison.scenarios) {
            table.rows.push_back(
                {row_header(comparison.group + ", " + scenario.id + ": " + scenario.text),
                 number_cell(percent(comparison.published)),
                 number_cell(percent_interval(scenario.published_interval)),
                 number_cell(rate_words(comparison.local, std::nullopt)),
                 number_cell(difference_words(scenario.difference)),
                 number_cell(scenario.test ? p_value(scenario.test->p) : "undefined")});
        }
    }
    return render_table(table);
}

// The answers that the first screen leaves to this section.
std::string arm_sentences(const AuditReport& report) {
    std::string items;
    for (const Sentence& sentence : report.answers) {
        if (!sentence.first_screen) {
            items +=
                element("li",
                        {},
                        text_element("strong", {}, sentence.topic + ": ") + escape(sentence.text));
        }
    }
    return items.empty() ? "" : element("ul", {}, items) + "\n";
}

} // namespace

std::string verdict_section(const AuditReport& report) {
    std::string inner = text_element("h2", {{"id", "verdict"}}, "How the verdict was reached");
    inner += text_element(
        "p",
        {},
        "The local Kaplan-Meier rate at 24 months is tested against the published rate, with the "
        "trial\u2019s own uncertainty. After Holm\u2019s correction over three comparisons a "
        "rejection at 5 % gives better or worse (at 2.5 % where more than ten analysis dates were "
        "declared, or closer ones than half a year); no rejection gives consistent only when half "
        "the width of the local interval is at most 15 points, otherwise inconclusive. Any guard "
        "that fires "
        "makes it inconclusive. The published rate cannot decide more: the trial had 12 and 14 "
        "patients per arm.");
    inner += arm_sentences(report) + verdict_table(report);
    inner += text_element("h3", {}, "How much the trial\u2019s unknown uncertainty matters");
    inner += scenario_table(report.comparisons,
                            "Published progression-free rate under three assumptions "
                            "(intervals derived by us, not published)");
    inner += text_element("h3", {}, "Overall survival beside the trial (described only)");
    inner += scenario_table(report.os_comparisons,
                            "Overall survival at 24 months; intervals of the trial are derived");
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
