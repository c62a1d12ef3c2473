#include "connector/fhir/server_address.hpp"

#include "connector/http/url.hpp"
#include "mapping/fhir/fields.hpp"

#include <algorithm>

namespace embolink::fhir {

namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// FHIR's id but for its length: servers exist with 88 characters, and some use an underscore.
bool is_id_character(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_type_and_id(std::string_view reference) {
    const std::size_t slash = reference.find('/');
    if (slash == std::string_view::npos || slash == 0) {
        return false;
    }
    const std::string_view type = reference.substr(0, slash);
    const std::string_view id = reference.substr(slash + 1);
    return type.front() >= 'A' && type.front() <= 'Z' && std::ranges::all_of(type, is_letter) &&
           !id.empty() && id != "." && id != ".." && std::ranges::all_of(id, is_id_character);
}

} // namespace

ServerAddress::ServerAddress(std::string base_url, std::vector<std::string> other_origins)
    : base_url_(std::move(base_url)), other_origins_(std::move(other_origins)) {}

bool ServerAddress::may_fetch(std::string_view url) const {
    return http::same_origin(base_url_, url) ||
           std::ranges::any_of(other_origins_, [&](const std::string& origin) {
               return http::same_origin(origin, url);
           });
}

// Below the base URL, or on another origin of ours: what stands beside the base URL on its own
// origin is another server (a tenant, a test copy), whose ids are other people.
bool ServerAddress::is_here(std::string_view reference) const {
    const auto url = http::parse_url(reference);
    const auto base = http::parse_url(base_url_);
    if (!url || !base) {
        return false; // urn:uuid and every other scheme
    }
    if (http::origin_of(*url) != http::origin_of(*base)) {
        return may_fetch(reference);
    }
    const std::string root = base->target.ends_with('/') ? base->target : base->target + "/";
    return url->target.starts_with(root);
}

std::optional<std::string> ServerAddress::local_reference(std::string_view reference) const {
    if (reference.empty() || reference.front() == '#') {
        return std::nullopt;
    }
    if (reference.find(':') != std::string_view::npos && !is_here(reference)) {
        return std::nullopt;
    }
    std::string reduced = reduce_reference(reference, "");
    return is_type_and_id(reduced) ? std::optional(std::move(reduced)) : std::nullopt;
}

} // namespace embolink::fhir
