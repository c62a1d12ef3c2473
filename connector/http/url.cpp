// Boost.URL knows RFC 3986; added here is what HTTP and real servers ask for: default ports, no
// user information, and next links with characters that a strict reader refuses.
#include "connector/http/url.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/parse_query.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url.hpp>

#include <algorithm>

namespace embolink::http {
namespace {

namespace urls = boost::urls;

// Servers write next links with raw "|", spaces or umlauts, none of which RFC 3986 allows; they are
// escaped as browsers do. A control character is refused: a line break would end the request line.
std::optional<std::string> escape_stray(std::string_view text) {
    constexpr std::string_view stray = " \"<>\\^`{|}";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            return std::nullopt;
        }
        if (byte > 0x7f || stray.find(c) != std::string_view::npos) {
            out += urls::encode(urls::string_view(&c, 1), urls::unreserved_chars);
        } else {
            out += c;
        }
    }
    return out;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

// "" when the authority names no host that can be connected to.
std::string host_of(const urls::url_view& url) {
    switch (url.host_type()) {
    case urls::host_type::ipv4:
        return url.host();
    case urls::host_type::ipv6:
        return url.host_ipv6_address().to_string();
    case urls::host_type::name: {
        std::string host(url.encoded_host());
        // An escaped host name would compare unequal to itself unescaped.
        return host.find('%') == std::string::npos ? lower(std::move(host)) : "";
    }
    default:
        return "";
    }
}

// "" when it is no port; `by_default` when none is given (RFC 3986 6.2.3).
std::string port_of(const urls::url_view& url, std::string_view by_default) {
    if (url.port().empty()) {
        return std::string(by_default);
    }
    return url.port_number() == 0 ? "" : std::to_string(url.port_number());
}

// "/../g" is "/g" (RFC 3986 5.2.4 2C), which Boost.URL leaves in an absolute URL.
std::string without_leading_parents(std::string url) {
    const auto path = url.find('/', url.find("//") + 2);
    if (path == std::string::npos) {
        return url;
    }
    auto end = std::min(url.find_first_of("?#"), url.size());
    while (url.compare(path, 3, "/..") == 0 && (path + 3 == end || url[path + 3] == '/')) {
        url.erase(path, 3);
        end -= 3;
    }
    if (path == end) {
        url.insert(path, "/");
    }
    return url;
}

std::string unescaped(std::string_view text) {
    const auto valid = urls::make_pct_string_view(urls::string_view(text.data(), text.size()));
    urls::encoding_opts options;
    options.space_as_plus = true;
    // A stray "%" escapes nothing: the text stays as it is.
    return valid ? valid->decode(options) : std::string(text);
}

} // namespace

std::optional<Url> parse_url(std::string_view text) {
    const auto clean = escape_stray(text);
    if (!clean) {
        return std::nullopt;
    }
    const auto parsed = urls::parse_uri(*clean);
    if (!parsed || parsed->has_userinfo()) {
        return std::nullopt;
    }
    Url url;
    url.scheme = lower(parsed->scheme());
    if (url.scheme != "http" && url.scheme != "https") {
        return std::nullopt;
    }
    url.host = host_of(*parsed);
    url.port = port_of(*parsed, url.scheme == "http" ? "80" : "443");
    if (url.host.empty() || url.port.empty()) {
        return std::nullopt;
    }
    const std::string path(parsed->encoded_path());
    if (!path.empty() && path.front() != '/') {
        return std::nullopt; // Boost 1.81 takes "a:x" for an empty port and a path
    }
    url.target = (path.empty() ? "/" : "") + std::string(parsed->encoded_target());
    return url;
}

std::string authority_of(const Url& url) {
    const bool ipv6 = url.host.find(':') != std::string::npos;
    return (ipv6 ? "[" + url.host + "]" : url.host) + ":" + url.port;
}

std::string origin_of(const Url& url) {
    return url.scheme + "://" + authority_of(url);
}

bool is_origin(std::string_view text) {
    const auto url = parse_url(text);
    if (!url) {
        return false;
    }
    std::string origin = origin_of(*url);
    const std::string usual = url->scheme == "http" ? ":80" : ":443";
    if (origin.ends_with(usual)) {
        origin.resize(origin.size() - usual.size());
    }
    return text == origin;
}

bool same_origin(std::string_view one, std::string_view other) {
    const auto left = parse_url(one);
    const auto right = parse_url(other);
    return left && right && origin_of(*left) == origin_of(*right);
}

std::optional<std::string> resolve(std::string_view base, std::string_view reference) {
    const auto clean_base = escape_stray(base);
    const auto clean = escape_stray(reference);
    if (!clean_base || !clean) {
        return std::nullopt;
    }
    const auto parsed_base = urls::parse_uri(*clean_base);
    const auto parsed = urls::parse_uri_reference(*clean);
    if (!parsed_base || !parsed) {
        return std::nullopt;
    }
    std::string result(reference);
    if (!parsed->has_scheme()) {
        urls::url target;
        if (!urls::resolve(*parsed_base, *parsed, target)) {
            return std::nullopt;
        }
        result = without_leading_parents(target.buffer());
    }
    return parse_url(result) ? std::optional(std::move(result)) : std::nullopt;
}

std::string without_query(std::string_view url) {
    std::string text(url.substr(0, url.find_first_of("?#")));
    // A URL with a password in it is refused, and the refusal must not repeat it.
    const auto authority = text.find("//");
    const auto at = text.find_last_of('@', text.find('/', authority + 2));
    if (authority != std::string::npos && at != std::string::npos && at > authority) {
        text.erase(authority + 2, at - authority - 1);
    }
    return text;
}

std::string encode_query(const Query& query) {
    std::string out;
    for (const auto& [name, value] : query) {
        if (!out.empty()) {
            out += '&';
        }
        out += urls::encode(name, urls::unreserved_chars) + "=" +
               urls::encode(value, urls::unreserved_chars);
    }
    return out;
}

Query decode_query(std::string_view text) {
    Query query;
    while (!text.empty()) {
        const auto end = text.find('&');
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (pair.empty()) {
            continue;
        }
        const auto sign = pair.find('=');
        const auto value = sign == std::string_view::npos ? "" : pair.substr(sign + 1);
        query.emplace_back(unescaped(pair.substr(0, sign)), unescaped(value));
    }
    return query;
}

Address parse_address(const std::string& target) {
    Address address;
    const auto question = target.find('?');
    if (question != std::string::npos) {
        address.query = decode_query(target.substr(question + 1));
    }
    std::string segment;
    for (const char c : target.substr(0, question) + "/") {
        if (c != '/') {
            segment += c;
        } else if (!segment.empty()) {
            address.path.push_back(std::move(segment));
            segment.clear();
        }
    }
    return address;
}

std::string join(std::string_view base, std::string_view path) {
    const auto end = base.find_last_not_of('/');
    const auto begin = std::min(path.find_first_not_of('/'), path.size());
    return std::string(base.substr(0, end + 1)) + "/" + std::string(path.substr(begin));
}

} // namespace embolink::http
