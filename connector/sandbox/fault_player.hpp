// Plays the rules of a faults file: decides which one strikes a request, does it to the answer, and
// counts.
#pragma once

#include "connector/http/server.hpp"
#include "connector/sandbox/answer.hpp"
#include "connector/sandbox/call.hpp"
#include "connector/sandbox/faults.hpp"
#include "connector/sandbox/pages.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace embolink::sandbox {

// What rules look at: the path of a next link is {"Observation", "_page"}.
struct Target {
    std::string method;
    std::vector<std::string> path;
    bool next_page = false;
};

class FaultPlayer {
public:
    explicit FaultPlayer(std::vector<FaultRule> rules);

    // The rule that strikes instead of serving (or, with `acted`, instead of the answer); nullptr:
    // none. It counts as having struck.
    const FaultRule* before(const Target& target);

    // The rule that strikes the answer, among those that it fits.
    const FaultRule* after(const Target& target, const Answer& answer);

    // {"fired": 3, "rules": [{"fault": "429", ..., "fired": 2}]}
    nlohmann::json report() const;

private:
    struct Played {
        FaultRule rule;
        std::size_t seen = 0; // matching requests that passed
        std::size_t fired = 0;
    };

    const FaultRule* choose(const Target& target,
                            const std::function<bool(const FaultRule&)>& fits);

    std::vector<Played> played_;
};

// The answer of a fault that strikes instead of serving.
Answer fault_answer(const FaultRule& rule, Instant now);

// Changes an answer that is still JSON.
void spoil(Answer& answer, const FaultRule& rule, Pages& pages, const std::string& base);

// Versions, times and what is made of them taken out, of every resource in the answer.
void strip_meta(Answer& answer);

// Changes what is sent.
http::Reply damaged(http::Response response, const FaultRule& rule);

} // namespace embolink::sandbox
