// The operations: who may call, and that the OpenAPI document says what there is. What is counted
// is in tests/analysis/measure_report_test.cpp.
#include "connector/core/error.hpp"
#include "connector/service/answers.hpp"
#include "connector/service/async_jobs.hpp"
#include "connector/service/callers.hpp"
#include "connector/service/cds_hooks.hpp"
#include "connector/service/health.hpp"
#include "connector/service/media_types.hpp"
#include "connector/service/openapi.hpp"
#include "connector/service/operation_parameters.hpp"
#include "connector/service/operations.hpp"
#include "connector/service/subscriptions.hpp"
#include "tests/connector/http_loop.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cctype>
#include <functional>
#include <future>
#include <set>

namespace {

using namespace embolink;
using namespace embolink::service;
using nlohmann::json;
using namespace std::chrono_literals;

TEST(Callers, ATokenIsGoodForItsScopes) {
    const test::TempFolder folder;
    CallerConfig config;
    config.name = "quality";
    config.token.file = folder.file("token", "t0ken\n");
    config.scopes = {"measure"};
    const Callers callers({config});
    const auto status = [&](const std::string& authorization, const std::string& scope) {
        Call call;
        http::set_header(call.request.headers, "Authorization", authorization);
        try {
            EXPECT_EQ(callers.require(call, scope), "quality");
        } catch (const Refusal& refusal) {
            return refusal.status();
        }
        return 200;
    };
    EXPECT_EQ(status("Bearer t0ken", "measure"), 200);
    EXPECT_EQ(status("bearer t0ken", "measure"), 200);
    EXPECT_EQ(status("Bearer t0ken", "run"), 403);
    EXPECT_EQ(status("Bearer t0keN", "measure"), 401);
    EXPECT_EQ(status("Basic t0ken", "measure"), 401);
    EXPECT_EQ(status("", "measure"), 401);
    folder.file("token", "");
    EXPECT_EQ(status("Bearer ", "measure"), 401) << "an empty secret opens nothing";
}

TEST(AsyncJobs, ThePreferenceStandsAmongOthers) {
    const auto wants = [](const std::string& prefer) {
        http::Headers headers;
        http::set_header(headers, "Prefer", prefer);
        return wants_async(headers);
    };
    EXPECT_TRUE(wants("respond-async"));
    EXPECT_TRUE(wants("return=minimal, Respond-Async"));
    EXPECT_TRUE(wants("respond-async; wait=10"));
    EXPECT_FALSE(wants("return=respond-async"));
    EXPECT_FALSE(wants(""));
    EXPECT_FALSE(wants_async({}));
    const http::Headers two = {{"Prefer", "return=minimal"}, {"prefer", "respond-async"}};
    EXPECT_TRUE(wants_async(two));
}

int status_of(const std::function<http::Response()>& ask) {
    try {
        return ask().status;
    } catch (const Refusal& refusal) {
        return refusal.status();
    }
}

TEST(AsyncJobs, AnAnswerIsForWhoAskedAndForTenMinutes) {
    asio::thread_pool pool(1);
    AsyncJobs jobs(pool);
    std::promise<void> go;
    const auto begun = AsyncJobs::Clock::time_point{};
    const std::string id = jobs.begin(
        "$derive",
        "a",
        [&go] {
            go.get_future().wait();
            return http::Response(200);
        },
        begun);
    const auto state =
        [&](const char* operation, const char* caller, AsyncJobs::Clock::duration at) {
            return status_of([&] { return jobs.state(operation, caller, id, begun + at); });
        };
    EXPECT_EQ(state("$derive", "a", 0s), 202);
    go.set_value();
    pool.join();
    EXPECT_EQ(state("$derive", "a", 1s), 200);
    EXPECT_EQ(state("$derive", "a", 2s), 200) << "as often as it is asked for";
    EXPECT_EQ(state("$derive", "b", 2s), 404);
    EXPECT_EQ(state("$evaluate-measure", "a", 2s), 404) << "another scope";
    EXPECT_EQ(state("$derive", "a", 10min - 1s), 200);
    EXPECT_EQ(state("$derive", "a", 10min), 404);
}

// The service that ends has to know.
TEST(AsyncJobs, WhatIsWorkedOutIsCounted) {
    asio::thread_pool pool(1);
    AsyncJobs jobs(pool);
    std::promise<void> go;
    EXPECT_EQ(jobs.at_work(), 0u);
    const std::string id = jobs.begin("$derive", "a", [&go] {
        go.get_future().wait();
        return http::Response(200);
    });
    EXPECT_EQ(jobs.at_work(), 1u);
    jobs.remove("$derive", "a", id);
    EXPECT_EQ(jobs.at_work(), 1u) << "it ends unseen";
    go.set_value();
    pool.join();
    EXPECT_EQ(jobs.at_work(), 0u);
}

TEST(AsyncJobs, FaultsAreAnswersAndManyAreTooMany) {
    asio::thread_pool pool(1);
    AsyncJobs jobs(pool);
    const auto ok = [] { return http::Response(200); };
    const std::string refused = jobs.begin(
        "$derive", "a", []() -> http::Response { throw Refusal(400, "structure", "no Bundle"); });
    const std::string broken = jobs.begin(
        "$derive", "a", []() -> http::Response { throw std::runtime_error("Jane Doe"); });
    std::string last;
    for (std::size_t i = 2; i < AsyncJobs::most; ++i) {
        last = jobs.begin("$derive", "a", ok);
    }
    const auto one_more = [&](const char* caller) {
        return status_of([&] {
            jobs.begin("$derive", caller, ok);
            return http::Response(202);
        });
    };
    EXPECT_EQ(one_more("a"), 429);
    EXPECT_EQ(one_more("b"), 202) << "one caller leaves room for another";
    jobs.remove("$derive", "a", last);
    EXPECT_EQ(status_of([&] { return jobs.state("$derive", "a", last); }), 404);
    EXPECT_EQ(one_more("a"), 202) << "room again";
    pool.join();
    EXPECT_EQ(jobs.state("$derive", "a", refused).status, 400);
    const http::Response fault = jobs.state("$derive", "a", broken);
    EXPECT_EQ(fault.status, 500);
    EXPECT_EQ(fault.body.find("Jane"), std::string::npos);
}

// FHIR R4 "Asynchronous Request Pattern" obliges nobody to DELETE.
TEST(AsyncJobs, WhatWasFetchedMakesRoom) {
    asio::thread_pool pool(1);
    AsyncJobs jobs(pool);
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < AsyncJobs::most; ++i) {
        ids.push_back(jobs.begin("$derive", "a", [] { return http::Response(200); }));
    }
    const std::string other = jobs.begin("$derive", "b", [] { return http::Response(200); });
    pool.join();
    EXPECT_EQ(jobs.state("$derive", "b", other).status, 200);
    const auto state = [&](const std::string& id) {
        return status_of([&] { return jobs.state("$derive", "a", id); });
    };
    const auto one_more = [&] {
        return status_of([&] {
            jobs.begin("$derive", "a", [] { return http::Response(200); });
            return http::Response(202);
        });
    };
    EXPECT_EQ(one_more(), 429) << "he fetched none";
    EXPECT_EQ(jobs.state("$derive", "b", other).status, 200) << "another caller's stays";
    EXPECT_EQ(state(ids[3]), 200);
    EXPECT_EQ(state(ids[1]), 200);
    EXPECT_EQ(one_more(), 202);
    EXPECT_EQ(state(ids[1]), 404) << "the oldest of those fetched";
    EXPECT_EQ(state(ids[3]), 200) << "there as long as there is room";
    EXPECT_EQ(state(ids[0]), 200) << "not fetched before, not forgotten";
}

