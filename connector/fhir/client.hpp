// FHIR REST over http::Client: authentication, retries, OperationOutcome, and nothing of paging or
// of what a search means (those are machines of their own).
#pragma once

#include "connector/core/async.hpp"
#include "connector/core/log.hpp"
#include "connector/fhir/answer.hpp"
#include "connector/http/client.hpp"
#include "connector/http/retry.hpp"

#include <functional>
#include <string>

namespace embolink::fhir {

struct Access {
    std::string base_url; // without a slash at its end
    // "" or the whole value of Authorization; asked before every request. Sent to the base URL's
    // origin only.
    std::function<std::string()> authorization;
};

// What one request came to when all permitted repetitions are used up.
enum class Fate {
    answered, // `answer` holds the last one, whatever its status
    unknown   // the server may have acted on a request that must not simply be repeated
};

struct Outcome {
    Fate fate = Fate::answered;
    Answer answer;
    std::string trouble; // with `unknown`: what happened, without URL queries
};

class Client {
public:
    // All must outlive the client. `jitter` in [0, 1).
    Client(http::Client& http,
           Access access,
           http::RetryPolicy policy,
           Sleep sleep,
           std::function<double()> jitter,
           const Log& log);

    const std::string& base_url() const { return access_.base_url; }

    // GET of an absolute URL, which the caller has found allowed (ServerAddress). Retried by the
    // policy; throws Error (transport) when no answer came, Error (http) when what answered was
    // never FHIR but a page for people; returns any final answer. A 401 is asked once more with
    // fresh authorization.
    asio::awaitable<Answer> get(std::string url, http::Headers extra = {});

    // The same for any request that changes nothing: a GET, or a search by POST.
    asio::awaitable<Answer> ask(http::Request request);

    // Anything that writes, with the promise about repetition. Throws Error (transport) when it is
    // certain that the server never saw it.
    asio::awaitable<Outcome> send(http::Request request, http::Repeat repeat);

private:
    struct Attempt;

    asio::awaitable<Attempt> attempt(http::Request request, http::Repeat repeat);
    asio::awaitable<Attempt> once(http::Request request) const;
    void authorize(http::Request& request) const;
    void say(const Attempt& attempt, const http::RetryStep& step) const;

    http::Client& http_;
    Access access_;
    http::RetryPolicy policy_;
    Sleep sleep_;
    std::function<double()> jitter_;
    const Log& log_;
};

} // namespace embolink::fhir
