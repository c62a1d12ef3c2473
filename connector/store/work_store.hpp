// What people and the service ask of the database, beside the pass (store.hpp): run history, the
// schedule's switches,
// feedback on cards. A connection of its own, so that it is used while a pass writes. Each verb
// is one transaction and throws Error (store). One thread calls.
#pragma once

#include "connector/store/store.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace embolink {

// What a user did with a card; the newest word on a card counts.
struct CardFeedback {
    std::string service;
    std::string card;    // UUID
    std::string outcome; // "accepted", "overridden"
    std::string reason;  // code of the reason for overriding it, "" none
    int suggestions = 0; // accepted
    std::string received;
    std::string told; // when the user did it: seconds since 1970, 12 digits; "" not known

    friend bool operator==(const CardFeedback&, const CardFeedback&) = default;
};

struct FeedbackCount {
    std::string service;
    std::string outcome;
    std::string reason;
    std::int64_t cards = 0;
};

class WorkStore {
public:
    virtual ~WorkStore() = default;

    virtual std::vector<RunRow> recent_runs(int most) = 0; // newest first
    // The same of runs of all patients: what the schedule and the age of the data go by.
    virtual std::vector<RunRow> recent_whole_runs(int most) = 0;
    // The first one after it that came to its end, else the newest after it: one that was
    // interrupted or cut off is repeated.
    virtual std::optional<RunRow> first_whole_run_after(RunId run) = 0;
    // Of a pass that began then and failed: the row that it left, else one is made, so that the
    // history tells of it.
    virtual RunId keep_failed_run(const RunStart& start, const std::string& ended) = 0;
    virtual std::vector<Derivation> load_derivations() = 0; // by chain
    // Which chains have found each of them, as of the newest pass; those that none has are left
    // out.
    virtual std::map<std::string, std::set<std::string>>
    chains_of(const std::set<std::string>& references) = 0;

    // False: the file was moved, replaced or deleted since it was opened, so that what is written
    // goes nowhere.
    virtual bool is_in_place() = 0;

    // False: nothing can be written within half a second, be it for another's lock, a full disk or
    // a file system that is read only.
    virtual bool can_be_written() = 0;

    virtual bool is_paused() = 0;
    virtual void set_paused(bool paused) = 0;

    // Somebody wants a pass now; asking twice is asking once. Survives a restart.
    virtual void want_run() = 0;
    // True once for what was asked for: it has begun, until settle_wanted_run().
    virtual bool take_wanted_run() = 0;
    virtual void settle_wanted_run() = 0;
    // Asks again for one that had begun when the service was ended or cut off.
    virtual void resume_wanted_run() = 0;

    // Repeating it changes nothing; of two words on a card the one told later stands.
    virtual void keep_feedback(const std::vector<CardFeedback>& feedback) = 0;
    virtual std::vector<FeedbackCount> feedback_counts() = 0;
};

// As open_sqlite_store.
std::unique_ptr<WorkStore> open_sqlite_work_store(const std::filesystem::path& path,
                                                  const ServerIdentity& source);

} // namespace embolink
