// Resources read from files on their way into the sandbox: their older versions are put in order
// first.
#pragma once

#include "connector/sandbox/repository.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace embolink::sandbox {

struct LoadSummary {
    std::size_t resources = 0;
    std::size_t older_versions = 0;
    std::size_t repeated = 0;                    // the same again
    std::map<std::string, std::size_t> left_out; // by type: not served
};

class Loading {
public:
    // A FHIR resource with an id. References need not lead anywhere.
    void add(Body resource);

    // Of copies of one resource that differ, the one with the later meta.lastUpdated becomes the
    // later version; one without comes first. Times of the future, and missing ones, become `now`.
    // `bases`: this server's own addresses, taken off references.
    LoadSummary
    finish(Repository& repository, IdStyle ids, Instant now, const std::vector<std::string>& bases);

private:
    struct Copy {
        std::optional<Instant> updated;
        Body body;
    };

    std::map<std::pair<std::string, std::string>, std::vector<Copy>> copies_; // by type and id
    std::vector<std::pair<std::string, std::string>> order_;                  // as they came
    LoadSummary summary_;
};

} // namespace embolink::sandbox
