#include "tests/connector/write_back_support.hpp"

#include "connector/write_back/identity.hpp"
#include "connector/write_back/outbox_plan.hpp"
#include "mapping/endpoints/record_json.hpp"
#include "mapping/fhir/resource.hpp"

namespace embolink::test {

using nlohmann::json;

Date day(const char* iso) {
    return date_from_iso(iso).value();
}

EndpointRecord record_of(const std::string& param, RecordStatus status) {
    EndpointRecord record;
    record.trial = "maire-2012";
    record.trial_version = "1.0.0";
    record.rules_version = "R1+abc";
    record.patient = "Patient/1";
    record.as_of = day("2024-06-30");
    record.param = param;
    record.arm = "HAE";
    record.start = day("2023-01-10");
    record.status = std::move(status);
    if (param == "PFS" || param == "OS") {
        record.date = day("2024-01-10");
        record.days = 365;
    }
    record.sources = {{"DiagnosticReport/7", "3", "event", "R5.1"},
                      {"Procedure/5", "1", "start", "R3.1"}};
    return record;
}

EndpointRecord cohort_record() {
    EndpointRecord record = record_of("COHORT", Value{std::string("included"), "", ""});
    record.sources = {{"Condition/3", "1", "diagnosis", "R1.2"},
                      {"Procedure/5", "1", "start", "R3.1"}};
    return record;
}

OutboxEntry new_entry(const EndpointRecord& record) {
    return plan_outbox("Patient/1", "ehr", {record}, {}).front();
}

OutboxEntry written_entry(const EndpointRecord& record, const std::string& id, const json& stored) {
    OutboxEntry entry = new_entry(record);
    entry.state = OutboxState::settled;
    entry.server_id = id;
    entry.server_version = "1";
    entry.server_status = "preliminary";
    entry.sent = entry.wanted;
    entry.sent_fingerprint = entry.wanted_fingerprint;
    entry.sent_hash = own_elements_hash(stored);
    entry.sent_on = "2024-06-01";
    return entry;
}

WriteFrame same_server_frame() {
    WriteFrame frame;
    frame.source_base_url = "https://ehr.example/fhir";
    frame.target_base_url = frame.source_base_url;
    frame.today = "2024-06-30";
    frame.now = "2024-06-30T10:00:00.000Z";
    frame.software_version = "0.1.0";
    frame.intended_use = {"For review."};
    return frame;
}

StoredResource patient_resource(const json& patient) {
    StoredResource stored;
    stored.reference = "Patient/" + patient.at("id").get<std::string>();
    stored.body = canonical_json(patient);
    return stored;
}

fhir::Answer answer(int status, const json& body) {
    fhir::Answer out;
    out.status = status;
    out.body = body.is_null() ? "" : canonical_json(body);
    return out;
}

json searchset(const std::vector<json>& resources) {
    json bundle = {{"resourceType", "Bundle"}, {"type", "searchset"}, {"entry", json::array()}};
    for (const json& resource : resources) {
        bundle["entry"].push_back({{"resource", resource}, {"search", {{"mode", "match"}}}});
    }
    return bundle;
}

json as_stored(json sent, const std::string& id, const std::string& version) {
    sent["id"] = id;
    sent["meta"]["versionId"] = version;
    return sent;
}

} // namespace embolink::test
