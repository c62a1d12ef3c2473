// The operations: what is counted, and that the OpenAPI document says what there is.
#include "connector/core/error.hpp"
#include "connector/service/answers.hpp"
#include "connector/service/callers.hpp"
#include "connector/service/cds_hooks.hpp"
#include "connector/service/health.hpp"
#include "connector/service/measure_report.hpp"
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

std::string record(const std::string& patient,
                   const std::string& param,
                   const std::string& status,
                   const std::string& start = "2025-01-01") {
    return R"({"trial":"maire-2012","trial_version":"1","rules_version":"r","patient":"Patient/)" +
           patient + R"(","as_of":"2026-01-01","course":1,"param":")" + param +
           R"(","arm":"HAE","start":")" + start + "\"," + status + R"(,"flags":[],"sources":[]})";
}

const std::string included = R"("status":"value","value":"included")";
const std::string yes = R"("status":"value","value":true)";
const std::string no = R"("status":"value","value":false)";
const std::string open =
    R"("status":"censored","reason":"last-known-alive","date":"2025-02-01","days":31)";
const std::string died = R"("status":"event","reason":"death","date":"2025-02-01","days":31)";
const std::string unknown = R"("status":"not-evaluable","reason":"no-assessment")";

std::vector<Derivation> cohort() {
    Derivation one;
    one.records = {
        record("1", "COHORT", included), record("1", "OS", died), record("1", "OR", yes)};
    Derivation two;
    two.records = {record("2", "COHORT", included), record("2", "OS", open), record("2", "OR", no)};
    Derivation three;
    three.records = {
        record("3", "COHORT", included), record("3", "OS", open), record("3", "OR", unknown)};
    Derivation late;
    late.records = {record("4", "COHORT", included, "2025-06-01"),
                    record("4", "OS", died, "2025-06-01")};
    Derivation excluded;
    excluded.records = {
        record("5", "COHORT", R"("status":"value","value":"excluded","reason":"minor")"),
        record("5", "OS", died)};
    return {one, two, three, late, excluded};
}

MeasureQuestion question(MeasureForm form) {
    MeasureQuestion out;
    out.trial = "maire-2012";
    out.period_start = *date_from_iso("2025-01-01");
    out.period_end = *date_from_iso("2025-05-31");
    out.form = form;
    out.date = "2026-01-01T00:00:00.000Z";
    return out;
}

std::vector<int> counts_of(const json& report, const std::string& param) {
    std::vector<int> out;
    for (const json& group : report["group"]) {
        if (group["code"]["coding"][0]["code"] == param) {
            for (const json& population : group["population"]) {
                out.push_back(population["count"].get<int>());
            }
        }
    }
    return out;
}

TEST(MeasureReport, CountsTheIncludedOfThePeriod) {
    const json report = measure_report(cohort(), question(MeasureForm::summary));
    EXPECT_EQ(report["type"], "summary");
    EXPECT_EQ(counts_of(report, "OS"), (std::vector<int>{3, 3, 1}));
    EXPECT_EQ(counts_of(report, "OR"), (std::vector<int>{3, 2, 1}));
    EXPECT_EQ(counts_of(report, "DC"), (std::vector<int>{0, 0, 0}));
    EXPECT_FALSE(report.contains("contained")) << "a summary names nobody";
    EXPECT_EQ(report.dump().find("Patient/"), std::string::npos);
}

TEST(MeasureReport, ListsThemWhenAsked) {
    const json report = measure_report(cohort(), question(MeasureForm::subject_list));
    EXPECT_EQ(report["type"], "subject-list");
    const json numerator = report["group"][1]["population"][2];
    ASSERT_EQ(report["group"][1]["code"]["coding"][0]["code"], "OS");
    const std::string id = numerator["subjectResults"]["reference"].get<std::string>().substr(1);
    for (const json& list : report["contained"]) {
        if (list["id"] == id) {
            EXPECT_EQ(list["entry"], json::array({{{"item", {{"reference", "Patient/1"}}}}}));
            return;
        }
    }
    FAIL() << "the list is not contained";
}

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
    CdsHooks hooks({config.cds, "", {}, {}, desk, metrics, *client});
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
