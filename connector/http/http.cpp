#include "connector/http/http.hpp"

#include <algorithm>

namespace embolink::http {
namespace {

// Names are ASCII (RFC 9110 5.1), whatever the locale.
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view one, std::string_view other) {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char a, char b) {
        return lower(a) == lower(b);
    });
}

} // namespace

std::optional<std::string> find_header(const Headers& headers, std::string_view name) {
    for (const Header& header : headers) {
        if (same_name(header.name, name)) {
            return header.value;
        }
    }
    return std::nullopt;
}

void erase_header(Headers& headers, std::string_view name) {
    std::erase_if(headers, [&](const Header& header) { return same_name(header.name, name); });
}

void set_header(Headers& headers, std::string name, std::string value) {
    erase_header(headers, name);
    Header header;
    header.name = std::move(name);
    header.value = std::move(value);
    headers.push_back(std::move(header));
}

Request get(std::string url) {
    return {"GET", std::move(url)};
}

Request with_body(std::string method, std::string url, std::string body, std::string type) {
    Request request(std::move(method), std::move(url));
    request.body = std::move(body);
    set_header(request.headers, "Content-Type", std::move(type));
    return request;
}

} // namespace embolink::http
