// CDS Hooks as the service answers them, but for everybody (hooks_bench.py asks it): tokens are
// made and verified apart, since one verification takes longer than all the rest.
//   hooks_bench serve CONFIG    prints READY URL; until it is ended
//   hooks_bench verify COUNT    CPU microseconds of one ES384 and one RS384 verification, and of
//                               remembering that a token was used, as JSON
#include "connector/core/config.hpp"
#include "connector/core/log_format.hpp"
#include "connector/http/client.hpp"
#include "connector/http/server.hpp"
#include "connector/pull/pass_setup.hpp"
#include "connector/service/cds_hooks.hpp"
#include "connector/service/health.hpp"
#include "connector/service/signed_token.hpp"
#include "connector/store/token_store.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <cjose/cjose.h>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <unistd.h>

namespace {

using namespace embolink;
using namespace embolink::service;
using nlohmann::json;

asio::awaitable<std::string> everybody(std::string, std::vector<std::string>) {
    co_return "";
}

// As the service does beside answering.
asio::awaitable<void> look_for_signals() {
    for (;;) {
        co_await sleep_for(std::chrono::milliseconds(200));
    }
}

void serve(const std::string& path) {
    set_log_format(LogFormat::json);
    const Log log;
    const Config config = load_config(path);
    const ServiceConfig settings = load_service_config(path);
    const ServerIdentity source{config.source.name, config.source.server.base_url};
    const auto snapshot =
        make_snapshot(*open_sqlite_store(config.store, source),
                      pass_setup(config, {}, current_instant(), Log(LogLevel::off)));
    asio::io_context context(1);
    Desk desk(open_sqlite_work_store(config.store, source));
    Metrics metrics;
    const auto client = http::make_client(context.get_executor(), {});
    CdsHooks hooks({settings.cds,
                    config.source.server.base_url,
                    oldest_data(settings.schedule),
                    [&snapshot] { return snapshot; },
                    desk,
                    metrics,
                    *client,
                    everybody,
                    log});
    // As the service has them: the operators' addresses stand before those of the hooks.
    std::vector<embolink::service::Route> routes =
        operator_routes({desk,
                         oldest_data(settings.schedule),
                         [&snapshot] { return snapshot->as_of; },
                         [] { return static_cast<embolink::service::TokenDesk*>(nullptr); }},
                        metrics);
    const std::vector<embolink::service::Route> of_hooks = hooks.routes();
    routes.insert(routes.end(), of_hooks.begin(), of_hooks.end());
    Router router(std::move(routes), metrics, log);
    http::ServerOptions options;
    options.request_time = settings.listen.request_time;
    options.most_requests = settings.listen.most_requests;
    options.most_connections = settings.listen.most_connections;
    const auto server =
        http::make_server(context.get_executor(), options, [&router](http::Request request) {
            return router.handle(std::move(request));
        });
    asio::co_spawn(context, look_for_signals(), asio::detached);
    std::cout << "READY http://127.0.0.1:" << server->port() << std::endl;
    context.run();
}

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::string sign(cjose_jwk_t* key, const char* algorithm) {
    cjose_err fault;
    cjose_header_t* head = cjose_header_new(&fault);
    cjose_header_set(head, "alg", algorithm, &fault);
    cjose_header_set(head, "typ", "JWT", &fault);
    cjose_header_set(head, "kid", "1", &fault);
    const json claims = {{"iss", "https://ehr.example"},
                         {"aud", "https://embolink.example/cds-services/embolink-patient-view"},
                         {"iat", 1'800'000'000},
                         {"exp", 1'800'000'300},
                         {"jti", "4e0a3a1e-3283-4575-ab82-028d55fe2719"}};
    const std::string text = claims.dump();
    cjose_jws_t* jws = cjose_jws_sign(
        key, head, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), &fault);
    const char* compact = nullptr;
    if (jws == nullptr || !cjose_jws_export(jws, &compact, &fault)) {
        throw std::runtime_error("cannot sign");
    }
    std::string token = compact;
    cjose_jws_release(jws);
    cjose_header_release(head);
    return token;
}

double verification_us(cjose_jwk_t* key, const char* algorithm, int count) {
    cjose_err fault;
    const std::string token = sign(key, algorithm);
    char* made = cjose_jwk_to_json(key, false, &fault);
    const std::string published = made;
    std::free(made); // NOLINT: cjose's own allocation
    const double begun = cpu_seconds();
    for (int i = 0; i < count; ++i) {
        const auto parsed = SignedToken::parse(token);
        if (!parsed || !parsed->is_signed_by(published)) {
            throw std::runtime_error("a valid token is refused");
        }
    }
    return (cpu_seconds() - begun) / count * 1e6;
}

double remembering_us(int count) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("embolink-tokens-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    const auto tokens = open_sqlite_token_store(folder / "store");
    const double begun = cpu_seconds();
    for (int i = 0; i < count; ++i) {
        const UsedToken token{
            "0123456789abcdef0123456789abcdef0123456789abcdef" + std::to_string(i), i + 360};
        if (!tokens->use(token, i)) {
            throw std::runtime_error("a new token is taken for an old one");
        }
    }
    const double took = (cpu_seconds() - begun) / count * 1e6;
    std::filesystem::remove_all(folder);
    return took;
}

void verify(int count) {
    cjose_err fault;
    const std::array<std::uint8_t, 3> exponent = {1, 0, 1};
    cjose_jwk_t* curve = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_384, &fault);
    cjose_jwk_t* rsa = cjose_jwk_create_RSA_random(2048, exponent.data(), exponent.size(), &fault);
    std::cout << json({{"ES384", verification_us(curve, "ES384", count)},
                       {"RS384", verification_us(rsa, "RS384", count)},
                       {"remember", remembering_us(count)}})
              << std::endl;
    cjose_jwk_release(curve);
    cjose_jwk_release(rsa);
}

} // namespace

int main(int count, char** words) {
    if (count == 3 && std::string(words[1]) == "serve") {
        serve(words[2]);
    } else if (count == 3 && std::string(words[1]) == "verify") {
        verify(std::stoi(words[2]));
    } else {
        std::cerr << "hooks_bench serve CONFIG | verify COUNT\n";
        return 2;
    }
    return 0;
}
