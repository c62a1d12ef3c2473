#include "connector/service/openapi.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <set>

namespace embolink::service {
namespace {

using json = nlohmann::ordered_json; // readers see it in the order in which it was written

constexpr const char* own_method = "GET";
constexpr const char* own_pattern = "/openapi.json";

// "get /fhir/$run"
std::string key_of(const std::string& method, const std::string& pattern) {
    return boost::to_lower_copy(method) + " " + pattern;
}

void keep_served(json& paths, const std::set<std::string>& served) {
    json kept = json::object();
    for (const auto& [pattern, item] : paths.items()) {
        json left = json::object();
        bool any = false;
        for (const auto& [key, value] : item.items()) {
            const bool is_served = served.count(key_of(key, pattern)) > 0;
            any = any || is_served;
            if (is_served || key == "parameters") { // those of all methods
                left[key] = value;
            }
        }
        if (any) {
            kept[pattern] = std::move(left);
        }
    }
    paths = std::move(kept);
}

// A way to prove oneself that no address asks for, and schemas that none refers to, would be read
// as if there were one.
void keep_named(json& components, const std::string& paths) {
    const auto keep = [&](const char* kind, const auto& mark) {
        json kept = json::object();
        for (const auto& [name, value] : components[kind].items()) {
            if (paths.find(mark(name)) != std::string::npos) {
                kept[name] = value;
            }
        }
        components[kind] = std::move(kept);
    };
    keep("securitySchemes", [](const std::string& name) { return "\"" + name + "\":["; });
    keep("schemas", [](const std::string& name) { return "/schemas/" + name + "\""; });
}

asio::awaitable<http::Response> answer(std::shared_ptr<const std::string> text) {
    http::Response response(200);
    http::set_header(response.headers, "Content-Type", "application/json");
    response.body = *text;
    co_return response;
}

} // namespace

std::string openapi_of(const std::vector<Route>& routes) {
    std::set<std::string> served = {key_of(own_method, own_pattern)};
    for (const Route& route : routes) {
        served.insert(key_of(route.method, route.pattern));
    }
    json document = json::parse(openapi_text());
    keep_served(document["paths"], served);
    keep_named(document["components"], document["paths"].dump());
    return document.dump(2) + "\n";
}

Route openapi_route(const std::vector<Route>& routes) {
    const auto text = std::make_shared<const std::string>(openapi_of(routes));
    return {own_method, own_pattern, [text](Call) { return answer(text); }};
}

} // namespace embolink::service
