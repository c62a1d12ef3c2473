#include "connector/service/stop_guard.hpp"

#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"

#include <algorithm>
#include <cstdlib>

namespace embolink::service {
namespace {

// When nothing is at work any more.
constexpr std::chrono::seconds farewell{1};

} // namespace

StopGuard::StopGuard(std::chrono::milliseconds limit)
    : limit_(limit), thread_([this] { watch(); }) {}

StopGuard::~StopGuard() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    ended_.notify_all();
    thread_.join();
}

void StopGuard::watch() {
    constexpr std::chrono::milliseconds look(200); // a signal handler may only set a flag
    std::unique_lock lock(mutex_);
    const auto is_over = [this] { return over_; };
    while (!is_interrupted()) {
        if (ended_.wait_for(lock, look, is_over)) {
            return;
        }
    }
    auto end = std::chrono::steady_clock::now() + limit_;
    bool was_done = false;
    while (std::chrono::steady_clock::now() < end) {
        if (ended_.wait_for(lock, look, is_over)) {
            return;
        }
        if (done_ && !was_done) {
            was_done = true;
            end = std::min(end, std::chrono::steady_clock::now() + farewell);
        }
    }
    std::_Exit(done_ ? 0 : exit_code(ErrorKind::interrupted));
}

} // namespace embolink::service
