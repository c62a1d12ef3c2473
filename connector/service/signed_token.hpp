// A compact JWS (RFC 7515) and whether a key signed it, by libcjose.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace embolink::service {

class SignedToken {
public:
    // nullopt: no compact JWS, its type is not JWT, it demands extensions (`crit`), or its `jku` is
    // no text.
    static std::optional<SignedToken> parse(const std::string& compact);

    const std::string& algorithm() const { return algorithm_; }

    const std::string& key_id() const { return key_id_; }

    const std::string& key_url() const { return key_url_; } // `jku`, "" none

    const std::string& claims() const { return claims_; } // JSON, not to be believed yet

    // `key`: a JWK. The algorithm is the header's and must be one of the key's kind.
    bool is_signed_by(const std::string& key) const;

private:
    SignedToken() = default;

    std::shared_ptr<void> jws_;
    std::string algorithm_;
    std::string key_id_;
    std::string key_url_;
    std::string claims_;
};

} // namespace embolink::service
