// Survival in figures: per group, the number at risk, every point of the curves; overall survival
// as a picture; HAE beside HACE, described only (R8.7).
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"
#include "analysis/report/plot_svg.hpp"
#include "analysis/report/words.hpp"

#include <algorithm>
#include <set>

namespace embolink {

namespace {

std::string style_of(const std::string& group) {
    return group == "HAE" ? "hae" : group == "HACE" ? "hace" : "all";
}

std::string median_words(const TimeQuantile& median) {
    if (!median.days) {
        return "not reached";
    }
    return months(*median.days) + " (" + (median.lower ? months(*median.lower) : "?") + "\u2013" +
           (median.upper ? months(*median.upper) : "not reached") + ")";
}

std::string at_24(const SurvivalResult& result) {
    return result.at_24.survival ? percent(*result.at_24.survival) : why_not_words(result);
}

// A1: groups whose rate at 24 months cannot be shown.
std::string earlier_rates(const std::vector<SurvivalResult>& list) {
    std::string items;
    for (const SurvivalResult& item : list) {
        const std::string words = last_reliable_words(item);
        if (!words.empty()) {
            items += text_element("li", {}, item.group + ": " + words + ".");
        }
    }
    return items.empty() ? ""
                         : text_element("p",
                                        {{"class", "note"}},
                                        "No rate at 24 months, but earlier (not comparable with "
                                        "the trial\u2019s 24 months):") +
                               element("ul", {{"class", "note"}}, items) + "\n";
}

std::string summary_table(const std::vector<SurvivalResult>& list, const std::string& caption) {
    Table table;
    table.caption = caption;
    table.head = {cell("Group"),
                  number_cell("Patients"),
                  number_cell("Events"),
                  number_cell("At risk at 24"),
                  number_cell("24-month rate"),
                  number_cell("95 % log-log"),
                  number_cell("95 % BPCP"),
                  number_cell("Median, months (95 %)")};
    for (const SurvivalResult& item : list) {
        const auto interval = [](const std::optional<Interval>& value) {
            return value ? percent_interval(*value) : std::string("\u2013");
        };
        table.rows.push_back(
            {row_header(item.group),
             number_cell(std::to_string(item.n)),
             number_cell(std::to_string(item.events)),
             number_cell(item.suppressed ? "n < 5" : std::to_string(item.at_24.at_risk)),
             number_cell(at_24(item)),
             number_cell(interval(item.at_24.interval)),
             number_cell(interval(item.at_24_bpcp)),
             number_cell(item.suppressed ? "n < 5" : median_words(item.median))});
    }
    return render_table(table);
}

int count_named(const std::vector<Counted>& list, const std::string& name) {
    for (const Counted& item : list) {
        if (item.name == name) {
            return item.count;
        }
    }
    return 0;
}

std::string reason_table(const std::vector<SurvivalResult>& list, const std::string& caption) {
    Table table;
    table.caption = caption;
    table.head = {cell("Reason")};
    std::set<std::string> reasons;
    for (const SurvivalResult& item : list) {
        table.head.push_back(number_cell(item.group));
        for (const Counted& reason : item.reasons) {
            reasons.insert(reason.name);
        }
    }
    for (const std::string& reason : reasons) {
        std::vector<Cell> row = {row_header(reason_words(reason))};
        for (const SurvivalResult& item : list) {
            row.push_back(number_cell(std::to_string(count_named(item.reasons, reason))));
        }
        table.rows.push_back(row);
    }
    return render_table(table);
}

std::string risk_table(const std::vector<SurvivalResult>& list, const std::string& caption) {
    Table table;
    table.caption = caption;
    table.head = {cell("Month")};
    const SurvivalResult* longest = nullptr;
    for (const SurvivalResult& item : list) {
        const bool longer =
            longest == nullptr || item.risk_table.size() > longest->risk_table.size();
        longest = longer ? &item : longest;
    }
    if (longest == nullptr) {
        return "";
    }
    for (const RiskCount& count : longest->risk_table) {
        Cell head = number_cell(std::to_string(count.month));
        head.strong = count.month == 24;
        table.head.push_back(head);
    }
    for (const SurvivalResult& item : list) {
        if (item.suppressed) {
            continue;
        }
        std::vector<Cell> row = {row_header(item.group)};
        for (const RiskCount& count : item.risk_table) {
            Cell number = number_cell(std::to_string(count.at_risk));
            number.strong = count.month == 24;
            row.push_back(number);
        }
        while (row.size() < table.head.size()) {
            row.push_back(number_cell("0"));
        }
        table.rows.push_back(row);
    }
    return render_table(table);
}

std::string curve_table(const SurvivalResult& result) {
    Table table;
    table.caption = result.group + ": every point of the curve";
    table.head = {number_cell("Day"),
                  number_cell("Month"),
                  number_cell("At risk"),
                  number_cell("Events"),
                  number_cell("Censored"),
                  number_cell("Rate"),
                  number_cell("95 %")};
    for (const CurvePoint& point : result.curve) {
        table.rows.push_back(
            {number_cell(std::to_string(point.days)),
             number_cell(months(point.days)),
             number_cell(std::to_string(point.at_risk)),
             number_cell(std::to_string(point.events)),
             number_cell(std::to_string(point.censored)),
             number_cell(percent(point.survival)),
             number_cell(point.interval ? percent_interval(*point.interval) : "\u2013")});
    }
    return render_table(table);
}

std::string curve_details(const std::vector<SurvivalResult>& list, const std::string& title) {
    std::string inner;
    for (const SurvivalResult& result : list) {
        if (!result.curve.empty()) {
            inner += curve_table(result);
        }
    }
    return element("details", {}, text_element("summary", {}, title) + inner) + "\n";
}

std::string os_panel(const AuditReport& report, std::size_t index) {
    const ComparisonResult& comparison = report.os_comparisons[index];
    const auto found = std::find_if(report.os.begin(), report.os.end(), [&](const auto& item) {
        return item.group == comparison.group;
    });
    if (found == report.os.end()) {
        return "";
    }
    const ScenarioResult& a2 = comparison.scenarios.at(1);
    const std::optional<Interval> interval =
        comparison.local.interval ? comparison.local.interval : found->at_24_bpcp;
    SurvivalFigure figure;
    figure.id = "os-" + style_of(comparison.group);
    figure.title = "Overall survival, " + comparison.group;
    figure.header = {
        {comparison.group, "fig-title"},
        {comparison.local.survival ? rate_words(comparison.local, interval) + " alive at 24 months"
                                   : std::string("Not estimable at 24 months"),
         "fig-value"},
        {"At 24 months: " + count_of(comparison.local.at_risk, comparison.local.n) +
             " patients still at risk",
         "fig-note"},
        {"Trial " + percent(comparison.published) + " (" + percent_interval(a2.published_interval) +
             ", derived, A2). Described only.",
         "fig-note"}};
    for (const FigureLine& item : figure.header) {
        figure.description += item.text + ". ";
    }
    figure.axis = "Alive";
    figure.curves = {{&*found, style_of(comparison.group)}};
    figure.references = {{"trial", comparison.published, a2.published_interval, "trial"}};
    return element("figure", {}, render_figure(figure));
}

std::string log_rank_words(const LogRankResult24& test) {
    std::string text = "HAE " + count_of(test.events_hae, test.n_hae) + " with an event, HACE " +
                       count_of(test.events_hace, test.n_hace) + ". ";
    if (!test.p) {
        return text + "Log-rank test not shown: " + test.why_not + ".";
    }
    text += "Log-rank chi-squared " + decimal(*test.chi_squared, 2) +
            " on 1 degree of freedom, p " + p_value(*test.p) + ".";
    if (test.p_permutation) {
        text += std::string(" Permutation p ") + p_value(*test.p_permutation) +
                (test.permutation_exact ? " (exact)." : " (Monte Carlo, fixed seed).");
    }
    return text;
}

std::string overlay(const AuditReport& report) {
    SurvivalFigure figure;
    figure.id = "pfs-both";
    figure.title = "Progression-free survival, HAE beside HACE";
    figure.description = log_rank_words(report.pfs_log_rank);
    figure.header = {{"HAE (solid) beside HACE (dashed)", "fig-title"}};
    for (const SurvivalResult& result : report.pfs) {
        if (result.group == "HAE" || result.group == "HACE") {
            figure.curves.push_back({&result, style_of(result.group)});
            figure.header.push_back({result.group + " at 24 months: " +
                                         rate_words(result.at_24, result.at_24.interval) + ", " +
                                         std::to_string(result.at_24.at_risk) + " at risk",
                                     "fig-note"});
        }
    }
    figure.axis = "Free of progression";
    figure.width = 520;
    return element("figure", {}, render_figure(figure));
}

} // namespace

std::string survival_section(const AuditReport& report) {
    std::string inner = text_element("h2", {{"id", "survival"}}, "Survival in figures");
    inner += text_element("h3", {}, "Progression-free survival");
    inner += summary_table(report.pfs, "Progression-free survival, analysis set");
    inner += earlier_rates(report.pfs);
    inner += reason_table(report.pfs, "How observation for progression ended");
    inner += risk_table(report.pfs, "Number at risk for progression, by month");
    inner += curve_details(report.pfs, "Every point of the progression-free curves");
    inner += text_element("h3", {}, "Overall survival");
    std::string panels;
    for (std::size_t i = 0; i < report.os_comparisons.size(); ++i) {
        panels += os_panel(report, i);
    }
    inner += element("div", {{"class", "panels two"}}, panels);
    inner += summary_table(report.os, "Overall survival, analysis set");
    inner += earlier_rates(report.os);
    inner += reason_table(report.os, "How observation for death ended");
    inner += risk_table(report.os, "Number at risk for death, by month");
    inner += curve_details(report.os, "Every point of the survival curves");
    inner += text_element("h3", {}, "HAE beside HACE in this hospital");
    inner +=
        text_element("p",
                     {},
                     "Described only. Who received which kind was decided by physicians, not by "
                     "chance, so a difference here says nothing about the treatments.");
    inner += overlay(report);
    inner +=
        text_element("p", {}, "Progression-free survival: " + log_rank_words(report.pfs_log_rank));
    inner += text_element("p", {}, "Overall survival: " + log_rank_words(report.os_log_rank));
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