// The pool is at work no more, so that what is asked anew stays at work.
TEST(AsyncJobs, ThatItIsAtWorkIsNoAnswer) {
    asio::thread_pool pool(1);
    pool.join();
    AsyncJobs jobs(pool);
    for (std::size_t i = 0; i < AsyncJobs::most; ++i) {
        const std::string id = jobs.begin("$derive", "a", [] { return http::Response(200); });
        EXPECT_EQ(jobs.state("$derive", "a", id).status, 202);
    }
    EXPECT_EQ(status_of([&] {
                  jobs.begin("$derive", "a", [] { return http::Response(200); });
                  return http::Response(202);
              }),
              429);
}

int status_of_parameters(const http::Query& query, const json& posted) {
    return status_of([&] {
        OperationParameters given({{"as_of"}, {"bundle"}}, query);
        given.add_posted(std::make_shared<const json>(posted));
        return http::Response(200);
    });
}

json parameters(std::initializer_list<json> list) {
    return {{"resourceType", "Parameters"}, {"parameter", json::array_t(list)}};
}

TEST(OperationParameters, ComeFromTheAddressAndTheBodyAlike) {
    OperationParameters given({{"as_of", "form"}, {"bundle"}},
                              {{"as_of", "2020"}, {"_format", "json"}, {"_pretty", "true"}});
    given.add_posted(std::make_shared<const json>(
        parameters({{{"name", "form"}, {"valueCode", "short"}},
                    {{"name", "_pretty"}, {"valueBoolean", true}},
                    {{"name", "bundle"}, {"resource", {{"resourceType", "Bundle"}}}}})));
    EXPECT_EQ(given.text("as_of"), "2020");
    EXPECT_EQ(given.text("form"), "short");
    ASSERT_NE(given.resource("bundle"), nullptr);
    EXPECT_EQ((*given.resource("bundle"))["resourceType"], "Bundle");
    EXPECT_EQ(given.text("other"), "");
    EXPECT_EQ(given.resource("other"), nullptr);
}

