#include "connector/store/sqlite_store.hpp"

#include "connector/store/schema.hpp"
#include "connector/store/sqlite_source.hpp"

namespace embolink {

SqliteStore::SqliteStore(const std::filesystem::path& path, const ServerIdentity& source)
    : db_(path) {
    bring_forward(db_, schema_steps());
    source_ = source_id(db_, source);
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
