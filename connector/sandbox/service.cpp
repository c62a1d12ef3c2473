#include "connector/sandbox/service.hpp"

#include "connector/sandbox/capability.hpp"
#include "connector/sandbox/search_parameters.hpp"

#include <nlohmann/json.hpp>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

Refusal no_such_url() {
    return {404, "not-found", "there is nothing at this URL"};
}

std::string page_token(const Call& call) {
    for (const auto& [name, value] : call.query) {
        if (name == "_page") {
            return value;
        }
    }
    throw Refusal(400, "not-supported", "a search names a resource type");
}

} // namespace

Answer write_answer(const Written& written, Verb verb, Returned returned, const std::string& base) {
    Answer answer;
    if (verb == Verb::remove) {
        // RFC 9110 and FHIR R4 http, 3.1.0.7: the same answer when there was nothing to delete.
        answer.status = 204;
        return answer;
    }
    answer.status = written.deed == Deed::created ? 201 : 200;
    if (returned == Returned::representation) {
        answer.body = std::make_shared<json>(*written.body);
    } else if (returned == Returned::outcome) {
        answer.body = std::make_shared<json>(outcome("information", "informational", "done"));
    }
    set_version_headers(answer.headers, written.version, written.updated);
    if (verb == Verb::create || written.deed == Deed::created) {
        http::set_header(answer.headers,
                         "Location",
                         base + "/" + written.type + "/" + written.id + "/_history/" +
                             std::to_string(written.version));
    }
    return answer;
}

Answer Service::serve(const Call& call, const Surroundings& around) {
    try {
        return dispatch(call, around);
    } catch (const Refusal& refusal) {
        return refused(refusal);
    }
}

Answer Service::dispatch(const Call& call, const Surroundings& around) {
    for (const auto& [name, value] : call.query) {
        if (name == "_format" && value.find("json") == std::string::npos) {
            throw Refusal(406, "not-supported", "only JSON is spoken here");
        }
    }
    if (call.path.empty()) {
        if (call.method == "GET") {
            return reads_.next_page(page_token(call), around);
        }
        if (call.method == "POST") {
            return bundle_call(call, around);
        }
        throw Refusal(405, "not-supported", "the base takes GET of next links and POST of Bundles");
    }
    if (call.path[0] == "metadata" && call.path.size() == 1 && call.method == "GET") {
        return json_answer(200, capability_statement(around));
    }
    if (find_served_type(call.path[0]) == nullptr) {
        throw Refusal(404, "not-supported", "this resource type or operation is not served");
    }
    const bool search = call.path.size() == 2 && call.path[1] == "_search";
    if (search && (call.method != "POST" || !around.habits.post_search)) {
        throw no_such_url();
    }
    if (call.method == "GET" || search) {
        return read_call(call, around);
    }
    return write_call(call, around);
}

Answer Service::read_call(const Call& call, const Surroundings& around) {
    const std::size_t size = call.path.size();
    if (size == 1 || call.path[1] == "_search") {
        return reads_.search(call, around);
    }
    if ((size == 2 || size == 3) && call.path.back() == "_history") {
        return reads_.history(call, around);
    }
    if (size == 2) {
        return reads_.read(call, around);
    }
    if (size == 4 && call.path[2] == "_history") {
        return reads_.read_version(call, around);
    }
    throw no_such_url();
}

Answer Service::write_call(const Call& call, const Surroundings& around) {
    const Write write = make_write(call);
    const Written written = write_all({write}, repository_, around).front();
    count(written);
    return write_answer(
        written, write.verb, call.returned.value_or(Returned::representation), around.base);
}

void Service::count(const Written& written) {
    created_ += written.deed == Deed::created ? 1 : 0;
    updated_ += written.deed == Deed::updated ? 1 : 0;
    deleted_ += written.deed == Deed::removed ? 1 : 0;
}

json Service::deeds() const {
    return {{"created", created_}, {"updated", updated_}, {"deleted", deleted_}};
}

} // namespace embolink::sandbox
