#include "connector/service/key_set.hpp"

#include "connector/core/error.hpp"
#include "connector/core/json_read.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

namespace embolink::service {
namespace {

using nlohmann::json;

constexpr std::chrono::minutes shortest_life{1};
constexpr std::chrono::hours longest_life{1};

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// RFC 7517 4.1 to 4.4: a key says what it is for, or nothing.
bool may_verify(const json& key, const std::string& algorithm) {
    const std::string_view kind = text_of(key, "kty");
    const bool fits =
        algorithm == "ES384" ? kind == "EC" && text_of(key, "crv") == "P-384" : kind == "RSA";
    const std::string_view own = text_of(key, "alg");
    const std::string_view use = text_of(key, "use");
    return fits && (own.empty() || own == algorithm) && (use.empty() || use == "sig");
}

} // namespace

KeySet::KeySet(KeySource source, http::Client& client)
    : source_(std::move(source)), client_(client) {}

asio::awaitable<void> KeySet::refresh() {
    ever_read_ = true;
    read_ = std::chrono::steady_clock::now();
    std::string text;
    if (source_.url.empty()) {
        text = read_file(source_.file);
    } else {
        try {
            const http::Response response = co_await client_.send(http::get(source_.url));
            text = response.status == 200 ? response.body : "";
        } catch (const Error&) {
            co_return; // the keys that are known go on to serve
        }
    }
    const json set = json::parse(text, nullptr, false);
    if (!member_of(set, "keys").is_array()) {
        co_return;
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
    const auto age = std::chrono::steady_clock::now() - read_;
    std::vector<std::string> found = fitting(id, algorithm);
    if (!ever_read_ || age > longest_life || (found.empty() && age > shortest_life)) {
        co_await refresh();
        found = fitting(id, algorithm);
    }
    co_return found;
}

} // namespace embolink::service
