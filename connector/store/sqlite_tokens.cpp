#include "connector/core/error.hpp"
#include "connector/store/connection.hpp"
#include "connector/store/schema.hpp"
#include "connector/store/token_store.hpp"

namespace embolink {
namespace {

// A caller waits for the answer meanwhile, and others behind him.
constexpr std::chrono::milliseconds patience{500};

std::filesystem::path beside(std::filesystem::path store) {
    store += ".tokens";
    return store;
}

class SqliteTokenStore final : public TokenStore {
public:
    explicit SqliteTokenStore(const std::filesystem::path& store) : db_(beside(store)) {
        bring_forward(db_,
                      {"CREATE TABLE used_token (id TEXT PRIMARY KEY, until INTEGER NOT NULL)"
                       " STRICT, WITHOUT ROWID;"
                       "CREATE INDEX used_token_until ON used_token (until)"});
        // A kill takes nothing back, a power loss perhaps the last moment's: a flush of the disk
        // for every caller would cost more than that is worth.
        db_.execute("PRAGMA synchronous = NORMAL");
        db_.set_patience(patience);
    }

    bool use(const UsedToken& token, std::int64_t now) override {
        return db_.write([&] {
            db_.run("DELETE FROM used_token WHERE until <= ?1", now);
            return db_.run(
                       "INSERT INTO used_token (id, until) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                       token.id,
                       token.until) == 1;
        });
    }

    // SQLite writes nothing of a row that stays as it was. The row is one that has expired.
    bool can_be_used() override {
        bool can = db_.is_in_place();
        try {
            db_.write([&] {
                db_.run("INSERT INTO used_token (id, until) VALUES ('', 0)"
                        " ON CONFLICT (id) DO UPDATE SET until = 1 - until");
            });
        } catch (const Error&) {
            can = false;
        }
        return can;
    }

private:
    Connection db_;
};

} // namespace

std::unique_ptr<TokenStore> open_sqlite_token_store(const std::filesystem::path& store) {
    return std::make_unique<SqliteTokenStore>(store);
}

} // namespace embolink
