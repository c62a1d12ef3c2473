#include "connector/write_back/write_back.hpp"

#include "connector/core/about.hpp"
#include "connector/core/interrupt.hpp"
#include "mapping/endpoints/record_json.hpp"

#include <algorithm>
#include <map>
#include <memory>

namespace embolink {
namespace {

// By chain, the entries that this run is to look at.
std::map<std::string, std::vector<OutboxEntry>> due_entries(const WriteBack& work) {
    std::map<std::string, std::vector<OutboxEntry>> due;
    for (OutboxEntry& entry : work.store.load_outbox()) {
        if (work.due(entry)) {
            due[entry.chain].push_back(std::move(entry));
        }
    }
    return due;
}

std::map<std::string, std::vector<EndpointRecord>>
cohort_records(const std::vector<Derivation>& derivations) {
    std::map<std::string, std::vector<EndpointRecord>> out;
    for (const Derivation& derivation : derivations) {
        for (const std::string& line : derivation.records) {
            EndpointRecord record = record_from_json_line(line);
            if (record.param == "COHORT") {
                out[derivation.chain].push_back(std::move(record));
            }
        }
    }
    return out;
}

std::vector<StoredResource> patients_of(Store& store, const std::string& chain) {
    std::vector<StoredResource> out;
    for (StoredResource& stored : store.load_resources(chain)) {
        if (stored.reference.starts_with("Patient/")) {
            out.push_back(std::move(stored));
        }
    }
    return out;
}

asio::awaitable<WriteCounts> write_chain(const WriteBack& work, WriteJob job) {
    ChainWriter writer(work.frame, std::move(job), work.dry_run);
    WriteStep step = writer.start();
    while (step.next != WriteNext::done) {
        throw_if_interrupted();
        if (step.next == WriteNext::ask) {
            fhir::Client& client = step.side == Side::source ? work.source : work.target;
            const fhir::Answer answer = co_await client.ask(std::move(step.request));
            step = writer.answered(answer);
            continue;
        }
        work.store.mark_sending(step.sending);
        const fhir::Outcome outcome =
            co_await work.target.send(std::move(step.request), http::Repeat::after_look);
        step = outcome.fate == fhir::Fate::unknown ? writer.unknown()
                                                   : writer.answered(outcome.answer);
        work.store.settle_outbox(writer.entries());
    }
    if (!work.dry_run) {
        work.store.settle_outbox(writer.entries());
    }
    co_return writer.counts();
}

} // namespace

WriteFrame write_frame(const Config& config, const Date& today, Instant now) {
    WriteFrame frame;
    frame.source_base_url = config.source.server.base_url;
    frame.target_base_url = config.target.server.base_url;
    frame.same_server = config.target.same_as_source;
    frame.patient_identifier = config.target.patient_identifier;
    frame.today = to_iso(today);
    frame.now = instant_text(now);
    frame.software_version = software_version();
    frame.intended_use = {std::string(intended_use_en), std::string(intended_use_fr)};
    return frame;
}

asio::awaitable<WriteCounts> write_back(WriteBack work,
                                        const std::vector<Derivation>& derivations) {
    const auto cohorts = cohort_records(derivations);
    auto due = due_entries(work);
    WriteCounts counts;
    std::size_t done = 0;
    for (auto& [chain, entries] : due) {
        WriteJob job;
        job.chain.chain = chain;
        job.entries = std::move(entries);
        job.verifier = work.verifier;
        job.patients = patients_of(work.store, chain);
        const auto cohort = cohorts.find(chain);
        if (cohort != cohorts.end()) {
            job.cohorts = cohort->second;
        }
        const WriteCounts of_chain = co_await write_chain(work, std::move(job));
        counts += of_chain;
        work.progress(++done, due.size());
    }
    co_return counts;
}

} // namespace embolink
