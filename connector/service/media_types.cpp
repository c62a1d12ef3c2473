#include "connector/service/media_types.hpp"

#include "connector/http/refusal.hpp"

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace embolink::service {
namespace {

using http::Refusal;

std::vector<std::string> parts_of(const std::string& text, char between) {
    std::vector<std::string> parts;
    boost::split(parts, text, [between](char c) { return c == between; });
    for (std::string& part : parts) {
        boost::trim(part);
    }
    std::erase(parts, "");
    return parts;
}

// RFC 9110 section 5.3: several fields of one name are one list.
std::vector<std::string> listed(const http::Headers& headers, const char* name) {
    if (!http::find_header(headers, name)) {
        return {}; // as nearly always
    }
    std::string text;
    for (const http::Header& header : headers) {
        if (boost::iequals(header.name, name)) {
            text += "," + header.value;
        }
    }
    return parts_of(text, ',');
}

// "a/xml" or "a/b+xml" (RFC 7303), whatever parameters follow.
bool is_xml(const std::string& content_type) {
    const std::string type = boost::trim_copy(content_type.substr(0, content_type.find(';')));
    return boost::iends_with(type, "/xml") || boost::iends_with(type, "+xml");
}

bool is_json_word(std::string_view type) {
    // In an address, a "+" that was not escaped is a space by now.
    constexpr std::string_view words[] = {"json",
                                          "text/json",
                                          "application/json",
                                          "application/fhir+json",
                                          "application/fhir json",
                                          "application/*",
                                          "*/*"};
    return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) {
        return boost::iequals(word, type);
    });
}

// "q=0" (RFC 9110 12.4.2), or a version of FHIR that is not spoken here (R4 3.1.0.1.13).
bool excludes(const std::string& parameter) {
    const std::string name = boost::trim_copy(parameter.substr(0, parameter.find('=')));
    std::string value = parameter.substr(std::min(parameter.find('='), parameter.size() - 1) + 1);
    boost::trim_if(value, boost::is_any_of(" \t\""));
    if (boost::iequals(name, "q")) {
        return !value.empty() && value.find_first_not_of("0.") == std::string::npos;
    }
    return boost::iequals(name, "fhirVersion") && value.rfind("4.0", 0) != 0;
}

bool admits(const std::string& range, std::string_view own) {
    const std::vector<std::string> parts = parts_of(range, ';');
    return !parts.empty() && (is_json_word(parts.front()) || boost::iequals(parts.front(), own)) &&
           std::none_of(parts.begin() + 1, parts.end(), excludes);
}

Refusal not_acceptable() {
    return {406, "not-supported", "answers are JSON of FHIR R4"};
}

} // namespace

void require_readable(const http::Request& request) {
    if (request.body.empty()) {
        return;
    }
    http::Headers help;
    const std::vector<std::string> codings = listed(request.headers, "Content-Encoding");
    const auto is_plain = [](const std::string& one) { return boost::iequals(one, "identity"); };
    if (!std::all_of(codings.begin(), codings.end(), is_plain)) {
        http::set_header(help, "Accept-Encoding", "identity");
        throw Refusal(415, "not-supported", "the body has a Content-Encoding", help);
    }
    if (is_xml(http::find_header(request.headers, "Content-Type").value_or(""))) {
        http::set_header(help, "Accept", "application/fhir+json, application/json");
        throw Refusal(415, "not-supported", "the body is XML; JSON is read here", help);
    }
}

void require_format(std::string_view format, std::string_view own) {
    if (!admits(std::string(format), own)) {
        throw not_acceptable();
    }
}

void require_answer_wanted(const http::Headers& headers,
                           const http::Query& query,
                           std::string_view own) {
    bool is_said = false;
    for (const auto& [name, value] : query) {
        if (name == "_format") {
            require_format(value, own);
            is_said = true;
        }
    }
    const std::vector<std::string> ranges = listed(headers, "Accept");
    const auto is_ours = [&](const std::string& range) { return admits(range, own); };
    if (!is_said && !ranges.empty() && std::none_of(ranges.begin(), ranges.end(), is_ours)) {
        throw not_acceptable();
    }
}

} // namespace embolink::service
