// The first screen: question, answer in words, and the picture that can be read alone.
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"
#include "analysis/report/plot_svg.hpp"
#include "analysis/report/words.hpp"

namespace embolink {

namespace {

std::string badge(const std::string& word) {
    return text_element(
        "span", {{"class", "badge " + word.substr(0, word.find_first_of(" ,"))}}, word);
}

std::string answer_list(const AuditReport& report) {
    std::string inner;
    for (const Sentence& sentence : report.answers) {
        if (!sentence.first_screen) {
            continue;
        }
        inner += element("div",
                         {{"class", "answer"}},
                         element("dt", {}, escape(sentence.topic) + "<br>" + badge(sentence.word)) +
                             text_element("dd", {}, sentence.text)) +
                 "\n";
    }
    return element("dl", {{"class", "answers"}}, inner) + "\n";
}

const SurvivalResult* result_of(const std::vector<SurvivalResult>& list, const std::string& group) {
    for (const SurvivalResult& result : list) {
        if (result.group == group) {
            return &result;
        }
    }
    return nullptr;
}

const ScenarioResult& a2_of(const ComparisonResult& comparison) {
    for (const ScenarioResult& scenario : comparison.scenarios) {
        if (scenario.id == "A2") {
            return scenario;
        }
    }
    return comparison.scenarios.front();
}

std::string value_line(const ComparisonResult& comparison,
                       const SurvivalResult& result,
                       const std::string& what) {
    if (!comparison.local.survival) {
        return "Not estimable at 24 months";
    }
    const std::optional<Interval> interval =
        comparison.local.interval ? comparison.local.interval : result.at_24_bpcp;
    return rate_words(comparison.local, interval) + " " + what;
}

// What is known of an earlier day, in one line.
std::string earlier_words(const SurvivalResult& result) {
    if (!result.last_reliable) {
        return "";
    }
    const CurvePoint& point = *result.last_reliable;
    return "At " + months(point.days) + " months " + percent(point.survival) +
           (point.interval ? " (" + percent_interval(*point.interval) + ")" : "") +
           ", not comparable";
}

// The picture of one comparison; every line of its header is a figure of the tables below.
SurvivalFigure
panel(const AuditReport& report, const ComparisonResult& comparison, const SurvivalResult& result) {
    const ScenarioResult& a2 = a2_of(comparison);
    const std::string reason = verdict_reason(comparison, report.date);
    const std::string verdict = report.date == VerdictDate::declared
                                    ? "Verdict: " + to_string(comparison.verdict.answer) +
                                          (reason.empty() ? "" : " \u2013 " + reason)
                                    : "No verdict \u2013 " + reason;
    const std::string risk = "At 24 months: " + std::to_string(comparison.local.at_risk) + " of " +
                             std::to_string(comparison.local.n) + " patients still at risk";
    const std::string trial = "Trial " + percent(comparison.published) + " (" +
                              percent_interval(a2.published_interval) + ", derived, A2)";
    const std::string earlier = earlier_words(result);
    SurvivalFigure figure;
    figure.id = "pfs-" + group_style(comparison.group);
    figure.title = "Progression-free survival, " + comparison.group;
    figure.header = {{comparison.group, "fig-title"},
                     {value_line(comparison, result, "at 24 months"), "fig-value"},
                     {risk, "fig-note"},
                     {trial, "fig-note"},
                     {verdict, "fig-verdict"}};
    if (a2.difference) {
        figure.header.insert(
            figure.header.end() - 1,
            {"Local minus trial: " + difference_words(*a2.difference) + " points", "fig-note"});
    }
    if (!comparison.local.survival) {
        const std::vector<FigureLine> why = {{"(" + why_not_words(result) + ")", "fig-note"},
                                             {earlier, "fig-note"}};
        figure.header.insert(
            figure.header.begin() + 2, why.begin(), earlier.empty() ? why.end() - 1 : why.end());
    }
    for (const FigureLine& item : figure.header) {
        figure.description += item.text + ". ";
    }
    figure.axis = "Free of progression";
    figure.plot_height = 120; // so that the sentences stand on the first screen, too
    const std::string style = group_style(comparison.group);
    figure.curves = {{&result, style, "pfs-" + style + "-d"}};
    for (const ScenarioResult& scenario : comparison.scenarios) {
        figure.references.push_back(
            {scenario.id, comparison.published, scenario.published_interval, "trial"});
    }
    return figure;
}

std::string picture(const AuditReport& report) {
    std::vector<SurvivalFigure> figures;
    for (const ComparisonResult& comparison : report.comparisons) {
        const SurvivalResult* result = result_of(report.pfs, comparison.group);
        if (result != nullptr) {
            figures.push_back(panel(report, comparison, *result));
        }
    }
    align(figures);
    std::string inner;
    for (const SurvivalFigure& figure : figures) {
        inner += element("figure", {}, render_figure(figure));
    }
    const std::string note = text_element(
        "p",
        {{"class", "note"}},
        "Progression-free survival, Kaplan-Meier with 95 % band; ticks are censored patients; the "
        "curve is grey where fewer than 5 patients are at risk. The dot on the curve is the local "
        "estimate at 24 months. The strip right of the time axis sets both estimates at 24 months "
        "side by side: dot and bar, the local one; diamonds and bars, the trial\u2019s published "
        "rate at 24 months with the interval that we derive for it under assumptions A1 "
        "(optimistic), A2 (the verdict\u2019s) and A3 (pessimistic); the trial published no "
        "interval. A step of a curve is a link to its patients; the "
        "list under each picture has the same links. Analysis set: progression before treatment "
        "documented or not known, no "
        "earlier arterial therapy.");
    return element("div", {{"class", "panels"}}, inner) + note;
}

// Of whom the page speaks, and what the names of the arms mean.
std::string analysed_words(const AuditReport& report) {
    const int judged = report.comparisons.empty() ? 0 : report.comparisons.back().local.n;
    return "Of " + std::to_string(report.flow.candidates) + " patients with an embolization " +
           std::to_string(report.flow.analysed) + " are analysed, " + std::to_string(judged) +
           " of them as HAE or HACE. HAE: bland embolization; HACE: chemoembolization.";
}

} // namespace

std::string group_style(const std::string& group) {
    return group == "HAE" ? "hae" : group == "HACE" ? "hace" : "all";
}

std::string answer_section(const AuditReport& report) {
    const AuditSettings& settings = report.settings;
    std::string over = settings.site_name.empty() ? "" : settings.site_name + " \u00b7 ";
    over += settings.as_of ? "data cut " + to_iso(*settings.as_of) : "no data cut";
    over += " \u00b7 compared with " + settings.reference.citation;
    std::string inner = text_element("p", {{"class", "overline"}}, over);
    inner += text_element("h1", {}, "Are our embolization results as good as the trial\u2019s?");
    inner += text_element("p", {{"class", "lead"}}, report.headline);
    inner += text_element("p", {{"class", "overline"}}, analysed_words(report));
    inner += element("div", {{"class", "first"}}, answer_list(report) + picture(report));
    inner += text_element("p", {{"class", "use"}}, settings.intended_use_en);
    return element("header", {}, inner) + "\n";
}

} // namespace embolink
