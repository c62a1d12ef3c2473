// Survival in figures: per group, the number at risk, every point of the curves; overall survival
// as a picture; HAE beside HACE, described only (R8.7).
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"
#include "analysis/report/plot_svg.hpp"
#include "analysis/report/words.hpp"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace embolink {

namespace {

std::string median_words(const TimeQuantile& median) {
    if (!median.days) {
        return "not reached";
    }
    return months(*median.days) + " (" + (median.lower ? months(*median.lower) : "not estimable") +
           "\u2013" + (median.upper ? months(*median.upper) : "not reached") + ")";
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
        table.rows.push_back({row_header(item.group),
                              number_cell(std::to_string(item.n)),
                              number_cell(std::to_string(item.events)),
                              number_cell(std::to_string(item.at_24.at_risk)),
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

using Anchors = std::map<std::string, std::string>;

Cell patients_cell(const std::vector<std::string>& patients, const Anchors& anchors) {
    Cell made = cell("");
    for (const std::string& patient : patients) {
        const auto found = anchors.find(patient);
        if (found != anchors.end()) {
            made.links.push_back({patient, found->second});
        } else {
            made.text += (made.text.empty() ? "" : " ") + patient;
        }
    }
    return made;
}

// `name` begins the ids of the rows, to which the steps of the curves lead: "pfs".
std::string
curve_table(const SurvivalResult& result, const std::string& name, const Anchors& anchors) {
    Table table;
    table.caption = result.group + ": every point of the curve";
    table.head = {number_cell("Day"),
                  number_cell("Month"),
                  number_cell("At risk"),
                  number_cell("Events"),
                  number_cell("Censored"),
                  number_cell("Rate"),
                  number_cell("95 %"),
                  cell("Patients with an event"),
                  cell("Patients censored")};
    const bool compared =
        result.group == "HAE" || result.group == "HACE" || result.group == "HAE + HACE";
    for (const CurvePoint& point : result.curve) {
        const std::string day = std::to_string(point.days);
        table.row_ids.push_back(compared ? name + "-" + group_style(result.group) + "-d" + day
                                         : std::string());
        table.rows.push_back(
            {number_cell(day),
             number_cell(months(point.days)),
             number_cell(std::to_string(point.at_risk)),
             number_cell(std::to_string(point.events)),
             number_cell(std::to_string(point.censored)),
             number_cell(percent(point.survival)),
             number_cell(point.interval ? percent_interval(*point.interval) : "\u2013"),
             patients_cell(point.with_event, anchors),
             patients_cell(point.left, anchors)});
    }
    return render_table(table);
}

std::string curve_details(const AuditReport& report,
                          const std::vector<SurvivalResult>& list,
                          const std::string& name,
                          const std::string& title) {
    const Anchors anchors = patient_anchors(report);
    std::string inner;
    for (const SurvivalResult& result : list) {
        if (!result.curve.empty()) {
            inner += curve_table(result, name, anchors);
        }
    }
    return details(title, inner);
}

SurvivalFigure os_panel(const ComparisonResult& comparison, const SurvivalResult& result) {
    const ScenarioResult& a2 = comparison.scenarios.at(1);
    const std::optional<Interval> interval =
        comparison.local.interval ? comparison.local.interval : result.at_24_bpcp;
    SurvivalFigure figure;
    figure.id = "os-" + group_style(comparison.group);
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
    const std::string style = group_style(comparison.group);
    figure.curves = {{&result, style, "os-" + style + "-d"}};
    for (const ScenarioResult& scenario : comparison.scenarios) {
        figure.references.push_back(
            {scenario.id, comparison.published, scenario.published_interval, "trial"});
    }
    return figure;
}

SurvivalFigure hpfs_panel(const SurvivalResult& result) {
    SurvivalFigure figure;
    const std::string style = group_style(result.group);
    figure.id = "hpfs-" + style;
    figure.title = "Hepatic progression-free survival, " + result.group;
    const std::optional<Interval> interval =
        result.at_24.interval ? result.at_24.interval : result.at_24_bpcp;
    figure.header = {
        {result.group, "fig-title"},
        {result.at_24.survival ? rate_words(result.at_24, interval) + " at 24 months"
                               : std::string("Not estimable at 24 months"),
         "fig-value"},
        {"At 24 months: " + count_of(result.at_24.at_risk, result.n) + " patients still at risk",
         "fig-note"}};
    for (const FigureLine& item : figure.header) {
        figure.description += item.text + ". ";
    }
    figure.axis = "Free in the liver";
    figure.curves = {{&result, style, "hpfs-" + style + "-d"}};
    return figure;
}

std::string panels_of(std::vector<SurvivalFigure> figures, const std::string& style) {
    align(figures);
    std::string inner;
    for (const SurvivalFigure& figure : figures) {
        inner += element("figure", {}, render_figure(figure));
    }
    return element("div", {{"class", style}}, inner);
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
            const std::string style = group_style(result.group);
            figure.curves.push_back({&result, style, "pfs-" + style + "-d"});
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

std::string os_part(const AuditReport& report) {
    std::vector<SurvivalFigure> panels;
    for (const ComparisonResult& comparison : report.os_comparisons) {
        if (const SurvivalResult* result = find_group(report.os, comparison.group)) {
            panels.push_back(os_panel(comparison, *result));
        }
    }
    return heading("Overall survival") + panels_of(std::move(panels), "panels two") +
           summary_table(report.os, "Overall survival, analysis set") + earlier_rates(report.os) +
           reason_table(report.os, "How observation for death ended") +
           risk_table(report.os, "Number at risk for death, by month") +
           curve_details(report, report.os, "os", "Every point of the survival curves");
}

std::string hpfs_part(const AuditReport& report) {
    std::vector<SurvivalFigure> panels;
    for (const SurvivalResult& result : report.hpfs) {
        if (result.group != "HACE-DEB" && result.group != "UNDETERMINED") {
            panels.push_back(hpfs_panel(result));
        }
    }
    return heading("Hepatic progression-free survival") +
           note("Progression in the liver, or without a stated site, or death. The trial\u2019s "
                "abstract gives no such figure.") +
           panels_of(std::move(panels), "panels") +
           summary_table(report.hpfs, "Hepatic progression-free survival, analysis set") +
           earlier_rates(report.hpfs) +
           risk_table(report.hpfs, "Number at risk for hepatic progression, by month") +
           curve_details(report, report.hpfs, "hpfs", "Every point of the hepatic curves");
}

std::string arms_part(const AuditReport& report) {
    return heading("HAE beside HACE in this hospital") +
           paragraph("Described only. Who received which kind was decided by physicians, not by "
                     "chance, so a difference here says nothing about the treatments.") +
           overlay(report) +
           paragraph("Progression-free survival: " + log_rank_words(report.pfs_log_rank)) +
           paragraph("Overall survival: " + log_rank_words(report.os_log_rank));
}

} // namespace

std::string survival_section(const AuditReport& report) {
    std::string inner = text_element("h2", {{"id", "survival"}}, "Survival in figures");
    inner +=
        note("A group of fewer than 5 patients gets no curve, and a rate at 24 months needs 3 at "
             "risk then; a verdict needs 10 patients and 5 at risk at 24 months.");
    inner += heading("Progression-free survival");
    inner += summary_table(report.pfs, "Progression-free survival, analysis set");
    inner += earlier_rates(report.pfs);
    inner += reason_table(report.pfs, "How observation for progression ended");
    inner += risk_table(report.pfs, "Number at risk for progression, by month");
    inner += curve_details(report, report.pfs, "pfs", "Every point of the progression-free curves");
    inner += os_part(report) + hpfs_part(report) + arms_part(report);
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
