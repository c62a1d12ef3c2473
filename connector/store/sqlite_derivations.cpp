// What was derived, one per chain.

#include "connector/store/derivation_text.hpp"
#include "connector/store/sqlite_source.hpp"
#include "connector/store/sqlite_store.hpp"

namespace embolink {

void SqliteStore::save_derivation(RunId run,
                                  const Derivation& derivation,
                                  const std::vector<OutboxEntry>& outbox) {
    db_.write([&] {
        require_chain(derivation.chain);
        db_.run("INSERT INTO derivation (source, chain, run, rules_version, as_of, stable, mark,"
                " records, timeline, issues, counts, otherwise)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
                " ON CONFLICT DO UPDATE SET run = excluded.run,"
                " rules_version = excluded.rules_version, as_of = excluded.as_of,"
                " stable = excluded.stable, mark = excluded.mark, records = excluded.records,"
                " timeline = excluded.timeline, issues = excluded.issues,"
                " counts = excluded.counts, otherwise = excluded.otherwise",
                source_,
                derivation.chain,
                run,
                derivation.rules_version,
                derivation.as_of,
                std::int64_t{derivation.stable},
                derivation.mark,
                joined(derivation.records),
                joined(derivation.timeline),
                joined(derivation.issues),
                counts_text(derivation.counts),
                otherwise_text(derivation.otherwise));
        for (const OutboxEntry& entry : outbox) {
            keep_wanted(entry);
        }
    });
}

std::vector<Derivation> derivation_rows(Connection& db, std::int64_t source) {
    return db.read([&] {
        std::vector<Derivation> derivations;
        for (Query row = db.query(
                 "SELECT chain, rules_version, as_of, stable, mark, records, timeline,"
                 " issues, counts, otherwise FROM derivation WHERE source = ?1 ORDER BY chain",
                 source);
             row.next();) {
            derivations.push_back({row.text(0),
                                   row.text(1),
                                   row.text(2),
                                   row.integer(3) != 0,
                                   row.integer(4),
                                   split(row.text(5)),
                                   split(row.text(6)),
                                   split(row.text(7)),
                                   counts_of(row.text(8)),
                                   otherwise_of(row.text(9))});
        }
        return derivations;
    });
}

std::vector<Derivation> SqliteStore::load_derivations() {
    return derivation_rows(db_, source_);
}

} // namespace embolink
