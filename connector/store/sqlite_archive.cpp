#include "connector/store/derivation_text.hpp"
#include "connector/store/packed.hpp"
#include "connector/store/report_archive.hpp"
#include "connector/store/schema.hpp"
#include "connector/store/sqlite_source.hpp"

namespace embolink {
namespace {

std::vector<std::string> listed_members(const std::string& text) {
    std::vector<std::string> members = split(text);
    std::erase(members, ""); // the newline before the first
    return members;
}

// One copy of a resource, in the order in which they came.
struct Copy {
    std::string reference;
    std::string version;
    std::string content_hash;
    std::string patient;
    bool evidence = false;
    RunId first = 0;
    RunId gone = 0; // 0: it is there
    std::string reason;
};

class SqliteArchive final : public ReportArchive {
public:
    SqliteArchive(const std::filesystem::path& path, const ServerIdentity& source) : db_(path) {
        bring_forward(db_, schema_steps());
        source_ = source_id(db_, source);
    }

    std::vector<RunRow> runs() override { return run_rows(db_, source_, -1); }

    std::optional<KeptReport> report_of(RunId run) override {
        return db_.read([&]() -> std::optional<KeptReport> {
            Query row = db_.query("SELECT report_account.body FROM report JOIN report_account"
                                  " ON report_account.source = report.source"
                                  "   AND report_account.hash = report.account"
                                  " WHERE report.source = ?1 AND report.run = ?2",
                                  source_,
                                  run);
            if (!row.next()) {
                return std::nullopt;
            }
            return KeptReport{unpack(row.text(0)), left_alone(run)};
        });
    }

    std::vector<PastDerivation> derivations_of(RunId run) override {
        return db_.read([&] {
            std::vector<PastDerivation> found;
            for (Query row = db_.query("SELECT chain, members, body FROM past_derivation"
                                       " WHERE source = ?1 AND first_run <= ?2"
                                       "   AND (gone_run IS NULL OR gone_run > ?2) ORDER BY chain",
                                       source_,
                                       run);
                 row.next();) {
                found.push_back(
                    {past_of(row.text(0), unpack(row.text(2))), listed_members(row.text(1))});
            }
            return found;
        });
    }

    std::vector<ChangedCopy> changed_between(RunId earlier, RunId later) override;

private:
    std::string unpack(const std::string& bytes) const {
        std::optional<std::string> text = unpacked(bytes);
        if (!text) {
            throw Error(ErrorKind::store,
                        "what a past report was made from cannot be read",
                        db_.path().string(),
                        "restore the database from a backup");
        }
        return *std::move(text);
    }

    std::map<std::string, std::string> left_alone(RunId run) {
        std::map<std::string, std::string> found;
        for (Query row = db_.query("SELECT chain, as_of FROM report_left_alone"
                                   " WHERE source = ?1 AND run = ?2",
                                   source_,
                                   run);
             row.next();) {
            found[row.text(0)] = row.text(1);
        }
        return found;
    }

    Connection db_;
    std::int64_t source_ = 0;
};

// The copies of one reference, as what one run saw and the other.
std::optional<ChangedCopy> change_of(const std::vector<Copy>& copies, RunId earlier, RunId later) {
    const auto seen_by = [&](RunId run) -> const Copy* {
        for (const Copy& copy : copies) {
            if (copy.evidence && copy.first <= run && (copy.gone == 0 || copy.gone > run)) {
                return &copy;
            }
        }
        return nullptr;
    };
    const Copy* before = seen_by(earlier);
    const Copy* after = seen_by(later);
    const std::string old_version = before == nullptr ? "" : before->version;
    const std::string new_version = after == nullptr ? "" : after->version;
    const bool the_same = before != nullptr && after != nullptr && old_version == new_version &&
                          before->content_hash == after->content_hash;
    if (before == after || the_same) {
        return std::nullopt; // gone and back again is no change
    }
    ChangedCopy change{copies.front().reference, "", old_version, new_version, 0, ""};
    change.patient = (after != nullptr ? after : before)->patient;
    change.run = after != nullptr ? after->first : before->gone;
    // One that lost its body (our own output, a label that forbids its use) was superseded.
    change.reason = after == nullptr ? before->reason : "";
    return change;
}

std::vector<ChangedCopy> SqliteArchive::changed_between(RunId earlier, RunId later) {
    return db_.read([&] {
        std::vector<ChangedCopy> changes;
        std::vector<Copy> copies; // of one reference
        const auto end_reference = [&] {
            if (!copies.empty()) {
                if (auto change = change_of(copies, earlier, later)) {
                    changes.push_back(*std::move(change));
                }
                copies.clear();
            }
        };
        for (Query row = db_.query(
                 "SELECT reference, iif(version <> '', version, 'sha256:' || content_hash),"
                 " content_hash,"
                 " coalesce(json_extract(nullif(body, ''), '$.subject.reference'),"
                 "          json_extract(nullif(body, ''), '$.patient.reference'),"
                 "          iif(reference LIKE 'Patient/%', reference, '')),"
                 " body <> '', first_run, coalesce(gone_run, 0), coalesce(gone_reason, '')"
                 " FROM resource WHERE source = ?1 AND reference IN"
                 "   (SELECT reference FROM resource WHERE source = ?1"
                 "     AND ((first_run > ?2 AND first_run <= ?3)"
                 "       OR (gone_run > ?2 AND gone_run <= ?3)))"
                 " ORDER BY reference, id",
                 source_,
                 earlier,
                 later);
             row.next();) {
            if (!copies.empty() && copies.front().reference != row.text(0)) {
                end_reference();
            }
            copies.push_back({row.text(0),
                              row.text(1),
                              row.text(2),
                              row.text(3),
                              row.integer(4) != 0,
                              row.integer(5),
                              row.integer(6),
                              row.text(7)});
        }
        end_reference();
        return changes;
    });
}

} // namespace

std::unique_ptr<ReportArchive> open_sqlite_report_archive(const std::filesystem::path& path,
                                                          const ServerIdentity& source) {
    if (!std::filesystem::exists(path)) {
        throw Error(ErrorKind::store,
                    "there is no database",
                    path.string(),
                    "name the configuration with which `embolink run` has made its passes");
    }
    return std::make_unique<SqliteArchive>(path, source);
}

} // namespace embolink
