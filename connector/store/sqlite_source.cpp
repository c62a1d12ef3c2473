#include "connector/store/sqlite_source.hpp"

namespace embolink {

std::string without_last_slash(std::string url) {
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return url;
}

std::int64_t source_id(Connection& db, const ServerIdentity& source) {
    const std::string base_url = without_last_slash(source.base_url);
    db.write([&] {
        db.run("INSERT INTO source (name, base_url) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
               source.name,
               base_url);
    });
    Query row = db.query("SELECT id, base_url FROM source WHERE name = ?1", source.name);
    row.next();
    if (row.text(1) != base_url) {
        throw Error(ErrorKind::config,
                    "the source \"" + source.name + "\" has another base URL in the database",
                    db.path().string(),
                    "the same ids may be other patients there: give the new server a source.name "
                    "of its own, or another database, or set source.base_url as it was");
    }
    return row.integer(0);
}

std::vector<RunRow> run_rows(Connection& db, std::int64_t source, std::int64_t most, bool whole) {
    return db.read([&] {
        std::vector<RunRow> found;
        for (Query row = db.query("SELECT id, started, as_of, rules_version, software_version,"
                                  " ended, outcome, summary, partial, EXISTS (SELECT 1 FROM report"
                                  "   WHERE report.source = run.source AND report.run = run.id)"
                                  " FROM run WHERE source = ?1 AND partial <= ?3"
                                  " ORDER BY id DESC LIMIT ?2",
                                  source,
                                  most,
                                  std::int64_t{!whole});
             row.next();) {
            found.push_back(
                {row.integer(0),
                 {row.text(1), row.text(2), row.text(3), row.text(4), row.integer(8) != 0},
                 row.text(5),
                 row.text(6),
                 row.text(7),
                 row.integer(9) != 0});
        }
        return found;
    });
}

} // namespace embolink
