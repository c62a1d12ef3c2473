#include "connector/service/secrets.hpp"

#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"

#include <openssl/crypto.h>

namespace embolink::service {

bool is_secret(const std::string& given, const SecretRef& secret) {
    std::string known;
    try {
        known = read_secret(secret);
    } catch (const Error&) {
        return false;
    }
    // Of equal length, whatever was given.
    const std::string one = sha256_hex(given);
    const std::string other = sha256_hex(known);
    return !given.empty() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

} // namespace embolink::service