TEST(OperationParameters, WhatTheOperationDoesNotHaveIsRefusedWhereverItStands) {
    const json day = {{"name", "as_of"}, {"valueDate", "2020-01-01"}};
    const json foreign = {{"name", "foo"}, {"valueString", "x"}};
    const json bundle = {{"name", "bundle"}, {"resource", {{"resourceType", "Bundle"}}}};
    EXPECT_EQ(status_of_parameters({}, parameters({day, bundle})), 200);
    EXPECT_EQ(status_of_parameters({{"as_of", "2020-01-01"}}, parameters({bundle})), 200);
    EXPECT_EQ(status_of_parameters({{"as_of", "2020-01-01"}}, parameters({foreign})), 400);
    EXPECT_EQ(status_of_parameters({{"foo", "x"}}, parameters({})), 400);
    EXPECT_EQ(status_of_parameters({{"bundle", "x"}}, parameters({})), 400)
        << "a resource is posted";
    EXPECT_EQ(status_of_parameters({{"as_of", "2019-01-01"}}, parameters({day})), 400) << "twice";
    EXPECT_EQ(status_of_parameters({}, parameters({day, day})), 400);
    EXPECT_EQ(status_of_parameters({}, parameters({bundle, bundle})), 400);
    EXPECT_EQ(status_of_parameters({}, parameters({{{"name", "as_of"}, {"valueInteger", 2020}}})),
              400)
        << "a value that would be passed over";
    EXPECT_EQ(status_of_parameters({}, parameters({{{"name", "_format"}, {"valueCode", "xml"}}})),
              406);
}

TEST(OperationParameters, ABodyIsBlankOrAParametersResource) {
    const auto status = [](const std::string& body) {
        return status_of([&] {
            OperationParameters given({{"day"}, {}}, {});
            given.add_body(body);
            return http::Response(200);
        });
    };
    EXPECT_EQ(status(""), 200);
    EXPECT_EQ(status(" \r\n"), 200);
    EXPECT_EQ(status(R"({"resourceType":"Parameters"})"), 200);
    EXPECT_EQ(status(R"({"resourceType":"Patient"})"), 400);
    EXPECT_EQ(status("garbage"), 400);
    EXPECT_EQ(status(parameters({{{"name", "patient"}, {"valueString", "Patient/1"}}}).dump()),
              400);
}

// FHIR R4 3.1.0.1.11: _format and Accept mean the same, and _format goes first.
TEST(MediaTypes, AnswersAreJsonOrRefused) {
    const auto status = [](const std::string& accept, const http::Query& query = {}) {
        return status_of([&] {
            http::Headers headers;
            if (!accept.empty()) {
                http::set_header(headers, "Accept", accept);
            }
            require_answer_wanted(headers, query, "application/x-ndjson");
            return http::Response(200);
        });
    };
    for (const char* ours : {"",
                             "*/*",
                             "application/*;q=0.8",
                             "application/json",
                             "Application/FHIR+JSON; charset=utf-8",
                             "application/fhir+json; fhirVersion=4.0",
                             "application/x-ndjson",
                             "application/fhir+xml, application/fhir+json;q=0.5",
                             "text/html, */*; q=0.1"}) {
        EXPECT_EQ(status(ours), 200) << ours;
    }
    for (const char* foreign : {"application/fhir+xml",
                                "text/html",
                                "application/json;q=0",
                                "application/json;q=0.000, text/xml",
                                "application/fhir+json; fhirVersion=\"5.0\""}) {
        EXPECT_EQ(status(foreign), 406) << foreign;
    }
    EXPECT_EQ(status("", {{"_format", "xml"}}), 406);
    EXPECT_EQ(status("", {{"_format", "application/fhir json"}}), 200) << "a + not escaped";
    EXPECT_EQ(status("application/fhir+xml", {{"_format", "json"}}), 200);
    EXPECT_EQ(status("application/fhir+json", {{"_format", "xml"}}), 406);
    const http::Headers two = {{"Accept", "application/fhir+xml"}, {"accept", "application/json"}};
    EXPECT_NO_THROW(require_answer_wanted(two, {}));
}

