// One SQLite connection, as the store uses it: prepared statements that are kept, transactions, and
// the driver's faults turned into Error (store) that never shows a value. Internal to
// connector/store; the driver's own headers stay in the .cpp files.
#pragma once

#include "connector/core/error.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace SQLite { // NOLINT(readability-identifier-naming): the driver's own name
class Statement;
}

namespace embolink {

// What a result code of SQLite means to the person who has to act. Texts name the file and the
// code, never a statement or a value.
Error store_error(int code, const std::filesystem::path& path);

// A value that is no text, for a BLOB column; read back by Query::text.
struct Blob {
    std::string bytes;
};

// A prepared statement in use; its end gives the statement back. Columns count from 0.
class Query {
public:
    // Binds ?1, ?2, ... in this order.
    template <class... Values>
    Query(const std::filesystem::path& path, SQLite::Statement& statement, const Values&... values)
        : path_(path), statement_(statement) {
        int place = 0;
        (bind(++place, values), ...);
    }

    // An open SELECT would hold its snapshot and keep the write-ahead log from being cut.
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    bool next(); // the first row, then the next; false: no more
    int run();   // a statement without rows; how many rows it changed

    std::int64_t integer(int column) const;
    std::string text(int column) const; // the bytes of a BLOB

private:
    void bind(int place, std::int64_t value);
    void bind(int place, const std::string& value);
    void bind(int place, const Blob& value);

    const std::filesystem::path& path_;
    SQLite::Statement& statement_;
};

class Connection {
public:
    // Opens or makes the file; one that is there stays as it is.
    explicit Connection(const std::filesystem::path& path);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    const std::filesystem::path& path() const { return path_; }

    // How long another's lock is waited for before a transaction throws; ten seconds until then.
    void set_patience(std::chrono::milliseconds patience);

    // False: the file is no longer where it was opened.
    bool is_in_place();

    // The file is known to be ours: its owner alone may read it (0600), and it gets a write-ahead
    // log.
    void claim();

    // `sql` is a literal: its statement is prepared once and kept by its text. One query of a text
    // may be in use at a time.
    template <class... Values>
    Query query(std::string_view sql, const Values&... values) {
        return Query(path_, prepared(sql), values...);
    }

    template <class... Values>
    int run(std::string_view sql, const Values&... values) {
        return query(sql, values...).run();
    }

    void execute(const std::string& script); // any number of statements, nothing bound

    // `work` sees one state of the database.
    template <class Work>
    std::invoke_result_t<Work> read(Work work) {
        return in_transaction("BEGIN", std::move(work));
    }

    // All of what `work` writes is there when this returns, and nothing when it throws. The lock is
    // taken at once: a transaction that reads first and writes later can be refused half-way.
    template <class Work>
    std::invoke_result_t<Work> write(Work work) {
        return in_transaction("BEGIN IMMEDIATE", std::move(work));
    }

private:
    class Transaction {
    public:
        Transaction(Connection& connection, const char* begin);
        ~Transaction(); // without commit: rolled back
        Transaction(const Transaction&) = delete;
        Transaction& operator=(const Transaction&) = delete;
        void commit();

    private:
        Connection& connection_;
        bool open_ = true;
    };

    template <class Work>
    std::invoke_result_t<Work> in_transaction(const char* begin, Work work) {
        Transaction transaction(*this, begin);
        if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
            work();
            transaction.commit();
        } else {
            auto result = work();
            transaction.commit();
            return result;
        }
    }

    SQLite::Statement& prepared(std::string_view sql);

    struct Driver;
    std::filesystem::path path_;
    std::unique_ptr<Driver> driver_;
};

} // namespace embolink
