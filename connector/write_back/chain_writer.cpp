#include "connector/write_back/chain_writer.hpp"

#include "connector/http/url.hpp"
#include "connector/write_back/decision.hpp"
#include "connector/write_back/identity.hpp"
#include "connector/write_back/target_looks.hpp"
#include "connector/write_back/write_bundle.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace embolink {
namespace {

using nlohmann::json;

// Back to looking after an unknown fate or a conflict; then the rest waits for the next run.
constexpr int rounds_at_most = 3;

enum class Phase { source_patient, target_patient, look, send, reread, done };

} // namespace

WriteCounts& WriteCounts::operator+=(const WriteCounts& other) {
    created += other.created;
    updated += other.updated;
    retracted += other.retracted;
    unchanged += other.unchanged;
    held += other.held;
    return *this;
}

struct ChainWriter::State {
    const WriteFrame& frame;
    WriteJob job;
    bool dry_run;

    Phase phase = Phase::done;
    std::size_t at = 0; // of the patient, entry or batch being asked about
    int round = 0;
    std::map<std::string, std::string> subjects; // patient on the source -> on the target
    std::map<std::string, Found> found;          // by identifier
    std::set<std::string> open;                  // identifiers still to be brought about
    LinkStyle style;
    bool one_by_one = false;
    std::vector<std::vector<OutcomeWrite>> batches;
    std::vector<std::string> reread; // identifiers whose stored form is to be read back
    WriteCounts counts;

    State(const WriteFrame& the_frame, WriteJob the_job, bool only_show)
        : frame(the_frame), job(std::move(the_job)), dry_run(only_show),
          style(the_frame.same_server ? LinkStyle::relative : LinkStyle::absolute) {
        for (const OutboxEntry& entry : job.entries) {
            open.insert(entry.identifier);
        }
    }

    OutboxEntry& entry(const std::string& identifier) {
        return *std::find_if(job.entries.begin(), job.entries.end(), [&](const OutboxEntry& one) {
            return one.identifier == identifier;
        });
    }

    // --- what is next ----------------------------------------------------------------------------

    static WriteStep ask(Side side, http::Request request) {
        WriteStep step;
        step.next = WriteNext::ask;
        step.side = side;
        step.request = std::move(request);
        return step;
    }

    WriteStep finish() {
        phase = Phase::done;
        return {};
    }

    void hold(OutboxEntry& held, OutboxState state, const std::string& note) {
        if (open.erase(held.identifier) > 0) {
            held.state = state;
            held.note = note;
            ++counts.held;
        }
    }

    WriteStep hold_all(OutboxState state, const std::string& note) {
        for (OutboxEntry& one : job.entries) {
            hold(one, state, note);
        }
        return finish();
    }

    WriteStep ask_source_patient() {
        phase = Phase::source_patient;
        if (at < job.patients.size()) {
            return ask(Side::source,
                       fresh_get(http::join(frame.source_base_url, job.patients[at].reference)));
        }
        at = 0;
        return frame.same_server ? start_looking() : ask_target_patient();
    }

    // Patients of the entries, once each, who are not found on the target yet.
    WriteStep ask_target_patient() {
        phase = Phase::target_patient;
        for (const OutboxEntry& one : job.entries) {
            if (subjects.count(one.patient) == 0) {
                const std::string value = source_identifier(one.patient);
                if (value.empty()) {
                    subjects[one.patient] = "";
                    continue;
                }
                const http::Query query = {{"identifier", frame.patient_identifier + "|" + value}};
                return ask(Side::target,
                           fresh_get(http::join(frame.target_base_url,
                                                "Patient?" + http::encode_query(query))));
            }
        }
        for (OutboxEntry& one : job.entries) {
            if (subjects[one.patient].empty()) {
                hold(one,
                     OutboxState::no_target_patient,
                     "no single patient of the target carries the configured identifier");
            }
        }
        return start_looking();
    }

    std::string source_identifier(const std::string& patient) const {
        for (const StoredResource& stored : job.patients) {
            const ParsedJson parsed = parse_json(stored.body);
            if (stored.reference != patient || !parsed.value ||
                !parsed.value->contains("identifier"))
                continue;
            for (const json& one : (*parsed.value)["identifier"]) {
                if (one.is_object() && one.value("system", "") == frame.patient_identifier)
                    return one.value("value", "");
            }
        }
        return "";
    }

