// What the figures rest on: cautions, data faults, what is not shown; methods, assumptions,
// versions and the hashes of everything that was read.
#include "analysis/report/flags.hpp"
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"
#include "analysis/report/verdict.hpp"
#include "analysis/report/words.hpp"

#include <algorithm>
#include <map>

namespace embolink {

namespace {

std::string flag_table(const AuditReport& report) {
    Table table;
    table.caption = "Flags on the records of included patients";
    table.head = {cell("Flag"), cell("Meaning"), cell("Caution"), number_cell("Records")};
    for (const Counted& flag : report.caution_flags) {
        table.rows.push_back({row_header(flag.name),
                              cell(flag_words(flag.name)),
                              cell("yes"),
                              number_cell(std::to_string(flag.count))});
    }
    for (const Counted& flag : report.flags) {
        table.rows.push_back({row_header(flag.name),
                              cell(flag_words(flag.name)),
                              cell("no"),
                              number_cell(std::to_string(flag.count))});
    }
    return render_table(table);
}

std::string cause_table(const AuditReport& report) {
    Table table;
    table.caption = "What keeps figures from being better known, and who can mend it";
    table.head = {cell("Cause"),
                  cell("Area"),
                  cell("Owner"),
                  number_cell("Patients"),
                  number_cell("Records or resources")};
    for (const QualityCause& cause : report.causes) {
        Cell head = row_header(cause.cause);
        head.english =
            std::any_of(report.issues.begin(), report.issues.end(), [&](const IssueCount& issue) {
                return issue.text == cause.cause;
            });
        table.rows.push_back(
            {head,
             cell(cause.area),
             cell(cause.owner.empty() ? "not named in the site file" : cause.owner),
             number_cell(cause.patients > 0 ? std::to_string(cause.patients) : "\u2013"),
             number_cell(std::to_string(cause.records))});
    }
    return render_table(table);
}

// Codes of issues (FHIR's IssueType).
std::string kind_words(const std::string& code) {
    static const std::map<std::string, std::string> words = {
        {"structure", "not built as it should be"},
        {"required", "something needed is missing"},
        {"value", "a value that cannot be used"},
        {"code-invalid", "a code that is not understood"},
        {"not-found", "it refers to something that is not there"},
        {"conflict", "two statements contradict each other"},
        {"business-rule", "a rule forbids to use it"},
        {"not-supported", "not supported"},
        {"duplicate", "there more than once"},
        {"security", "its label forbids to use it"}};
    const auto found = words.find(code);
    return found == words.end() ? "" : found->second;
}

std::string issue_table(const AuditReport& report) {
    Table table;
    table.caption = "Data issues found while reading";
    table.head = {cell("Severity"),
                  cell("Code"),
                  cell("Kind"),
                  cell("In detail, in English"),
                  number_cell("Count")};
    for (const IssueCount& issue : report.issues) {
        table.rows.push_back({row_header(issue.severity),
                              cell(issue.code),
                              cell(kind_words(issue.code)),
                              english_cell(issue.text),
                              number_cell(std::to_string(issue.count))});
    }
    return render_table(table);
}

std::string list_of(const std::vector<std::string>& texts) {
    std::string items;
    for (const std::string& text : texts) {
        items += text_element("li", {}, text);
    }
    return element("ul", {}, items) + "\n";
}

std::string window_table(const AuditSettings& settings) {
    Table table;
    table.caption = "Windows that the trial\u2019s abstract does not give (assumed)";
    table.head = {cell("Window"), number_cell("Days"), cell("Rule")};
    for (const AssumedWindow& window : settings.assumed_windows) {
        table.rows.push_back(
            {row_header(window.name), number_cell(std::to_string(window.days)), cell(window.rule)});
    }
    return render_table(table);
}

std::string input_table(const AuditSettings& settings) {
    std::string rows;
    for (const InputHash& input : settings.inputs) {
        rows += element("tr",
                        {},
                        text_element("th", {{"scope", "row"}}, input.name) +
                            element("td", {}, text_element("code", {}, input.sha256)));
    }
    return element("div",
                   {{"class", "scroll"}, {"tabindex", "0"}},
                   element("table",
                           {},
                           text_element("caption", {}, "Inputs, SHA-256") + "<tbody>" + rows +
                               "</tbody>")) +
           "\n";
}

std::string dates_words(const AuditSettings& settings) {
    std::string text;
    for (const Date date : settings.analysis_dates) {
        text += (text.empty() ? "" : ", ") + to_iso(date);
    }
    if (verdict_level(settings.analysis_dates) < verdict_alpha) {
        text += ". These are more or closer looks than ten at half-years: each is tested at 2.5 % "
                "in place of 5 %, so that false verdicts stay rare over all of them.";
    }
    return text.empty() ? "none" : text;
}

std::string plan_words(const AuditSettings& settings) {
    if (!settings.plan) {
        return "none was declared in the site file";
    }
    const bool late = settings.as_of && settings.plan->date > *settings.as_of;
    return std::string(
               late ? "Dated after the data cut, so that it may have been written with the data at "
                      "hand. "
                    : "") +
           "Fixed on " + to_iso(settings.plan->date) + ", SHA-256 " + settings.plan->sha256;
}

// The site's own words stay as they are in every language: the hash is of them.
std::string quoted_plan(const AuditSettings& settings) {
    const bool given = settings.plan && !settings.plan->text.empty();
    return (given ? text_element("q", {}, settings.plan->text) + " " : "") +
           escape(plan_words(settings));
}

std::string version_list(const AuditSettings& settings) {
    const std::string no_cut = "none: the input holds no dated embolization";
    const auto item = [](const std::string& term, const std::string& text) {
        return text_element("dt", {}, term) +
               text_element("dd", {}, text.empty() ? "not stated" : text);
    };
    return element("div",
                   {{"class", "box"}},
                   element("dl",
                           {},
                           item("Data cut", settings.as_of ? to_iso(*settings.as_of) : no_cut) +
                               item("Declared analysis dates", dates_words(settings)) +
                               text_element("dt", {}, "Analysis plan") +
                               element("dd", {}, quoted_plan(settings)) +
                               item("Software", settings.software_version) +
                               item("Rules", settings.rules_version) +
                               item("Trial definition", settings.trial_version) +
                               item("Trial", settings.reference.citation) +
                               item("Limits of the source", settings.reference.limits))) +
           "\n";
}

std::vector<std::string> method_texts() {
    return {
        "Time is counted in whole days; 24 months are 730.5 days, a displayed month is 30.4375 "
        "days.",
        "Kaplan-Meier with Greenwood\u2019s variance and log-log 95 % intervals; the BPCP interval "
        "stands beside it and fills in where log-log is undefined. The rate at 24 months is shown "
        "when at least 3 patients are at risk then, else the rate on the last day with at least 5 "
        "at risk stands in its place under its own date; groups of fewer than 5 patients get "
        "counts only.",
        "Median with the interval of Brookmeyer and Crowley; follow-up by reverse Kaplan-Meier.",
        "Comparison with the trial: difference of log(-log S) at 24 months with the variance of "
        "both "
        "sides (Klein 2007). The trial\u2019s variance is p(1-p)/m with m the number of uncensored "
        "patients that the published rate is worth: assumption A2 decides, A1 and A3 are shown.",
        "The pooled published rate is the mean of the two arms weighted by size (14 and 12 of 26); "
        "it "
        "and its variance are our arithmetic.",
        "What is not excluded: 95 % interval of the difference by MOVER from the log-log interval "
        "of "
        "the local rate and the derived interval of the published one; from BPCP limits where "
        "log-log is undefined. It is not adjusted for the three comparisons and may exclude zero "
        "where the adjusted test does not reject: the verdict follows the test.",
        "Holm\u2019s correction over the three comparisons; a comparison whose test is undefined "
        "keeps "
        "its place with p = 1.",
        "Bounds for imaging reports that await a decision: every one taken as progression on its "
        "date, unless the "
        "rules would set it aside (before day 28, after a new therapy, after too long a gap), "
        "against none taken.",
        "One-sample log-rank until 24 months against an exponential curve through the published "
        "rate (Weibull shapes 0.8 and 1.3 beside it): Wu\u2019s form, exact Poisson limits, and "
        "with the variance of the trial\u2019s own rate.",
        "Probabilities: beta posterior from a flat prior; a Kaplan-Meier rate counts as the number "
        "of patients that it is worth, S(1-S)/var(S). The trial is never prior and standard in one "
        "statement.",
        "Interval censoring: nonparametric maximum likelihood (Turnbull) with progression between "
        "the last scan without it and the one that shows it.",
        "Factors: univariable Cox regression (Efron) with the likelihood ratio test, Firth\u2019s "
        "penalty with profile limits below 10 events or without a finite estimate; nothing below 5 "
        "events.",
        "HAE beside HACE, weighted: overlap weights, Cox with robust variance; shown from 40 "
        "patients, 10 per arm and an effective 10 per arm, when all standardised differences fall "
        "below 0.1.",
        "CUSUM of grade 3 toxicity: odds doubled against the published rate, limit chosen for at "
        "least 200 patients between false signals (Markov chain).",
        "HAE beside HACE: log-rank test, with a permutation p when an arm has fewer than 15 "
        "patients "
        "or 5 events; it assumes that follow-up does not depend on the arm.",
        "Proportions: Wilson for description, Clopper-Pearson for safety; Fisher\u2019s exact "
        "test, "
        "two-sided, against every denominator that fits the published percentage.",
        "endpoints.csv, responses.csv and patients.csv hold the records, and check.R recomputes "
        "the "
        "survival figures from them with R."};
}

} // namespace

std::string quality_section(const AuditReport& report) {
    std::string inner = text_element("h2", {{"id", "quality"}}, "How far the data can be trusted");
    inner += text_element(
        "p",
        {},
        plural(report.patients_with_caution, "included patient has", "included patients have") +
            " at least one record with a caution flag: its value could well be otherwise.");
    if (!report.missing.empty()) {
        inner += text_element("h3", {}, "What is not shown") + list_of(report.missing);
    }
    if (!report.causes.empty()) {
        inner += heading("Causes and owners") + cause_table(report);
    }
    if (!report.flags.empty() || !report.caution_flags.empty()) {
        inner += details("Flags on the records", flag_table(report));
    }
    inner += report.issues.empty()
                 ? paragraph("No list of data issues was given to this report.")
                 : details("Data issues found while reading", issue_table(report));
    return element("section", {}, inner) + "\n";
}

std::string method_section(const AuditReport& report) {
    std::string inner = text_element("h2", {{"id", "methods"}}, "Methods, assumptions, versions");
    inner += list_of(method_texts());
    if (!report.settings.assumed_windows.empty()) {
        inner += window_table(report.settings);
    }
    inner += version_list(report.settings);
    if (!report.settings.inputs.empty()) {
        inner += input_table(report.settings);
    }
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
