#include "connector/write_back/chain_writer.hpp"

#include "connector/write_back/chain_look.hpp"
#include "connector/write_back/identity.hpp"
#include "connector/write_back/refusal.hpp"
#include "connector/write_back/target_looks.hpp"
#include "connector/write_back/write_bundle.hpp"
#include "mapping/facts/own_output.hpp"

#include <nlohmann/json.hpp>

#include <map>

namespace embolink {
namespace {

using nlohmann::json;

// Back to looking after an unknown fate or a conflict; then the rest waits for the next run.
constexpr int rounds_at_most = 3;

enum class Phase { look, send, reread, done };

} // namespace

WriteCounts& WriteCounts::operator+=(const WriteCounts& other) {
    created += other.created;
    updated += other.updated;
    retracted += other.retracted;
    unchanged += other.unchanged;
    held += other.held;
    for (const auto& [note, count] : other.put_off) {
        put_off[note] += count;
    }
    return *this;
}

struct ChainWriter::State {
    State(const WriteFrame& frame, WriteJob job, bool only_show)
        : work(frame, std::move(job)), look(work), dry_run(only_show),
          style(frame.same_server ? LinkStyle::relative : LinkStyle::absolute) {}

    WriteStep after_look(const std::optional<WriteStep>& step);
    WriteStep decide_all();
    bool is_as_wanted(const OutboxEntry& entry, const Found& there) const;
    OutcomeWrite write_of(const OutboxEntry& entry, const Found& there, Act act) const;
    void count(WriteKind kind);
    void make_batches(const std::vector<OutcomeWrite>& writes);
    WriteStep send();
    WriteStep sent(const fhir::Answer& answer);
    void took(const OutcomeWrite& write, const EntryAnswer& said);
    void said_to_exist(OutboxEntry& one, const std::string& id, bool made);
    void not_taken(OutboxEntry& one, const EntryAnswer& said);
    WriteStep bundle_not_taken(const fhir::Answer& answer);
    WriteStep refused(const fhir::Answer& answer);
    WriteStep read_back();
    WriteStep reread_answer(const fhir::Answer& answer);
    WriteStep next_round();

    WriteStep finish() {
        phase = Phase::done;
        return {};
    }