    WriteStep start_looking() {
        at = 0;
        found.clear();
        return look();
    }

    WriteStep look() {
        phase = Phase::look;
        for (; at < job.entries.size(); ++at) {
            const OutboxEntry& one = job.entries[at];
            if (open.count(one.identifier) == 0) {
                continue;
            }
            const bool by_id = !one.server_id.empty() && !found[one.identifier].looked_by_id;
            const http::Query query = {
                {"identifier", std::string(outcome_identifier_system) + "|" + one.identifier}};
            return ask(Side::target,
                       fresh_get(http::join(frame.target_base_url,
                                            by_id ? "Observation/" + one.server_id
                                                  : "Observation?" + http::encode_query(query))));
        }
        return decide_all();
    }

    WriteStep decide_all() {
        std::vector<OutcomeWrite> writes;
        for (OutboxEntry& one : job.entries) {
            if (open.count(one.identifier) == 0) {
                continue;
            }
            Found& there = found[one.identifier];
            there.as_wanted = is_as_wanted(one, there);
            const Decision decision = decide(one, there);
            if (decision.act == Act::hold) {
                hold(one, decision.state, decision.note);
            } else if (decision.act == Act::nothing) {
                settle_as_found(one, there);
                ++counts.unchanged;
            } else {
                writes.push_back(write_of(one, there, decision));
            }
        }
        if (dry_run) {
            for (const OutcomeWrite& write : writes) {
                count(write.kind);
            }
            return finish();
        }
        make_batches(writes);
        return send();
    }

    // A transaction per patient, so that no Provenance speaks of two; or one per outcome.
    void make_batches(const std::vector<OutcomeWrite>& writes) {
        batches.clear();
        for (const OutcomeWrite& write : writes) {
            if (one_by_one || batches.empty() ||
                batches.back().front().entry->patient != write.entry->patient) {
                batches.emplace_back();
            }
            batches.back().push_back(write);
        }
        at = 0;
    }

    // What a request of unknown fate, or a lost database, has left behind.
    bool is_as_wanted(const OutboxEntry& one, const Found& there) {
        if (there.count != 1 || one.wanted.empty() ||
            (one.state != OutboxState::sending && !one.server_id.empty())) {
            return false;
        }
        const Decision update{Act::update, {}, ""};
        const json wanted = observation_of(write_of(one, there, update), frame, style);
        return core_hash(*there.resource) == core_hash(wanted);
    }

    OutcomeWrite write_of(const OutboxEntry& one, const Found& there, const Decision& decision) {
        OutcomeWrite write;
        write.kind = decision.act == Act::create    ? WriteKind::create
                     : decision.act == Act::retract ? WriteKind::retract
                                                    : WriteKind::update;
        write.entry = &one;
        write.subject = frame.same_server ? one.patient : subjects[one.patient];
        write.status = "preliminary";
        write.server_id = there.id;
        write.server_version = there.version;
        write.current = there.resource.get();
        write.cohort = cohort_of(one.patient);
        return write;
    }

    const EndpointRecord* cohort_of(const std::string& patient) const {
        for (const EndpointRecord& record : job.cohorts) {
            if (record.patient == patient) {
                return &record;
            }
        }
        return nullptr;
    }

    void count(WriteKind kind) {
        (kind == WriteKind::create    ? counts.created
         : kind == WriteKind::retract ? counts.retracted
                                      : counts.updated) += 1;
    }

    WriteStep send() {
        phase = Phase::send;
        if (at >= batches.size()) {
            return after_sending();
        }
        WriteStep step;
        step.next = WriteNext::send;
        step.request = transaction_request(transaction_bundle(batches[at], frame, style), frame);
        for (const OutcomeWrite& write : batches[at]) {
            OutboxEntry& one = entry(write.entry->identifier);
            one.state = OutboxState::sending;
            ++one.attempts;
            step.sending.push_back(one.identifier);
        }
        return step;
    }

