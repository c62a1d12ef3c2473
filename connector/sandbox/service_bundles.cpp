// Transactions and batches (FHIR R4 http, 3.1.0.11). A transaction is done whole or not at all; a
// failed GET in it does not take it back, as with HAPI. In a batch each entry stands alone.

#include "connector/sandbox/references.hpp"
#include "connector/sandbox/service.hpp"

#include <nlohmann/json.hpp>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

std::string text_member(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// An entry as a request of its own.
Call entry_call(const json& entry, Returned returned, const Surroundings& around) {
    const auto request = entry.is_object() ? entry.find("request") : entry.end();
    if (request == entry.end() || !request->is_object()) {
        throw Refusal(400, "required", "an entry has no request");
    }
    Call call;
    call.method = text_member(*request, "method");
    http::Address address =
        http::parse_address(without_base(text_member(*request, "url"), around.bases));
    call.path = std::move(address.path);
    call.query = std::move(address.query);
    call.returned = returned;
    call.if_match = text_member(*request, "ifMatch");
    call.if_none_match = text_member(*request, "ifNoneMatch");
    call.if_none_exist = text_member(*request, "ifNoneExist");
    if (const auto resource = entry.find("resource"); resource != entry.end()) {
        call.body = std::make_shared<json>(*resource);
    }
    if (call.path.empty()) {
        throw Refusal(400, "required", "an entry's request has no URL");
    }
    return call;
}

// What an answer's headers and body are called inside a Bundle.
json entry_of_answer(const Answer& answer, const Surroundings& around) {
    json response = {{"status", status_text(answer.status)}};
    if (const auto etag = http::find_header(answer.headers, "ETag")) {
        response["etag"] = *etag;
    }
    if (const auto location = http::find_header(answer.headers, "Location")) {
        response["location"] = without_base(*location, {around.base});
    }
    json entry = json::object();
    if (answer.body && text_member(*answer.body, "resourceType") == "OperationOutcome") {
        response["outcome"] = *answer.body;
    } else if (answer.body) {
        entry["resource"] = *answer.body;
        if (const auto meta = answer.body->find("meta"); meta != answer.body->end()) {
            response["lastModified"] = text_member(*meta, "lastUpdated");
        }
    }
    entry["response"] = std::move(response);
    return entry;
}

} // namespace

Answer Service::bundle_call(const Call& call, const Surroundings& around) {
    if (!call.body || !call.body->is_object() ||
        text_member(*call.body, "resourceType") != "Bundle") {
        throw Refusal(400, "structure", "what is posted to the base is a Bundle");
    }
    const std::string type = text_member(*call.body, "type");
    if (type != "transaction" && type != "batch") {
        throw Refusal(400, "value", "the Bundle is neither a transaction nor a batch");
    }
    const auto listed = call.body->find("entry");
    const json entries = listed == call.body->end() ? json::array() : *listed;
    if (!entries.is_array()) {
        throw Refusal(400, "structure", "Bundle.entry is no list");
    }
    // Without a wish no resources, as with HAPI: who sent them has them.
    const Returned returned = call.returned.value_or(Returned::minimal);
    json done =
        type == "batch" ? batch(entries, returned, around) : transaction(entries, returned, around);
    json bundle = {
        {"resourceType", "Bundle"}, {"type", type + "-response"}, {"link", self_link(around.base)}};
    if (!done.empty()) {
        bundle["entry"] = std::move(done);
    }
    return json_answer(200, std::move(bundle));
}

json Service::batch(const json& entries, Returned returned, const Surroundings& around) {
    json done = json::array();
    for (const json& entry : entries) {
        Answer answer;
        try {
            answer = serve(entry_call(entry, returned, around), around);
        } catch (const Refusal& refusal) {
            answer = refused(refusal);
        }
        done.push_back(entry_of_answer(answer, around));
    }
    return done;
}

json Service::transaction(const json& entries, Returned returned, const Surroundings& around) {
    std::vector<Call> reads(entries.size());
    std::vector<Write> writes;
    std::vector<std::size_t> places; // of the writes among the entries
    for (std::size_t i = 0; i < entries.size(); ++i) {
        Call call = entry_call(entries[i], returned, around);
        if (call.method == "GET") {
            reads[i] = std::move(call);
            continue;
        }
        writes.push_back(make_write(call));
        writes.back().full_url = text_member(entries[i], "fullUrl");
        places.push_back(i);
    }
    const std::vector<Written> written = write_all(writes, repository_, around);
    json done = json::array();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        done.push_back(nullptr);
    }
    for (std::size_t w = 0; w < written.size(); ++w) {
        count(written[w]);
        const Answer answer = write_answer(written[w], writes[w].verb, returned, around.base);
        done[places[w]] = entry_of_answer(answer, around);
        if (written[w].body) {
            done[places[w]]["response"]["lastModified"] = instant_text(written[w].updated);
        }
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (!reads[i].method.empty()) {
            done[i] = entry_of_answer(serve(reads[i], around), around);
        }
    }
    return done;
}

} // namespace embolink::sandbox
