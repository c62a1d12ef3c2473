// What is to be there (derivation writes it) and what the target is known to hold (write-back
// writes it): each side leaves the other's columns alone.

#include "connector/store/sqlite_source.hpp"
#include "connector/store/sqlite_store.hpp"

namespace embolink {

void SqliteStore::keep_wanted(const OutboxEntry& entry) {
    db_.run("INSERT INTO outbox (source, identifier, chain, patient, param, course, wanted,"
            " wanted_fingerprint, state, note, server_id, server_version, server_status, sent,"
            " sent_fingerprint, sent_hash, sent_on, attempts, forget, refused_on, refused_by)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
            " ?18, ?19, ?20, ?21)"
            " ON CONFLICT DO UPDATE SET chain = excluded.chain, wanted = excluded.wanted,"
            " wanted_fingerprint = excluded.wanted_fingerprint, state = excluded.state,"
            " note = excluded.note, forget = excluded.forget",
            source_,
            entry.identifier,
            entry.chain,
            entry.patient,
            entry.param,
            entry.course,
            entry.wanted,
            entry.wanted_fingerprint,
            to_string(entry.state),
            entry.note,
            entry.server_id,
            entry.server_version,
            entry.server_status,
            entry.sent,
            entry.sent_fingerprint,
            entry.sent_hash,
            entry.sent_on,
            entry.attempts,
            entry.forget ? 1 : 0,
            entry.refused_on,
            entry.refused_by);
}

int SqliteStore::use_target(const std::string& base_url) {
    const std::string target = without_last_slash(base_url);
    int left = 0;
    db_.write([&] {
        const std::string before = [&] {
            Query row = db_.query("SELECT target FROM source WHERE id = ?1", source_);
            row.next();
            return row.text(0);
        }();
        if (before == target) {
            return;
        }
        db_.run("UPDATE source SET target = ?2 WHERE id = ?1", source_, target);
        if (before.empty()) {
            return;
        }
        {
            Query row = db_.query("SELECT count(*) FROM outbox WHERE source = ?1"
                                  " AND server_id <> '' AND server_status <> 'entered-in-error'",
                                  source_);
            row.next();
            left = static_cast<int>(row.integer(0));
        }
        db_.run("UPDATE outbox SET state = 'pending', note = '', server_id = '',"
                " server_version = '', server_status = '', sent = '', sent_fingerprint = '',"
                " sent_hash = '', sent_on = '', attempts = 0, refused_on = '', refused_by = ''"
                " WHERE source = ?1",
                source_);
    });
    return left;
}

void SqliteStore::mark_sending(const std::vector<std::string>& identifiers) {
    db_.write([&] {
        for (const std::string& identifier : identifiers) {
            const int rows = db_.run("UPDATE outbox SET state = ?3, attempts = attempts + 1"
                                     " WHERE source = ?1 AND identifier = ?2",
                                     source_,
                                     identifier,
                                     to_string(OutboxState::sending));
            if (rows != 1) {
                throw misuse("an outbox entry that was never saved");
            }
        }
    });
}

void SqliteStore::settle_outbox(const std::vector<OutboxEntry>& entries) {
    db_.write([&] {
        for (const OutboxEntry& entry : entries) {
            const int rows =
                db_.run("UPDATE outbox SET state = ?3, server_id = ?4, server_version = ?5,"
                        " server_status = ?6, sent = ?7, sent_fingerprint = ?8, sent_hash = ?9,"
                        " sent_on = ?10, attempts = ?11, note = ?12, refused_on = ?13,"
                        " refused_by = ?14"
                        " WHERE source = ?1 AND identifier = ?2",
                        source_,
                        entry.identifier,
                        to_string(entry.state),
                        entry.server_id,
                        entry.server_version,
                        entry.server_status,
                        entry.sent,
                        entry.sent_fingerprint,
                        entry.sent_hash,
                        entry.sent_on,
                        entry.attempts,
                        entry.note,
                        entry.refused_on,
                        entry.refused_by);
            if (rows != 1) {
                throw misuse("an outbox entry that was never saved");
            }
        }
    });
}

std::vector<OutboxEntry> SqliteStore::load_outbox() {
    return db_.read([&] {
        Query rows = db_.query(
            "SELECT identifier, chain, patient, param, course, wanted,"
            " wanted_fingerprint, state, server_id, server_version,"
            " server_status, sent, sent_fingerprint, sent_hash, sent_on,"
            " attempts, note, forget, refused_on, refused_by FROM outbox WHERE source = ?1"
            " ORDER BY patient, param, course, identifier",
            source_);
        return outbox_entries(rows);
    });
}

std::vector<OutboxEntry> SqliteStore::load_outbox(const std::string& chain) {
    return db_.read([&] {
        Query rows = db_.query("SELECT identifier, chain, patient, param, course, wanted,"
                               " wanted_fingerprint, state, server_id, server_version,"
                               " server_status, sent, sent_fingerprint, sent_hash, sent_on,"
                               " attempts, note, forget, refused_on, refused_by FROM outbox WHERE "
                               "source = ?1 AND chain = ?2"
                               " ORDER BY patient, param, course, identifier",
                               source_,
                               chain);
        return outbox_entries(rows);
    });
}

// `rows`: the columns of load_outbox.
std::vector<OutboxEntry> SqliteStore::outbox_entries(Query& rows) {
    std::vector<OutboxEntry> entries;
    while (rows.next()) {
        const std::optional<OutboxState> state = outbox_state(rows.text(7));
        if (!state) {
            throw misuse("an outbox entry in a state that this version does not know");
        }
        OutboxEntry entry;
        entry.identifier = rows.text(0);
        entry.chain = rows.text(1);
        entry.patient = rows.text(2);
        entry.param = rows.text(3);
        entry.course = static_cast<int>(rows.integer(4));
        entry.wanted = rows.text(5);
        entry.wanted_fingerprint = rows.text(6);
        entry.state = *state;
        entry.server_id = rows.text(8);
        entry.server_version = rows.text(9);
        entry.server_status = rows.text(10);
        entry.sent = rows.text(11);
        entry.sent_fingerprint = rows.text(12);
        entry.sent_hash = rows.text(13);
        entry.sent_on = rows.text(14);
        entry.attempts = static_cast<int>(rows.integer(15));
        entry.note = rows.text(16);
        entry.forget = rows.integer(17) != 0;
        entry.refused_on = rows.text(18);
        entry.refused_by = rows.text(19);
        entries.push_back(std::move(entry));
    }
    return entries;
}

} // namespace embolink
