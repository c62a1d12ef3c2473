// The public keys of one issuer (RFC 7517), from a file or from the one URL that the configuration
// names; an address that a token brings (`jku`) is never fetched.
#pragma once

#include "connector/core/async.hpp"
#include "connector/core/log.hpp"
#include "connector/core/service_config.hpp"
#include "connector/http/client.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace embolink::service {

class KeySet {
public:
    // Both must outlive it.
    KeySet(KeySource source, http::Client& client, const Log& log);

    // The JSON of every key with that id that may verify `algorithm`. An id that is not known makes
    // the set be read again, once in a second at most: keys are rotated in place. Keys older
    // than an hour are read again, too. Who comes meanwhile with a key that is not known waits.
    // Nothing throws: keys that cannot be read are told to the log and asked for again a second
    // later; until then the known ones serve.
    asio::awaitable<std::vector<std::string>> find(std::string id, std::string algorithm);

    // The address of the set that a token may name in its header; "" none.
    const std::string& jku() const { return source_.url.empty() ? source_.jku : source_.url; }

private:
    asio::awaitable<void> refresh();
    asio::awaitable<std::string> read();
    std::vector<std::string> fitting(const std::string& id, const std::string& algorithm) const;

    KeySource source_;
    http::Client& client_;
    const Log& log_;
    std::multimap<std::string, std::string> keys_; // by id
    // Of the newest try.
    std::chrono::steady_clock::time_point tried_{};
    bool ever_tried_ = false;
    bool failed_ = false;
    bool reading_ = false;
};

} // namespace embolink::service