    WriteStep after_sending() {
        at = 0;
        return read_back();
    }

    WriteStep read_back() {
        phase = Phase::reread;
        if (at < reread.size()) {
            const OutboxEntry& one = entry(reread[at]);
            return ask(
                Side::target,
                fresh_get(http::join(frame.target_base_url, "Observation/" + one.server_id)));
        }
        reread.clear();
        if (open.empty()) {
            return finish();
        }
        if (++round < rounds_at_most) {
            return start_looking();
        }
        for (OutboxEntry& one : job.entries) {
            // `sending` stays: the next run looks it up before anything else.
            if (one.state == OutboxState::sending && open.erase(one.identifier) > 0) {
                one.note = "the server's answer to the last request is not known";
                ++counts.held;
            } else {
                hold(one, OutboxState::pending, "changed on the server while it was being written");
            }
        }
        return finish();
    }

    // --- what was answered -----------------------------------------------------------------------

    void settle_as_found(OutboxEntry& one, const Found& there) {
        one.state = OutboxState::settled;
        one.note.clear();
        one.server_id = there.id;
        one.server_version = there.version;
        one.server_status = there.status();
        if (!one.wanted.empty() && one.sent_fingerprint != one.wanted_fingerprint) {
            one.sent_on = frame.today;
        }
        one.sent = one.wanted;
        one.sent_fingerprint = one.wanted_fingerprint;
        one.sent_hash = there.resource ? own_elements_hash(*there.resource) : "";
        open.erase(one.identifier);
    }

    WriteStep source_patient(const fhir::Answer& answer) {
        const ParsedJson stored = parse_json(job.patients[at].body);
        const auto now = answer.status == 200 ? body_of(answer) : nullptr;
        if (answer.status == 401 || answer.status == 403) {
            return hold_all(OutboxState::pending, "source: " + fhir::refusal_words(answer));
        }
        if (!now || !stored.value || identity_hash(*now) != identity_hash(*stored.value)) {
            return hold_all(OutboxState::subject_changed,
                            "the patient has changed since the derivation");
        }
        ++at;
        return ask_source_patient();
    }

    WriteStep target_patient(const fhir::Answer& answer) {
        const auto bundle = answer.status == 200 ? body_of(answer) : nullptr;
        if (!bundle) {
            return hold_all(OutboxState::pending, "target: " + fhir::refusal_words(answer));
        }
        const auto waiting =
            std::find_if(job.entries.begin(), job.entries.end(), [&](const OutboxEntry& one) {
                return subjects.count(one.patient) == 0;
            });
        const std::string value = source_identifier(waiting->patient);
        std::set<std::string> matches; // asked again of each: servers match loosely
        for (const json* patient : resources_in(*bundle, "Patient")) {
            if (carries(*patient, frame.patient_identifier, value)) {
                matches.insert("Patient/" + patient->value("id", ""));
            }
        }
        subjects[waiting->patient] = matches.size() == 1 ? *matches.begin() : "";
        return ask_target_patient();
    }

    WriteStep looked(const fhir::Answer& answer) {
        OutboxEntry& one = job.entries[at];
        Found& there = found[one.identifier];
        const bool by_id = !one.server_id.empty() && !there.looked_by_id;
        const bool absent = answer.status == 404 || answer.status == 410;
        const auto body = answer.status == 200 ? body_of(answer) : nullptr;
        if (!body && !(by_id && absent)) {
            hold(one, OutboxState::pending, "cannot look: " + fhir::refusal_words(answer));
            ++at;
            return look();
        }
        if (by_id) {
            there.looked_by_id = true;
            if (body && carries(*body, outcome_identifier_system, one.identifier)) {
                there.take(*body);
                ++at;
            }
            return look(); // not there any more: by identifier
        }
        for (const json* resource : resources_in(*body, "Observation")) {
            if (carries(*resource, outcome_identifier_system, one.identifier)) {
                there.take(*resource);
            }
        }
        ++at;
        return look();
    }

