// Runs a coroutine so that nothing it waits for (an answer, a Retry-After of minutes) outlasts an
// interrupt.
#pragma once

#include "connector/core/async.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>

namespace embolink {

class WatchedRun {
public:
    asio::any_io_executor executor() { return context_.get_executor(); }

    // Once. Runs `work` to its end; five times a second `tick` is called. What either throws, and
    // Error (interrupted) when a signal has come, is thrown here. Coroutines that still wait are
    // then destroyed, with what they own: what they refer to must outlive this call, and sockets
    // that it opened must not outlive this object.
    void run(asio::awaitable<void> work, std::function<void()> tick);

private:
    // A coroutine that waits is owned by its wait, which otherwise ends with the context only: too
    // late for what it refers to.
    class Context : public asio::io_context {
    public:
        Context() : asio::io_context(1) {}

        void destroy_waits() { shutdown(); }
    };

    Context context_;
};

} // namespace embolink
