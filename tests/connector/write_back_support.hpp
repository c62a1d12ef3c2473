// Records and outbox entries for the tests of the write-back.
#pragma once

#include "connector/store/store.hpp"
#include "connector/write_back/chain_writer.hpp"
#include "mapping/records/endpoint_record.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace embolink::test {

Date day(const char* iso);

// An included patient's record with a source or two.
EndpointRecord record_of(const std::string& param, RecordStatus status);
EndpointRecord cohort_record();

// What plan_outbox makes of one record, never written before.
OutboxEntry new_entry(const EndpointRecord& record);

// The same after it was written as `Observation/<id>`, version 1, and read back as `stored`.
OutboxEntry
written_entry(const EndpointRecord& record, const std::string& id, const nlohmann::json& stored);

WriteFrame same_server_frame();

// The Patient resource that the derivation saw.
StoredResource patient_resource(const nlohmann::json& patient);

fhir::Answer answer(int status, const nlohmann::json& body);
nlohmann::json searchset(const std::vector<nlohmann::json>& resources);

// What the server makes of a resource that was sent: an id and a version.
nlohmann::json as_stored(nlohmann::json sent, const std::string& id, const std::string& version);

} // namespace embolink::test
