// The operations: who may call, and that the OpenAPI document says what there is. What is counted
// is in tests/analysis/measure_report_test.cpp.
#include "connector/core/error.hpp"
#include "connector/service/answers.hpp"
#include "connector/service/callers.hpp"
#include "connector/service/cds_hooks.hpp"
#include "connector/service/health.hpp"
#include "connector/service/openapi.hpp"
#include "connector/service/operations.hpp"
#include "connector/service/subscriptions.hpp"
#include "tests/connector/http_loop.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cctype>
#include <set>

namespace {

using namespace embolink;
using namespace embolink::service;
using nlohmann::json;

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

TEST(OpenApi, ListsEveryRouteAndNothingElse) {
    const test::TempFolder folder;
    test::Loop loop;
    Metrics metrics;
    Desk desk(open_sqlite_work_store(folder.path() / "s.sqlite", {"clinic", "https://x/fhir"}));
    const std::unique_ptr<http::Client> client = http::make_client(loop.executor(), {});
    const ServiceConfig config;
    CdsHooks hooks({config.cds, "", {}, {}, desk, metrics, *client, {}});
    Operations operations({config.operations.callers, "", {}, desk});
    const Log log(LogLevel::off);
    const Config pass;
    Subscriptions subscriptions({config.subscriptions, pass, {}, {}, desk, metrics, log},
                                loop.executor());
    std::set<std::string> served;
    for (const auto& routes : {operator_routes(config.schedule, desk, metrics),
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
    std::set<std::string> listed;
    const json document = json::parse(openapi_text());
    for (const auto& [path, operations_of_path] : document["paths"].items()) {
        for (const auto& [method, operation] : operations_of_path.items()) {
            if (method != "parameters") {
                listed.insert(method + " " + path);
            }
        }
    }
    EXPECT_EQ(listed, served);
}

} // namespace
