#include "connector/service/key_set.hpp"

#include "connector/core/json_read.hpp"
#include "connector/http/url.hpp"

#include <boost/asio/redirect_error.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

namespace embolink::service {
namespace {

using nlohmann::json;

using std::chrono::seconds;
using std::chrono::steady_clock;

using Keys = std::multimap<std::string, std::string>; // JSON by id

constexpr seconds shortest_life{1}; // of a set that lacks a key
constexpr std::chrono::hours longest_life{1};

// 1 s, 2 s, 4 s and so on to a minute.
seconds pause_after(int failures) {
    constexpr int doublings = 6;
    return std::min(seconds(60), seconds(1 << std::clamp(failures - 1, 0, doublings)));
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// RFC 7517 4.1 to 4.5: a key says what it is for, or nothing.
bool may_verify(const json& key, const std::string& algorithm) {
    const std::string_view kind = text_of(key, "kty");
    const bool fits =
        algorithm == "ES384" ? kind == "EC" && text_of(key, "crv") == "P-384" : kind == "RSA";
    const std::string_view own = text_of(key, "alg");
    const std::string_view use = text_of(key, "use");
    const auto uses = elements_of(key, "key_ops");
    const bool verifies =
        uses.empty() ||
        std::any_of(uses.begin(), uses.end(), [](const json* one) { return *one == "verify"; });
    // RFC 7518 3.3: 2048 bits or more, in base64url.
    const bool strong = kind != "RSA" || text_of(key, "n").size() >= 2048 / 6;
    return fits && strong && verifies && (own.empty() || own == algorithm) &&
           (use.empty() || use == "sig");
}

// nullopt: no JSON Web Key Set.
std::optional<Keys> keys_in(const std::string& text) {
    const json set = json::parse(text, nullptr, false);
    if (!member_of(set, "keys").is_array()) {
        return std::nullopt;
    }
    Keys keys;
    for (const json* key : elements_of(set, "keys")) {
        keys.emplace(text_of(*key, "kid"), key->dump());
    }
    return keys;
}

void warn(const Log& log, const std::string& why, const std::string& where) {
    log.warning("the keys of callers cannot be read: " + why + " (" + where + ")");
}

constexpr const char* no_key_set = "no JSON Web Key Set";

// nullopt with a line in the log when they cannot be had, whatever is thrown: nobody waits for what
// it throws.
asio::awaitable<std::optional<Keys>> fetch(std::string url, http::Client& client, const Log& log) {
    std::string why;
    try {
        const http::Response response = co_await client.send(http::get(url));
        auto keys = response.status == 200 ? keys_in(response.body) : std::nullopt;
        if (keys) {
            co_return keys;
        }
        why = response.status == 200 ? no_key_set : "HTTP " + std::to_string(response.status);
    } catch (const std::exception& error) {
        why = error.what();
    }
    warn(log, why, http::without_query(url));
    co_return std::nullopt;
}

} // namespace

struct KeySet::State {
    Keys keys;
    steady_clock::time_point read{};               // when they were
    std::optional<steady_clock::time_point> tried; // the end of the newest try
    int failures = 0;                              // since they were read
    // There while they are fetched. Runs out when nobody waits for that any longer, cancelled by
    // its end.
    std::shared_ptr<asio::steady_timer> fetching;

    void settle(std::optional<Keys> found, steady_clock::time_point now) {
        tried = now;
        ++failures;
        if (found) { // else the known ones go on to serve
            keys = std::move(*found);
            read = now;
            failures = 0;
        }
        if (fetching) {
            fetching->cancel();
            fetching.reset();
        }
    }
};

KeySet::KeySet(KeySource source,
               http::Client& client,
               const Log& log,
               std::chrono::milliseconds patience,
               Clock now)
    : source_(std::move(source)), client_(client), log_(log), patience_(patience),
      now_(std::move(now)), state_(std::make_shared<State>()) {}

bool KeySet::is_due(bool known) const {
    if (state_->fetching) {
        return false;
    }
    if (!state_->tried) {
        return true;
    }
    const auto now = now_();
    const auto pause = now - *state_->tried;
    if (!known) {
        return pause >= shortest_life;
    }
    return now - state_->read >= longest_life &&
           (state_->failures == 0 || pause >= pause_after(state_->failures));
}

void KeySet::begin_reading(const asio::any_io_executor& executor) {
    if (source_.url.empty()) {
        auto keys = keys_in(read_file(source_.file));
        if (!keys) {
            warn(log_, no_key_set, source_.file.string());
        }
        state_->settle(std::move(keys), now_());
        return;
    }
    state_->fetching = std::make_shared<asio::steady_timer>(executor, patience_);
    asio::co_spawn(
        executor,
        fetch(source_.url, client_, log_),
        [state = state_, now = now_](const std::exception_ptr& thrown, std::optional<Keys> keys) {
            state->settle(thrown ? std::nullopt : std::move(keys), now());
        });
}

std::vector<std::string> KeySet::fitting(const std::string& id,
                                         const std::string& algorithm) const {
    std::vector<std::string> found;
    const auto [first, last] = state_->keys.equal_range(id);
    for (auto key = first; key != last; ++key) {
        if (may_verify(json::parse(key->second), algorithm)) {
            found.push_back(key->second);
        }
    }
    return found;
}

asio::awaitable<std::vector<std::string>> KeySet::find(std::string id, std::string algorithm) {
    const bool known = !fitting(id, algorithm).empty();
    if (is_due(known)) {
        begin_reading(co_await asio::this_coro::executor);
    }
    if (const auto fetching = state_->fetching; fetching && !known) {
        boost::system::error_code ignored;
        co_await fetching->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return fitting(id, algorithm);
}

} // namespace embolink::service
