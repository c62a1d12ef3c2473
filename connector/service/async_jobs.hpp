// Answers that are made later (FHIR R4 "Asynchronous Request Pattern"): `Prefer: respond-async` is
// answered with 202 and an address, which says 202 until the answer is there and then is the
// answer.
//
// Answers may name patients: they stay in memory, belong to the caller who asked, and are gone
// after `kept` or with the process, after which the address is 404 and asking again is the remedy.
// The pattern does not oblige anybody to DELETE: what was fetched makes room for what is asked
// anew.
#pragma once

#include "connector/core/async.hpp"
#include "connector/http/http.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace embolink::service {

// Whether the request has the preference `respond-async` (RFC 7240), among others or alone.
bool wants_async(const http::Headers& headers);

class AsyncJobs {
public:
    using Clock = std::chrono::steady_clock;
    // May throw Refusal, which becomes the answer.
    using Work = std::function<http::Response()>;

    static constexpr std::size_t most = 16; // of one caller, fetched or not
    static constexpr std::chrono::minutes kept{10};

    // `pool` runs the work, one piece after another; it must be joined before this is destroyed.
    explicit AsyncJobs(asio::thread_pool& pool) : pool_(pool) {}

    // The job's id. `operation`: what it is known under, beside the caller. Where there are too
    // many the oldest that was fetched is forgotten; throws Refusal (429) when none was.
    std::string begin(const std::string& operation,
                      const std::string& caller,
                      Work work,
                      Clock::time_point now = Clock::now());

    // The answer, or 202. Throws Refusal (404) when the caller has no such job of that operation.
    http::Response state(const std::string& operation,
                         const std::string& caller,
                         const std::string& id,
                         Clock::time_point now = Clock::now());

    // Forgets it; what is at work ends unseen. Throws as state() does.
    void remove(const std::string& operation,
                const std::string& caller,
                const std::string& id,
                Clock::time_point now = Clock::now());

    // Pieces of work that have not ended.
    std::size_t at_work() const { return at_work_; }

private:
    struct Outcome; // shared with the thread at work

    struct Job {
        std::string id;
        std::string operation;
        std::string caller;
        Clock::time_point begun;
        std::shared_ptr<Outcome> outcome;
        bool fetched = false; // the answer, not that it is at work
    };

    std::vector<Job>::iterator
    find(const std::string& operation, const std::string& caller, const std::string& id);
    void drop_old(Clock::time_point now);
    void make_room(const std::string& caller);

    asio::thread_pool& pool_;
    std::atomic<std::size_t> at_work_{0};
    std::vector<Job> jobs_;
};

} // namespace embolink::service
