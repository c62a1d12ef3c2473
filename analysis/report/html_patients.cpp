// Who is counted: the question as an estimand, the flow with reasons, follow-up.
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"
#include "analysis/report/words.hpp"

namespace embolink {

namespace {

std::string definition(const std::string& term, const std::string& text) {
    return text_element("dt", {}, term) + text_element("dd", {}, text);
}

std::string estimand() {
    std::string inner = definition("Patients",
                                   "Midgut neuroendocrine tumour with liver metastases, first "
                                   "embolization course here; progression before treatment "
                                   "documented or not known; no earlier arterial therapy.");
    inner +=
        definition("Treatment",
                   "Hepatic artery embolization (HAE) or chemoembolization (HACE) at the first "
                   "session, as planned in rounds about three months apart. Drug-eluting beads "
                   "are shown apart and never pooled.");
    inner += definition("Outcome",
                        "Days from the first session to radiological progression or death from any "
                        "cause.");
    inner += definition("What may intervene",
                        "A new anticancer therapy ends observation at the last assessment before "
                        "it; progression after "
                        "missed assessments is not counted; death counts.");
    inner += definition("Summary",
                        "Share free of progression at 24 months (730.5 days), Kaplan-Meier, beside "
                        "the published rate of the same arm.");
    inner += definition("What differs from the trial",
                        "Trial patients were randomised and followed by protocol; time here starts "
                        "at the first session and scans follow routine. No adjustment for case mix "
                        "is possible: the abstract gives none.");
    return element("div", {{"class", "box"}}, element("dl", {}, inner)) + "\n";
}

std::string step(const std::string& text, const std::string& style) {
    return text_element("div", {{"class", style}}, text);
}

std::string aside(const std::string& title, const std::vector<Counted>& list) {
    std::string items;
    for (const Counted& item : list) {
        items += text_element("li", {}, std::to_string(item.count) + " " + reason_words(item.name));
    }
    if (items.empty()) {
        items = text_element("li", {}, "none");
    }
    return element("div", {{"class", "out"}}, escape(title) + element("ul", {}, items));
}

int total(const std::vector<Counted>& list) {
    int sum = 0;
    for (const Counted& item : list) {
        sum += item.count;
    }
    return sum;
}

std::string intake_list(const AuditSettings& settings) {
    std::string items;
    for (const IntakeLine& line : settings.intake) {
        items += text_element("li", {}, std::to_string(line.count) + " " + line.what);
    }
    if (items.empty()) {
        return "";
    }
    return text_element("p", {{"class", "note"}}, "Left out before that, on reading:") +
           element("ul", {{"class", "note"}}, items);
}

std::string flow(const FlowResult& flow) {
    std::string inner = step(
        plural(flow.candidates, "candidate", "candidates") + " with an embolization row", "step");
    inner += aside(std::to_string(total(flow.excluded)) + " excluded", flow.excluded);
    inner += step(std::to_string(flow.included) + " included", "step");
    inner += aside(std::to_string(total(flow.outside)) + " outside the analysis set", flow.outside);
    inner += step(std::to_string(flow.analysed) + " in the analysis set", "step last");
    inner += aside("By arm of the first session", flow.arms);
    return element("div", {{"class", "flow"}}, inner) + "\n";
}

std::string quantile_words(const TimeQuantile& quantile) {
    if (!quantile.days) {
        return "not reached";
    }
    return months(*quantile.days) + " (" +
           (quantile.lower ? months(*quantile.lower) : std::string("not estimable")) + "\u2013" +
           (quantile.upper ? months(*quantile.upper) : std::string("not reached")) + ")";
}

std::string follow_up_table(const AuditReport& report) {
    Table table;
    table.caption = "Follow-up: median in months (95 % interval), reverse Kaplan-Meier";
    table.head = {cell("Group"),
                  number_cell("Patients"),
                  number_cell("For progression"),
                  number_cell("For survival")};
    for (std::size_t i = 0; i < report.pfs.size() && i < report.os.size(); ++i) {
        const SurvivalResult& pfs = report.pfs[i];
        const SurvivalResult& os = report.os[i];
        table.rows.push_back({row_header(pfs.group),
                              number_cell(std::to_string(pfs.n)),
                              number_cell(pfs.suppressed ? "n < 5" : quantile_words(pfs.follow_up)),
                              number_cell(os.suppressed ? "n < 5" : quantile_words(os.follow_up))});
    }
    return render_table(table);
}

} // namespace

std::string patients_section(const AuditReport& report) {
    std::string inner = text_element("h2", {{"id", "patients"}}, "What was asked, and of whom");
    inner += estimand();
    inner += text_element("h3", {}, "From candidates to the analysis set");
    inner += flow(report.flow) + intake_list(report.settings);
    inner += text_element("h3", {}, "Follow-up");
    inner += follow_up_table(report);
    inner +=
        note("Limits are where the 95 % band of the curve crosses one half; where the band does "
             "not, a limit is not estimable or not reached.");
    if (report.scan_interval_median) {
        inner += text_element(
            "p",
            {{"class", "note"}},
            "Progression is dated at the scan that shows it. In " +
                plural(report.scan_intervals, "progression", "progressions") +
                " it lies somewhere within the " + months(*report.scan_interval_median) +
                " months (median) since the last scan without it, so the curves are somewhat too "
                "high between scans.");
    }
    return element("section", {}, inner) + "\n";
}

} // namespace embolink
