#include "connector/write_back/outbox_plan.hpp"

#include "connector/write_back/identity.hpp"
#include "mapping/endpoints/record_json.hpp"
#include "mapping/outcomes/outcome.hpp"

#include <algorithm>
#include <map>

namespace embolink {
namespace {

bool same_as_sent(const OutboxEntry& entry) {
    return !entry.sent_fingerprint.empty() && entry.sent_fingerprint == entry.wanted_fingerprint &&
           entry.server_status != "entered-in-error";
}

// A state that a person or the target has to change. `pending` afresh when another content is
// wanted than the one that was held.
bool is_held(OutboxState state) {
    return state == OutboxState::awaiting_release || state == OutboxState::edited ||
           state == OutboxState::quarantined || state == OutboxState::refused ||
           state == OutboxState::no_target_patient;
}

OutboxState next_state(const OutboxEntry& entry, bool wanted_changed) {
    if (entry.state == OutboxState::sending) {
        return OutboxState::sending; // first find out what became of it
    }
    const bool satisfied = entry.wanted.empty() ? nothing_there(entry) : same_as_sent(entry);
    if (entry.state == OutboxState::awaiting_release && satisfied) {
        return OutboxState::settled; // what was signed off is derived again
    }
    if (is_held(entry.state) && !(wanted_changed && entry.state == OutboxState::refused)) {
        return entry.state;
    }
    return satisfied ? OutboxState::settled : OutboxState::pending;
}

// A server's profiles and terminology change as its owners mend them.
constexpr int refused_again_days = 7;

bool is_refusal_old(const OutboxEntry& entry,
                    const Date& today,
                    const std::string& software_version) {
    const auto refused_on = date_from_iso(entry.refused_on);
    return entry.refused_by != software_version || !refused_on ||
           days_between(*refused_on, today) >= refused_again_days;
}

void update(OutboxEntry& entry, const std::string& wanted, const std::string& wanted_fingerprint) {
    const bool changed =
        entry.wanted_fingerprint != wanted_fingerprint || entry.wanted.empty() != wanted.empty();
    entry.wanted = wanted;
    entry.wanted_fingerprint = wanted_fingerprint;
    entry.forget = entry.forget && wanted.empty();
    entry.state = next_state(entry, changed);
}

const EndpointRecord* cohort_of(const std::vector<EndpointRecord>& records,
                                const std::string& patient) {
    const auto found = std::find_if(records.begin(), records.end(), [&](const auto& record) {
        return record.param == "COHORT" && record.patient == patient;
    });
    return found == records.end() ? nullptr : &*found;
}

} // namespace

bool nothing_there(const OutboxEntry& entry) {
    return entry.state != OutboxState::sending &&
           (entry.server_id.empty() || entry.server_status == "entered-in-error");
}

std::vector<OutboxEntry> plan_outbox(const std::string& chain,
                                     const std::string& source_name,
                                     const std::vector<EndpointRecord>& records,
                                     const std::vector<OutboxEntry>& previous) {
    std::map<std::string, OutboxEntry> entries;
    for (const OutboxEntry& entry : previous) {
        entries[entry.identifier] = entry;
    }
    std::map<std::string, const EndpointRecord*> wanted;
    for (const EndpointRecord& record : records) {
        if (is_written(record)) {
            wanted[outcome_identifier(source_name, record)] = &record;
        }
    }
    for (const auto& [identifier, record] : wanted) {
        OutboxEntry& entry = entries[identifier];
        entry.identifier = identifier;
        entry.chain = chain;
        entry.patient = record->patient;
        entry.param = record->param;
        entry.course = record->course;
        update(entry,
               to_json_line(*record),
               fingerprint(*record, cohort_of(records, record->patient)));
    }
    std::vector<OutboxEntry> out;
    for (auto& [identifier, entry] : entries) {
        if (wanted.count(identifier) == 0) {
            update(entry, "", "");
        }
        out.push_back(std::move(entry));
    }
    return out;
}

bool is_due(const OutboxEntry& entry,
            const Date& today,
            int censoring_move_days,
            const std::string& software_version) {
    switch (entry.state) {
    case OutboxState::settled:
    case OutboxState::edited:
    case OutboxState::awaiting_release:
        return false;
    case OutboxState::refused:
        return is_refusal_old(entry, today, software_version);
    case OutboxState::pending:
        break;
    case OutboxState::sending:
    case OutboxState::quarantined:
    case OutboxState::no_target_patient:
    case OutboxState::subject_changed:
        return true;
    }
    if (entry.wanted.empty() || entry.sent.empty() || entry.server_id.empty()) {
        return true;
    }
    const auto sent_on = date_from_iso(entry.sent_on);
    return !sent_on || days_between(*sent_on, today) >= censoring_move_days ||
           names_others(entry.sent_fingerprint, entry.wanted_fingerprint) ||
           !only_censoring_moved(record_from_json_line(entry.sent),
                                 record_from_json_line(entry.wanted));
}

} // namespace embolink
