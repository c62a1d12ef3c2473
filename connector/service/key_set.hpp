// The public keys of one issuer (RFC 7517), from a file or from the one URL that the configuration
// names; an address that a token brings (`jku`) is never fetched.
#pragma once

#include "connector/core/async.hpp"
#include "connector/core/log.hpp"
#include "connector/core/service_config.hpp"
#include "connector/http/client.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace embolink::service {

class KeySet {
public:
    using Clock = std::function<std::chrono::steady_clock::time_point()>;

    static constexpr std::chrono::milliseconds usual_patience{2'000}; // as of a hook

    // Client and log must outlive it, and the client what is under way. `patience`: for so long
    // somebody whose key is not known waits for the set.
    KeySet(KeySource source,
           http::Client& client,
           const Log& log,
           std::chrono::milliseconds patience = usual_patience,
           Clock now = std::chrono::steady_clock::now);

    // The JSON of every key with that id that may verify `algorithm`. An id that is not known makes
    // the set be read again, once in a second at most: keys are rotated in place. Who comes
    // meanwhile with such an id waits, too. Keys older than an hour are read again beside the
    // answer, which the known ones give; a set that cannot be read is told to the log and then
    // asked for by them less and less often, once in a minute at last. What cannot be read throws
    // nothing.
    asio::awaitable<std::vector<std::string>> find(std::string id, std::string algorithm);

    // The address of the set that a token may name in its header; "" none.
    const std::string& jku() const { return source_.url.empty() ? source_.jku : source_.url; }

private:
    struct State;

    bool is_due(bool known) const;
    void begin_reading(const asio::any_io_executor& executor);
    std::vector<std::string> fitting(const std::string& id, const std::string& algorithm) const;

    KeySource source_;
    http::Client& client_;
    const Log& log_;
    std::chrono::milliseconds patience_;
    Clock now_;
    std::shared_ptr<State> state_; // with whatever reads at the moment
};

} // namespace embolink::service
