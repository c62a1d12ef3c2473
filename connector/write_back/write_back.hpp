// Drives the write-back: every chain with due outcomes, one after the other, each settled
// in the store as soon as its server has answered.
#pragma once

#include "connector/core/clock.hpp"
#include "connector/core/config.hpp"
#include "connector/fhir/client.hpp"
#include "connector/store/store.hpp"
#include "connector/write_back/chain_writer.hpp"

#include <functional>
#include <string>
#include <vector>

namespace embolink {

struct WriteBack {
    Store& store;
    fhir::Client& source;
    fhir::Client& target;
    WriteFrame frame;
    bool dry_run = true;
    std::function<bool(const OutboxEntry&)> due; // which entries are looked at
    std::string verifier;                        // WriteJob::verifier
    // Called after each chain: done, of how many.
    std::function<void(std::size_t, std::size_t)> progress;
};

WriteFrame write_frame(const Config& config, const Date& today, Instant now);

// In a dry run nothing is sent and nothing is settled; the counts say what would be. Throws
// Error when a server cannot be reached: what was settled stays settled.
asio::awaitable<WriteCounts> write_back(WriteBack work, const std::vector<Derivation>& derivations);

} // namespace embolink
