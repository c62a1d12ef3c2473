#include "connector/pull/server_session.hpp"

#include "connector/core/about.hpp"

namespace embolink {
namespace {

http::ClientOptions client_options(const ServerConfig& config, std::chrono::milliseconds whole) {
    http::ClientOptions options;
    options.whole = whole;
    options.ca_file = config.tls.ca_file;
    options.certificate_file = config.tls.certificate_file;
    options.key_file = config.tls.key_file;
    options.user_agent = "embolink/" + software_version();
    return options;
}

fhir::Access access_of(const ServerConfig& config) {
    fhir::Access access;
    access.base_url = config.base_url;
    access.authorization = [&config] { return authorization(config.auth); };
    return access;
}

} // namespace

ServerSession::ServerSession(asio::any_io_executor executor,
                             const ServerConfig& config,
                             const Log& log,
                             http::RetryPolicy policy,
                             std::chrono::milliseconds whole)
    : random_(std::random_device{}()),
      http_(http::make_client(executor, client_options(config, whole))),
      client_(
          *http_,
          access_of(config),
          policy,
          sleep_for,
          [this] { return std::uniform_real_distribution<double>(0, 1)(random_); },
          log) {}

} // namespace embolink
