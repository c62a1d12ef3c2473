// Chains: who belongs together, and the marks that tell which of them changed. A mark is taken from
// a counter of the source that only grows, so that a chain that was united with another never
// shows a mark that it had before.

#include "connector/store/sqlite_store.hpp"

#include <algorithm>

namespace embolink {

void SqliteStore::save_chain(RunId run,
                             const std::string& chain,
                             const std::vector<std::string>& members) {
    db_.write([&] {
        if (!db_.query("SELECT 1 FROM run WHERE source = ?1 AND id = ?2", source_, run).next()) {
            throw misuse("a run that is not in the database");
        }
        bool changed = make_chain(chain);
        const std::set<std::string> before = members_of(chain);
        const std::set<std::string> after(members.begin(), members.end());
        if (after != before) {
            changed = true;
            for (const std::string& other : chains_sharing(chain, after)) {
                take_members(other, chain, after);
            }
            for (const std::string& member : before) {
                if (after.count(member) == 0) {
                    set_free(member, chain);
                }
            }
            replace_members(chain, after);
            db_.run("DELETE FROM cursor WHERE source = ?1 AND chain = ?2", source_, chain);
        }
        changed = lose_strangers(run, chain) || changed;
        if (changed) {
            mark_changed({chain});
        }
    });
}

bool SqliteStore::make_chain(const std::string& chain) {
    return db_.run("INSERT INTO chain (source, chain, mark) VALUES (?1, ?2, 0)"
                   " ON CONFLICT DO NOTHING",
                   source_,
                   chain) == 1;
}

// Of another chain only those whom the links name now. One that has lost its survivor is no more:
// whoever is left of it is asked for anew.
void SqliteStore::take_members(const std::string& other,
                               const std::string& chain,
                               const std::set<std::string>& claimed) {
    const std::set<std::string> all = members_of(other);
    const bool dissolved = claimed.count(other) > 0 ||
                           std::includes(claimed.begin(), claimed.end(), all.begin(), all.end());
    for (const std::string& member : all) {
        const bool is_claimed = claimed.count(member) > 0;
        if (!is_claimed && dissolved) {
            set_free(member, other);
        } else if (is_claimed && !dissolved) {
            move_member(member, other, chain);
        }
    }
    if (dissolved) {
        absorb(other, chain);
    } else {
        db_.run("DELETE FROM cursor WHERE source = ?1 AND chain = ?2", source_, other);
        mark_changed({other});
    }
}

// Whoever has outcomes of his own is a chain of his own again, so that they are not taken back
// before he is asked for. Of the others nothing is kept: the cohort's seed knows those that count.
void SqliteStore::set_free(const std::string& member, const std::string& chain) {
    const bool has_outcomes =
        db_.query("SELECT 1 FROM outbox WHERE source = ?1 AND chain = ?2 AND patient = ?3",
                  source_,
                  chain,
                  member)
            .next();
    if (has_outcomes && member != chain) {
        make_chain(member);
        move_member(member, chain, member);
        mark_changed({member});
    }
}

// The member with all that his own searches found, their issues and his outbox entries.
void SqliteStore::move_member(const std::string& member,
                              const std::string& from,
                              const std::string& to) {
    db_.run("INSERT INTO found (source, chain, search, reference, last_run)"
            " SELECT source, ?3, search, reference, last_run FROM found"
            " WHERE source = ?1 AND chain = ?2"
            "   AND instr(search, ' ') > 0 AND substr(search, instr(search, ' ') + 1) = ?4"
            " ON CONFLICT DO UPDATE SET last_run = max(last_run, excluded.last_run)",
            source_,
            from,
            to,
            member);
    db_.run("DELETE FROM found WHERE source = ?1 AND chain = ?2"
            "   AND instr(search, ' ') > 0 AND substr(search, instr(search, ' ') + 1) = ?3",
            source_,
            from,
            member);
    db_.run("INSERT INTO page_issue (source, chain, search, issue, last_run)"
            " SELECT source, ?3, search, issue, last_run FROM page_issue"
            " WHERE source = ?1 AND chain = ?2"
            "   AND instr(search, ' ') > 0 AND substr(search, instr(search, ' ') + 1) = ?4"
            " ON CONFLICT DO UPDATE SET last_run = max(last_run, excluded.last_run)",
            source_,
            from,
            to,
            member);
    db_.run("DELETE FROM page_issue WHERE source = ?1 AND chain = ?2"
            "   AND instr(search, ' ') > 0 AND substr(search, instr(search, ' ') + 1) = ?3",
            source_,
            from,
            member);
    db_.run("UPDATE outbox SET chain = ?3 WHERE source = ?1 AND chain = ?2 AND patient = ?4",
            source_,
            from,
            to,
            member);
    db_.run("UPDATE chain_member SET chain = ?3 WHERE source = ?1 AND member = ?4 AND chain = ?2",
            source_,
            from,
            to,
            member);
}

// What searches of others than the members have found is no longer the chain's. True: there was
// something of which nothing else of the chain knows.
bool SqliteStore::lose_strangers(RunId run, const std::string& chain) {
    std::set<std::string> references;
    for (Query row = db_.query("DELETE FROM found WHERE source = ?1 AND chain = ?2"
                               "   AND instr(search, ' ') > 0"
                               "   AND substr(search, instr(search, ' ') + 1) NOT IN"
                               "     (SELECT member FROM chain_member"
                               "       WHERE source = ?1 AND chain = ?2)"
                               " RETURNING reference",
                               source_,
                               chain);
         row.next();) {
        references.insert(row.text(0));
    }
    const int issues = db_.run("DELETE FROM page_issue WHERE source = ?1 AND chain = ?2"
                               "   AND instr(search, ' ') > 0"
                               "   AND substr(search, instr(search, ' ') + 1) NOT IN"
                               "     (SELECT member FROM chain_member"
                               "       WHERE source = ?1 AND chain = ?2)",
                               source_,
                               chain);
    bool lost = issues > 0;
    for (const std::string& reference : references) {
        const std::set<std::string> finding = chains_finding(reference);
        lost = lost || finding.count(chain) == 0;
        if (finding.empty()) {
            end_copy(run, reference, "moved");
        }
    }
    return lost;
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

void SqliteStore::note_pulled(const std::string& chain, const std::string& started) {
    db_.write([&] {
        db_.run("UPDATE chain SET pulled = ?3 WHERE source = ?1 AND chain = ?2",
                source_,
                chain,
                started);
    });
}

// `rows`: chain, mark and pulled.
std::vector<ChainState> SqliteStore::chain_states(Query& rows) {
    std::vector<ChainState> states;
    while (rows.next()) {
        const std::string chain = rows.text(0);
        const std::set<std::string> members = members_of(chain);
        states.push_back({chain, {members.begin(), members.end()}, rows.integer(1), rows.text(2)});
    }
    return states;
}

std::vector<ChainState> SqliteStore::chains() {
    return db_.read([&] {
        Query rows = db_.query(
            "SELECT chain, mark, pulled FROM chain WHERE source = ?1 ORDER BY chain", source_);
        return chain_states(rows);
    });
}

std::vector<ChainState> SqliteStore::chains_to_derive(const std::string& rules_version,
                                                      const std::string& as_of) {
    return db_.read([&] {
        Query rows = db_.query("SELECT chain.chain, chain.mark, chain.pulled FROM chain"
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
        db_.run("DELETE FROM cursor WHERE source = ?1 AND chain = ?2", source_, chain);
        const int forgotten =
            db_.run("DELETE FROM found WHERE source = ?1 AND chain = ?2", source_, chain) +
            db_.run("DELETE FROM page_issue WHERE source = ?1 AND chain = ?2", source_, chain);
        // The derivation of one that was erased before holds nothing and stays.
        db_.run("DELETE FROM derivation WHERE source = ?1 AND chain = ?2"
                "   AND (?3 > 0 OR records || timeline || issues <> '')",
                source_,
                chain,
                std::int64_t{forgotten});
        if (forgotten > 0) {
            mark_changed({chain});
        }
        for (const std::string& reference : references) {
            db_.run("DELETE FROM resource WHERE source = ?1 AND reference = ?2 AND NOT EXISTS"
                    " (SELECT 1 FROM found WHERE found.source = ?1 AND found.reference = ?2)",
                    source_,
                    reference);
        }
        erase_past(members_of(chain));
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
