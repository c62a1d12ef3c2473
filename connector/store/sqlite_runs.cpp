// Lease and runs.

#include "connector/store/sqlite_source.hpp"
#include "connector/store/sqlite_store.hpp"

namespace embolink {

bool SqliteStore::acquire_lease(const std::string& holder,
                                const std::string& now,
                                const std::string& expires) {
    return db_.write([&] {
        return db_.run("INSERT INTO lease (source, holder, expires) VALUES (?1, ?2, ?3)"
                       " ON CONFLICT (source) DO UPDATE"
                       " SET holder = excluded.holder, expires = excluded.expires"
                       " WHERE lease.holder = excluded.holder OR lease.expires <= ?4",
                       source_,
                       holder,
                       expires,
                       now) == 1;
    });
}

bool SqliteStore::renew_lease(const std::string& holder, const std::string& expires) {
    return db_.write([&] {
        return db_.run("UPDATE lease SET expires = ?3 WHERE source = ?1 AND holder = ?2",
                       source_,
                       holder,
                       expires) == 1;
    });
}

void SqliteStore::release_lease(const std::string& holder) {
    db_.write(
        [&] { db_.run("DELETE FROM lease WHERE source = ?1 AND holder = ?2", source_, holder); });
}

std::string SqliteStore::lease_holder() {
    Query row = db_.query("SELECT holder FROM lease WHERE source = ?1", source_);
    return row.next() ? row.text(0) : "";
}

RunId SqliteStore::begin_run(const RunStart& start) {
    return db_.write([&] {
        Query added =
            db_.query("INSERT INTO run"
                      " (source, started, as_of, rules_version, software_version, partial)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id",
                      source_,
                      start.started,
                      start.as_of,
                      start.rules_version,
                      start.software_version,
                      std::int64_t{start.partial});
        added.next();
        return added.integer(0);
    });
}

void SqliteStore::end_run(RunId run,
                          const std::string& ended,
                          const std::string& outcome,
                          const std::string& summary) {
    db_.write([&] {
        const int rows = db_.run("UPDATE run SET ended = ?3, outcome = ?4, summary = ?5"
                                 " WHERE source = ?1 AND id = ?2",
                                 source_,
                                 run,
                                 ended,
                                 outcome,
                                 summary);
        if (rows != 1) {
            throw misuse("a run that is not in the database");
        }
    });
}

std::vector<RunRow> SqliteStore::runs(int most) {
    return run_rows(db_, source_, most);
}

std::vector<RunRow> SqliteStore::whole_runs(int most) {
    return run_rows(db_, source_, most, true);
}

} // namespace embolink
