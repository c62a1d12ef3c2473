#include "connector/sandbox/answer.hpp"

#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>
#include <zlib.h>

#include <new>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

// "gzip;q=0" says no (RFC 9110 12.5.3).
bool accepts_gzip(const http::Request& request) {
    const std::string accepted = http::find_header(request.headers, "Accept-Encoding").value_or("");
    const auto gzip = accepted.find("gzip");
    if (gzip == std::string::npos) {
        return false;
    }
    std::string weight;
    for (std::size_t i = gzip + 4; i < accepted.size() && accepted[i] != ','; ++i) {
        if (accepted[i] != ' ') {
            weight += accepted[i];
        }
    }
    return weight.find_first_not_of(";q=0.") != std::string::npos || weight.empty();
}

} // namespace

Answer json_answer(int status, json body) {
    Answer answer;
    answer.status = status;
    answer.body = std::make_shared<json>(std::move(body));
    return answer;
}

std::string etag_of(int version) {
    return "W/\"" + std::to_string(version) + "\"";
}

void set_version_headers(http::Headers& headers, int version, Instant updated) {
    http::set_header(headers, "ETag", etag_of(version));
    http::set_header(headers, "Last-Modified", http_date_text(updated));
}

json outcome(const std::string& severity, const std::string& code, const std::string& text) {
    json issue = {{"severity", severity}, {"code", code}, {"diagnostics", text}};
    return {{"resourceType", "OperationOutcome"}, {"issue", json::array({std::move(issue)})}};
}

Answer refused(const Refusal& refusal) {
    Answer answer = json_answer(refusal.status(), outcome("error", refusal.code(), refusal.what()));
    answer.headers = refusal.headers();
    return answer;
}

std::string status_text(int status) {
    const char* words = "";
    switch (status) {
    case 200:
        words = " OK";
        break;
    case 201:
        words = " Created";
        break;
    case 204:
        words = " No Content";
        break;
    case 304:
        words = " Not Modified";
        break;
    case 400:
        words = " Bad Request";
        break;
    case 404:
        words = " Not Found";
        break;
    case 405:
        words = " Method Not Allowed";
        break;
    case 409:
        words = " Conflict";
        break;
    case 410:
        words = " Gone";
        break;
    case 412:
        words = " Precondition Failed";
        break;
    default:
        break;
    }
    return std::to_string(status) + words;
}

std::string gzip_text(const std::string& text) {
    z_stream stream{};
    constexpr int gzip_window = 15 + 16; // zlib: largest window, gzip wrapper
    if (deflateInit2(&stream, 6, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH); // one call suffices: the room is deflateBound's
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

http::Response render(const Answer& answer, const http::Request& request) {
    http::Response response(answer.status);
    response.headers = answer.headers;
    response.body = answer.text;
    if (answer.body) {
        response.body = canonical_json(*answer.body);
        http::set_header(response.headers, "Content-Type", "application/fhir+json; charset=utf-8");
    }
    if (!response.body.empty() && accepts_gzip(request)) {
        response.body = gzip_text(response.body);
        http::set_header(response.headers, "Content-Encoding", "gzip");
    }
    return response;
}

} // namespace embolink::sandbox
