// Which version of each resource counts (R9.3), whatever the order in which they come (R9.4).
// Only the current version's facts and issues are kept, so that memory follows the number of
// resources and not of versions, and a superseded version leaves no trace.
#pragma once

#include "mapping/facts/fact_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace embolink {

// The version of one resource that counts.
struct CurrentResource {
    std::string version;
    std::string patient;      // "Patient/<id>" as referenced, "" none
    std::string content_hash; // SHA-256 in hex
    std::optional<std::int64_t> last_updated_utc;
    std::string last_updated_fraction; // digits below the second, trailing zeros cut
    std::string status;
    int status_rank = 0; // R9.3
    Dropped dropped = Dropped::no;
    bool version_conflict = false; // another content has the same lastUpdated
    std::vector<Fact> facts;
    std::vector<Fact> not_counted; // ResourceFacts
    Issues issues;
};

// R9.3: deleted by the source 7 > entered-in-error 6 > corrected > amended > final and its equals >
// not-done > in-progress > the rest 0. A resource without a status ranks with `final`: nothing says
// otherwise.
int status_rank(const std::string& status);

class CurrentFacts {
public:
    void add(ResourceFacts facts, Dropped dropped);

    // By reference ("Type/id"); a resource without id by type and hash.
    const std::map<std::string, CurrentResource>& resources() const { return resources_; }

    std::size_t taken() const { return taken_; }

    // Superseded by another version, or the same once more.
    std::size_t older_versions() const { return taken_ - resources_.size(); }

    // R0.3: newest meta.lastUpdated or issued of all that was taken in and not dropped.
    std::optional<Date> newest_known() const { return newest_known_; }

private:
    std::map<std::string, CurrentResource> resources_;
    std::size_t taken_ = 0;
    std::optional<Date> newest_known_;
};

} // namespace embolink
