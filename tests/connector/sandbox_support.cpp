#include "tests/connector/sandbox_support.hpp"

#include "mapping/fhir/resource.hpp"

#include <cstring>
#include <sstream>
#include <utility>

namespace embolink::test {
namespace {

using nlohmann::json;

sandbox::SandboxOptions options_of(const std::string& faults,
                                   std::vector<std::string> origins,
                                   const std::chrono::system_clock::time_point& now) {
    sandbox::SandboxOptions options;
    options.base_url = Hospital::base;
    options.plan = sandbox::parse_faults(faults, "faults.json");
    options.origins = std::move(origins);
    options.now = [&now] { return now; };
    return options;
}

} // namespace

std::string Got::header(const char* name) const {
    return http::find_header(headers, name).value_or("");
}

std::vector<std::string> Got::ids() const {
    std::vector<std::string> out;
    for (const json& entry : body.value("entry", json::array())) {
        if (entry.contains("resource")) {
            out.push_back(entry["resource"].value("id", ""));
        }
    }
    return out;
}

std::string Got::link(const std::string& relation) const {
    for (const json& link : body.value("link", json::array())) {
        if (link.at("relation") == relation) {
            return link.at("url");
        }
    }
    return "";
}

std::string Got::issue() const {
    const json& issue = body.at("issue").at(0);
    return issue.at("severity").get<std::string>() + "/" + issue.at("code").get<std::string>();
}

Hospital::Hospital(const std::string& faults, std::vector<std::string> origins)
    : sandbox_(options_of(faults, std::move(origins), now_)) {}

void Hospital::load(const std::string& lines) {
    sandbox::Loading loading;
    std::istringstream in(lines);
    for (std::string line; std::getline(in, line);) {
        loading.add(parse_json(line).value);
    }
    sandbox_.load(std::move(loading));
}

Got Hospital::send(const std::string& method,
                   const std::string& path,
                   const std::string& body,
                   const http::Headers& headers) {
    http::Request request(method, "/fhir" + path);
    request.headers = headers;
    request.body = body;
    if (!body.empty() && !http::find_header(headers, "Content-Type")) {
        http::set_header(request.headers, "Content-Type", "application/fhir+json");
    }
    sandbox::SandboxReply reply = sandbox_.handle(request);
    Got got{reply.response.status,
            reply.response.headers,
            reply.response.body,
            nullptr,
            reply.damage,
            reply.delay};
    got.body = json::parse(got.text, nullptr, false);
    if (got.body.is_discarded()) {
        got.body = nullptr;
    }
    return got;
}

Got Hospital::get(const std::string& path, const http::Headers& headers) {
    return send("GET", path, "", headers);
}

Got Hospital::post(const std::string& path, const std::string& body, const http::Headers& headers) {
    return send("POST", path, body, headers);
}

Got Hospital::put(const std::string& path, const std::string& body, const http::Headers& headers) {
    return send("PUT", path, body, headers);
}

Got Hospital::remove(const std::string& path, const http::Headers& headers) {
    return send("DELETE", path, "", headers);
}

Got Hospital::follow(const std::string& url) {
    return get(url.substr(std::strlen(base)));
}

std::vector<std::string> Hospital::crawl(const std::string& path) {
    std::vector<std::string> ids;
    Got page = get(path);
    for (int pages = 1; pages < 50; ++pages) {
        for (std::string& id : page.ids()) {
            ids.push_back(std::move(id));
        }
        const std::string next = page.link("next");
        if (next.empty()) {
            break;
        }
        page = follow(next);
    }
    return ids;
}

json Hospital::counts() {
    return get("/$sandbox-counts").body;
}

json Hospital::fired() {
    return get("/$sandbox-faults").body;
}

} // namespace embolink::test
