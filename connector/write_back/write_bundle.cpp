#include "connector/write_back/write_bundle.hpp"

#include "connector/core/json_read.hpp"
#include "connector/http/url.hpp"
#include "connector/write_back/target_looks.hpp"
#include "mapping/endpoints/record_json.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/fhir/resource.hpp"
#include "mapping/outcomes/outcome_observation.hpp"
#include "mapping/outcomes/outcome_provenance.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>

namespace embolink {
namespace {

using nlohmann::json;

json linked(const std::string& reference, const WriteFrame& frame, LinkStyle style) {
    const std::string absolute = http::join(frame.source_base_url, reference);
    switch (style) {
    case LinkStyle::relative:
        return {{"reference", reference}};
    case LinkStyle::absolute:
        return {{"reference", absolute}};
    case LinkStyle::identifier:
        break;
    }
    // RFC 3986 URIs are identifiers of this system (FHIR R4, Identifier Systems).
    return {{"type", reference.substr(0, reference.find('/'))},
            {"identifier", {{"system", "urn:ietf:rfc:3986"}, {"value", absolute}}}};
}

std::string full_url(const OutcomeWrite& write, const WriteFrame& frame) {
    return write.kind == WriteKind::create
               ? "urn:uuid:" + write.entry->identifier
               : http::join(frame.target_base_url, "Observation/" + write.server_id);
}

json request_of(const OutcomeWrite& write) {
    if (write.kind == WriteKind::create) {
        const http::Query condition =
            outcome_query(write.entry->identifier, write.look, write.subject);
        return {{"method", "POST"},
                {"url", "Observation"},
                {"ifNoneExist", http::encode_query(condition)}};
    }
    json request = {{"method", "PUT"}, {"url", "Observation/" + write.server_id}};
    if (!write.server_version.empty()) {
        request["ifMatch"] = "W/\"" + write.server_version + "\"";
    }
    return request;
}

json provenance_entry(const std::vector<OutcomeWrite>& writes,
                      const WriteFrame& frame,
                      LinkStyle style) {
    ProvenanceContext context;
    std::vector<EndpointRecord> records;
    for (const OutcomeWrite& write : writes) {
        if (write.kind == WriteKind::retract || write.has_provenance) {
            continue;
        }
        records.push_back(record_from_json_line(write.entry->wanted));
        context.targets.push_back(write.kind == WriteKind::create
                                      ? full_url(write, frame)
                                      : "Observation/" + write.server_id);
    }
    if (records.empty()) {
        return nullptr;
    }
    if (writes.front().cohort != nullptr) {
        records.push_back(*writes.front().cohort);
    }
    context.recorded = frame.now;
    context.software_version = frame.software_version;
    context.verifier = writes.front().verifier;
    context.link = [&](const std::string& reference) { return linked(reference, frame, style); };
    return {{"resource", outcome_provenance(records, context)},
            {"request", {{"method", "POST"}, {"url", "Provenance"}}}};
}

// "Observation/12/_history/3", relative or absolute: id and version.
void read_location(const std::string& location, EntryAnswer& answer) {
    const auto type = location.rfind("Observation/");
    if (type == std::string::npos) {
        return;
    }
    const std::string rest = location.substr(type + 12);
    const auto slash = rest.find('/');
    answer.id = rest.substr(0, slash);
    const std::string mark = "/_history/";
    if (slash != std::string::npos && rest.compare(slash, mark.size(), mark) == 0) {
        answer.version = rest.substr(slash + mark.size());
    }
}

EntryAnswer read_entry(const json& entry) {
    EntryAnswer out;
    const json& response = member_of(entry, "response");
    out.status = std::atoi(std::string(text_of(response, "status")).c_str());
    read_location(std::string(text_of(response, "location")), out);
    if (const json& outcome = member_of(response, "outcome"); outcome.is_object()) {
        out.words = fhir::outcome_words(outcome.dump());
    }
    const json& resource = member_of(entry, "resource");
    if (text_of(resource, "resourceType") == "OperationOutcome") {
        out.words = fhir::outcome_words(resource.dump());
    } else if (text_of(resource, "resourceType") == "Observation") {
        out.resource = std::make_shared<const json>(resource);
        if (out.id.empty()) {
            out.id = text_of(resource, "id");
        }
        if (out.version.empty()) {
            out.version = text_of(member_of(resource, "meta"), "versionId");
        }
    }
    return out;
}

} // namespace

json observation_of(const OutcomeWrite& write, const WriteFrame& frame, LinkStyle style) {
    if (write.kind == WriteKind::retract) {
        return retracted_observation(*write.current);
    }
    OutcomeContext context;
    context.identifier = write.entry->identifier;
    context.subject = write.subject;
    context.status = write.status;
    context.software_version = frame.software_version;
    context.notes = frame.intended_use;
    context.cohort = write.cohort;
    context.link = [&](const std::string& reference) { return linked(reference, frame, style); };
    json body = outcome_observation(record_from_json_line(write.entry->wanted), context);
    if (write.kind == WriteKind::update) {
        body["id"] = write.server_id;
    }
    return body;
}

json transaction_bundle(const std::vector<OutcomeWrite>& writes,
                        const WriteFrame& frame,
                        LinkStyle style) {
    json entries = json::array();
    for (const OutcomeWrite& write : writes) {
        entries.push_back({{"fullUrl", full_url(write, frame)},
                           {"resource", observation_of(write, frame, style)},
                           {"request", request_of(write)}});
    }
    const json provenance = provenance_entry(writes, frame, style);
    if (!provenance.is_null()) {
        entries.push_back(provenance);
    }
    return {{"resourceType", "Bundle"}, {"type", "transaction"}, {"entry", entries}};
}

http::Request transaction_request(const json& bundle, const WriteFrame& frame) {
    http::Request request = http::with_body(
        "POST", frame.target_base_url, canonical_json(bundle), "application/fhir+json");
    http::set_header(request.headers, "Prefer", "return=representation");
    return request;
}

std::optional<std::vector<EntryAnswer>> read_transaction(const fhir::Answer& answer,
                                                         std::size_t count) {
    const ParsedJson parsed = parse_json(answer.body);
    if (!parsed.value || !parsed.value->is_object() || !parsed.value->contains("entry") ||
        !(*parsed.value)["entry"].is_array() || (*parsed.value)["entry"].size() < count) {
        return std::nullopt;
    }
    std::vector<EntryAnswer> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(read_entry((*parsed.value)["entry"][i]));
    }
    return out;
}

} // namespace embolink
