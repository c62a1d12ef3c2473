// Response and other yes-or-no outcomes: proportions with both intervals and, where the trial
// published one, every denominator that it may have had (R8.6).
#include "analysis/report/charts.hpp"
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
        table.head.push_back(
            number_cell("p, " + std::to_string(count.events) + "/" + std::to_string(count.n)));
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
    if (outcome.param == "DEATH30") {
        inner += note("The trial published that no death was related to treatment. Ours are all "
                      "deaths within 30 days, so 0 of 26 is the smallest number to compare with.");
    } else if (outcome.published) {
        inner +=
            text_element("p",
                         {{"class", "note"}},
                         "The trial published " + percent(*outcome.published) +
                             " without a denominator. The columns on the right are Fisher\u2019s "
                             "exact test against each count that rounds to it (derived).");
    } else {
        inner += text_element("p",
                              {{"class", "note"}},
                              "The trial\u2019s abstract gives no rate to compare it with.");
    }
    return inner;
}

std::string response_table(const AuditReport& report) {
    Table table;
    table.caption = "Best overall response";
    table.head = {cell("Group"), cell("Reading")};
    for (const char* name : {"CR", "PR", "SD", "PD", "NE"}) {
        table.head.push_back(number_cell(name));
    }
    for (const ResponseLine& line : report.best_response) {
        std::vector<Cell> row = {row_header(line.group),
                                 cell(line.confirmed ? "confirmed" : "best")};
        for (const Counted& item : line.counts) {
            row.push_back(number_cell(std::to_string(item.count)));
        }
        table.rows.push_back(row);
    }
    return render_table(table);
}

std::string response_chart(const AuditReport& report) {
    BarChart chart;
    chart.id = "responses";
    chart.title = "Best overall response by arm";
    chart.names = {"CR", "PR", "SD", "PD", "NE"};
    chart.styles = {"response cr", "response pr", "response sd", "response pd", "response ne"};
    for (const ResponseLine& line : report.best_response) {
        if (!line.confirmed) {
            BarRow row{line.group, {}};
            for (const Counted& item : line.counts) {
                row.parts.push_back(item.count);
            }
            chart.rows.push_back(row);
        }
    }
    return bar_chart(chart);
}

} // namespace

std::string outcome_section(const AuditReport& report) {
    std::string inner = text_element("h2", {{"id", "outcomes"}}, "Response and early outcome");
    inner += note("Analysis set. \u201cEvaluable\u201d leaves out patients whose outcome cannot be "
                  "judged; \u201call included\u201d counts them as without the outcome.");
    inner += element("div",
                     {{"class", "panels two"}},
                     figure(response_chart(report),
                            "The trial\u2019s abstract gives disease control (95 %) and no "
                            "categories of response.") +
                         element("div", {{"class", "beside"}}, response_table(report)));
    for (const OutcomeResult& outcome : report.outcomes) {
        inner += outcome_block(outcome);
    }
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
