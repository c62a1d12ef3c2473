#include "connector/http/server_message.hpp"

#include "connector/http/url.hpp"

#include <boost/beast/core/buffer_traits.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/serializer.hpp>

#include <ctime>
#include <string_view>
#include <utility>

namespace embolink::http {
namespace {

namespace beast = boost::beast;
namespace wire = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t usual_headers = 12;
constexpr std::size_t usual_answer = 2'048; // a small body may be put behind the head

// RFC 9112 3.2.2: a target in absolute form names us, too.
std::string target_of(std::string_view target) {
    const auto url = target.starts_with("/") ? std::nullopt : parse_url(target);
    return url ? url->target : std::string(target);
}

// RFC 9110 6.6.1, in the form of 5.6.7.
std::string_view date_now() {
    thread_local std::time_t written = 0;
    thread_local char text[32];
    thread_local std::size_t size = 0;
    const std::time_t now = std::time(nullptr);
    if (now != written) { // it holds for a second
        std::tm parts{};
        gmtime_r(&now, &parts);
        size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
        written = now;
    }
    return {text, size};
}

using Serializer = wire::response_serializer<wire::string_body>;

// All that the serializer has until it has no more, or its head is done.
std::string text_of(Serializer& serializer) {
    std::string text;
    text.reserve(usual_answer);
    error_code fault;
    const auto take = [&](error_code&, const auto& buffers) {
        for (const boost::asio::const_buffer piece : beast::buffers_range_ref(buffers)) {
            text.append(static_cast<const char*>(piece.data()), piece.size());
        }
        serializer.consume(beast::buffer_bytes(buffers));
    };
    while (!fault && !serializer.is_done() &&
           !(serializer.split() && serializer.is_header_done())) {
        serializer.next(fault, take);
    }
    return text;
}

} // namespace

int refusal_of(const error_code& fault) {
    if (fault == wire::error::header_limit) {
        return 431;
    }
    if (fault == wire::error::body_limit) {
        return 413;
    }
    const bool ended = fault == wire::error::end_of_stream || fault == wire::error::partial_message;
    const error_code any_of_http = wire::error::bad_method;
    return fault.category() == any_of_http.category() && !ended ? 400 : 0;
}

int fault_of(const RequestMessage& message) {
    const bool hosted = message.version() < 11 || message.count(wire::field::host) == 1;
    const auto coding = message[wire::field::transfer_encoding];
    const bool plain = coding.empty() || beast::iequals(coding, "chunked");
    return !hosted ? 400 : !plain ? 501 : 0;
}

bool waits_for_leave(const RequestMessage& message) {
    return message.version() >= 11 && beast::iequals(message[wire::field::expect], "100-continue");
}

Request to_request(const RequestMessage& message) {
    Request request(message.method_string(), target_of(message.target()));
    request.headers.reserve(usual_headers);
    for (const auto& field : message) {
        Header header;
        header.name = field.name_string();
        header.value = field.value();
        request.headers.push_back(std::move(header));
    }
    return request;
}

ResponseMessage to_message(Response response, bool keep_alive) {
    ResponseMessage message;
    message.result(static_cast<unsigned>(response.status));
    message.set(wire::field::date, date_now());
    for (const Header& header : response.headers) {
        message.insert(header.name, header.value);
    }
    message.body() = std::move(response.body);
    message.keep_alive(keep_alive);
    const bool no_body = response.status == 204 || response.status == 304;
    if (!no_body && !message.chunked()) {
        message.content_length(message.body().size());
    }
    return message;
}

std::string head_text(ResponseMessage& message) {
    Serializer serializer(message);
    serializer.split(true);
    return text_of(serializer);
}

// RFC 9112 7.1: of a chunked body the serializer makes chunks.
std::string body_text(ResponseMessage message) {
    if (!message.chunked()) {
        return std::move(message.body());
    }
    Serializer serializer(message);
    serializer.split(true);
    text_of(serializer); // the head
    serializer.split(false);
    return text_of(serializer);
}

} // namespace embolink::http
