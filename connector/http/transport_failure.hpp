// A request that got no whole answer, and the one thing a caller must know: may the server have
// acted on it?
#pragma once

#include "connector/core/error.hpp"

#include <string>

namespace embolink::http {

enum class Phase { resolve, connect, handshake, write, first_byte, body };

enum class Reached {
    no,   // nothing of the request left this machine: safe to send again whatever the method
    maybe // the server may have acted: only what is safe to repeat may be sent again
};

// `where` is the URL without its query: queries can hold identifiers.
class TransportFailure : public Error {
public:
    TransportFailure(
        Phase phase, Reached reached, bool timed_out, const std::string& what, std::string where);

    Phase phase() const { return phase_; }

    Reached reached() const { return reached_; }

    bool timed_out() const { return timed_out_; }

private:
    Phase phase_;
    Reached reached_;
    bool timed_out_;
};

} // namespace embolink::http
