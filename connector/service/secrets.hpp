// Whether somebody knows a secret of the configuration.
#pragma once

#include "connector/core/config.hpp"
#include "connector/core/service_config.hpp"

#include <string>

namespace embolink::service {

// Of requests that a FHIR server sends to us (Subscription.channel.header).
inline constexpr const char* secret_header = "X-Embolink-Secret";

// Read anew each time: a secret that is withdrawn is withdrawn at once. One that is empty or cannot
// be read opens nothing. The time that it takes tells nothing of where the two differ.
bool is_secret(const std::string& given, const SecretRef& secret);

// The same for a signature of a body: HMAC-SHA256 (RFC 2104) in hexadecimal digits, with or without
// "sha256=" before them, all of either case.
bool is_signature(const std::string& given, const std::string& body, const SecretRef& secret);

// At the start of the service: every secret that the configuration names can be read. Throws Error
// (config) naming the places of all that cannot.
void require_secrets(const Config& config, const ServiceConfig& service);

} // namespace embolink::service
