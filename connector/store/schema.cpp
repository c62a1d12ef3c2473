#include "connector/store/schema.hpp"

#include "connector/store/connection.hpp"

#include <string>

namespace embolink {

namespace {

// "embo" in ASCII: tells our file from a database of another program, whose tables ours must not be
// made beside (SQLite's `application_id`).
constexpr std::int64_t our_application_id = 0x656d626f;

std::int64_t integer_of(Connection& connection, std::string_view sql) {
    Query query = connection.query(sql);
    return query.next() ? query.integer(0) : 0;
}

void refuse_foreign(Connection& connection, std::int64_t version) {
    const bool ours = integer_of(connection, "PRAGMA application_id") == our_application_id;
    const bool empty = integer_of(connection, "SELECT count(*) FROM sqlite_schema") == 0;
    if (ours || (version == 0 && empty)) {
        return;
    }
    throw Error(ErrorKind::store,
                "the file is the database of another program",
                connection.path().string(),
                "give another path for embolink's own database");
}

void refuse_newer(Connection& connection, std::int64_t version, std::int64_t known) {
    if (version <= known) {
        return;
    }
    throw Error(ErrorKind::store,
                "the database has schema " + std::to_string(version) +
                    ", and this version of embolink knows up to " + std::to_string(known),
                connection.path().string(),
                "run the newer embolink that wrote it, or restore the backup made before it");
}

} // namespace

void bring_forward(Connection& connection, const std::vector<std::string_view>& steps) {
    const auto known = static_cast<std::int64_t>(steps.size());
    const auto check = [&] {
        const std::int64_t version = integer_of(connection, "PRAGMA user_version");
        refuse_foreign(connection, version);
        refuse_newer(connection, version, known);
        return version;
    };
    const std::int64_t found = connection.read(check);
    connection.claim();
    if (found == known) {
        return; // the everyday start takes no write lock
    }
    connection.write([&] {
        // Asked again: another process may have been faster.
        for (std::int64_t step = check(); step < known; ++step) {
            connection.execute(std::string(steps[static_cast<std::size_t>(step)]));
        }
        connection.execute("PRAGMA application_id = " + std::to_string(our_application_id) +
                           "; PRAGMA user_version = " + std::to_string(known));
    });
}

} // namespace embolink
