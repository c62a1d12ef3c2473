// Which tokens were used, until they have expired.
#pragma once

#include "connector/core/clock.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>

namespace embolink::service {

class ReplayCache {
public:
    explicit ReplayCache(std::size_t most = 100'000) : most_(most) {}

    // False: it was used before, or there is no room to remember it (then nobody may come in: only
    // holders of a listed key can fill it).
    bool add(const std::string& id, Instant until, Instant now) {
        while (!by_time_.empty() && by_time_.begin()->first <= now) {
            known_.erase(by_time_.begin()->second);
            by_time_.erase(by_time_.begin());
        }
        if (known_.size() >= most_ || !known_.insert(id).second) {
            return false;
        }
        by_time_.emplace(until, id);
        return true;
    }

    std::size_t size() const { return known_.size(); }

private:
    std::size_t most_;
    std::set<std::string> known_;
    std::multimap<Instant, std::string> by_time_;
};

} // namespace embolink::service
