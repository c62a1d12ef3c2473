#include "connector/write_back/write_work.hpp"

#include "connector/write_back/identity.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {

WriteWork::WriteWork(const WriteFrame& the_frame, WriteJob the_job)
    : frame(the_frame), job(std::move(the_job)) {
    for (const OutboxEntry& one : job.entries) {
        open.insert(one.identifier);
    }
}

OutboxEntry& WriteWork::entry(const std::string& identifier) {
    return *std::find_if(job.entries.begin(), job.entries.end(), [&](const OutboxEntry& one) {
        return one.identifier == identifier;
    });
}

std::string WriteWork::subject_of(const OutboxEntry& entry) const {
    if (frame.same_server) {
        return entry.patient;
    }
    const auto found_subject = subjects.find(entry.patient);
    return found_subject == subjects.end() ? "" : found_subject->second;
}

const EndpointRecord* WriteWork::cohort_of(const std::string& patient) const {
    const auto record =
        std::find_if(job.cohorts.begin(), job.cohorts.end(), [&](const EndpointRecord& one) {
            return one.patient == patient;
        });
    return record == job.cohorts.end() ? nullptr : &*record;
}

void WriteWork::hold(OutboxEntry& entry, OutboxState state, const std::string& note) {
    if (open.erase(entry.identifier) > 0) {
        entry.state = state;
        entry.note = note;
        if (state == OutboxState::refused) {
            entry.refused_on = frame.today;
            entry.refused_by = frame.software_version;
        }
        ++counts.held;
    }
}

void WriteWork::hold_all(OutboxState state, const std::string& note) {
    for (OutboxEntry& one : job.entries) {
        hold(one, state, note);
    }
}

void WriteWork::put_off(OutboxEntry& entry, const std::string& note) {
    if (is_open(entry)) {
        const bool unknown = entry.state == OutboxState::sending;
        hold(entry, unknown ? OutboxState::sending : OutboxState::pending, note);
        ++counts.put_off[note];
    }
}

void WriteWork::put_off_all(const std::string& note) {
    for (OutboxEntry& one : job.entries) {
        put_off(one, note);
    }
}

void WriteWork::settle(OutboxEntry& entry, const Found& there) {
    entry.state = OutboxState::settled;
    entry.note.clear();
    entry.server_id = there.id;
    entry.server_version = there.version;
    entry.server_status = there.status();
    if (entry.sent_fingerprint != entry.wanted_fingerprint) {
        entry.sent_on = frame.today;
    }
    entry.sent = entry.wanted;
    entry.sent_fingerprint = entry.wanted_fingerprint;
    entry.sent_hash = there.resource ? own_elements_hash(*there.resource) : "";
    open.erase(entry.identifier);
}

WriteStep ask_of(Side side, http::Request request) {
    WriteStep step;
    step.next = WriteNext::ask;
    step.side = side;
    step.request = std::move(request);
    return step;
}

} // namespace embolink
