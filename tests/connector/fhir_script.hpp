// What a scripted FHIR server says: answers put together from a few words, and requests as one
// line. Shared by the tests of connector/fhir.
#pragma once

#include "connector/fhir/answer.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace embolink::fhir::test {

using nlohmann::json;

inline const std::string base = "http://fhir.example/r4";

inline Answer answer(int status, const json& body) {
    return {status, {{"Content-Type", "application/fhir+json"}}, body.dump()};
}

inline Answer raw(int status, std::string body, std::string type = "application/fhir+json") {
    return {status, {{"Content-Type", std::move(type)}}, std::move(body)};
}

inline json outcome(const std::string& severity, const std::string& code) {
    return {{"resourceType", "OperationOutcome"},
            {"issue",
             {{{"severity", severity}, {"code", code}, {"diagnostics", "Jane Doe 1950-01-02"}}}}};
}

inline Answer refusal(int status, const std::string& code = "not-supported") {
    return answer(status, outcome("error", code));
}

// A resource of the patient ("" none): {"resourceType": TYPE, "id": ID, "subject": ...}.
inline json
resource(const std::string& type, const std::string& id, const std::string& patient = "Patient/1") {
    json body{{"resourceType", type}, {"id", id}};
    if (!patient.empty()) {
        body["subject"] = {{"reference", patient}};
    }
    return body;
}

inline json dated(json body) {
    body["meta"] = {{"lastUpdated", "2026-01-02T03:04:05.678Z"}};
    return body;
}

inline Resource parsed(const json& body) {
    return *make_resource(parse_json(body.dump()).value, "hash-" + body.dump());
}

// A page of a search, put together link by link.
class Page {
public:
    Page() : bundle_{{"resourceType", "Bundle"}, {"type", "searchset"}} {}

    Page with(const json& body, const std::string& mode = "match") && {
        json entry{{"resource", body}};
        if (!mode.empty()) {
            entry["search"] = {{"mode", mode}};
        }
        return std::move(*this).entry(entry);
    }

    Page entry(const json& one) && {
        bundle_["entry"].push_back(one);
        return std::move(*this);
    }

    Page next(const std::string& url) && {
        bundle_["link"].push_back({{"relation", "next"}, {"url", url}});
        return std::move(*this);
    }

    Page self(const std::string& url) && {
        bundle_["link"].push_back({{"relation", "self"}, {"url", url}});
        return std::move(*this);
    }

    Page total(int count) && {
        bundle_["total"] = count;
        return std::move(*this);
    }

    operator Answer() const { return answer(200, bundle_); }

private:
    json bundle_;
};

// N Observations of Patient/1 with ids from..from+n-1.
inline Page observations(int from, int n) {
    Page page;
    for (int i = from; i < from + n; ++i) {
        page = std::move(page).with(resource("Observation", "o" + std::to_string(i)));
    }
    return page;
}

// "GET http://..." or "POST http://... body".
inline std::string line_of(const http::Request& request) {
    return request.method + " " + request.url + (request.body.empty() ? "" : " " + request.body);
}

inline std::vector<std::string> references_of(const std::vector<Resource>& resources) {
    std::vector<std::string> out;
    for (const Resource& one : resources) {
        out.push_back(one.source.reference());
    }
    return out;
}

} // namespace embolink::fhir::test
