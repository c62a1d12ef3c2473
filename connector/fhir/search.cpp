#include "connector/fhir/search.hpp"

#include "connector/core/hash.hpp"

#include <algorithm>

namespace embolink::fhir {

namespace {

constexpr const char* fhir_json = "application/fhir+json";
constexpr const char* form_type = "application/x-www-form-urlencoded";

// RFC 9111 5.2.1.4. HAPI answers a search that it has answered within a minute with what it said
// then, unless it is told not to: a change would be seen at the next scheduled pass only.
void ask_afresh(http::Request& request) {
    http::set_header(request.headers, "Cache-Control", "no-cache");
}

} // namespace

http::Request begin_search(const std::string& base_url,
                           const Search& search,
                           const SearchForm& form,
                           const http::Query& extra) {
    http::Query query = search.query;
    query.insert(query.end(), extra.begin(), extra.end());
    const std::string encoded = http::encode_query(query);
    const std::string address = http::join(base_url, search.type);
    std::string url = encoded.empty() ? address : address + "?" + encoded;
    const bool post =
        form.post_answered && (form.post_only || search.tells_who || url.size() > form.longest_url);
    http::Request request = post ? http::with_body("POST", address + "/_search", encoded, form_type)
                                 : http::get(std::move(url));
    http::set_header(request.headers, "Accept", fhir_json);
    http::set_header(request.headers, "Prefer", "handling=strict");
    ask_afresh(request);
    return request;
}

http::Request read_request(const std::string& base_url, const std::string& reference) {
    http::Request request = http::get(http::join(base_url, reference));
    http::set_header(request.headers, "Accept", fhir_json);
    ask_afresh(request);
    return request;
}

std::string fingerprint(const std::vector<Search>& searches) {
    std::vector<std::string> parts;
    for (const Search& search : searches) {
        http::Query query = search.query;
        std::erase_if(query,
                      [](const auto& parameter) { return parameter.first == "_lastUpdated"; });
        parts.push_back(search.type + "?" + http::encode_query(query));
    }
    std::ranges::sort(parts); // the order of a chain's identities means nothing
    std::string text;
    for (const std::string& part : parts) {
        text += part + "\n";
    }
    return sha256_hex(text);
}

} // namespace embolink::fhir
