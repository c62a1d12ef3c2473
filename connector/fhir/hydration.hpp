// What the resources of a chain point to and its searches did not return (references.hpp), read one
// by one until nothing new is named; without I/O. Bounded in number and depth.
#pragma once

#include "connector/core/error.hpp"
#include "connector/fhir/links.hpp"
#include "connector/fhir/server_address.hpp"
#include "mapping/issue.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace embolink::fhir {

struct HydrationOptions {
    std::size_t most = 5'000; // reads of one chain
    int deepest = 8;          // references of references; panels nest two or three deep
    int repeats = 2;          // of an answer that cannot be read: it may have been cut on the way
};

struct HydrationStep {
    ReadNext next = ReadNext::done;
    http::Request request;
    std::optional<Error> error;
    std::optional<Resource> resource; // what the answer brought
    std::string gone;                 // the reference that was asked for and is not there, or ""
    Issues issues;
};

class Hydration {
public:
    // `wanted`: references of the resources that came. `has` tells what is there already and need
    // not be read. `patients` are the chain's identities: what belongs to others is left out.
    Hydration(ServerAddress server,
              std::set<std::string> patients,
              const std::vector<std::string>& wanted,
              std::function<bool(const std::string&)> has,
              HydrationOptions options = {});

    // nullptr begins.
    HydrationStep resume(const Answer* answer);

private:
    struct Task {
        std::string reference;
        int depth = 1;
    };

    void want(const std::string& reference, int depth, HydrationStep& step);
    HydrationStep next_task(HydrationStep step);
    HydrationStep read_current(HydrationStep step) const;
    HydrationStep unreadable(const std::string& fault);
    HydrationStep take(Resource resource);
    void note(Severity severity, IssueCode code, std::string text, HydrationStep& step) const;

    ServerAddress server_;
    std::set<std::string> patients_;
    std::function<bool(const std::string&)> has_;
    HydrationOptions options_;
    std::vector<std::string> first_;
    std::deque<Task> open_;
    Task current_;
    int repeats_ = 0; // of the current one
    std::set<std::string> asked_;
    bool too_many_ = false;
};

} // namespace embolink::fhir
