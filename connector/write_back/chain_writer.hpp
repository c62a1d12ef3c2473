// Brings the outcomes of one chain to the target, without doing any I/O: told what was answered,
// says what to ask or send next. The order of things:
//   1. the source's Patient resources are read again: when who the patient is has changed since the
//      derivation, nothing is written in this run;
//   2. on a target that is not the source, the one Patient with the source patient's identifier is
//      looked up: none or several, nothing is written;
//   3. each entry is looked up on the target, by id or by identifier, past every cache: this tells
//      what a request of unknown fate came to, finds doubles, signatures and edits of others;
//   4. what differs goes out as one transaction: creations guarded by If-None-Exist, updates by id
//      with If-Match (a conditional update is not safe on real servers), one Provenance beside
//      them;
//   5. an unknown fate or a version conflict leads back to 3, a few times.
// A server that refuses references to other servers is given references by identifier; one that
// refuses the whole transaction gets each outcome in a transaction of its own, so that one bad
// outcome holds back no other.
#pragma once

#include "connector/fhir/answer.hpp"
#include "connector/http/http.hpp"
#include "connector/store/store.hpp"
#include "mapping/records/endpoint_record.hpp"

#include <memory>
#include <string>
#include <vector>

namespace embolink {

// What is the same for every chain of a run.
struct WriteFrame {
    std::string source_base_url;
    std::string target_base_url;
    bool same_server = true;
    std::string patient_identifier; // system; with another target
    std::string today;              // YYYY-MM-DD
    std::string now;                // instant, for Provenance.recorded
    std::string software_version;
    std::vector<std::string> intended_use; // one text per language
};

struct WriteJob {
    ChainState chain;
    std::vector<OutboxEntry> entries; // those that are due
    // Trimmed JSON of the chain's Patient resources as the derivation saw them, by reference.
    std::vector<StoredResource> patients;
    std::vector<EndpointRecord> cohorts; // the chain's COHORT records
    // Who signs the entries off (contracts section 5): what is preliminary becomes final, what was
    // signed off and has changed since becomes amended, or entered-in-error. "": nobody.
    std::string verifier;
};

enum class WriteNext {
    ask,  // `request` of the source or target; repeating it is harmless
    send, // `request` of the target; `sending` is to be marked in the store before it leaves
    done
};

enum class Side { source, target };

struct WriteStep {
    WriteNext next = WriteNext::done;
    Side side = Side::target;
    http::Request request;
    std::vector<std::string> sending; // identifiers
};

struct WriteCounts {
    int created = 0;
    int updated = 0;
    int retracted = 0;
    int unchanged = 0; // looked at, and the target had it
    int held = 0;      // waits: see the entries' states

    WriteCounts& operator+=(const WriteCounts& other);
};

class ChainWriter {
public:
    // With `dry_run` nothing is sent: after the looks, the counts say what would be.
    ChainWriter(const WriteFrame& frame, WriteJob job, bool dry_run);
    ~ChainWriter();
    ChainWriter(ChainWriter&&) noexcept;
    ChainWriter& operator=(ChainWriter&&) = delete;

    WriteStep start();
    WriteStep answered(const fhir::Answer& answer);
    WriteStep unknown(); // the fate of the last `send` is not known

    // With their states as they are to be settled. Entries under way when the process ends are
    // found by their state `sending` in the next run.
    const std::vector<OutboxEntry>& entries() const;
    WriteCounts counts() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace embolink
