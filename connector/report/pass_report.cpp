#include "connector/report/pass_report.hpp"

#include "analysis/report/audit_report.hpp"
#include "connector/report/account.hpp"
#include "connector/report/report_files.hpp"
#include "connector/report/store_input.hpp"

namespace embolink {

std::string words_of(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

std::filesystem::path
report_pass(const PassReport& pass, const std::vector<Derivation>& derivations, const Log& log) {
    AuditSettings settings = store_settings(derivations, pass.setup, pass.counts);
    if (!pass.unanswered.empty()) {
        settings.intake.push_back({"types that the source cannot be searched for by patient (" +
                                       words_of(pass.unanswered) +
                                       "): what rests on them may be undetermined",
                                   static_cast<int>(pass.unanswered.size())});
    }
    KeptReport kept;
    for (const Derivation& derivation : derivations) {
        if (pass.left_alone.count(derivation.chain) > 0) {
            kept.left_alone[derivation.chain] = derivation.as_of;
        }
    }
    const AuditInput input =
        audit_input_from_store(derivations, std::move(settings), kept.left_alone);
    const AuditReport report = make_audit_report(input);
    const std::vector<ReportFile> files = report_files(report, input.records, pass.language);
    kept.account =
        to_json(make_account(input.settings, pass.setup, pass.language, derivations.size(), files));
    // Before the files: what stands in the folder can always be made again.
    pass.store.keep_report(pass.run, kept, derivations);
    write_files(pass.directory, files);
    std::filesystem::path page = pass.directory / "report.html";
    // Not what it answers: the log of passes goes to collectors, where no figure of a small
    // hospital belongs without its intended use.
    log.info("the report is " + page.string());
    return page;
}

} // namespace embolink
