#include "connector/service/secrets.hpp"

#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <locale>
#include <optional>
#include <set>
#include <vector>

namespace embolink::service {
namespace {

std::vector<SecretRef> secrets_of(const Config& config, const ServiceConfig& service) {
    std::vector<SecretRef> out;
    for (const ServerConfig* server : {&config.source.server, &config.target.server}) {
        if (server->auth.kind != AuthKind::none) {
            out.push_back(server->auth.kind == AuthKind::bearer ? server->auth.token
                                                                : server->auth.password);
        }
    }
    for (const CallerConfig& caller : service.operations.callers) {
        out.push_back(caller.token);
    }
    for (const SecretRef& secret : {service.subscriptions.secret, service.subscriptions.hmac}) {
        if (secret.given()) {
            out.push_back(secret);
        }
    }
    return out;
}

std::optional<std::string> known(const SecretRef& secret) {
    try {
        return read_secret(secret);
    } catch (const Error&) {
        return std::nullopt;
    }
}

// Of equal length, whatever was given.
bool are_equal(const std::string& one, const std::string& other) {
    const std::string left = sha256_hex(one);
    const std::string right = sha256_hex(other);
    return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string hmac_sha256_hex(const std::string& key, const std::string& body) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    HMAC(EVP_sha256(),
         key.data(),
         static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(body.data()),
         body.size(),
         bytes.data(),
         &size);
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
        text += digits[bytes[i] >> 4];
        text += digits[bytes[i] & 15];
    }
    return text;
}

} // namespace

bool is_secret(const std::string& given, const SecretRef& secret) {
    const std::optional<std::string> right = known(secret);
    return !given.empty() && right && are_equal(given, *right);
}

bool is_signature(const std::string& given, const std::string& body, const SecretRef& secret) {
    const std::optional<std::string> key = known(secret);
    if (given.empty() || !key || key->empty()) {
        return false;
    }
    const std::string prefix = "sha256=";
    std::string digits = boost::algorithm::to_lower_copy(given, std::locale::classic());
    if (digits.starts_with(prefix)) {
        digits.erase(0, prefix.size());
    }
    return are_equal(digits, hmac_sha256_hex(*key, body));
}

void require_secrets(const Config& config, const ServiceConfig& service) {
    std::set<std::string> faults;
    for (const SecretRef& secret : secrets_of(config, service)) {
        try {
            read_secret(secret);
        } catch (const Error& error) {
            faults.insert(error.where() + ": " + error.what());
        }
    }
    if (faults.empty()) {
        return;
    }
    std::string where;
    for (const std::string& fault : faults) {
        where += (where.empty() ? "" : "\n") + fault;
    }
    throw Error(
        ErrorKind::config,
        "secrets that the configuration names cannot be used",
        where,
        "put each token or password where the configuration says, alone, for this user to read");
}

} // namespace embolink::service
