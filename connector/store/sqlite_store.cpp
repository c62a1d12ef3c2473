#include "connector/store/sqlite_store.hpp"

#include "connector/store/schema.hpp"

namespace embolink {

// "https://x/fhir/" and "https://x/fhir" are one server.
std::string SqliteStore::without_last_slash(std::string url) {
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return url;
}

SqliteStore::SqliteStore(const std::filesystem::path& path, const ServerIdentity& source)
    : db_(path) {
    bring_forward(db_, schema_steps());
    source_ = source_id(source);
}

std::int64_t SqliteStore::source_id(const ServerIdentity& source) {
    const std::string base_url = without_last_slash(source.base_url);
    db_.write([&] {
        db_.run("INSERT INTO source (name, base_url) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                source.name,
                base_url);
    });
    Query row = db_.query("SELECT id, base_url FROM source WHERE name = ?1", source.name);
    row.next();
    if (row.text(1) != base_url) {
        throw Error(ErrorKind::config,
                    "the source \"" + source.name + "\" has another base URL in the database",
                    db_.path().string(),
                    "the same ids may be other patients there: give the new server a source.name "
                    "of its own, or another database, or set source.base_url as it was");
    }
    return row.integer(0);
}

Error SqliteStore::misuse(const std::string& what) const {
    return {ErrorKind::store,
            what,
            db_.path().string(),
            "report this as a fault of embolink, with the version and this text"};
}

std::unique_ptr<Store> open_sqlite_store(const std::filesystem::path& path,
                                         const ServerIdentity& source) {
    return std::make_unique<SqliteStore>(path, source);
}

} // namespace embolink
