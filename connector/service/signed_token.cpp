#include "connector/service/signed_token.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <nlohmann/json.hpp>

#include <cjose/cjose.h>

namespace embolink::service {
namespace {

using nlohmann::json;

std::string header_text(cjose_header_t* header, const char* name) {
    cjose_err fault;
    const char* value = cjose_header_get(header, name, &fault);
    return value == nullptr ? "" : value;
}

// The first part: libcjose tells no member that is a number, true, false or null.
json protected_header(const std::string& compact) {
    cjose_err fault;
    std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    if (!cjose_base64url_decode(compact.data(), compact.find('.'), &bytes, &size, &fault)) {
        return nullptr;
    }
    json header = json::parse(bytes, bytes + size, nullptr, false);
    cjose_get_dealloc()(bytes);
    return header;
}

} // namespace

std::optional<SignedToken> SignedToken::parse(const std::string& compact) {
    if (compact.find('=') != std::string::npos) {
        return std::nullopt; // RFC 7515 section 2: no padding
    }
    cjose_err fault;
    cjose_jws_t* jws = cjose_jws_import(compact.data(), compact.size(), &fault);
    if (jws == nullptr) {
        return std::nullopt;
    }
    SignedToken token;
    token.jws_ = std::shared_ptr<void>(
        jws, [](void* held) { cjose_jws_release(static_cast<cjose_jws_t*>(held)); });
    cjose_header_t* header = cjose_jws_get_protected(jws);
    token.algorithm_ = header_text(header, "alg");
    token.key_id_ = header_text(header, "kid");
    token.key_url_ = header_text(header, "jku");
    const json whole = protected_header(compact);
    // RFC 7515 4.1.11: whoever does not understand what is critical must refuse. None is known.
    const bool extended = !whole.is_object() || whole.contains("crit");
    // RFC 7515 4.1.2: an address. What cannot be compared with ours is not taken for absent.
    const bool odd_key_url = token.key_url_.empty() && whole.contains("jku");
    std::uint8_t* text = nullptr;
    std::size_t size = 0;
    if (extended || odd_key_url || !boost::iequals(header_text(header, "typ"), "JWT") ||
        token.key_id_.empty() || !cjose_jws_get_plaintext(jws, &text, &size, &fault)) {
        return std::nullopt;
    }
    token.claims_.assign(reinterpret_cast<const char*>(text), size);
    return token;
}

bool SignedToken::is_signed_by(const std::string& key) const {
    cjose_err fault;
    cjose_jwk_t* jwk = cjose_jwk_import(key.data(), key.size(), &fault);
    if (jwk == nullptr) {
        return false;
    }
    const bool holds = cjose_jws_verify(static_cast<cjose_jws_t*>(jws_.get()), jwk, &fault);
    cjose_jwk_release(jwk);
    return holds;
}

} // namespace embolink::service