std::set<std::string> operations_in(std::string_view text) {
    std::set<std::string> listed;
    const json document = json::parse(text);
    for (const auto& [path, operations] : document["paths"].items()) {
        for (const auto& [method, operation] : operations.items()) {
            if (method != "parameters") {
                listed.insert(method + " " + path);
            }
        }
    }
    return listed;
}

TEST(OpenApi, ListsEveryRouteAndNothingElse) {
    const test::TempFolder folder;
    test::Loop loop;
    Metrics metrics;
    Desk desk(open_sqlite_work_store(folder.path() / "s.sqlite", {"clinic", "https://x/fhir"}));
    const std::unique_ptr<http::Client> client = http::make_client(loop.executor(), {});
    const ServiceConfig config;
    const Log log(LogLevel::off);
    CdsHooks hooks({config.cds, "", {}, {}, desk, metrics, *client, {}, log});
    Operations operations({config.operations.callers, "", {}, desk, desk});
    const Config pass;
    Subscriptions subscriptions({config.subscriptions, pass, {}, {}, {}, desk, metrics, log},
                                loop.executor());
    std::set<std::string> served = {"get /openapi.json"}; // of the service itself
    for (const auto& routes : {operator_routes({desk, {}, {}, {}}, metrics),
                               hooks.routes(),
                               operations.routes(),
                               subscriptions.routes()}) {
        for (const service::Route& route : routes) {
            std::string method = route.method;
            for (char& c : method) {
                c = static_cast<char>(std::tolower(c));
            }
            served.insert(method + " " + route.pattern);
        }
    }
    EXPECT_EQ(operations_in(openapi_text()), served);
}

TEST(OpenApi, LeavesOutWhatThisConfigurationDoesNotAnswer) {
    const std::vector<service::Route> routes = {{"GET", "/fhir/$run/{job}", {}},
                                                {"PUT", "/fhir/subscription/{id}", {}}};
    const std::string text = openapi_of(routes);
    EXPECT_EQ(operations_in(text),
              (std::set<std::string>{
                  "get /openapi.json", "get /fhir/$run/{job}", "put /fhir/subscription/{id}"}));
    const json document = json::parse(text);
    EXPECT_TRUE(document["paths"]["/fhir/subscription/{id}"].contains("parameters"));
    EXPECT_FALSE(document["components"]["securitySchemes"].contains("cdsClient"));
    EXPECT_FALSE(document["components"]["schemas"].contains("HookCall"));
    EXPECT_TRUE(document["components"]["securitySchemes"].contains("bearer"));
    EXPECT_TRUE(document["components"]["schemas"].contains("OperationOutcome"));
}

// Each route alone, so that what others need cannot stand in.
TEST(OpenApi, WhatItRefersToIsThere) {
    for (const std::string& operation : operations_in(openapi_text())) {
        const auto space = operation.find(' ');
        const std::string method = operation.substr(0, space);
        const std::string path = operation.substr(space + 1);
        const json document = json::parse(openapi_of({{method, path, {}}}));
        const json places = document.flatten();
        for (const auto& [place, value] : places.items()) {
            if (place.ends_with("/$ref")) {
                const json::json_pointer target(value.get<std::string>().substr(1));
                EXPECT_TRUE(document.contains(target)) << operation << " " << value;
            }
        }
        for (const json& way : document["paths"][path][method]["security"]) {
            for (const auto& [name, scopes] : way.items()) {
                EXPECT_TRUE(document["components"]["securitySchemes"].contains(name)) << name;
            }
        }
    }
}

} // namespace
