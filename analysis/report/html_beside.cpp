// What else can be said beside the verdict's test: all follow-up in one test, probabilities instead
// of tests, and the margin that the site declared.
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"

#include <cmath>

namespace embolink {

namespace {

std::string ratio_words(const std::optional<double>& ratio,
                        const std::optional<Interval>& interval) {
    if (!ratio || !std::isfinite(*ratio)) {
        return "undefined";
    }
    return decimal(*ratio, 2) + (interval ? " (" + decimal(interval->lower, 2) + "\u2013" +
                                                decimal(interval->upper, 2) + ")"
                                          : "");
}

std::string p_words(const std::optional<double>& p) {
    return p ? p_value(*p) : "undefined";
}

std::string shape_words(double shape) {
    return shape == 1 ? "exponential" : "Weibull, shape " + decimal(shape, 1);
}

std::string uncertain_words(const OneSampleResult& result, const std::string& id) {
    for (const auto& [name, p] : result.uncertain) {
        if (name == id) {
            return p_words(p);
        }
    }
    return "\u2013";
}

std::string one_sample_table(const AuditReport& report) {
    Table table;
    table.stack = true;
    table.caption = "One-sample log-rank until 24 months (730.5 days)";
    table.head = {cell("Group and shape of the trial\u2019s curve"),
                  number_cell("Events"),
                  number_cell("Expected"),
                  number_cell("Ratio (exact 95 %)"),
                  number_cell("p, trial known (Wu)"),
                  number_cell("p, trial uncertain (A2)")};
    for (const OneSampleResult& result : report.one_sample) {
        if (result.lines.empty()) {
            table.rows.push_back({row_header(result.group + ", fewer than 5 patients"),
                                  number_cell("\u2013"),
                                  number_cell("\u2013"),
                                  number_cell("\u2013"),
                                  number_cell("\u2013"),
                                  number_cell("\u2013")});
        }
        for (const OneSampleLine& line : result.lines) {
            table.rows.push_back({row_header(result.group + ", " + shape_words(line.shape)),
                                  number_cell(std::to_string(result.observed)),
                                  number_cell(decimal(line.expected, 1)),
                                  number_cell(ratio_words(line.ratio, line.ratio_interval)),
                                  number_cell(p_words(line.p_two_sided)),
                                  number_cell(line.shape == 1 ? uncertain_words(result, "A2")
                                                              : std::string("\u2013"))});
        }
    }
    return render_table(table);
}

std::string one_sample_part(const AuditReport& report) {
    std::string inner = heading("All follow-up against the trial\u2019s rate");
    inner += paragraph("The verdict looks at one day. This test counts every event until 24 months "
                       "against the number that the trial\u2019s rate would lead to. Only one "
                       "point of the trial\u2019s curve is known, so its shape is an assumption; "
                       "nothing after 24 months is used. A ratio above 1 means more events than "
                       "expected.");
    inner += one_sample_table(report);
    std::string assumptions;
    for (const OneSampleResult& result : report.one_sample) {
        if (!result.uncertain.empty()) {
            assumptions += (assumptions.empty() ? "" : "; ") + result.group + ": A1 " +
                           uncertain_words(result, "A1") + ", A2 " + uncertain_words(result, "A2") +
                           ", A3 " + uncertain_words(result, "A3");
        }
    }
    if (!assumptions.empty()) {
        inner += note("p with the trial\u2019s own uncertainty, exponential shape: " + assumptions +
                      ". \u201cTrial known\u201d takes a rate from 12 or 14 patients as exact and "
                      "so finds differences too often; it is shown because others publish it.");
    }
    return inner;
}

std::string chance_words(double probability) {
    const double percent_of = 100 * probability;
    return percent_of < 1 ? "under 1 %" : percent_of > 99 ? "over 99 %" : percent(probability);
}

std::string probability_table(const AuditReport& report) {
    Table table;
    table.stack = true;
    table.caption = "Probability that the rate here lies above the published one (flat prior)";
    table.head = {cell("Endpoint and group"),
                  number_cell("Worth"),
                  number_cell("Rate (95 % credible)"),
                  number_cell("Published"),
                  number_cell("P(above)")};
    for (const ProbabilityLine& line : report.probabilities) {
        table.rows.push_back(
            {row_header(line.what + ", " + line.group),
             number_cell(decimal(line.events, 1) + " of " + decimal(line.total, 1)),
             number_cell(percent(line.mean) + " (" + percent_interval(line.interval) + ")"),
             number_cell(percent(line.published)),
             number_cell(chance_words(line.above))});
    }
    return render_table(table);
}

std::string borrowing_words(const BorrowingResult& result) {
    if (!result.conflict_p) {
        return "";
    }
    std::string text =
        "Grade 3 toxicity with the trial\u2019s " + count_of(result.trial.events, result.trial.n) +
        " as prior: conflict between both p " + p_value(*result.conflict_p) + " (Box). ";
    if (result.conflict) {
        return text + "They contradict each other, so nothing is borrowed.";
    }
    for (const BorrowingLine& line : result.lines) {
        text += (line.robust ? "Robust mixture (weight of the trial after the data " +
                                   percent(line.weight_after) + ")"
                             : "Share " + decimal(line.share, 1)) +
                ": " + percent(line.mean) + " (" + percent_interval(line.interval) + "). ";
    }
    return text + "This is an estimate of our rate that leans on the trial and is compared with "
                  "nothing.";
}

std::string probability_part(const AuditReport& report) {
    std::string inner = heading("Probabilities, for small numbers");
    if (report.probabilities.empty()) {
        return inner + paragraph("Nothing can be estimated.");
    }
    inner += paragraph(
        "Where a test has no power, a probability still says what the data weigh. "
        "The published rate is taken as a fixed number here, and a rate at 24 "
        "months as the number of patients that it is worth (approximate). With the trial\u2019s "
        "own uncertainty these probabilities would lie nearer to 50 %.");
    inner += probability_table(report);
    const std::string borrowed = borrowing_words(report.borrowing);
    return inner + (borrowed.empty() ? "" : note(borrowed));
}

std::string margin_part(const AuditReport& report) {
    const AuditSettings& settings = report.settings;
    if (!settings.margin) {
        return note(
            "No non-inferiority margin was declared in the site file. With the trial\u2019s "
            "12 and 14 patients a margin below about 30 points could not be tested.");
    }
    std::string items;
    for (const MarginLine& line : report.margins) {
        std::string text = line.group + ": ";
        if (!line.testable) {
            text += "the margin cannot be tested: the trial\u2019s own interval reaches further. ";
        }
        text += line.difference && line.interval
                    ? "difference " + points(*line.difference) + " points (" +
                          points(line.interval->lower) + " to " + points(line.interval->upper) +
                          "); not inferior by the margin is " + (line.shown ? "" : "not ") +
                          "shown."
                    : std::string("not estimable.");
        items += text_element("li", {}, text);
    }
    return heading("The declared margin") +
           paragraph("Margin " + decimal(100 * settings.margin->value, 0) + " points, fixed on " +
                     to_iso(settings.margin->date) +
                     (settings.as_of && settings.margin->date > *settings.as_of
                          ? std::string(". Dated after the data cut, so that it may have been "
                                        "written with the data at hand")
                          : std::string()) +
                     ". \u201cNot inferior\u201d never means \u201cequivalent\u201d.") +
           element("ul", {}, items);
}

} // namespace

std::string beside_section(const AuditReport& report) {
    return element("section",
                   {},
                   text_element("h2", {{"id", "beside"}}, "Beside the verdict") +
                       one_sample_part(report) + probability_part(report) + margin_part(report)) +
           "\n";
}

} // namespace embolink
