// A small FHIR R4 server for the demo and for scripted faults, without sockets: a request in, a
// reply out. It keeps everything in memory and knows no user: never for production.
//
// Served are the types of search_parameters.hpp: read, vread, history, search (GET and POST),
// create, update, delete, their conditional forms, transaction, batch, metadata. Beside FHIR:
// GET $sandbox-faults, GET $sandbox-counts, and OPTIONS of browsers (http/cors.hpp).
#pragma once

#include "connector/http/server.hpp"
#include "connector/sandbox/faults.hpp"
#include "connector/sandbox/loading.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace embolink::sandbox {

struct SandboxOptions {
    std::string base_url; // "http://127.0.0.1:8080/fhir", no slash at its end
    FaultPlan plan;
    std::vector<std::string> origins; // of pages that may read and write (http::CorsRules)
    std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
};

// What the socket does with it; a fault may ask it to wait first.
struct SandboxReply : http::Reply {
    std::chrono::milliseconds delay{0};
};

class Sandbox {
public:
    explicit Sandbox(SandboxOptions options);
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    // Before the first request. See Loading.
    LoadSummary load(Loading loading);

    // Does not throw. The request's url is its target, "/fhir/Patient?_id=1".
    SandboxReply handle(const http::Request& request);

    // What the listener refuses (http::Refuser).
    http::Response refuse(int status, const http::Request& request) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace embolink::sandbox
