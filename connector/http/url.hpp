// URLs by RFC 3986 (Boost.URL behind it): resolution of next links, comparison of origins, building
// of queries.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace embolink::http {

struct Url {
    std::string scheme; // "http" or "https", lower case
    std::string host;   // lower case; IPv6 without brackets
    std::string port;   // never empty: 80 or 443 by default
    std::string target; // path and query, at least "/"
};

// nullopt: not an absolute http or https URL, or it holds user information.
std::optional<Url> parse_url(std::string_view text);

// host:port, with brackets around IPv6.
std::string authority_of(const Url& url);
// scheme://host:port
std::string origin_of(const Url& url);
// As browsers write it in the header Origin (RFC 6454 section 6.2): no slash at its end, no path,
// no capitals, no port that is the scheme's.
bool is_origin(std::string_view text);
bool same_origin(std::string_view one, std::string_view other);

// RFC 3986 section 5; `base` is the URL of the page that held the reference, which is kept verbatim
// where it is absolute. nullopt when the result is no http(s) URL.
std::optional<std::string> resolve(std::string_view base, std::string_view reference);

// For messages: no query, no fragment.
std::string without_query(std::string_view url);

using Query = std::vector<std::pair<std::string, std::string>>;

// "a=b&c=d%7Ce": everything but unreserved characters is escaped.
std::string encode_query(const Query& query);
Query decode_query(std::string_view text); // "+" is a space

// A request target taken apart: "/fhir/Patient/1?_count=5" has the path {"fhir", "Patient", "1"}.
// Segments stand as they were sent, still escaped; empty ones are left out.
struct Address {
    std::vector<std::string> path;
    Query query;
};

Address parse_address(const std::string& target);

// base + "/" + path, with exactly one slash between.
std::string join(std::string_view base, std::string_view path);

} // namespace embolink::http
