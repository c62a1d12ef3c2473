// One configured server, ready to be spoken to: HTTP client, authentication, retries, and what was
// learned of its habits.
#pragma once

#include "connector/core/config.hpp"
#include "connector/core/log.hpp"
#include "connector/fhir/capability.hpp"
#include "connector/fhir/client.hpp"
#include "connector/fhir/habits.hpp"
#include "connector/http/client.hpp"

#include <memory>
#include <random>

namespace embolink {

class ServerSession {
public:
    // `config` and `log` must outlive the session. `policy`: how often a request is repeated;
    // `whole`: how long an answer may take (http::ClientOptions), 0: as long as it goes on.
    ServerSession(asio::any_io_executor executor,
                  const ServerConfig& config,
                  const Log& log,
                  http::RetryPolicy policy = {},
                  std::chrono::milliseconds whole = std::chrono::milliseconds(0));

    fhir::Client& client() { return client_; }

    // As http::Client::drop_idle().
    void drop_idle() { http_->drop_idle(); }

private:
    std::mt19937_64 random_; // jitter of waits only
    std::unique_ptr<http::Client> http_;
    fhir::Client client_;
};

} // namespace embolink
