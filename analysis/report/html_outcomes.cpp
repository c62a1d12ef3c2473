// Response, toxicity and baseline markers: proportions with both intervals and, where the trial
// published one, every denominator that it may have had (R8.6).
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"
#include "analysis/report/words.hpp"

namespace embolink {

namespace {

std::string interval_words(const std::optional<Interval>& interval) {
    return interval ? percent_interval(*interval) : "\u2013";
}

std::string outcome_table(const OutcomeResult& outcome) {
    Table table;
    table.caption = outcome.title + ", by group and denominator";
    table.head = {cell("Group"),
                  cell("Denominator"),
                  number_cell("Patients"),
                  number_cell("Rate"),
                  number_cell("95 % Wilson"),
                  number_cell("95 % Clopper-Pearson")};
    for (const TrialCount& count : outcome.feasible) {
        table.head.push_back(number_cell("p, trial " + std::to_string(count.events) + "/" +
                                         std::to_string(count.n)));
    }
    for (const ProportionResult& line : outcome.lines) {
        std::vector<Cell> row = {row_header(line.group),
                                 cell(line.denominator),
                                 number_cell(count_of(line.events, line.n)),
                                 number_cell(line.suppressed ? "n < 5"
                                             : line.rate     ? percent(*line.rate)
                                                             : "\u2013"),
                                 number_cell(interval_words(line.wilson)),
                                 number_cell(interval_words(line.clopper_pearson))};
        for (const FisherLine& item : line.against_trial) {
            row.push_back(number_cell(p_value(item.p)));
        }
        while (row.size() < table.head.size()) {
            row.push_back(number_cell(""));
        }
        table.rows.push_back(row);
    }
    return render_table(table);
}

std::string missing_words(const OutcomeResult& outcome) {
    if (outcome.not_evaluable.empty()) {
        return "";
    }
    std::string text;
    for (const Counted& item : outcome.not_evaluable) {
        text +=
            (text.empty() ? "" : "; ") + std::to_string(item.count) + " " + reason_words(item.name);
    }
    return text_element("p", {{"class", "note"}}, "Not evaluable (HAE and HACE): " + text + ".");
}

std::string outcome_block(const OutcomeResult& outcome) {
    std::string inner = text_element("h3", {}, outcome.title);
    inner += outcome_table(outcome);
    inner += missing_words(outcome);
    if (outcome.published) {
        inner +=
            text_element("p",
                         {{"class", "note"}},
                         "The trial published " + percent(*outcome.published) +
                             " without a denominator. The columns on the right are Fisher\u2019s "
                             "exact test against each count that rounds to it (derived).");
    } else {
        inner += text_element("p",
                              {{"class", "note"}},
                              "The trial\u2019s abstract gives no rate of objective response.");
    }
    return inner;
}

std::string response_table(const AuditReport& report) {
    Table table;
    table.caption = "Best overall response, HAE and HACE";
    table.head = {cell("Response"), number_cell("Patients")};
    for (const Counted& item : report.best_response) {
        table.rows.push_back({row_header(item.name), number_cell(std::to_string(item.count))});
    }
    return render_table(table);
}

std::string marker_table(const AuditReport& report) {
    Table table;
    table.caption = "Baseline markers as multiples of the upper limit of normal (ULN)";
    table.head = {cell("Marker"),
                  cell("Group"),
                  number_cell("Evaluable"),
                  number_cell("Above ULN"),
                  number_cell("Above 2 x"),
                  number_cell("Above 5 x"),
                  number_cell("Median, x ULN"),
                  cell("Not evaluable")};
    for (const MarkerResult& marker : report.markers) {
        std::string missing;
        for (const Counted& item : marker.not_evaluable) {
            missing += (missing.empty() ? "" : "; ") + std::to_string(item.count) + " " +
                       reason_words(item.name);
        }
        table.rows.push_back(
            {row_header(marker.name),
             cell(marker.group),
             number_cell(count_of(marker.evaluable, marker.n)),
             number_cell(std::to_string(marker.elevated)),
             number_cell(std::to_string(marker.elevated_2x)),
             number_cell(std::to_string(marker.elevated_5x)),
             number_cell(marker.median_multiple ? decimal(*marker.median_multiple, 1) : "n < 5"),
             cell(missing)});
    }
    return render_table(table);
}

} // namespace

std::string outcome_section(const AuditReport& report) {
    std::string inner =
        text_element("h2", {{"id", "outcomes"}}, "Response, toxicity and baseline markers");
    inner +=
        text_element("p",
                     {{"class", "note"}},
                     "Analysis set. \u201cEvaluable\u201d leaves out patients whose outcome cannot "
                     "be judged; \u201call included\u201d counts them as without the outcome.");
    for (const OutcomeResult& outcome : report.outcomes) {
        inner += outcome_block(outcome);
    }
    inner += text_element("h3", {}, "Best overall response");
    inner += response_table(report);
    inner += text_element("h3", {}, "Baseline markers");
    inner +=
        text_element("p",
                     {{"class", "note"}},
                     "In the trial, elevated urinary 5-HIAA and elevated chromogranin A at "
                     "baseline went with shorter progression-free survival; it gives no cut-off.");
    inner += marker_table(report);
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
