// The configuration of the service: the keys `schedule`, `service`, `cds`, `operations`,
// `subscriptions` and `log` (contracts section 2). Every key is explained in
// deploy/config.example.json.
#pragma once

#include "connector/core/config.hpp"
#include "connector/core/json_object.hpp"
#include "connector/core/log_format.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace embolink {

// A part of the day on the hospital's wall, in minutes; `to` before `from` passes midnight.
struct DayWindow {
    int from = 0;
    int to = 0;
};

struct ScheduleConfig {
    std::chrono::seconds every{3600}; // from start to start; 0: only at the times of `at`
    std::vector<int> at;              // minutes of the day, sorted
    std::vector<DayWindow> windows;   // passes by `every` begin in one of these; empty: any time
    std::chrono::seconds jitter{0};   // up to so much later, so that services do not march in step
    std::chrono::seconds retry{900};  // after a pass that failed; doubled with each further one
};

struct ListenAddress {
    std::string address; // empty: none
    std::uint16_t port = 0;
};

struct ListenConfig {
    ListenAddress main{"127.0.0.1", 8480};
    ListenAddress operators; // of /metrics and /health; none: they are on the main one
    std::size_t body_limit = std::size_t{4} * 1024 * 1024;
    std::size_t header_limit = std::size_t{16} * 1024;
    std::chrono::seconds request_time{10};
    std::size_t most_requests = 64;
    std::size_t most_connections = 512;
};

// Of the public keys of one issuer; exactly one of file and url.
struct KeySource {
    std::filesystem::path file;
    std::string url;
    std::string jku; // beside a file: what the issuer's tokens may name; never fetched
};

struct CdsClient {
    std::string issuer; // `iss` of its tokens
    KeySource keys;
};

struct CdsConfig {
    bool on = false;
    std::string public_url; // of this service as its clients call it; part of the audience
    std::vector<CdsClient> clients;
    std::vector<std::string> origins; // of pages that may call (CORS)
    std::string launch_url;           // where adjudication happens, "" nowhere
    bool launch_by_smart = false;
    bool suggest_orders = false;
    // A trial's finding and local rates beside an individual order: they are no evidence of it.
    bool show_trial_context = false;
    std::chrono::seconds deadline{2}; // for what a hook has to ask the server
};

struct CallerConfig {
    std::string name;
    SecretRef token;
    std::set<std::string> scopes; // of "measure", "derive", "run"
};

struct OperationsConfig {
    std::string public_url; // of this service as its callers know it
    std::vector<CallerConfig> callers;
};

// How much of a change is told. Of R4's own Subscriptions `id_only` is `empty`: there is no way
// between.
enum class NotificationPayload { resource, id_only, empty };

// The Subscriptions that the service keeps on the server that is read.
struct RegisterConfig {
    bool on = false;
    WriteMode mode = WriteMode::dry_run; // the server is changed with `apply` only
    std::string public_url;              // of this service as that server reaches it
    std::vector<std::string> criteria;   // empty: every type that is read
    std::vector<std::string> topics;     // of the backport, where the server offers them
    NotificationPayload payload = NotificationPayload::resource;
    std::chrono::seconds lifetime{86'400}; // renewed when half of it is over
    std::chrono::seconds check{60};        // how often they are looked at
};

// Who sends notifications proves himself by one of both.
struct SubscriptionsConfig {
    bool on = false;
    SecretRef secret; // the header that the server sends along
    SecretRef hmac;   // key of the signature of a body
    std::string hmac_header = "X-Signature";
    std::chrono::seconds debounce{2};
    RegisterConfig own;
};

struct ServiceConfig {
    ScheduleConfig schedule;
    ListenConfig listen;
    CdsConfig cds;
    SubscriptionsConfig subscriptions;
    OperationsConfig operations; // without callers: none
    LogFormat log_format = LogFormat::json;
};

// Reads its keys of the whole configuration; faults go where `root`'s go.
ServiceConfig read_service_config(JsonObject& root, const std::filesystem::path& folder);

// As load_config and parse_config: the whole file has to be right.
ServiceConfig load_service_config(const std::string& path);
ServiceConfig parse_service_config(const std::string& text,
                                   const std::filesystem::path& folder,
                                   const std::string& name);

} // namespace embolink
