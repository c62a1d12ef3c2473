#include "connector/report/report_files.hpp"

#include "analysis/report/csv.hpp"
#include "analysis/report/export.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/measure_report.hpp"
#include "analysis/report/translate.hpp"
#include "connector/core/error.hpp"
#include "connector/core/output_file.hpp"

namespace embolink {

std::vector<ReportFile> csv_files(const std::vector<EndpointRecord>& records) {
    return {{"endpoints.csv", endpoints_csv(records)},
            {"responses.csv", responses_csv(records)},
            {"patients.csv", patients_csv(records)},
            {"check.R", check_r()}};
}

std::vector<ReportFile> report_files(const AuditReport& report,
                                     const std::vector<EndpointRecord>& records,
                                     const std::string& language) {
    std::string page = render_html(report);
    if (language == "fr") {
        page = french_page(page).html;
    }
    std::vector<ReportFile> files = {{"report.html", with_percents_kept(page)},
                                     {"report.json", render_json(report)}};
    for (ReportFile& file : csv_files(records)) {
        files.push_back(std::move(file));
    }
    const auto& settings = report.settings;
    if (const auto question = measure_question(records, settings, MeasureForm::summary)) {
        files.push_back({"report.measure.json", measure_report(records, *question)});
        files.push_back({"report.group.json", cohort_group(records, *question)});
    }
    if (const auto question = measure_question(records, settings, MeasureForm::subject_list)) {
        files.push_back({"report.subjects.json", measure_report(records, *question)});
    }
    return files;
}

std::vector<ReportFile> export_files(const AuditReport& report,
                                     int threshold,
                                     const std::string& secret,
                                     const std::string& language) {
    const ExportReport made = make_export(report, threshold, secret);
    return {{"export.html", export_html(made, language)},
            {"export.json", export_json(made)},
            {"export.measure.json", export_measure(made, report.settings.reference.trial)}};
}

void write_files(const std::filesystem::path& folder, const std::vector<ReportFile>& files) {
    make_folder(folder);
    for (const ReportFile& file : files) {
        write_file(folder / file.name, file.text);
    }
}

void write_export(const std::filesystem::path& folder, const std::vector<ReportFile>& files) {
    for (const char* internal : {"report.html", "report.json", "endpoints.csv"}) {
        if (std::filesystem::exists(folder / internal)) {
            throw Error(ErrorKind::usage,
                        "the folder holds an internal report",
                        (folder / internal).string(),
                        "give --export a folder of its own, which can be passed on whole");
        }
    }
    write_files(folder, files);
}

void tell_report(const AuditReport& report, const std::filesystem::path& page, const Log& log) {
    log.info(report.headline);
    for (const Sentence& answer : report.answers) {
        log.info(answer.topic + ": " + answer.text);
    }
    log.info("the report is " + page.string());
}

} // namespace embolink