    WriteWork work;
    ChainLook look;
    bool dry_run;
    LinkStyle style;
    Phase phase = Phase::look;
    int round = 1;
    bool one_by_one = false; // a transaction for each outcome
    std::vector<std::vector<OutcomeWrite>> batches;
    std::size_t at = 0; // batch, or outcome to read back
    // Said by the server to be there, by identifier: made by this run, or not.
    std::map<std::string, bool> existing;
    std::vector<std::string> reread; // outcomes whose stored form was not in the answer
};

// --- deciding ------------------------------------------------------------------------------------

WriteStep ChainWriter::State::after_look(const std::optional<WriteStep>& step) {
    phase = Phase::look;
    return step ? *step : decide_all();
}

WriteStep ChainWriter::State::decide_all() {
    std::vector<OutcomeWrite> writes;
    for (OutboxEntry& one : work.job.entries) {
        if (!work.is_open(one)) {
            continue;
        }
        Found& there = work.found[one.identifier];
        there.as_wanted = is_as_wanted(one, there);
        const Decision decision =
            decide(one, there, work.job.verifier.empty() ? Release::no : Release::yes);
        if (decision.act == Act::hold) {
            work.hold(one, decision.state, decision.note);
        } else if (decision.act == Act::nothing) {
            const auto said = existing.find(one.identifier);
            ++(said != existing.end() && said->second ? work.counts.created
                                                      : work.counts.unchanged);
            work.settle(one, there);
        } else {
            writes.push_back(write_of(one, there, decision.act));
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

// What a request of unknown fate, or a lost database, has left behind.
bool ChainWriter::State::is_as_wanted(const OutboxEntry& entry, const Found& there) const {
    if (there.count != 1 || entry.wanted.empty() ||
        (entry.state != OutboxState::sending && !entry.server_id.empty())) {
        return false;
    }
    const bool still_the_settled_one = !there.version.empty() && there.id == entry.server_id &&
                                       there.version == entry.server_version;
    if (still_the_settled_one) {
        return false; // whatever it holds: the request has not arrived
    }
    const json wanted = observation_of(write_of(entry, there, Act::update), work.frame, style);
    return core_hash(*there.resource) == core_hash(wanted);
}

OutcomeWrite
ChainWriter::State::write_of(const OutboxEntry& entry, const Found& there, Act act) const {
    OutcomeWrite write;
    write.kind = act == Act::create    ? WriteKind::create
                 : act == Act::retract ? WriteKind::retract
                                       : WriteKind::update;
    write.entry = &entry;
    write.subject = work.subject_of(entry);
    const bool signs = !work.job.verifier.empty();
    write.status = !signs ? "preliminary" : is_signed_off(there.status()) ? "amended" : "final";
    write.verifier = work.job.verifier;
    write.look = work.job.look;
    write.has_provenance = existing.count(entry.identifier) > 0 && act == Act::create;
    write.server_id = there.id;
    write.server_version = there.version;
    write.current = there.resource;
    write.cohort = work.cohort_of(entry.patient);
    return write;
}

void ChainWriter::State::count(WriteKind kind) {
    WriteCounts& counts = work.counts;
    int& number = kind == WriteKind::create    ? counts.created
                  : kind == WriteKind::retract ? counts.retracted
                                               : counts.updated;
    ++number;
}

// --- sending -------------------------------------------------------------------------------------

// A transaction per patient, so that no Provenance speaks of two; or one per outcome.
void ChainWriter::State::make_batches(const std::vector<OutcomeWrite>& writes) {
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

WriteStep ChainWriter::State::send() {
    phase = Phase::send;
    if (at >= batches.size()) {
        at = 0;
        return read_back();
    }
    WriteStep step;
    step.next = WriteNext::send;
    step.request =
        transaction_request(transaction_bundle(batches[at], work.frame, style), work.frame);
    for (const OutcomeWrite& write : batches[at]) {
        OutboxEntry& one = work.entry(write.entry->identifier);
        one.state = OutboxState::sending;
        ++one.attempts;
        step.sending.push_back(one.identifier);
    }
    return step;
}

WriteStep ChainWriter::State::sent(const fhir::Answer& answer) {
    const std::vector<OutcomeWrite>& batch = batches[at];
    const auto entries =
        answer.status == 200 ? read_transaction(answer, batch.size()) : std::nullopt;
    if (!entries) {
        return bundle_not_taken(answer);
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
        took(batch[i], (*entries)[i]);
    }
    ++at;
    return send();
}

void ChainWriter::State::took(const OutcomeWrite& write, const EntryAnswer& said) {
    OutboxEntry& one = work.entry(write.entry->identifier);
    const bool created = write.kind == WriteKind::create;
    const std::string id = said.id.empty() ? write.server_id : said.id;
    if (id.empty() || (created && said.status == 200)) {
        if (said.status < 400) {
            said_to_exist(one, id, said.status == 201);
            return;
        }
    }
    if (said.status == 201 || (said.status == 200 && !created)) {
        count(write.kind);
        Found there;
        if (said.resource) {
            there.take(*said.resource);
        } else {
            reread.push_back(one.identifier);
        }
        there.id = id;
        there.version = said.version.empty() ? there.version : said.version;
        work.settle(one, there);
    } else if (said.status >= 400) {
        not_taken(one, said);
    }
}

// A conditional creation that found one, or a creation of which not even the id was said. It stays
// open and is looked up: by id where one was said, for the search index has not had it. It has its
// Provenance already.
void ChainWriter::State::said_to_exist(OutboxEntry& one, const std::string& id, bool made) {
    existing.emplace(one.identifier, made);
    if (!id.empty()) {
        one.server_id = id;
    }
}

void ChainWriter::State::not_taken(OutboxEntry& one, const EntryAnswer& said) {
    const std::string note =
        "HTTP " + std::to_string(said.status) + (said.words.empty() ? "" : " (" + said.words + ")");
    one.state = OutboxState::pending; // it was not written
    switch (refusal_of(said.status)) {
    case Refusal::conflict:
        break; // stays open: it is looked at again
    case Refusal::later:
        work.put_off(one, note);
        break;
    case Refusal::of_content:
        work.hold(one, OutboxState::refused, note);
        break;
    }
}

// The whole Bundle was answered with something else than a transaction response.
WriteStep ChainWriter::State::bundle_not_taken(const fhir::Answer& answer) {
    const bool no = answer.status >= 400 && answer.status < 500;
    const bool conflict = no && refusal_of(answer.status) == Refusal::conflict;
    if (no && !conflict) {
        return refused(answer);
    }
    // A server's error or a torn answer leaves the fate open: `sending` stays. Then look again.
    for (const OutcomeWrite& write : batches[at]) {
        if (conflict) {
            work.entry(write.entry->identifier).state = OutboxState::pending;
        }
    }
    ++at;
    return send();
}

WriteStep ChainWriter::State::refused(const fhir::Answer& answer) {
    const std::vector<OutcomeWrite>& batch = batches[at];
    const bool later = refusal_of(answer.status) == Refusal::later;
    if (!later && style == LinkStyle::absolute) {
        style = LinkStyle::identifier;
        return send();
    }
    const bool too_large = answer.status == 413;
    if ((!later || too_large) && batch.size() > 1) {
        one_by_one = true;
        std::vector<OutcomeWrite> rest; // earlier batches are done
        for (; at < batches.size(); ++at) {
            rest.insert(rest.end(), batches[at].begin(), batches[at].end());
        }
        make_batches(rest);
        return send();
    }
    for (const OutcomeWrite& write : batch) {
        OutboxEntry& one = work.entry(write.entry->identifier);
        one.state = OutboxState::pending; // nothing of it was written
        if (later) {
            work.put_off(one, "the transaction: " + fhir::refusal_words(answer));
        } else {
            work.hold(one, OutboxState::refused, fhir::refusal_words(answer));
        }
    }
    ++at;
    return send();
}

WriteStep ChainWriter::State::read_back() {
    phase = Phase::reread;
    if (at < reread.size()) {
        const OutboxEntry& one = work.entry(reread[at]);
        return ask_of(Side::target,
                      fresh_get(work.frame.target_base_url + "/Observation/" + one.server_id));
    }
    reread.clear();
    return work.open.empty() ? finish() : next_round();
}

WriteStep ChainWriter::State::reread_answer(const fhir::Answer& answer) {
    OutboxEntry& one = work.entry(reread[at]);
    const auto body = answer.status == 200 ? body_of(answer) : nullptr;
    if (body && carries(*body, outcome_identifier_system, one.identifier)) {
        Found there;
        there.take(*body);
        work.settle(one, there);
    }
    ++at;
    return read_back();
}

WriteStep ChainWriter::State::next_round() {
    if (++round <= rounds_at_most) {
        return after_look(look.again());
    }
    for (OutboxEntry& one : work.job.entries) {
        if (!work.is_open(one)) {
            continue;
        }
        if (one.state == OutboxState::sending) {
            // The next run looks it up before anything else.
            work.put_off(one, "what became of the last request is not known");
        } else {
            work.hold(one, one.state, "it changed on the server while it was being written");
        }
    }
    return finish();
}

// --- the machine as its drivers see it -----------------------------------------------------------

ChainWriter::ChainWriter(const WriteFrame& frame, WriteJob job, bool dry_run)
    : state_(std::make_unique<State>(frame, std::move(job), dry_run)) {}

ChainWriter::~ChainWriter() = default;
ChainWriter::ChainWriter(ChainWriter&&) noexcept = default;

WriteStep ChainWriter::start() {
    return state_->after_look(state_->look.start());
}

WriteStep ChainWriter::answered(const fhir::Answer& answer) {
    switch (state_->phase) {
    case Phase::look:
        return state_->after_look(state_->look.answered(answer));
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
    return state_->work.job.entries;
}

LookForm ChainWriter::look_form() const {
    return state_->work.job.look;
}

bool ChainWriter::search_by_post() const {
    return state_->work.job.search_by_post;
}

WriteCounts ChainWriter::counts() const {
    return state_->work.counts;
}

} // namespace embolink
