#include "connector/fhir/client.hpp"

#include "connector/http/transport_failure.hpp"
#include "connector/http/url.hpp"

#include <optional>
#include <utility>

namespace embolink::fhir {

namespace {

constexpr std::string_view fhir_json = "application/fhir+json";

std::string seconds(std::chrono::milliseconds time) {
    const auto tenths = (time.count() + 50) / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

bool is_good(int status) {
    return status >= 200 && status < 300;
}

// What the retry machine judges, without the body. A page for people with a good status comes from
// something between us and the server, so that nothing is known of what the server did: a 502.
http::Response as_judged(const http::Response& response) {
    const bool page_for_people = is_good(response.status) && is_html(response.headers);
    http::Response head(page_for_people ? 502 : response.status);
    head.headers = response.headers;
    return head;
}

Answer answer_of(http::Response response) {
    return {response.status, std::move(response.headers), std::move(response.body)};
}

} // namespace

// What came of one request, and after the last one of all its repetitions.
struct Client::Attempt {
    std::optional<http::Response> response;
    std::optional<http::TransportFailure> failure; // set when `response` is not
    bool fate_unknown = false;                     // some attempt may have reached the server

    std::string words() const {
        return failure ? failure->what() : "HTTP " + std::to_string(response->status);
    }
};

Client::Client(http::Client& http,
               Access access,
               http::RetryPolicy policy,
               Sleep sleep,
               std::function<double()> jitter,
               const Log& log)
    : http_(http), access_(std::move(access)), policy_(policy), sleep_(std::move(sleep)),
      jitter_(std::move(jitter)), log_(log) {}

void Client::authorize(http::Request& request) const {
    // Another origin, even one that next links may lead to, never sees the token.
    if (!http::same_origin(access_.base_url, request.url) || !access_.authorization) {
        return;
    }
    if (std::string value = access_.authorization(); !value.empty()) {
        http::set_header(request.headers, "Authorization", std::move(value));
    }
}

asio::awaitable<Client::Attempt> Client::once(http::Request request) const {
    Attempt result;
    authorize(request);
    try {
        result.response = co_await http_.send(std::move(request));
    } catch (const http::TransportFailure& failure) {
        result.failure = failure;
    }
    co_return result;
}

void Client::say(const Attempt& attempt, const http::RetryStep& step) const {
    if (step.next != http::Next::again) {
        return;
    }
    log_.warning(attempt.words() + " from the FHIR server, trying again in " + seconds(step.wait) +
                 (step.capped ? " (it asked for longer than is waited)" : ""));
}

asio::awaitable<Client::Attempt> Client::attempt(http::Request request, http::Repeat repeat) {
    if (!http::find_header(request.headers, "Accept")) {
        http::set_header(request.headers, "Accept", std::string(fhir_json));
    }
    http::Retry retry(policy_, repeat, jitter_);
    bool renewed = false;
    bool may_have_acted = false;
    for (;;) {
        http::Request copy = request;
        Attempt result = co_await once(std::move(copy));
        http::RetryStep step;
        if (result.failure) {
            step = retry.failed(*result.failure);
            may_have_acted = may_have_acted || result.failure->reached() == http::Reached::maybe;
        } else if (result.response->status == 401 && !renewed) {
            renewed = true; // a token that has just expired: the next one is asked for
            continue;
        } else {
            const http::Response response = as_judged(*result.response);
            step = retry.answered(response, std::chrono::system_clock::now());
            may_have_acted = may_have_acted || response.status == 502 || response.status == 504;
        }
        say(result, step);
        if (step.next != http::Next::again) {
            const bool final_answer = step.next == http::Next::done;
            result.fate_unknown =
                step.next == http::Next::look || (!final_answer && may_have_acted);
            co_return result;
        }
        co_await sleep_(step.wait);
    }
}

asio::awaitable<Answer> Client::ask(http::Request request) {
    const std::string where = http::without_query(request.url);
    Attempt result = co_await attempt(std::move(request), http::Repeat::safe);
    if (result.failure) {
        throw *result.failure;
    }
    Answer answer = answer_of(std::move(*result.response));
    if (is_good(answer.status) && is_html(answer.headers)) {
        throw Error(ErrorKind::http,
                    "a page for people came where FHIR was asked for",
                    where,
                    "a proxy or log-in page stands before the server: check source.base_url and "
                    "the access it needs");
    }
    co_return answer;
}

asio::awaitable<Answer> Client::get(std::string url, http::Headers extra) {
    http::Request request = http::get(std::move(url));
    for (http::Header& header : extra) {
        http::set_header(request.headers, std::move(header.name), std::move(header.value));
    }
    Answer answer = co_await ask(std::move(request));
    co_return answer;
}

asio::awaitable<Outcome> Client::send(http::Request request, http::Repeat repeat) {
    Attempt result = co_await attempt(std::move(request), repeat);
    Outcome outcome;
    if (result.fate_unknown) {
        outcome.fate = Fate::unknown;
        outcome.trouble = result.words();
        co_return outcome;
    }
    if (result.failure) {
        throw *result.failure;
    }
    outcome.answer = answer_of(std::move(*result.response));
    co_return outcome;
}

} // namespace embolink::fhir
