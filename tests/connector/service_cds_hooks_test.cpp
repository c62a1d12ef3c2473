// The hooks as a whole, called for everybody: what a configuration lets them say.
#include "connector/core/about.hpp"
#include "connector/core/definition_files.hpp"
#include "connector/service/cds_hooks.hpp"
#include "mapping/definitions.hpp"
#include "tests/connector/http_loop.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace embolink;
using namespace embolink::service;
using nlohmann::json;

const Instant now{std::chrono::seconds(1'800'000'000)};

asio::awaitable<std::string> everybody(std::string, std::vector<std::string>) {
    co_return "";
}

std::shared_ptr<const Snapshot> snapshot_with(Rate response, Rate toxicity) {
    auto snapshot = std::make_shared<Snapshot>();
    DerivationSetup setup;
    setup.definitions = load_all_definitions("", "");
    setup.trial = setup.definitions.trials.at("maire-2012");
    snapshot->as_of = now;
    snapshot->terminology = std::make_shared<Terminology>(setup.definitions.terminology);
    snapshot->setup = std::make_shared<const DerivationSetup>(std::move(setup));
    snapshot->response = response;
    snapshot->toxicity = toxicity;
    return snapshot;
}

json body_of(const std::string& hook, const std::string& what) {
    const json order = {
        {"resourceType", "ServiceRequest"}, {"id", "a"}, {"code", {{"text", what}}}};
    json context = {{"patientId", "1"}};
    if (hook == "order-sign") {
        context["draftOrders"]["entry"] = json::array({{{"resource", order}}});
    }
    const json none = {{"resourceType", "Bundle"}, {"entry", json::array()}};
    return {{"hook", hook},
            {"hookInstance", "i"},
            {"context", context},
            {"prefetch", {{"markers", none}}}};
}

class Hooks : public testing::Test {
protected:
    json cards(const std::string& hook, const std::string& what) {
        CdsHooks hooks({config_,
                        source_,
                        std::chrono::hours(2),
                        [this] { return snapshot_; },
                        desk_,
                        metrics_,
                        *client_,
                        everybody,
                        log_,
                        [] { return now; }});
        Call call;
        call.parts["id"] = "embolink-" + hook;
        json body = body_of(hook, what);
        body["prefetch"]["patient"] = patient_;
        body.update(more_);
        call.request.body = body.dump();
        json found;
        for (const embolink::service::Route& route : hooks.routes()) {
            if (route.method == "POST" && route.pattern == "/cds-services/{id}") {
                loop_.run(take(route.handler, call, found));
            }
        }
        return found.at("cards");
    }

    static asio::awaitable<void> take(CallHandler handler, Call call, json& found) {
        const http::Response response = co_await handler(std::move(call));
        EXPECT_EQ(response.status, 200) << response.body;
        found = json::parse(response.body);
    }

    json patient_;               // that the caller brings
    json more_ = json::object(); // in place of other members of the call
    std::string source_;
    CdsConfig config_;
    const Log log_{LogLevel::off};
    test::TempFolder folder_;
    test::Loop loop_;
    Metrics metrics_;
    Desk desk_{open_sqlite_work_store(folder_.path() / "s.sqlite", {"clinic", "https://x/fhir"})};
    std::unique_ptr<http::Client> client_ = http::make_client(loop_.executor(), {});
    std::shared_ptr<const Snapshot> snapshot_ = snapshot_with(Rate{8, 20}, Rate{3, 20});
};

const std::string embolization = "Transarterial embolization of the liver";

TEST_F(Hooks, SayNothingOfTheTrialUnlessSwitchedOn) {
    const json off = cards("order-sign", embolization);
    ASSERT_EQ(off.size(), 1u) << "the missing result";
    for (const char* word : {"shorter", "Maire", "In this hospital", "8 of 20"}) {
        EXPECT_EQ(off.dump().find(word), std::string::npos) << word;
    }
    config_.show_trial_context = true;
    const json on = cards("order-sign", embolization);
    ASSERT_EQ(on.size(), 2u);
    EXPECT_EQ(on[0], off[0]);
    const std::string detail = on[1]["detail"];
    EXPECT_THAT(detail, testing::HasSubstr("shorter progression-free survival"));
    EXPECT_THAT(detail, testing::HasSubstr("8 of 20"));
    EXPECT_TRUE(detail.ends_with(intended_use_en));
    EXPECT_EQ(on[1]["indicator"], "info");
}

TEST_F(Hooks, SayNothingOnceTheDataAreOld) {
    const auto at_age = [&](std::chrono::seconds age) {
        auto snapshot = std::make_shared<Snapshot>(*snapshot_);
        snapshot->as_of = now - age;
        snapshot_ = snapshot;
        return cards("order-sign", embolization).size();
    };
    EXPECT_EQ(at_age(std::chrono::hours(2)), 1u);
    EXPECT_EQ(at_age(std::chrono::hours(2) + std::chrono::seconds(1)), 0u);
}

// Passes go on without a patient whom the server refuses to give.
TEST_F(Hooks, SayNothingOfAPatientWhoseOwnDataAreOld) {
    const auto at_age = [&](std::chrono::seconds age) {
        auto facts = std::make_shared<PatientFacts>();
        facts->open_items = 2;
        facts->pulled = now - age;
        auto snapshot = std::make_shared<Snapshot>(*snapshot_);
        snapshot->patients["Patient/1"] = facts;
        snapshot_ = snapshot;
        return cards("patient-view", "").size();
    };
    EXPECT_EQ(at_age(std::chrono::hours(2)), 1u);
    EXPECT_EQ(at_age(std::chrono::hours(2) + std::chrono::seconds(1)), 0u);
}

// RFC 3986 6.2.2.1: the one server that may be asked, however it is written.
TEST_F(Hooks, AskTheSourceWrittenInCapitals) {
    const json none = {{"resourceType", "Bundle"}, {"total", 0}};
    test::ScriptedServer server(loop_, {{test::ok(none.dump())}});
    const std::string port = std::to_string(server.port());
    source_ = "HTTP://127.0.0.1:" + port + "/FHIR/";
    more_ = {{"prefetch", nullptr},
             {"fhirServer", "http://127.0.0.1:" + port + "/FHIR"},
             {"fhirAuthorization", {{"access_token", "t"}}}};
    EXPECT_EQ(cards("order-sign", embolization).size(), 1u);
    ASSERT_EQ(server.requests().size(), 1u);
    EXPECT_THAT(server.requests()[0], testing::StartsWith("GET /FHIR/Observation?patient=1&"));
}

// R9.5, R9.6.
TEST_F(Hooks, SayNothingOfWhoIsRestrictedOrAnotherIdentityOfOneWhoOptedOut) {
    const auto with = [&](const json& more) {
        patient_ = {{"resourceType", "Patient"}, {"id", "1"}};
        patient_.update(more);
        return cards("order-sign", embolization).size();
    };
    EXPECT_EQ(with(json::object()), 1u);
    const auto labelled = [](const char* code) {
        const json label = {{"system", "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"},
                            {"code", code}};
        return json{{"meta", {{"security", json::array({label})}}}};
    };
    EXPECT_EQ(with(labelled("N")), 1u);
    EXPECT_EQ(with(labelled("R")), 0u);
    auto of_cohort = std::make_shared<Snapshot>(*snapshot_);
    of_cohort->patients["Patient/1"] = std::make_shared<PatientFacts>();
    snapshot_ = of_cohort;
    EXPECT_EQ(with(labelled("N")), 1u);
    EXPECT_EQ(with(labelled("R")), 0u) << "labelled since the pass";
    of_cohort->patients.clear();
    const json other = {{"type", "replaced-by"}, {"other", {{"reference", "Patient/2"}}}};
    EXPECT_EQ(with({{"link", json::array({other})}}), 1u);
    auto setup = std::make_shared<DerivationSetup>(*snapshot_->setup);
    setup->site.config.opt_out = {"Patient/2"};
    auto snapshot = std::make_shared<Snapshot>(*snapshot_);
    snapshot->setup = setup;
    snapshot_ = snapshot;
    EXPECT_EQ(with({{"link", json::array({other})}}), 0u);
}

TEST_F(Hooks, SayNothingOfTheTrialWithoutAnEmbolization) {
    config_.show_trial_context = true;
    EXPECT_EQ(cards("order-sign", "Chest X-ray"), json::array());
    EXPECT_EQ(cards("patient-view", ""), json::array());
}

} // namespace
