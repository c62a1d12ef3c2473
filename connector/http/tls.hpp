// TLS as the client uses it: 1.2 or later, certificate and host name always verified; there is no
// switch that turns this off.
#pragma once

#include "connector/http/client.hpp"

#include <boost/asio/ssl/context.hpp>

#include <string>

namespace embolink::http {

// Throws Error (config) for a CA file, certificate or key that cannot be used.
boost::asio::ssl::context make_tls_context(const ClientOptions& options);

// Names the host for SNI (RFC 6066 3) and for the check of the certificate (RFC 9110 4.3.4).
// `tls` is OpenSSL's handle of one connection. False when OpenSSL refuses the name.
bool expect_host(SSL* tls, const std::string& host);

// Why the certificate was refused, in OpenSSL's words; "" when it was not.
std::string certificate_fault(SSL* tls);

} // namespace embolink::http
