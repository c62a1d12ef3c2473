// Pulls one chain: a patient, every identity linked to him, and all that the rules read of them.
//
//   1. the Patient resources, over merge links (R9.5), those that held before among them; an
//      opted-out patient ends here and what was stored of him is erased (R9.6);
//   2. each search of the plan for each identity: only what changed since the cursor where the
//      server can say so, everything otherwise, and everything again when the server counts other
//      than the store holds, or the last full pull is long ago;
//   3. what a full search no longer lists is asked for by itself: gone, it is retracted;
//   4. what the resources point to and no search returned.
//
// Each page is committed as it comes, the cursor with the last one of its search: a stop half-way
// repeats one search at most. The machines of connector/fhir decide; here they are only driven.
#pragma once

#include "connector/core/clock.hpp"
#include "connector/core/config.hpp"
#include "connector/core/log.hpp"
#include "connector/fhir/client.hpp"
#include "connector/fhir/habits.hpp"
#include "connector/fhir/paging.hpp"
#include "connector/fhir/server_address.hpp"
#include "connector/store/store.hpp"

#include <map>
#include <string>
#include <vector>

namespace embolink {

// What is the same for every chain of a run; all references must outlive it.
struct PullFrame {
    Store& store;
    fhir::Client& client;
    fhir::ServerAddress server;
    fhir::ServerHabits habits;
    const SourceConfig& config;
    const SiteFile& site;
    const Log& log;
    RunId run = 0;
    Instant started; // of the run: what is older than `full_pull` before it is asked again in full
    // Identities that earlier runs found to be one patient, each with all of them: where only the
    // other's record tells of a merge and the server cannot search for links.
    std::map<std::string, std::vector<std::string>> linked;
    // The same as far as this run has found it: chains are pulled side by side, and one of them may
    // learn of a link that the other's own records do not tell.
    std::map<std::string, std::vector<std::string>>& found;
};

struct ChainPull {
    std::string chain;
    std::vector<std::string> members;
    PageCounts counts;
    int retracted = 0;
    std::map<std::string, int> gone; // of these no longer on the server, by type
    bool opted_out = false;
    bool taken = false; // another pull has found him linked and goes on with him: nothing counts
};

// `patient`: any identity of the chain. Throws Error; what was committed stays.
asio::awaitable<ChainPull> pull_chain(const PullFrame& frame, std::string patient);

// Runs a search to its end and gives out each page's resources; throws Error. `begun`, if any, is
// set before the first of them: when the search was answered, by the server's own clock.
asio::awaitable<void> run_search(const PullFrame& frame,
                                 fhir::Search search,
                                 std::function<void(fhir::PagingStep&)> use,
                                 Instant* begun = nullptr);

// A resource as the store keeps it: trimmed, with the hash of what came.
StoredResource stored(const Resource& resource);

} // namespace embolink
