// A sandbox of a test's own, with a clock that the test moves, and short ways to ask it.
#pragma once

#include "connector/sandbox/sandbox.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace embolink::test {

struct Got {
    int status = 0;
    http::Headers headers;
    std::string text;
    nlohmann::json body; // null when the text is no JSON
    http::Damage damage = http::Damage::none;
    std::chrono::milliseconds delay{0};

    std::string header(const char* name) const;
    // Of a Bundle: the ids of its resources as they stand, and the URLs of its links ("" without).
    std::vector<std::string> ids() const;
    std::string link(const std::string& relation) const;
    // "error/not-found" of an OperationOutcome.
    std::string issue() const;
};

class Hospital {
public:
    static constexpr const char* base = "http://127.0.0.1:8090/fhir";

    // `faults` is the text of a faults file; `origins` are those of pages that may read.
    explicit Hospital(const std::string& faults = "{}", std::vector<std::string> origins = {});

    // NDJSON; meta as written.
    void load(const std::string& lines);

    Got get(const std::string& path, const http::Headers& headers = {});
    Got send(const std::string& method,
             const std::string& path,
             const std::string& body = "",
             const http::Headers& headers = {});
    Got post(const std::string& path, const std::string& body, const http::Headers& headers = {});
    Got put(const std::string& path, const std::string& body, const http::Headers& headers = {});
    Got remove(const std::string& path, const http::Headers& headers = {});
    // An absolute URL of this server, as links are.
    Got follow(const std::string& url);

    // All pages of a search by its next links; stops after 50.
    std::vector<std::string> crawl(const std::string& path);

    nlohmann::json counts();
    nlohmann::json fired();

    void wait(std::chrono::milliseconds time) { now_ += time; }

private:
    // 2026-03-01T12:00:00.000Z
    std::chrono::system_clock::time_point now_ =
        std::chrono::sys_days{std::chrono::March / 1 / 2026} + std::chrono::hours(12);
    sandbox::Sandbox sandbox_;
};

} // namespace embolink::test
