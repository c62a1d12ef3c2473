// Toxicity: worst grades by arm, terms by grade, and its course over successive patients.
#include "analysis/report/charts.hpp"
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"
#include "analysis/report/words.hpp"

#include <algorithm>

namespace embolink {

namespace {

constexpr std::size_t most_terms = 14; // in the picture; the table has all

std::vector<std::string> grade_names(int first) {
    std::vector<std::string> names;
    for (int grade = first; grade <= 5; ++grade) {
        names.push_back("grade " + std::to_string(grade));
    }
    return names;
}

std::vector<std::string> grade_styles(int first) {
    std::vector<std::string> styles;
    for (int grade = first; grade <= 5; ++grade) {
        styles.push_back("grade g" + std::to_string(grade));
    }
    return styles;
}

std::string grades_chart(const ToxicityResult& toxicity) {
    BarChart chart;
    chart.id = "grades";
    chart.title = "Worst toxicity of each patient by arm";
    chart.names = grade_names(0);
    chart.styles = grade_styles(0);
    for (const GradeLine& line : toxicity.grades) {
        if (line.version == "CTCAE v5") {
            chart.rows.push_back({line.group, line.grades});
        }
    }
    return bar_chart(chart);
}

std::string grades_table(const ToxicityResult& toxicity) {
    Table table;
    table.caption = "Worst grade per patient (CTCAE v5, and by limits of normal alone as in older "
                    "versions)";
    table.head = {cell("Group"), cell("Grading")};
    for (int grade = 0; grade <= 5; ++grade) {
        table.head.push_back(number_cell(std::to_string(grade)));
    }
    table.head.push_back(number_cell("Not evaluable"));
    for (const GradeLine& line : toxicity.grades) {
        std::vector<Cell> row = {row_header(line.group), cell(line.version)};
        for (const int count : line.grades) {
            row.push_back(number_cell(std::to_string(count)));
        }
        row.push_back(number_cell(std::to_string(line.not_evaluable)));
        table.rows.push_back(row);
    }
    return render_table(table);
}

std::string terms_chart(const ToxicityResult& toxicity) {
    BarChart chart;
    chart.id = "terms";
    chart.title = "Toxicity by term, worst grade of each patient";
    chart.names = grade_names(1);
    chart.styles = grade_styles(1);
    chart.as_share = false;
    for (const ToxicityTerm& term : toxicity.terms) {
        if (chart.rows.size() < most_terms) {
            chart.rows.push_back({term_words(term.term), term.grades});
        }
    }
    return bar_chart(chart);
}

std::string terms_table(const ToxicityResult& toxicity) {
    Table table;
    table.caption = "Toxicity by term: patients by worst grade, HAE and HACE together";
    table.head = {cell("Term")};
    for (int grade = 1; grade <= 5; ++grade) {
        table.head.push_back(number_cell("Grade " + std::to_string(grade)));
    }
    table.head.push_back(number_cell("Grade 3+, HAE"));
    table.head.push_back(number_cell("Grade 3+, HACE"));
    for (const ToxicityTerm& term : toxicity.terms) {
        std::vector<Cell> row = {row_header(term_words(term.term))};
        for (const int count : term.grades) {
            row.push_back(number_cell(std::to_string(count)));
        }
        for (const auto& [arm, count] : term.grade3_by_arm) {
            row.push_back(number_cell(std::to_string(count)));
        }
        table.rows.push_back(row);
    }
    return render_table(table);
}

constexpr int cusum_digits = 4; // 2.2454 is below a limit of 2.2460

std::string cases(const std::optional<double>& run) {
    return run ? decimal(*run, 0) : "an unknown number of";
}

std::string cusum_table(const MonitoringResult& result) {
    Table table;
    table.caption = "CUSUM and expected less observed events, patient by patient";
    table.head = {number_cell("Patient"),
                  number_cell("Grade 3+"),
                  number_cell("CUSUM"),
                  number_cell("Expected less observed")};
    for (std::size_t i = 0; i < result.cusum.size(); ++i) {
        table.rows.push_back({number_cell(std::to_string(i + 1)),
                              number_cell(result.events[i] == 1 ? "yes" : "no"),
                              number_cell(decimal(result.cusum[i], cusum_digits)),
                              number_cell(decimal(result.vlad[i], 2))});
    }
    return render_table(table);
}

std::string monitoring_part(const MonitoringResult& result) {
    std::string inner = heading("Grade 3 toxicity over successive patients");
    if (!result.why_not.empty() || result.cusum.empty()) {
        return inner + paragraph("Not shown: " +
                                 (result.why_not.empty() ? std::string("no limit was found")
                                                         : result.why_not) +
                                 ".");
    }
    inner += paragraph(
        "Expected is the trial\u2019s " + percent(result.expected) +
        " for every patient, because the abstract gives no case mix. The chart rises with each "
        "event and signals at " +
        decimal(*result.limit, cusum_digits) + ": on average after " +
        cases(result.run_length_as_expected) +
        " patients when toxicity is as expected (a false alarm) and after " +
        cases(result.run_length_doubled) + " when its odds are doubled. " +
        (result.first_signal
             ? "It signals first at patient " + std::to_string(*result.first_signal) +
                   ": look at the patients before it, not at the chart."
             : "It does not signal: its highest value is " +
                   decimal(*std::max_element(result.cusum.begin(), result.cusum.end()),
                           cusum_digits) +
                   "."));
    inner += figure(cusum_chart(result));
    return inner + details("Every patient of the chart", cusum_table(result));
}

} // namespace

std::string safety_section(const AuditReport& report) {
    const ToxicityResult& toxicity = report.toxicity;
    std::string inner = text_element("h2", {{"id", "safety"}}, "Toxicity");
    inner += note("From a session until 30 days after it, worst grade of each patient, CTCAE "
                  "version 5. The trial published " +
                  percent(report.settings.reference.grade3.rate) +
                  " of patients with grade 3, no difference between its arms, and no grade by "
                  "term.");
    std::string pictures = figure(grades_chart(toxicity));
    if (!toxicity.terms.empty()) {
        pictures += figure(terms_chart(toxicity),
                           toxicity.terms.size() > most_terms
                               ? "The most severe " + std::to_string(most_terms) + " of " +
                                     std::to_string(toxicity.terms.size()) + " terms."
                               : "");
    }
    inner += element("div", {{"class", "panels two"}}, pictures);
    inner += details("Grades in figures", grades_table(toxicity));
    inner += toxicity.terms.empty()
                 ? note("Terms by grade need the timeline, or there was no toxicity.")
                 : details("Terms in figures", terms_table(toxicity));
    inner += monitoring_part(report.monitoring);
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