    WriteStep sent(const fhir::Answer& answer) {
        const std::vector<OutcomeWrite>& batch = batches[at];
        const auto entries =
            answer.status == 200 ? read_transaction(answer, batch.size()) : std::nullopt;
        if (!entries) {
            return not_taken(answer);
        }
        for (std::size_t i = 0; i < batch.size(); ++i) {
            took(batch[i], (*entries)[i]);
        }
        ++at;
        return send();
    }

    void took(const OutcomeWrite& write, const EntryAnswer& said) {
        OutboxEntry& one = entry(write.entry->identifier);
        const bool good =
            said.status == 201 || (said.status == 200 && write.kind != WriteKind::create);
        if (good) {
            count(write.kind);
            one.server_id = said.id.empty() ? write.server_id : said.id;
            Found there;
            there.id = one.server_id;
            there.version = said.version;
            if (said.resource) {
                there.take(*said.resource);
            }
            settle_as_found(one, there);
            if (!said.resource) {
                reread.push_back(one.identifier);
            }
        } else if (said.status >= 400 && said.status != 409 && said.status != 412) {
            hold(one,
                 OutboxState::refused,
                 "HTTP " + std::to_string(said.status) +
                     (said.words.empty() ? "" : " (" + said.words + ")"));
        } else if (said.status == 409 || said.status == 412) {
            one.state = OutboxState::pending; // it changed meanwhile and was not written
        }
        // Those, and a 200 on a creation (it exists by now), are looked at again.
    }

    // The whole Bundle was answered with something else than a transaction response.
    WriteStep not_taken(const fhir::Answer& answer) {
        const std::vector<OutcomeWrite>& batch = batches[at];
        const bool conflict = answer.status == 409 || answer.status == 412;
        const bool refused = answer.status >= 400 && answer.status < 500 && !conflict;
        if (!refused) { // a conflict, a server's error, or an answer that cannot be read: look
                        // again
            ++at;
            return send();
        }
        if (answer.status == 401 || answer.status == 403 || answer.status == 429) {
            for (const OutcomeWrite& write : batch) {
                hold(entry(write.entry->identifier),
                     OutboxState::pending,
                     fhir::refusal_words(answer));
            }
        } else if (style == LinkStyle::absolute) {
            style = LinkStyle::identifier;
            return send();
        } else if (batch.size() > 1) {
            one_by_one = true;
            std::vector<OutcomeWrite> rest; // earlier batches are done
            for (; at < batches.size(); ++at) {
                rest.insert(rest.end(), batches[at].begin(), batches[at].end());
            }
            make_batches(rest);
            return send();
        } else {
            hold(entry(batch.front().entry->identifier),
                 OutboxState::refused,
                 fhir::refusal_words(answer));
        }
        ++at;
        return send();
    }

    WriteStep reread_answer(const fhir::Answer& answer) {
        OutboxEntry& one = entry(reread[at]);
        const auto body = answer.status == 200 ? body_of(answer) : nullptr;
        if (body && carries(*body, outcome_identifier_system, one.identifier)) {
            Found there;
            there.take(*body);
            settle_as_found(one, there);
        }
        ++at;
        return read_back();
    }
};

ChainWriter::ChainWriter(const WriteFrame& frame, WriteJob job, bool dry_run)
    : state_(std::make_unique<State>(frame, std::move(job), dry_run)) {}

ChainWriter::~ChainWriter() = default;
ChainWriter::ChainWriter(ChainWriter&&) noexcept = default;

WriteStep ChainWriter::start() {
    return state_->ask_source_patient();
}

WriteStep ChainWriter::answered(const fhir::Answer& answer) {
    switch (state_->phase) {
    case Phase::source_patient:
        return state_->source_patient(answer);
    case Phase::target_patient:
        return state_->target_patient(answer);
    case Phase::look:
        return state_->looked(answer);
    case Phase::send:
        return state_->sent(answer);
    case Phase::reread:
        return state_->reread_answer(answer);
    case Phase::done:
        break;
    }
    return {};
}

WriteStep ChainWriter::unknown() {
    ++state_->at; // its entries stay open and `sending`: they are looked up
    return state_->send();
}

const std::vector<OutboxEntry>& ChainWriter::entries() const {
    return state_->job.entries;
}

WriteCounts ChainWriter::counts() const {
    return state_->counts;
}

} // namespace embolink
