#include "connector/service/key_set.hpp"

#include "connector/core/error.hpp"
#include "connector/core/json_read.hpp"
#include "connector/http/url.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace embolink::service {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds shortest_life{1}; // of a set that lacks a key
constexpr std::chrono::hours longest_life{1};
constexpr std::chrono::seconds after_failure{1};

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

} // namespace

KeySet::KeySet(KeySource source, http::Client& client, const Log& log)
    : source_(std::move(source)), client_(client), log_(log) {}

// "" with a line in the log when they cannot be had.
asio::awaitable<std::string> KeySet::read() {
    if (source_.url.empty()) {
        co_return read_file(source_.file);
    }
    std::string why;
    try {
        const http::Response response = co_await client_.send(http::get(source_.url));
        if (response.status == 200) {
            co_return response.body;
        }
        why = "HTTP " + std::to_string(response.status);
    } catch (const Error& error) {
        why = error.what();
    }
    log_.warning("the keys of callers cannot be read: " + why + " (" +
                 http::without_query(source_.url) + ")");
    co_return "";
}

asio::awaitable<void> KeySet::refresh() {
    reading_ = true;
    const std::string text = co_await read();
    reading_ = false;
    ever_tried_ = true;
    tried_ = std::chrono::steady_clock::now();
    const json set = json::parse(text, nullptr, false);
    failed_ = !member_of(set, "keys").is_array();
    if (failed_) {
        if (!text.empty()) {
            log_.warning("the keys of callers cannot be read: no JSON Web Key Set");
        }
        co_return; // the keys that are known go on to serve
    }
    keys_.clear();
    for (const json* key : elements_of(set, "keys")) {
        keys_.emplace(text_of(*key, "kid"), key->dump());
    }
}

std::vector<std::string> KeySet::fitting(const std::string& id,
                                         const std::string& algorithm) const {
    std::vector<std::string> found;
    const auto [first, last] = keys_.equal_range(id);
    for (auto key = first; key != last; ++key) {
        if (may_verify(json::parse(key->second), algorithm)) {
            found.push_back(key->second);
        }
    }
    return found;
}

asio::awaitable<std::vector<std::string>> KeySet::find(std::string id, std::string algorithm) {
    std::vector<std::string> found = fitting(id, algorithm);
    while (reading_ && found.empty()) { // whoever's key is known does not wait for a stranger's
        co_await sleep_for(std::chrono::milliseconds(5));
        found = fitting(id, algorithm);
    }
    const auto age = std::chrono::steady_clock::now() - tried_;
    const bool due = failed_ ? age > after_failure
                             : age > longest_life || (found.empty() && age > shortest_life);
    if (!reading_ && (!ever_tried_ || due)) {
        co_await refresh();
        found = fitting(id, algorithm);
    }
    co_return found;
}

} // namespace embolink::service
