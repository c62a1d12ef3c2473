#include "connector/store/schema.hpp"
#include "connector/store/sqlite_source.hpp"
#include "connector/store/work_store.hpp"

namespace embolink {
namespace {

// Somebody waits for an answer. A pass holds the lock for a page or an outcome.
constexpr std::chrono::seconds patience{5};
constexpr std::chrono::milliseconds patience_of_probe{500};

class SqliteWorkStore final : public WorkStore {
public:
    SqliteWorkStore(const std::filesystem::path& path, const ServerIdentity& source) : db_(path) {
        bring_forward(db_, schema_steps());
        source_ = source_id(db_, source);
        db_.write([&] {
            db_.run("INSERT INTO service (source) VALUES (?1) ON CONFLICT DO NOTHING", source_);
        });
        db_.set_patience(patience);
    }

    std::vector<RunRow> recent_runs(int most) override { return run_rows(db_, source_, most); }

    std::vector<RunRow> recent_whole_runs(int most) override {
        return run_rows(db_, source_, most, true);
    }

    std::optional<RunRow> first_whole_run_after(RunId run) override {
        return db_.read([&]() -> std::optional<RunRow> {
            Query row = db_.query("SELECT id, started, ended, outcome, summary FROM run"
                                  " WHERE source = ?1 AND id > ?2 AND partial = 0"
                                  " ORDER BY ended = '' OR outcome = 'interrupted',"
                                  " CASE WHEN ended = '' OR outcome = 'interrupted'"
                                  "   THEN -id ELSE id END LIMIT 1",
                                  source_,
                                  run);
            if (!row.next()) {
                return std::nullopt;
            }
            RunRow found;
            found.id = row.integer(0);
            found.start.started = row.text(1);
            found.ended = row.text(2);
            found.outcome = row.text(3);
            found.summary = row.text(4);
            return found;
        });
    }

    RunId keep_failed_run(const RunStart& start, const std::string& ended) override {
        return db_.write([&] {
            Query row = db_.query("SELECT id FROM run WHERE source = ?1 AND started >= ?2"
                                  " AND outcome = 'failed' AND partial = ?3 ORDER BY id LIMIT 1",
                                  source_,
                                  start.started,
                                  std::int64_t{start.partial});
            return row.next() ? row.integer(0) : add_failed_run(start, ended);
        });
    }

    bool is_in_place() override { return db_.is_in_place(); }

    bool can_be_written() override {
        db_.set_patience(patience_of_probe);
        bool can = true;
        try {
            db_.write([&] {
                db_.run("UPDATE service SET probed = 1 - probed WHERE source = ?1", source_);
            });
        } catch (const Error&) {
            can = false;
        }
        db_.set_patience(patience);
        return can;
    }

    std::vector<Derivation> load_derivations() override { return derivation_rows(db_, source_); }

    std::map<std::string, std::set<std::string>>
    chains_of(const std::set<std::string>& references) override {
        return db_.read([&] {
            std::map<std::string, std::set<std::string>> chains;
            for (const std::string& reference : references) {
                for (Query row = db_.query("SELECT DISTINCT chain FROM found"
                                           " WHERE source = ?1 AND reference = ?2",
                                           source_,
                                           reference);
                     row.next();) {
                    chains[reference].insert(row.text(0));
                }
            }
            return chains;
        });
    }

    bool is_paused() override {
        Query row = db_.query("SELECT paused FROM service WHERE source = ?1", source_);
        return row.next() && row.integer(0) != 0;
    }

    void set_paused(bool paused) override {
        db_.write([&] {
            db_.run(
                "UPDATE service SET paused = ?2 WHERE source = ?1", source_, std::int64_t{paused});
        });
    }

    void want_run() override {
        db_.write([&] { db_.run("UPDATE service SET run_wanted = 1 WHERE source = ?1", source_); });
    }

    bool take_wanted_run() override {
        // Read first: this is asked every second, and a write takes the lock from the pass.
        const bool wanted = [&] {
            Query row = db_.query("SELECT run_wanted FROM service WHERE source = ?1", source_);
            return row.next() && row.integer(0) != 0;
        }();
        return wanted && db_.write([&] {
            return db_.run("UPDATE service SET run_wanted = 0, run_begun = 1"
                           " WHERE source = ?1 AND run_wanted = 1",
                           source_) == 1;
        });
    }

    void settle_wanted_run() override {
        db_.write([&] { db_.run("UPDATE service SET run_begun = 0 WHERE source = ?1", source_); });
    }

    void resume_wanted_run() override {
        db_.write([&] {
            db_.run("UPDATE service SET run_wanted = max(run_wanted, run_begun), run_begun = 0"
                    " WHERE source = ?1",
                    source_);
        });
    }

    void keep_feedback(const std::vector<CardFeedback>& feedback) override {
        db_.write([&] {
            for (const CardFeedback& one : feedback) {
                db_.run("INSERT INTO card_feedback"
                        " (source, service, card, outcome, reason, suggestions, received, told)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                        " ON CONFLICT DO UPDATE SET outcome = excluded.outcome,"
                        " reason = excluded.reason, suggestions = excluded.suggestions,"
                        " received = excluded.received, told = excluded.told"
                        " WHERE excluded.told >= card_feedback.told",
                        source_,
                        one.service,
                        one.card,
                        one.outcome,
                        one.reason,
                        std::int64_t{one.suggestions},
                        one.received,
                        one.told);
            }
        });
    }

    std::vector<FeedbackCount> feedback_counts() override {
        return db_.read([&] {
            std::vector<FeedbackCount> found;
            for (Query row = db_.query("SELECT service, outcome, reason, count(*)"
                                       " FROM card_feedback WHERE source = ?1"
                                       " GROUP BY service, outcome, reason"
                                       " ORDER BY service, outcome, reason",
                                       source_);
                 row.next();) {
                found.push_back({row.text(0), row.text(1), row.text(2), row.integer(3)});
            }
            return found;
        });
    }

private:
    RunId add_failed_run(const RunStart& start, const std::string& ended) {
        Query added = db_.query("INSERT INTO run (source, started, as_of, rules_version,"
                                " software_version, partial, ended, outcome, summary)"
                                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'failed', '') RETURNING id",
                                source_,
                                start.started,
                                start.as_of,
                                start.rules_version,
                                start.software_version,
                                std::int64_t{start.partial},
                                ended);
        added.next();
        return added.integer(0);
    }

    Connection db_;
    std::int64_t source_ = 0;
};

} // namespace

std::unique_ptr<WorkStore> open_sqlite_work_store(const std::filesystem::path& path,
                                                  const ServerIdentity& source) {
    return std::make_unique<SqliteWorkStore>(path, source);
}

} // namespace embolink
