// How the file is opened, and what the driver's faults become.
//
// Write-ahead log: readers go on while a page is written. `synchronous = FULL`: a commit is on the
// disk when it returns. With NORMAL a power loss could take back the outbox's "sending" mark after
// the request has left, and the next run would send the same outcome a second time without looking
// whether it is there; one flush for a page or an outcome costs nothing that anybody would notice.

#include "connector/store/connection.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sqlite3.h>
#include <system_error>
#include <unistd.h>
#include <unordered_map>

namespace embolink {

namespace {

namespace fs = std::filesystem;

// Calls the driver; its exceptions end here.
template <class Call>
decltype(auto) guarded(const fs::path& path, Call call) {
    try {
        return call();
    } catch (const SQLite::Exception& fault) {
        throw store_error(fault.getErrorCode(), path);
    }
}

// Takes group's and others' rights away. By name and not by descriptor: closing a descriptor of the
// file would drop the locks that another connection of this process holds on it (POSIX, and
// sqlite.org/howtocorrupt.html section 2.2).
void make_private(const fs::path& path) {
    std::error_code fault;
    const fs::perms others = fs::perms::group_all | fs::perms::others_all;
    const fs::perms now = fs::status(path, fault).permissions();
    if (fault || (now & others) == fs::perms::none) {
        return;
    }
    fs::permissions(path, others, fs::perm_options::remove, fault);
    if (fault) {
        throw Error(ErrorKind::store,
                    "others may read the database, and that cannot be changed",
                    path.string(),
                    "let the account that runs embolink own the file");
    }
}

// SQLite gives the log and the shared memory the mode of the database file, so the file is made
// first. O_EXCL: an existing file is never opened here (see make_private).
void make_file(const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
        ::close(file);
    } else if (errno != EEXIST) {
        throw Error(ErrorKind::store,
                    std::string("the database cannot be made: ") + std::strerror(errno),
                    path.string(),
                    "make the folder, and let the account that runs embolink write to it");
    }
}

struct Meaning {
    int code;
    const char* what;
    const char* remedy;
};

constexpr Meaning meanings[] = {
    {SQLITE_BUSY,
     "the database is in use by another process",
     "wait until the other run has ended, or end it, then run again"},
    {SQLITE_LOCKED,
     "the database is in use by another connection",
     "wait until the other run has ended, or end it, then run again"},
    {SQLITE_FULL,
     "no space is left for the database",
     "free disk space, then run again; what was committed is kept"},
    {SQLITE_READONLY,
     "the database cannot be written to",
     "let the account that runs embolink write to the file and to its folder"},
    {SQLITE_CANTOPEN,
     "the database cannot be opened",
     "check the path, and let the account that runs embolink read and write there"},
    {SQLITE_PERM,
     "the database may not be used by this account",
     "let the account that runs embolink read and write the file"},
    {SQLITE_NOTADB,
     "the file is not a database",
     "give another path, or move the file away; a new database is pulled anew"},
    {SQLITE_CORRUPT,
     "the database is damaged",
     "restore a backup, or move the file away and pull everything anew"},
    {SQLITE_IOERR,
     "reading or writing the database failed",
     "check the disk and the system log, then run again"},
};

} // namespace

Error store_error(int code, const fs::path& path) {
    const int primary = code & 0xff; // extended codes keep theirs in the low byte
    const std::string number = " (SQLite " + std::to_string(code) + ")";
    for (const Meaning& meaning : meanings) {
        if (meaning.code == primary) {
            return {ErrorKind::store, meaning.what + number, path.string(), meaning.remedy};
        }
    }
    return {ErrorKind::store,
            std::string("the database refused: ") + sqlite3_errstr(code) + number,
            path.string(),
            "report this as a fault of embolink, with the version and this text"};
}

// --- Query ---------------------------------------------------------------------------------------

Query::~Query() {
    statement_.tryReset();
}

bool Query::next() {
    return guarded(path_, [&] { return statement_.executeStep(); });
}

int Query::run() {
    return guarded(path_, [&] { return statement_.exec(); });
}

std::int64_t Query::integer(int column) const {
    return guarded(path_, [&] { return statement_.getColumn(column).getInt64(); });
}

std::string Query::text(int column) const {
    return guarded(path_, [&] { return statement_.getColumn(column).getString(); });
}

void Query::bind(int place, std::int64_t value) {
    guarded(path_, [&] { statement_.bind(place, value); });
}

void Query::bind(int place, const std::string& value) {
    guarded(path_, [&] { statement_.bind(place, value); });
}

void Query::bind(int place, const Blob& value) {
    guarded(path_, [&] {
        statement_.bind(place, value.bytes.data(), static_cast<int>(value.bytes.size()));
    });
}

// --- Connection ----------------------------------------------------------------------------------

struct Connection::Driver {
    explicit Driver(const fs::path& path)
        : database(path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {}

    SQLite::Database database;
    // After the database: statements are finalized before it is closed. References into it stay
    // valid, and the keys are literals.
    std::unordered_map<std::string_view, SQLite::Statement> statements;
};

Connection::Connection(const fs::path& path) : path_(fs::absolute(path)) {
    make_file(path_);
    driver_ = guarded(path_, [&] { return std::make_unique<Driver>(path_); });
    set_patience(std::chrono::seconds(10));
    execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
}

Connection::~Connection() = default;

void Connection::claim() {
    for (const char* suffix : {"", "-wal", "-shm"}) {
        make_private(path_.string() + suffix);
    }
    execute("PRAGMA journal_mode = WAL");
}

void Connection::set_patience(std::chrono::milliseconds patience) {
    guarded(path_, [&] { driver_->database.setBusyTimeout(static_cast<int>(patience.count())); });
}

bool Connection::is_in_place() {
    int moved = 0;
    const int code =
        sqlite3_file_control(driver_->database.getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return code == SQLITE_OK && moved == 0;
}

void Connection::execute(const std::string& script) {
    guarded(path_, [&] { driver_->database.exec(script); });
}

SQLite::Statement& Connection::prepared(std::string_view sql) {
    const auto kept = driver_->statements.find(sql);
    if (kept != driver_->statements.end()) {
        return kept->second;
    }
    return guarded(path_, [&]() -> SQLite::Statement& {
        return driver_->statements.try_emplace(sql, driver_->database, std::string(sql))
            .first->second;
    });
}

Connection::Transaction::Transaction(Connection& connection, const char* begin)
    : connection_(connection) {
    connection_.execute(begin);
}

Connection::Transaction::~Transaction() {
    if (open_) {
        // Fails only when SQLite has rolled back by itself (disk full, input or output).
        connection_.driver_->database.tryExec("ROLLBACK");
    }
}

void Connection::Transaction::commit() {
    connection_.execute("COMMIT");
    open_ = false;
}

} // namespace embolink
