#include "connector/http/transport_failure.hpp"

namespace embolink::http {
namespace {

using std::chrono::milliseconds;

std::string remedy_of(Phase phase) {
    switch (phase) {
    case Phase::resolve:
        return "check the host name in the URL and the name server of this machine";
    case Phase::connect:
        return "check that the server runs and that no firewall stands between";
    case Phase::handshake:
        return "check the certificates: the server's, and the CA file in the site file";
    case Phase::write:
    case Phase::first_byte:
    case Phase::body:
        break;
    }
    return "run again; if it stays, ask the server's operators with the time of this message";
}

std::string words_of(milliseconds time) {
    const auto count = time.count();
    return count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
}

std::string slow_words(Phase phase) {
    switch (phase) {
    case Phase::resolve:
        return "the host name was not resolved within ";
    case Phase::connect:
        return "the server took no connection within ";
    case Phase::handshake:
        return "the TLS handshake was not done within ";
    case Phase::write:
        return "the request was not taken within ";
    case Phase::first_byte:
        return "no answer began within ";
    case Phase::body:
        break;
    }
    return "the answer paused for more than ";
}

std::string broken_words(Phase phase) {
    switch (phase) {
    case Phase::resolve:
        return "the host name cannot be resolved: ";
    case Phase::connect:
        return "the server cannot be connected to: ";
    case Phase::handshake:
        return "the TLS handshake failed: ";
    case Phase::write:
        return "the request could not be sent whole: ";
    case Phase::first_byte:
        return "the connection ended before an answer: ";
    case Phase::body:
        break;
    }
    return "the answer did not come whole: ";
}

} // namespace

TransportFailure::TransportFailure(Phase phase,
                                   Reached reached,
                                   bool timed_out,
                                   const std::string& what,
                                   std::string where,
                                   Outlook outlook)
    : Error(ErrorKind::transport, what, std::move(where), remedy_of(phase)), phase_(phase),
      reached_(reached), timed_out_(timed_out), outlook_(outlook) {}

TransportFailure too_slow(Phase phase, Reached reached, milliseconds limit, std::string where) {
    return {phase, reached, true, slow_words(phase) + words_of(limit), std::move(where)};
}

TransportFailure broken(
    Phase phase, Reached reached, const std::string& reason, std::string where, Outlook outlook) {
    return {phase, reached, false, broken_words(phase) + reason, std::move(where), outlook};
}

Reached after_failed_write(Connected connected, std::size_t bytes_written) {
    return connected == Connected::freshly && bytes_written == 0 ? Reached::no : Reached::maybe;
}

} // namespace embolink::http
