// What looking and sending have in common while one chain's outcomes are brought to the target.
#pragma once

#include "connector/write_back/chain_writer.hpp"
#include "connector/write_back/decision.hpp"

#include <map>
#include <set>
#include <string>

namespace embolink {

struct WriteWork {
    WriteWork(const WriteFrame& the_frame, WriteJob the_job);

    const WriteFrame& frame;
    WriteJob job;
    std::set<std::string> open;                  // identifiers that are still to be brought about
    std::map<std::string, std::string> subjects; // patient on the source -> on the target; "" none
    std::map<std::string, Found> found;          // by identifier, of the latest look
    WriteCounts counts;

    OutboxEntry& entry(const std::string& identifier);

    bool is_open(const OutboxEntry& entry) const { return open.count(entry.identifier) > 0; }

    // "Patient/<id>" on the target.
    std::string subject_of(const OutboxEntry& entry) const;
    // The patient's COHORT record; null when nothing is derived any more.
    const EndpointRecord* cohort_of(const std::string& patient) const;

    // The entry waits in that state; once only.
    void hold(OutboxEntry& entry, OutboxState state, const std::string& note);
    void hold_all(OutboxState state, const std::string& note);
    // A server did not answer, or gave no access: the entry keeps its place and the next run tries
    // again. What is `sending` stays so: its fate is still to be found out.
    void put_off(OutboxEntry& entry, const std::string& note);
    void put_off_all(const std::string& note);

    // The target holds what is wanted.
    void settle(OutboxEntry& entry, const Found& there);
};

WriteStep ask_of(Side side, http::Request request);

} // namespace embolink
