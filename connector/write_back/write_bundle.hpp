// The transaction Bundle that carries outcomes to a server, and what its answer says of each entry.
#pragma once

#include "connector/fhir/answer.hpp"
#include "connector/write_back/chain_writer.hpp"
#include "mapping/records/endpoint_record.hpp"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace embolink {

// How a source resource is named in what is written.
enum class LinkStyle {
    relative,  // on the source itself
    absolute,  // on another server
    identifier // on another server that refuses references to servers it does not know
};

enum class WriteKind { create, update, retract };

// One outcome that is to go out.
struct OutcomeWrite {
    WriteKind kind = WriteKind::create;
    const OutboxEntry* entry = nullptr;
    std::string subject;                  // "Patient/<id>" on the target
    std::string status;                   // "preliminary", "final", "amended"
    LookForm look = LookForm::identifier; // create: what its condition must say to be answered
    std::string verifier;                 // who signs it off, "" nobody
    bool has_provenance = false;          // it went out with an earlier request
    // Update and retract: what the server holds now.
    std::string server_id;
    std::string server_version;
    std::shared_ptr<const nlohmann::json> current; // retract only
    // The patient's COHORT record, which decided arm and T0; null: not derived any more.
    const EndpointRecord* cohort = nullptr;
};

// The Observation of one outcome as it is sent.
nlohmann::json observation_of(const OutcomeWrite& write, const WriteFrame& frame, LinkStyle style);

// Observations of one patient, and one Provenance for those of them that say something.
nlohmann::json transaction_bundle(const std::vector<OutcomeWrite>& writes,
                                  const WriteFrame& frame,
                                  LinkStyle style);

// A whole request: POST of the Bundle to the target's base URL, asking for the resources back.
http::Request transaction_request(const nlohmann::json& bundle, const WriteFrame& frame);

// What the server did with one entry of the Bundle.
struct EntryAnswer {
    int status = 0; // 201, 200, 409 ...
    std::string id; // of the resource; empty: not said
    std::string version;
    std::shared_ptr<const nlohmann::json> resource; // null: not returned
    std::string words;                              // of its OperationOutcome
};

// In the order of the Bundle; nullopt: this is no transaction response of `count` entries.
std::optional<std::vector<EntryAnswer>> read_transaction(const fhir::Answer& answer,
                                                         std::size_t count);

} // namespace embolink
