#include "connector/core/interrupt.hpp"

#include "connector/core/error.hpp"

#include <atomic>
#include <csignal>

namespace embolink {
namespace {

// A signal handler can reach nothing but a global; a lock-free atomic is allowed there (C++20
// [support.signal]), and every thread of the service looks at it.
std::atomic<bool> signal_came{false};
static_assert(std::atomic<bool>::is_always_lock_free);

std::atomic<bool> hangup_came{false};

void remember(int) {
    signal_came = true;
}

void remember_hangup(int) {
    hangup_came = true;
}

} // namespace

void catch_interrupts() {
    struct sigaction action {};

    action.sa_handler = remember;
    // No SA_RESTART: a read that waits for standard input must return. The second signal kills.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

void catch_hangups() {
    struct sigaction action {};

    action.sa_handler = remember_hangup;
    action.sa_flags = static_cast<int>(SA_RESTART);
    sigaction(SIGHUP, &action, nullptr);
}

bool take_hangup() {
    return hangup_came.exchange(false);
}

bool is_interrupted() {
    return signal_came;
}

void throw_if_interrupted() {
    if (is_interrupted()) {
        throw Error(ErrorKind::interrupted,
                    "interrupted; no result was written",
                    "",
                    "run the same command again");
    }
}

} // namespace embolink
