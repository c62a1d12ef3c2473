// Who may call a CDS service: the JWT of CDS Hooks 2.0 ("Trusting CDS Clients"). Signed with ES384
// or RS384 by a key of an issuer on the list, for exactly this address, not expired, and never seen
// before. `none` and HMAC are refused like everything else, without a reason.
#pragma once

#include "connector/core/clock.hpp"
#include "connector/service/key_set.hpp"
#include "connector/store/token_store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace embolink::service {

class TokenCheck {
public:
    // True for the first use of the token; `now` in seconds since 1970.
    using UseOnce = std::function<asio::awaitable<bool>(UsedToken token, std::int64_t now)>;

    // The client fetches key sets; it and the log must outlive the check. `patience`: as KeySet's.
    TokenCheck(const std::vector<CdsClient>& issuers,
               http::Client& client,
               const Log& log,
               UseOnce use_once,
               std::function<Instant()> now = current_instant,
               std::chrono::milliseconds patience = KeySet::usual_patience);

    // Why the caller may not come in, in fixed words that hold nothing of the token, for our log
    // alone; "" he may. `authorization`: the header's value; `audiences`: the addresses that the
    // token may be for, as clients know them. Throws what `use_once` throws: who cannot be
    // remembered does not come in.
    asio::awaitable<std::string> refusal(std::string authorization,
                                         std::vector<std::string> audiences);

private:
    asio::awaitable<std::string> refusal_of_token(std::string token,
                                                  std::vector<std::string> audiences);

    std::map<std::string, std::unique_ptr<KeySet>> issuers_;
    UseOnce use_once_;
    std::function<Instant()> now_;
};

} // namespace embolink::service
