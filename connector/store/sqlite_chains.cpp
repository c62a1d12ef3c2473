// Chains: who belongs together, and the marks that tell which of them changed. A mark is taken from
// a counter of the source that only grows, so that a chain that was united with another never
// shows a mark that it had before.

#include "connector/store/sqlite_store.hpp"

namespace embolink {

void SqliteStore::save_chain(RunId run,
                             const std::string& chain,
                             const std::vector<std::string>& members) {
    db_.write([&] {
        if (!db_.query("SELECT 1 FROM run WHERE source = ?1 AND id = ?2", source_, run).next()) {
            throw misuse("a run that is not in the database");
        }
        bool changed = db_.run("INSERT INTO chain (source, chain, mark) VALUES (?1, ?2, 0)"
                               " ON CONFLICT DO NOTHING",
                               source_,
                               chain) == 1;
        const std::set<std::string> before = members_of(chain);
        std::set<std::string> after(members.begin(), members.end());
        const std::set<std::string> sharing = chains_sharing(chain, after);
        for (const std::string& other : sharing) {
            after.merge(members_of(other));
        }
        for (const std::string& other : sharing) {
            absorb(other, chain);
        }
        if (after != before || !sharing.empty()) {
            changed = true;
            replace_members(chain, after);
            db_.run("DELETE FROM cursor WHERE source = ?1 AND chain = ?2", source_, chain);
        }
        if (changed) {
            mark_changed({chain});
        }
    });
}

std::set<std::string> SqliteStore::members_of(const std::string& chain) {
    std::set<std::string> members;
    for (Query row = db_.query(
             "SELECT member FROM chain_member WHERE source = ?1 AND chain = ?2", source_, chain);
         row.next();) {
        members.insert(row.text(0));
    }
    return members;
}

std::set<std::string> SqliteStore::chains_sharing(const std::string& chain,
                                                  const std::set<std::string>& members) {
    std::set<std::string> sharing;
    for (const std::string& member : members) {
        Query row = db_.query("SELECT chain FROM chain_member"
                              " WHERE source = ?1 AND member = ?2 AND chain <> ?3",
                              source_,
                              member,
                              chain);
        if (row.next()) {
            sharing.insert(row.text(0));
        }
    }
    return sharing;
}

// What both found keeps the later run. Members, cursors and derivation go with the row of the
// absorbed chain (ON DELETE CASCADE).
void SqliteStore::absorb(const std::string& absorbed, const std::string& chain) {
    db_.run("INSERT INTO found (source, chain, search, reference, last_run)"
            " SELECT source, ?3, search, reference, last_run FROM found"
            " WHERE source = ?1 AND chain = ?2"
            " ON CONFLICT DO UPDATE SET last_run = max(last_run, excluded.last_run)",
            source_,
            absorbed,
            chain);
    db_.run("DELETE FROM found WHERE source = ?1 AND chain = ?2", source_, absorbed);
    db_.run("INSERT INTO page_issue (source, chain, search, issue, last_run)"
            " SELECT source, ?3, search, issue, last_run FROM page_issue"
            " WHERE source = ?1 AND chain = ?2"
            " ON CONFLICT DO UPDATE SET last_run = max(last_run, excluded.last_run)",
            source_,
            absorbed,
            chain);
    db_.run("DELETE FROM page_issue WHERE source = ?1 AND chain = ?2", source_, absorbed);
    db_.run(
        "UPDATE outbox SET chain = ?3 WHERE source = ?1 AND chain = ?2", source_, absorbed, chain);
    db_.run("DELETE FROM chain WHERE source = ?1 AND chain = ?2", source_, absorbed);
}

void SqliteStore::replace_members(const std::string& chain, const std::set<std::string>& members) {
    db_.run("DELETE FROM chain_member WHERE source = ?1 AND chain = ?2", source_, chain);
    for (const std::string& member : members) {
        db_.run("INSERT INTO chain_member (source, member, chain) VALUES (?1, ?2, ?3)",
                source_,
                member,
                chain);
    }
}

void SqliteStore::require_chain(const std::string& chain) {
    if (!db_.query("SELECT 1 FROM chain WHERE source = ?1 AND chain = ?2", source_, chain).next()) {
        throw misuse("a chain that was never saved");
    }
}

// One mark serves the whole transaction.
void SqliteStore::mark_changed(const std::set<std::string>& chains) {
    if (chains.empty()) {
        return;
    }
    const std::int64_t mark = [&] {
        Query next = db_.query(
            "UPDATE source SET last_mark = last_mark + 1 WHERE id = ?1 RETURNING last_mark",
            source_);
        next.next();
        return next.integer(0);
    }();
    for (const std::string& chain : chains) {
        db_.run(
            "UPDATE chain SET mark = ?3 WHERE source = ?1 AND chain = ?2", source_, chain, mark);
    }
}

// `rows`: chain and mark.
std::vector<ChainState> SqliteStore::chain_states(Query& rows) {
    std::vector<ChainState> states;
    while (rows.next()) {
        const std::string chain = rows.text(0);
        const std::set<std::string> members = members_of(chain);
        states.push_back({chain, {members.begin(), members.end()}, rows.integer(1)});
    }
    return states;
}

std::vector<ChainState> SqliteStore::chains() {
    return db_.read([&] {
        Query rows =
            db_.query("SELECT chain, mark FROM chain WHERE source = ?1 ORDER BY chain", source_);
        return chain_states(rows);
    });
}

std::vector<ChainState> SqliteStore::chains_to_derive(const std::string& rules_version,
                                                      const std::string& as_of) {
    return db_.read([&] {
        Query rows = db_.query("SELECT chain.chain, chain.mark FROM chain"
                               " LEFT JOIN derivation AS derived"
                               "   ON derived.source = chain.source AND derived.chain = chain.chain"
                               " WHERE chain.source = ?1"
                               "   AND (derived.chain IS NULL OR chain.mark > derived.mark"
                               "        OR derived.rules_version <> ?2"
                               "        OR (derived.stable = 0 AND derived.as_of <> ?3))"
                               " ORDER BY chain.chain",
                               source_,
                               rules_version,
                               as_of);
        return chain_states(rows);
    });
}

void SqliteStore::erase(const std::string& chain) {
    db_.write([&] {
        std::set<std::string> references;
        for (Query row = db_.query("SELECT DISTINCT reference FROM found"
                                   " WHERE source = ?1 AND chain = ?2",
                                   source_,
                                   chain);
             row.next();) {
            references.insert(row.text(0));
        }
        db_.run("DELETE FROM found WHERE source = ?1 AND chain = ?2", source_, chain);
        db_.run("DELETE FROM cursor WHERE source = ?1 AND chain = ?2", source_, chain);
        db_.run("DELETE FROM page_issue WHERE source = ?1 AND chain = ?2", source_, chain);
        db_.run("DELETE FROM derivation WHERE source = ?1 AND chain = ?2", source_, chain);
        for (const std::string& reference : references) {
            db_.run("DELETE FROM resource WHERE source = ?1 AND reference = ?2 AND NOT EXISTS"
                    " (SELECT 1 FROM found WHERE found.source = ?1 AND found.reference = ?2)",
                    source_,
                    reference);
        }
        // Copies that were gone before: no search finds them, their own words name the patient.
        for (const std::string& member : members_of(chain)) {
            db_.run("DELETE FROM resource WHERE source = ?1 AND (reference = ?2"
                    " OR json_extract(nullif(body, ''), '$.subject.reference') = ?2"
                    " OR json_extract(nullif(body, ''), '$.patient.reference') = ?2)",
                    source_,
                    member);
        }
        db_.run("UPDATE outbox SET forget = 1, wanted = '', wanted_fingerprint = '', sent = '',"
                " sent_fingerprint = '', note = '', state = CASE"
                " WHEN state = 'sending' THEN state"
                " WHEN server_id = '' OR server_status = 'entered-in-error' THEN 'settled'"
                " ELSE 'pending' END WHERE source = ?1 AND chain = ?2",
                source_,
                chain);
    });
}

} // namespace embolink
