// What should stand on the target after a derivation, compared with what was last known to stand
// there: pure, so that it can be said beforehand (dry run) and tested without a server.
#pragma once

#include "connector/store/store.hpp"
#include "mapping/records/endpoint_record.hpp"

#include <string>
#include <vector>

namespace embolink {

// One entry for each record that is written by default, and one for each earlier entry of the chain
// that nothing derives any more. `previous`: the chain's entries as stored. What was sent stays.
std::vector<OutboxEntry> plan_outbox(const std::string& chain,
                                     const std::string& source_name,
                                     const std::vector<EndpointRecord>& records,
                                     const std::vector<OutboxEntry>& previous);

// Whether the entry is to be looked at by the writer in a run of that day: something is to be sent,
// its fate is unknown, or what held it may have gone. A record of which only the censoring date
// moved is sent `censoring_move_days` after it was last sent (contracts section 5).
// What was refused is tried again by another version of this software, and after a week.
bool is_due(const OutboxEntry& entry,
            const Date& today,
            int censoring_move_days,
            const std::string& software_version);

// Whether the target is known to hold nothing for it, or what it holds is taken back already.
bool nothing_there(const OutboxEntry& entry);

} // namespace embolink
