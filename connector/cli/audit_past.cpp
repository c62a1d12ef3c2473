#include "connector/cli/audit_past.hpp"

#include "analysis/report/export.hpp"
#include "connector/cli/export_key.hpp"
#include "connector/core/config.hpp"
#include "connector/core/error.hpp"
#include "connector/core/output_file.hpp"
#include "connector/report/compare.hpp"
#include "connector/report/past_report.hpp"

#include <algorithm>

namespace embolink {
namespace {

std::unique_ptr<ReportArchive> open_archive(const AuditOptions& options) {
    if (options.config.empty()) {
        throw Error(ErrorKind::usage,
                    "a past run is in the database that a configuration names",
                    "--config",
                    "give the configuration of `embolink run`: --config config.json");
    }
    const Config config = load_config(options.config);
    return open_sqlite_report_archive(config.store,
                                      {config.source.name, config.source.server.base_url});
}

void print(const std::string& text) {
    OutputFile output("-");
    output.write(text);
    output.commit();
}

} // namespace

void replay_audit(const AuditOptions& options, const CommonOptions& common) {
    const auto archive = open_archive(options);
    const PastReport past = load_past_report(*archive, options.replay);
    require_exact(past);
    const Log log = common.log();
    if (options.for_outside) {
        write_export(options.output,
                     export_files(past.report,
                                  past.account.threshold,
                                  export_secret(options.export_key),
                                  past.account.language));
        log.info("the export of run " + std::to_string(options.replay) + " is in " +
                 options.output);
        return;
    }
    write_files(options.output, past.files);
    log.info("run " + std::to_string(options.replay) + " of " + past.run.start.started +
             ", byte for byte:");
    tell_report(past.report, std::filesystem::path(options.output) / "report.html", log);
    if (common.json) {
        print(render_json(past.report));
    }
}

void compare_audits(const AuditOptions& options, const CommonOptions& common) {
    if (options.for_outside) {
        throw Error(ErrorKind::usage,
                    "a comparison names patients and is for the department alone",
                    "--compare with --export",
                    "leave --export out, or export a single run: --replay RUN --export");
    }
    const auto [first, second] = std::minmax(options.compare.at(0), options.compare.at(1));
    const auto archive = open_archive(options);
    const PastReport earlier = load_past_report(*archive, first);
    const PastReport later = load_past_report(*archive, second);
    const Comparison comparison = compare(earlier, later, archive->changed_between(first, second));
    const bool as_json = common.json || options.format == "json";
    print(as_json ? comparison_json(earlier, later, comparison)
                  : comparison_text(earlier, later, comparison));
    if (!options.output.empty()) {
        write_files(options.output,
                    {{"comparison.txt", comparison_text(earlier, later, comparison)},
                     {"comparison.json", comparison_json(earlier, later, comparison)}});
    }
}

} // namespace embolink
