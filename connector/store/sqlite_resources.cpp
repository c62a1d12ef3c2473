// Pages, cursors and what was found. A page of a thousand resources is one transaction with a
// handful of kept statements per resource.

#include "connector/store/sqlite_store.hpp"

#include <algorithm>
#include <unordered_map>

namespace embolink {

namespace {

// Of several copies of one reference the last, where it stands in the page.
std::vector<const StoredResource*> last_copies(const std::vector<StoredResource>& resources) {
    std::unordered_map<std::string_view, const StoredResource*> last;
    for (const StoredResource& resource : resources) {
        last[resource.reference] = &resource;
    }
    std::vector<const StoredResource*> copies;
    for (const StoredResource& resource : resources) {
        if (last.at(resource.reference) == &resource) {
            copies.push_back(&resource);
        }
    }
    return copies;
}

} // namespace

std::optional<Cursor> SqliteStore::load_cursor(const std::string& chain,
                                               const std::string& search) {
    return db_.read([&]() -> std::optional<Cursor> {
        Query row = db_.query("SELECT since, full_pull, query FROM cursor"
                              " WHERE source = ?1 AND chain = ?2 AND search = ?3",
                              source_,
                              chain,
                              search);
        if (!row.next()) {
            return std::nullopt;
        }
        return Cursor{row.text(0), row.text(1), row.text(2)};
    });
}

PageCounts SqliteStore::commit_page(RunId run, const Page& page) {
    return db_.write([&] {
        require_chain(page.chain);
        PageCounts counts;
        std::set<std::string> changed;
        for (const StoredResource* copy : last_copies(page.resources)) {
            const CopyChange change = keep_copy(run, *copy);
            const bool new_here = note_found(run, page, copy->reference);
            counts.added += change == CopyChange::added ? 1 : 0;
            counts.changed += change == CopyChange::changed ? 1 : 0;
            counts.unchanged += change == CopyChange::unchanged ? 1 : 0;
            counts.own_output += change == CopyChange::own_output ? 1 : 0;
            if (change == CopyChange::added || change == CopyChange::changed) {
                changed.merge(chains_finding(copy->reference)); // this one among them
            } else if (new_here && change == CopyChange::unchanged) {
                changed.insert(page.chain);
            }
        }
        mark_changed(changed);
        keep_issues(run, page);
        keep_cursor(page);
        return counts;
    });
}

SqliteStore::CopyChange SqliteStore::keep_copy(RunId run, const StoredResource& copy) {
    const bool evidence = !copy.body.empty();
    CopyChange change = evidence ? CopyChange::added : CopyChange::own_output;
    bool supersedes = false;
    {
        Query current = db_.query("SELECT version, content_hash, body <> '' FROM resource"
                                  " WHERE source = ?1 AND reference = ?2 AND gone_run IS NULL",
                                  source_,
                                  copy.reference);
        if (current.next()) {
            const bool was_evidence = current.integer(2) != 0;
            const bool same =
                current.text(0) == copy.version && current.text(1) == copy.content_hash;
            if (same && evidence == was_evidence) {
                return evidence ? CopyChange::unchanged : CopyChange::own_output;
            }
            supersedes = true;
            change = evidence || was_evidence ? CopyChange::changed : CopyChange::own_output;
        }
    }
    if (supersedes) {
        db_.run("UPDATE resource SET gone_run = ?3, gone_reason = 'superseded'"
                " WHERE source = ?1 AND reference = ?2 AND gone_run IS NULL",
                source_,
                copy.reference,
                run);
    }
    db_.run("INSERT INTO resource"
            " (source, reference, version, content_hash, last_updated, first_run, body)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            source_,
            copy.reference,
            copy.version,
            copy.content_hash,
            copy.last_updated,
            run,
            copy.body);
    return change;
}

// True: no search of this chain had found it before.
bool SqliteStore::note_found(RunId run, const Page& page, const std::string& reference) {
    const bool known =
        db_.query("SELECT 1 FROM found WHERE source = ?1 AND reference = ?2 AND chain = ?3",
                  source_,
                  reference,
                  page.chain)
            .next();
    db_.run("INSERT INTO found (source, chain, search, reference, last_run)"
            " VALUES (?1, ?2, ?3, ?4, ?5)"
            " ON CONFLICT DO UPDATE SET last_run = excluded.last_run",
            source_,
            page.chain,
            page.search,
            reference,
            run);
    return !known;
}

void SqliteStore::keep_issues(RunId run, const Page& page) {
    for (const std::string& issue : page.issues) {
        db_.run("INSERT INTO page_issue (source, chain, search, issue, last_run)"
                " VALUES (?1, ?2, ?3, ?4, ?5)"
                " ON CONFLICT DO UPDATE SET last_run = excluded.last_run",
                source_,
                page.chain,
                page.search,
                issue,
                run);
    }
    if (page.complete && page.cursor) {
        db_.run("DELETE FROM page_issue"
                " WHERE source = ?1 AND chain = ?2 AND search = ?3 AND last_run < ?4",
                source_,
                page.chain,
                page.search,
                run);
    }
}

void SqliteStore::keep_cursor(const Page& page) {
    if (!page.cursor) {
        return;
    }
    db_.run("INSERT INTO cursor (source, chain, search, since, full_pull, query)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
            " ON CONFLICT DO UPDATE SET since = excluded.since, full_pull = excluded.full_pull,"
            " query = excluded.query",
            source_,
            page.chain,
            page.search,
            page.cursor->since,
            page.cursor->full_pull,
            page.cursor->query);
}

std::vector<std::string> SqliteStore::load_page_issues(const std::string& chain) {
    return db_.read([&] {
        std::vector<std::string> issues;
        for (Query row = db_.query("SELECT issue FROM page_issue WHERE source = ?1 AND chain = ?2"
                                   " GROUP BY issue ORDER BY min(search), issue",
                                   source_,
                                   chain);
             row.next();) {
            issues.push_back(row.text(0));
        }
        return issues;
    });
}

std::vector<std::string>
SqliteStore::missing(RunId run, const std::string& chain, const std::string& search) {
    return db_.read([&] {
        std::vector<std::string> references;
        for (Query row = db_.query("SELECT reference FROM found"
                                   " WHERE source = ?1 AND chain = ?2 AND search = ?3"
                                   "   AND last_run < ?4 ORDER BY reference",
                                   source_,
                                   chain,
                                   search,
                                   run);
             row.next();) {
            references.push_back(row.text(0));
        }
        return references;
    });
}

std::int64_t SqliteStore::found_count(const std::string& chain, const std::string& search) {
    return db_.read([&] {
        Query row = db_.query("SELECT count(*) FROM found"
                              " WHERE source = ?1 AND chain = ?2 AND search = ?3",
                              source_,
                              chain,
                              search);
        row.next();
        return row.integer(0);
    });
}

std::set<std::string> SqliteStore::chains_finding(const std::string& reference) {
    std::set<std::string> chains;
    for (Query row = db_.query("SELECT DISTINCT chain FROM found"
                               " WHERE source = ?1 AND reference = ?2",
                               source_,
                               reference);
         row.next();) {
        chains.insert(row.text(0));
    }
    return chains;
}

void SqliteStore::retract(RunId run,
                          const std::string& chain,
                          const std::vector<std::string>& references,
                          const std::string& reason) {
    db_.write([&] {
        std::set<std::string> changed;
        for (const std::string& reference : references) {
            changed.merge(lose(run, chain, reference, reason));
        }
        mark_changed(changed);
    });
}

// Returns the chains for which it was evidence until now. Another chain that still finds a moved
// resource has lost nothing.
std::set<std::string> SqliteStore::lose(RunId run,
                                        const std::string& chain,
                                        const std::string& reference,
                                        const std::string& reason) {
    const std::set<std::string> finding = chains_finding(reference);
    std::set<std::string> losing;
    for (const std::string& finder : finding) {
        if (reason == "deleted" || finder == chain) {
            db_.run("DELETE FROM found WHERE source = ?1 AND reference = ?2 AND chain = ?3",
                    source_,
                    reference,
                    finder);
            losing.insert(finder);
        }
    }
    if (losing == finding) {
        end_copy(run, reference, reason);
    }
    return losing;
}

void SqliteStore::end_copy(RunId run, const std::string& reference, const std::string& reason) {
    db_.run("UPDATE resource SET gone_run = ?3, gone_reason = ?4"
            " WHERE source = ?1 AND reference = ?2 AND gone_run IS NULL",
            source_,
            reference,
            run,
            reason);
}

bool SqliteStore::has_current(const std::string& reference) {
    return db_.read([&] {
        return db_
            .query("SELECT 1 FROM resource"
                   " WHERE source = ?1 AND reference = ?2 AND gone_run IS NULL",
                   source_,
                   reference)
            .next();
    });
}

std::map<std::string, std::int64_t> SqliteStore::current_counts() {
    return db_.read([&] {
        std::map<std::string, std::int64_t> counts;
        for (Query row = db_.query("SELECT substr(reference, 1, instr(reference, '/') - 1) AS type,"
                                   " count(*) FROM resource"
                                   " WHERE source = ?1 AND gone_run IS NULL GROUP BY type",
                                   source_);
             row.next();) {
            counts[row.text(0)] = row.integer(1);
        }
        return counts;
    });
}

std::vector<StoredResource> SqliteStore::load_resources(const std::string& chain) {
    return db_.read([&] {
        std::vector<StoredResource> resources;
        for (Query row = db_.query(
                 "SELECT reference, version, content_hash, last_updated, body FROM resource"
                 " WHERE source = ?1 AND gone_run IS NULL AND body <> '' AND reference IN"
                 "   (SELECT reference FROM found WHERE source = ?1 AND chain = ?2)"
                 " ORDER BY reference",
                 source_,
                 chain);
             row.next();) {
            resources.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)});
        }
        return resources;
    });
}

} // namespace embolink
