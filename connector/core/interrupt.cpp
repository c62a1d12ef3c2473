#include "connector/core/interrupt.hpp"

#include "connector/core/error.hpp"

#include <csignal>

namespace embolink {
namespace {

// A signal handler can reach nothing but a global of this type.
volatile std::sig_atomic_t signal_came = 0;

void remember(int) {
    signal_came = 1;
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

void throw_if_interrupted() {
    if (signal_came != 0) {
        throw Error(ErrorKind::interrupted,
                    "interrupted; no result was written",
                    "",
                    "run the same command again");
    }
}

} // namespace embolink
