// What reports were made from. A derivation that a report has used is kept until no later report
// uses it: a row for each change, however many passes see it.

#include "connector/core/hash.hpp"
#include "connector/store/derivation_text.hpp"
#include "connector/store/packed.hpp"
#include "connector/store/sqlite_store.hpp"

namespace embolink {

void SqliteStore::keep_report(RunId run,
                              const KeptReport& report,
                              const std::vector<Derivation>& derivations) {
    db_.write([&] {
        db_.run("INSERT INTO report (source, run, account) VALUES (?1, ?2, ?3)",
                source_,
                run,
                keep_account(report.account));
        for (const auto& [chain, as_of] : report.left_alone) {
            db_.run("INSERT INTO report_left_alone (source, run, chain, as_of)"
                    " VALUES (?1, ?2, ?3, ?4)",
                    source_,
                    run,
                    chain,
                    as_of);
        }
        for (const Derivation& derivation : derivations) {
            keep_past(run, derivation);
        }
        end_past(run, derivations);
    });
}

std::string SqliteStore::keep_account(const std::string& account) {
    const std::string hash = sha256_hex(account);
    db_.run("INSERT INTO report_account (source, hash, body) VALUES (?1, ?2, ?3)"
            " ON CONFLICT DO NOTHING",
            source_,
            hash,
            Blob{packed(account)});
    return hash;
}

void SqliteStore::keep_past(RunId run, const Derivation& derivation) {
    const std::string text = past_text(derivation);
    std::string members = "\n";
    for (const std::string& member : members_of(derivation.chain)) {
        members += member + "\n";
    }
    const std::string hash = sha256_hex(members + text);
    const bool known = db_.query("SELECT 1 FROM past_derivation WHERE source = ?1 AND chain = ?2"
                                 " AND gone_run IS NULL AND hash = ?3",
                                 source_,
                                 derivation.chain,
                                 hash)
                           .next();
    if (known) {
        return;
    }
    db_.run("UPDATE past_derivation SET gone_run = ?3"
            " WHERE source = ?1 AND chain = ?2 AND gone_run IS NULL",
            source_,
            derivation.chain,
            run);
    const bool held =
        !(derivation.records.empty() && derivation.timeline.empty() && derivation.issues.empty());
    db_.run("INSERT INTO past_derivation (source, chain, members, first_run, hash, held, body)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            source_,
            derivation.chain,
            members,
            run,
            hash,
            std::int64_t{held},
            Blob{packed(text)});
}

// Chains that the report has not read: united with others, or forgotten.
void SqliteStore::end_past(RunId run, const std::vector<Derivation>& derivations) {
    std::set<std::string> gone;
    for (Query row = db_.query("SELECT chain FROM past_derivation"
                               " WHERE source = ?1 AND gone_run IS NULL",
                               source_);
         row.next();) {
        gone.insert(row.text(0));
    }
    for (const Derivation& derivation : derivations) {
        gone.erase(derivation.chain);
    }
    for (const std::string& chain : gone) {
        db_.run("UPDATE past_derivation SET gone_run = ?3"
                " WHERE source = ?1 AND chain = ?2 AND gone_run IS NULL",
                source_,
                chain,
                run);
    }
}

// Of every chain that one of them was ever part of. What holds nothing stays: it only says that.
void SqliteStore::erase_past(const std::set<std::string>& members) {
    for (const std::string& member : members) {
        db_.run("DELETE FROM past_derivation WHERE source = ?1 AND held = 1"
                "   AND instr(members, char(10) || ?2 || char(10)) > 0",
                source_,
                member);
        db_.run("DELETE FROM report_left_alone WHERE source = ?1 AND chain = ?2", source_, member);
    }
}

} // namespace embolink
