#include "connector/service/token_check.hpp"

#include "connector/core/hash.hpp"
#include "connector/core/json_read.hpp"
#include "connector/service/bearer.hpp"
#include "connector/service/signed_token.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace embolink::service {
namespace {

using nlohmann::json;
using std::chrono::seconds;

// Clocks of servers drift.
constexpr seconds skew{60};
// The specification recommends five minutes; a token for longer would have to be remembered for as
// long.
constexpr seconds longest_life{3600};

// RFC 7519 4.1.3: one text or a list.
bool names(const json& audience, const std::string& wanted) {
    if (audience.is_string()) {
        return audience.get_ref<const std::string&>() == wanted;
    }
    return audience.is_array() && std::any_of(audience.begin(), audience.end(), [&](const auto& a) {
               return a.is_string() && a.template get_ref<const std::string&>() == wanted;
           });
}

// RFC 7519 2: a number of seconds, perhaps with a fraction.
std::optional<Instant> numeric_date(const json& claims, const char* key) {
    const json& value = member_of(claims, key);
    if (!value.is_number()) {
        return std::nullopt;
    }
    const double number = value.get<double>();
    if (!(std::abs(number) < 1e11)) {
        return std::nullopt;
    }
    return Instant(seconds(static_cast<seconds::rep>(number)));
}

std::int64_t seconds_of(Instant instant) {
    return std::chrono::duration_cast<seconds>(instant.time_since_epoch()).count();
}

bool names_any(const json& audience, const std::vector<std::string>& wanted) {
    return std::any_of(
        wanted.begin(), wanted.end(), [&](const auto& one) { return names(audience, one); });
}

// The expiry of a token whose time it is.
std::optional<Instant> standing_expiry(const json& claims, Instant now) {
    const auto expires = numeric_date(claims, "exp");
    const auto issued = numeric_date(claims, "iat");
    const bool begun = !claims.contains("nbf") ||
                       (numeric_date(claims, "nbf") && *numeric_date(claims, "nbf") <= now + skew);
    const bool stands = begun && expires && issued && *expires > now - skew &&
                        *issued <= now + skew && *expires <= *issued + longest_life &&
                        *expires >= *issued;
    return stands ? expires : std::nullopt;
}

} // namespace

TokenCheck::TokenCheck(const std::vector<CdsClient>& issuers,
                       http::Client& client,
                       const Log& log,
                       UseOnce use_once,
                       std::function<Instant()> now,
                       std::chrono::milliseconds patience)
    : use_once_(std::move(use_once)), now_(std::move(now)) {
    for (const CdsClient& issuer : issuers) {
        issuers_[issuer.issuer] = std::make_unique<KeySet>(issuer.keys, client, log, patience);
    }
}

asio::awaitable<std::string> TokenCheck::refusal(std::string authorization,
                                                 std::vector<std::string> audiences) {
    const std::string token = bearer_token(authorization);
    co_return co_await refusal_of_token(token, std::move(audiences));
}

asio::awaitable<std::string> TokenCheck::refusal_of_token(std::string token,
                                                          std::vector<std::string> audiences) {
    const auto parsed = SignedToken::parse(token);
    if (!parsed) {
        co_return "no token";
    }
    if (parsed->algorithm() != "ES384" && parsed->algorithm() != "RS384") {
        co_return "another algorithm than ES384 and RS384";
    }
    // Nothing of the claims is believed before the signature holds; the issuer only tells whose
    // keys to try.
    const json claims = json::parse(parsed->claims(), nullptr, false);
    const auto issuer = issuers_.find(std::string(text_of(claims, "iss")));
    if (issuer == issuers_.end()) {
        co_return "its issuer (iss) is not listed";
    }
    const std::string jku = parsed->key_url();
    if (!jku.empty() && jku != issuer->second->jku()) {
        co_return "its key set (jku) is not the configured one";
    }
    const std::vector<std::string> keys =
        co_await issuer->second->find(parsed->key_id(), parsed->algorithm());
    // None or several keys of one id: the set does not say who signed.
    if (keys.size() != 1) {
        co_return "the key set has no key, or several, of its id (kid) and algorithm";
    }
    if (!parsed->is_signed_by(keys.front())) {
        co_return "the signature is wrong";
    }
    const Instant now = now_();
    const auto expires = standing_expiry(claims, now);
    const std::string id(text_of(claims, "jti"));
    if (!expires) {
        co_return "its time (exp, iat, nbf) is not now, or longer than an hour";
    }
    if (!names_any(member_of(claims, "aud"), audiences)) {
        co_return "its audience (aud) is another than the address below public_url";
    }
    if (id.empty()) {
        co_return "it has no id (jti)";
    }
    // Remembered to expiry plus skew: until then the token itself would be taken again.
    UsedToken used;
    used.id = sha256_hex(issuer->first + " " + id);
    used.until = seconds_of(*expires + skew);
    const bool first = co_await use_once_(std::move(used), seconds_of(now));
    co_return first ? "" : "it was used before";
}

} // namespace embolink::service
