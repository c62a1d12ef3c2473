// The end of the service within the time it has, whatever blocks: a name server that does not
// answer is waited for by a thread of the C library that nobody can call off, and a reader of the
// log that stalls holds whoever writes.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace embolink::service {

// Watches from a thread of its own. Once a signal has come (is_interrupted()) the process has
// `limit`, or a second once all_is_done() was said, and is ended then: as interrupted or, in the
// second case, with exit code 0. Nothing is lost by it: all state is in transactions.
class StopGuard {
public:
    explicit StopGuard(std::chrono::milliseconds limit);
    ~StopGuard(); // the watch is over

    StopGuard(const StopGuard&) = delete;
    StopGuard& operator=(const StopGuard&) = delete;

    void all_is_done() { done_ = true; }

private:
    void watch();

    std::chrono::milliseconds limit_;
    std::atomic<bool> done_{false};
    std::mutex mutex_;
    std::condition_variable ended_;
    bool over_ = false;
    std::thread thread_;
};

} // namespace embolink::service
