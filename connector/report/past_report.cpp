#include "connector/report/past_report.hpp"

#include "connector/core/about.hpp"
#include "connector/core/error.hpp"
#include "connector/report/store_input.hpp"

namespace embolink {
namespace {

constexpr std::size_t runs_named = 10;

// How it came that a run has no report.
std::string why_none(const RunRow* row) {
    if (row == nullptr) {
        return "there is no such run";
    }
    return row->outcome.empty() || row->outcome == "failed" || row->outcome == "interrupted"
               ? "the run ended before its report"
               : "it made none (audit.directory), or an older version of embolink did";
}

[[noreturn]] void refuse(RunId run, const std::vector<RunRow>& runs) {
    const RunRow* row = nullptr;
    std::string known;
    std::size_t named = 0;
    for (const RunRow& one : runs) {
        row = one.id == run ? &one : row;
        if (one.report && ++named <= runs_named) {
            known += (known.empty() ? "" : ", ") + std::to_string(one.id);
        }
    }
    throw Error(ErrorKind::usage,
                "no report of run " + std::to_string(run) + " is kept: " + why_none(row),
                "run " + std::to_string(run),
                known.empty() ? "no run of this database has a report yet; \"audit\" with a "
                                "\"directory\" in the configuration makes each pass write one"
                              : "`embolink status` lists the runs; newest with a report: " + known);
}

std::vector<Derivation> derivations_in(const std::vector<PastDerivation>& past) {
    std::vector<Derivation> out;
    for (const PastDerivation& one : past) {
        out.push_back(one.derivation);
    }
    return out;
}

void find_differences(PastReport& past) {
    std::string differing;
    const auto now = hashes_of(past.files);
    for (const auto& [name, hash] : past.account.files) {
        const auto made = now.find(name);
        if (made == now.end() || made->second != hash) {
            differing += (differing.empty() ? "" : ", ") + name;
        }
    }
    if (differing.empty()) {
        return;
    }
    const std::size_t left = past.derivations.size();
    if (left < past.account.chains) {
        past.differences.push_back(
            "what was known of " + std::to_string(past.account.chains - left) + " of " +
            std::to_string(past.account.chains) + " patients was erased since: they opted out");
        past.remedy = "what was erased for an opt-out is gone for good; only the files that the "
                      "run wrote show it";
    } else if (past.input.settings.inputs.front().sha256 !=
               past.account.settings.inputs.front().sha256) {
        past.differences.push_back("the records are not those that the run had");
        past.remedy = "the database was changed by another program: restore a backup";
    }
    const std::string& then = past.account.settings.software_version;
    if (then != software_version()) {
        past.differences.push_back("embolink " + then + " made it, and this is " +
                                   software_version());
        past.remedy = past.remedy.empty() ? "make it again with embolink " + then : past.remedy;
    } else if (past.differences.empty()) {
        past.differences.push_back("another build of embolink " + then + " made it");
        past.remedy = "make it again with the program that made it";
    }
    past.differences.push_back("other bytes: " + differing);
}

} // namespace

PastReport load_past_report(ReportArchive& archive, RunId run) {
    const std::vector<RunRow> runs = archive.runs();
    std::optional<KeptReport> kept = archive.report_of(run);
    if (!kept) {
        refuse(run, runs);
    }
    PastReport past;
    for (const RunRow& row : runs) {
        past.run = row.id == run ? row : past.run;
    }
    past.account = account_from_json(kept->account);
    past.left_alone = std::move(kept->left_alone);
    past.derivations = archive.derivations_of(run);
    past.input = audit_input_from_store(
        derivations_in(past.derivations), past.account.settings, past.left_alone);
    past.report = make_audit_report(past.input);
    past.files = report_files(past.report, past.input.records, past.account.language);
    find_differences(past);
    return past;
}

void require_exact(const PastReport& past) {
    if (past.differences.empty()) {
        return;
    }
    std::string where = "run " + std::to_string(past.run.id) + ":";
    for (const std::string& difference : past.differences) {
        where += "\n" + difference;
    }
    throw Error(ErrorKind::check,
                "the report of run " + std::to_string(past.run.id) +
                    " cannot be made again byte for byte; nothing was written",
                where,
                past.remedy);
}

} // namespace embolink
