// What both views of the database (sqlite_store, sqlite_work) ask of it. Internal to
// connector/store.
#pragma once

#include "connector/store/connection.hpp"
#include "connector/store/store.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace embolink {

// "https://x/fhir/" and "https://x/fhir" are one server.
std::string without_last_slash(std::string url);

// The row of the source, made when it is new. Throws Error (config) when the name has another URL.
std::int64_t source_id(Connection& db, const ServerIdentity& source);

// Newest first; `most` negative: all. `whole`: without those of some patients only.
std::vector<RunRow>
run_rows(Connection& db, std::int64_t source, std::int64_t most, bool whole = false);

// By chain.
std::vector<Derivation> derivation_rows(Connection& db, std::int64_t source);

} // namespace embolink
