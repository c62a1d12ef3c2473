#include "analysis/report/audit_report.hpp"
#include "analysis/report/embedded_text.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/html_sections.hpp"

namespace embolink {

namespace {

// The page may load and run nothing: no script, no frame, no address outside of itself.
constexpr std::string_view content_policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

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
    inner += "<style>\n" + std::string(embedded_report_css()) + "</style>\n";
    return "<head>\n" + inner + "</head>\n";
}

std::string footer(const AuditReport& report) {
    std::string inner = text_element("p", {}, report.settings.intended_use_en);
    inner += text_element("p", {{"lang", "fr"}}, report.settings.intended_use_fr);
    inner += text_element(
        "p",
        {{"class", "note"}},
        "Internal report of the department: small groups are not masked, do not pass it on.");
    return element("footer",
                   {},
                   element("div",
                           {{"class", "rule use"}},
                           text_element("strong", {}, "Intended use") + inner)) +
           "\n";
}

} // namespace

std::string render_html(const AuditReport& report) {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n" + head(report) + "<body>\n" +
           answer_section(report) + "<main>\n" + verdict_section(report) +
           patients_section(report) + survival_section(report) + outcome_section(report) +
           quality_section(report) + method_section(report) + "</main>\n" + footer(report) +
           "</body>\n</html>\n";
}

} // namespace embolink
