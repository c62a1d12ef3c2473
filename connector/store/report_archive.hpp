// What past reports were made from (Store::keep_report), and which resources changed between two of
// them. A connection of its own; it writes nothing. Each verb is one transaction and throws Error
// (store). One thread calls.
#pragma once

#include "connector/store/store.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace embolink {

struct PastDerivation {
    // Without rules version, mark and cut: every record is to be given the cut of the run, or that
    // of KeptReport::left_alone, in place of the 9999-12-31 that it names.
    Derivation derivation;
    std::vector<std::string> members; // the chain's identities in the run, sorted
};

// A resource of which the database holds another copy after the later run than after the earlier.
// Versions as records name them (meta.versionId, else "sha256:" and the content's hash); empty: no
// copy that counts.
struct ChangedCopy {
    std::string reference;
    std::string patient; // its subject as written, or itself; empty: it names none
    std::string earlier;
    std::string later;
    RunId run = 0;      // that saw the change
    std::string reason; // of one that is gone: "deleted", "moved"

    friend bool operator==(const ChangedCopy&, const ChangedCopy&) = default;
};

class ReportArchive {
public:
    virtual ~ReportArchive() = default;

    virtual std::vector<RunRow> runs() = 0; // newest first

    // Nullopt: no report of this run is kept.
    virtual std::optional<KeptReport> report_of(RunId run) = 0;
    // What is left of what the report of the run read, by chain: of patients who opted out since
    // nothing is.
    virtual std::vector<PastDerivation> derivations_of(RunId run) = 0;
    // By reference.
    virtual std::vector<ChangedCopy> changed_between(RunId earlier, RunId later) = 0;
};

// As open_sqlite_store, but a missing file is an Error (store).
std::unique_ptr<ReportArchive> open_sqlite_report_archive(const std::filesystem::path& path,
                                                          const ServerIdentity& source);

} // namespace embolink
