// Which tokens of callers were used: one is good once (CDS Hooks 2.0, "Trusting CDS Clients", jti).
// A database of its own beside the store, so that a pass that holds the store's write lock keeps no
// caller waiting. One thread calls.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace embolink {

// A token that was used, until it would no longer be taken.
struct UsedToken {
    std::string id;         // SHA-256 of issuer and jti
    std::int64_t until = 0; // seconds since 1970
};

class TokenStore {
public:
    virtual ~TokenStore() = default;

    // True for the first one to say it: what this returned holds for every process that has the
    // file open, and for those that come after a kill. Those that have expired at `now` (seconds
    // since 1970) are forgotten. Throws Error (store).
    virtual bool use(const UsedToken& token, std::int64_t now) = 0;

    // False: the file is no longer where it was opened, or nothing can be written to it.
    virtual bool can_be_used() = 0;
};

// The file `store` with ".tokens" behind its name; made when it is not there.
std::unique_ptr<TokenStore> open_sqlite_token_store(const std::filesystem::path& store);

} // namespace embolink
