// HTTP as plain values, for clients and servers alike: nothing of Boost.Beast, so that a source
// that speaks HTTP compiles in a second. Header names are compared without regard to case (RFC
// 9110 5.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace embolink::http {

struct Header {
    std::string name;
    std::string value;
};

// In the order of the message; a name may stand several times.
using Headers = std::vector<Header>;

// The first header of that name.
std::optional<std::string> find_header(const Headers& headers, std::string_view name);

// Replaces every header of that name.
void set_header(Headers& headers, std::string name, std::string value);

void erase_header(Headers& headers, std::string_view name);

// Constructors on purpose: g++ 12 frees the parts of a braced aggregate twice when it stands inside
// a co_await expression (CONTRIBUTING, style sheet).
struct Request {
    Request() = default;

    Request(std::string verb, std::string address)
        : method(std::move(verb)), url(std::move(address)) {}

    std::string method; // "GET"
    // Client: absolute URL. Server: the request target as sent, "/fhir/Patient?_id=1".
    std::string url;
    Headers headers;
    std::string body;
};

struct Response {
    Response() = default;

    explicit Response(int code) : status(code) {}

    // Any status is an answer and no error; who asked decides what it means.
    int status = 0;
    Headers headers;
    std::string body; // inflated when it came with Content-Encoding: gzip
};

Request get(std::string url);

// `type` is the Content-Type.
Request with_body(std::string method, std::string url, std::string body, std::string type);

} // namespace embolink::http
