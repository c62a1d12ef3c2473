#include "connector/service/async_jobs.hpp"

#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/service/answers.hpp"

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/asio/post.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <mutex>
#include <optional>

namespace embolink::service {

struct AsyncJobs::Outcome {
    std::mutex mutex;
    std::optional<http::Response> answer;
};

namespace {

http::Response answer_of(const AsyncJobs::Work& work) {
    try {
        return work();
    } catch (const Refusal& refusal) {
        return refusal_response(refusal, RefusalForm::outcome);
    } catch (const std::exception&) {
        // What it says may hold what was sent.
        return refusal_response(Refusal(500, "exception", "it could not be worked out"),
                                RefusalForm::outcome);
    }
}

} // namespace

bool wants_async(const http::Headers& headers) {
    std::vector<std::string> preferences;
    std::string text; // RFC 9110 section 5.3: several fields are one list
    for (const http::Header& header : headers) {
        if (boost::iequals(header.name, "Prefer")) {
            text += "," + header.value;
        }
    }
    boost::split(preferences, text, boost::is_any_of(",;"));
    return std::any_of(preferences.begin(), preferences.end(), [](const std::string& one) {
        return boost::iequals(boost::trim_copy(one), "respond-async");
    });
}

std::string AsyncJobs::begin(const std::string& operation,
                             const std::string& caller,
                             Work work,
                             Clock::time_point now) {
    drop_old(now);
    make_room(caller);
    const std::string id = boost::uuids::to_string(boost::uuids::random_generator()());
    const auto outcome = std::make_shared<Outcome>();
    jobs_.push_back({id, operation, caller, now, outcome, false});
    ++at_work_;
    asio::post(pool_, [this, outcome, work = std::move(work)] {
        if (!is_interrupted()) { // else the service ends: nobody can fetch it any more
            http::Response answer = answer_of(work);
            const std::lock_guard guard(outcome->mutex);
            outcome->answer = std::move(answer);
        }
        --at_work_;
    });
    return id;
}

http::Response AsyncJobs::state(const std::string& operation,
                                const std::string& caller,
                                const std::string& id,
                                Clock::time_point now) {
    drop_old(now);
    const auto job = find(operation, caller, id);
    const std::lock_guard guard(job->outcome->mutex);
    if (!job->outcome->answer) {
        return accepted("at work");
    }
    job->fetched = true;
    return *job->outcome->answer;
}

void AsyncJobs::remove(const std::string& operation,
                       const std::string& caller,
                       const std::string& id,
                       Clock::time_point now) {
    drop_old(now);
    jobs_.erase(find(operation, caller, id));
}

std::vector<AsyncJobs::Job>::iterator
AsyncJobs::find(const std::string& operation, const std::string& caller, const std::string& id) {
    const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) {
        return job.id == id && job.operation == operation && job.caller == caller;
    });
    if (found == jobs_.end()) {
        throw Refusal(404, "not-found", "there is no such job");
    }
    return found;
}

// What is at work counts, too: a job that takes so long is nobody's any more.
void AsyncJobs::drop_old(Clock::time_point now) {
    std::erase_if(jobs_, [&](const Job& job) { return now - job.begun >= kept; });
}

// For one job more of the caller.
void AsyncJobs::make_room(const std::string& caller) {
    const auto is_own = [&](const Job& job) { return job.caller == caller; };
    const auto own = std::count_if(jobs_.begin(), jobs_.end(), is_own);
    if (static_cast<std::size_t>(own) < most) {
        return;
    }
    const auto oldest = std::find_if(
        jobs_.begin(), jobs_.end(), [&](const Job& job) { return is_own(job) && job.fetched; });
    if (oldest == jobs_.end()) {
        http::Headers later;
        http::set_header(later, "Retry-After", "60");
        throw Refusal(429, "throttled", "too many answers wait to be fetched", later);
    }
    jobs_.erase(oldest);
}

} // namespace embolink::service
