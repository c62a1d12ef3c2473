// What to do about one outcome, given what the target holds: the rules of contracts section 5 in
// one place.
#pragma once

#include "connector/store/store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>

namespace embolink {

// What a look at the target brought.
struct Found {
    bool looked_by_id = false;
    int count = 0; // resources that carry the identifier
    std::string id;
    std::string version; // meta.versionId, empty: the server gives none
    std::shared_ptr<const nlohmann::json> resource;
    // It holds just what is wanted, though the store does not know that it was sent.
    bool as_wanted = false;

    void take(const nlohmann::json& observation);
    std::string status() const; // "" when there is none
};

// "final", "amended", "corrected": a person stands behind it.
bool is_signed_off(const std::string& status);

enum class Act { nothing, create, update, retract, hold };

struct Decision {
    Act act = Act::nothing;
    OutboxState state = OutboxState::settled; // with hold
    std::string note;
};

// - Several carry our identifier: quarantined, and nobody is chosen.
// - Somebody else changed what we wrote: kept, whatever is derived.
// - Signed off (final, amended): the same outcome needs nothing; another one waits for a release.
// - Nothing is derived any more: what is there becomes entered-in-error.
// - With a release by a person, what is preliminary and as derived is signed off, and what was
//   signed off follows the derivation.
enum class Release { no, yes };
Decision decide(const OutboxEntry& entry, const Found& found, Release release);

} // namespace embolink
