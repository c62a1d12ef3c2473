#include "analysis/report/audit_report.hpp"
#include "analysis/report/embedded_text.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"

namespace embolink {

namespace {

// The page may load and run nothing: no script, no frame, no address outside of itself.
constexpr std::string_view content_policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

// Pages of paper go apart: each says whose figures these are, and of when.
std::string printed_foot(const AuditReport& report) {
    const AuditSettings& settings = report.settings;
    const std::string of = settings.as_of ? to_iso(*settings.as_of) : "";
    const std::string between = settings.site_name.empty() || of.empty() ? "" : " - ";
    return "@media print { @page { @bottom-left { content: " +
           css_string(settings.site_name + between + of) +
           "; font: 7pt sans-serif; } @bottom-center { content: " +
           css_string("Internal - usage interne") + "; font: 7pt sans-serif; } } }\n";
}

std::string head(const AuditReport& report) {
    const std::string site = report.settings.site_name;
    const std::string title =
        "Embolization outcomes beside the trial" + (site.empty() ? "" : " - " + site);
    std::string inner = "<meta charset=\"utf-8\">\n";
    inner += "<meta http-equiv=\"Content-Security-Policy\" content=\"" +
             std::string(content_policy) + "\">\n";
    inner += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    inner += "<meta name=\"robots\" content=\"noindex\">\n";
    inner += text_element("title", {}, title) + "\n";
    inner += "<style>\n" + std::string(embedded_report_css()) + printed_foot(report) + "</style>\n";
    return "<head>\n" + inner + "</head>\n";
}

std::string footer(const AuditReport& report) {
    std::string inner = text_element("p", {}, report.settings.intended_use_en);
    inner += text_element("p", {{"lang", "fr"}}, report.settings.intended_use_fr);
    return element("footer",
                   {},
                   element("div",
                           {{"class", "rule use"}},
                           text_element("strong", {}, "Intended use") + inner)) +
           "\n";
}

// Who may see the page, before anything of it is seen.
std::string banner() {
    return text_element("p",
                        {{"class", "banner"}, {"role", "note"}},
                        "Internal: holds figures of single patients and small groups. Do not pass "
                        "it on.") +
           "\n";
}

struct Place {
    const char* id;
    const char* name;
};

std::string contents() {
    constexpr Place places[] = {{"overview", "Every endpoint"},
                                {"patients", "Patients"},
                                {"survival", "Survival"},
                                {"verdict", "Verdict"},
                                {"beside", "Beside the verdict"},
                                {"sensitivity", "Other readings"},
                                {"outcomes", "Response"},
                                {"safety", "Toxicity"},
                                {"markers", "Markers"},
                                {"factors", "Factors"},
                                {"quality", "Data quality"},
                                {"methods", "Methods"}};
    std::string inner;
    for (const Place& place : places) {
        inner += text_element("a", {{"href", "#" + std::string(place.id)}}, place.name) + "\n";
    }
    return element("nav", {{"aria-label", "Contents"}}, inner) + "\n";
}

} // namespace

std::string render_html(const AuditReport& report) {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n" + head(report) + "<body>\n" + banner() +
           answer_section(report) + contents() + "<main>\n" + overview_section(report) +
           patients_section(report) + data_section(report) + survival_section(report) +
           verdict_section(report) + beside_section(report) + sensitivity_section(report) +
           outcome_section(report) + safety_section(report) + marker_section(report) +
           lanes_section(report) + factors_section(report) + context_section(report) +
           quality_section(report) + method_section(report) + "</main>\n" + footer(report) +
           "</body>\n</html>\n";
}

} // namespace embolink
