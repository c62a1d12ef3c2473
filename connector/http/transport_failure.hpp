// A request that got no whole answer, and the one thing a caller must know: may the server have
// acted on it?
#pragma once

#include "connector/core/error.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace embolink::http {

enum class Phase { resolve, connect, handshake, write, first_byte, body };

enum class Reached {
    no,   // nothing of the request left this machine: safe to send again whatever the method
    maybe // the server may have acted: only what is safe to repeat may be sent again
};

// Will it pass by itself?
enum class Outlook {
    passing, // a network or server in trouble: another attempt may do
    lasting  // a refused certificate, an answer over the limit: the same again would fail again
};

// `where` is the URL without its query: queries can hold identifiers.
class TransportFailure : public Error {
public:
    TransportFailure(Phase phase,
                     Reached reached,
                     bool timed_out,
                     const std::string& what,
                     std::string where,
                     Outlook outlook = Outlook::passing);

    Phase phase() const { return phase_; }

    Reached reached() const { return reached_; }

    bool timed_out() const { return timed_out_; }

    Outlook outlook() const { return outlook_; }

private:
    Phase phase_;
    Reached reached_;
    bool timed_out_;
    Outlook outlook_;
};

// The phase took longer than `limit`; each phase has its own text.
TransportFailure
too_slow(Phase phase, Reached reached, std::chrono::milliseconds limit, std::string where);

// The phase ended with `reason`, the words of the operating system or of a library.
TransportFailure broken(Phase phase,
                        Reached reached,
                        const std::string& reason,
                        std::string where,
                        Outlook outlook = Outlook::passing);

// What a failed write leaves behind: no byte of it on a connection that carried nothing before is
// the one case in which the server cannot know the request.
enum class Connected { freshly, before };
Reached after_failed_write(Connected connected, std::size_t bytes_written);

} // namespace embolink::http
