// Feedback on cards: what is taken of it, and which of two words stands.
#include "connector/service/answers.hpp"
#include "connector/service/feedback.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace embolink;
using namespace embolink::service;
using nlohmann::json;

TEST(Feedback, TakesCodesAndNoComments) {
    const json entry = {
        {"card", "4e0a3a1e-3283-4575-ab82-028d55fe2719"},
        {"outcome", "overridden"},
        {"overrideReason",
         {{"reason", {{"code", "not-now"}, {"display", "x"}}}, {"userComment", "Zebra-Marker"}}}};
    const auto read = read_feedback(json{{"feedback", json::array({entry})}}.dump(), "s", "t");
    ASSERT_EQ(read.size(), 1u);
    EXPECT_EQ(read[0].reason, "not-now");
    EXPECT_EQ(read[0].outcome, "overridden");
    json sentence = entry;
    sentence["overrideReason"]["reason"]["code"] = "Zebra Marker, born 1950";
    EXPECT_EQ(read_feedback(json{{"feedback", json::array({sentence})}}.dump(), "s", "t")[0].reason,
              "");
}

TEST(Feedback, WhatIsNoneIsRefused) {
    const auto refused = [](const json& entry) {
        EXPECT_THROW(read_feedback(json{{"feedback", json::array({entry})}}.dump(), "s", "t"),
                     Refusal)
            << entry;
    };
    const std::string card = "4e0a3a1e-3283-4575-ab82-028d55fe2719";
    refused({{"card", card}});
    refused({{"card", card}, {"outcome", "liked"}});
    refused({{"card", card}, {"outcome", "accepted"}});
    refused({{"card", "1"}, {"outcome", "overridden"}});
    EXPECT_THROW(read_feedback("{}", "s", "t"), Refusal);
    EXPECT_THROW(read_feedback(R"({"feedback":[]})", "s", "t"), Refusal);
}

std::string told(const std::string& time,
                 const std::string& received = "2026-11-27T00:00:00.500Z") {
    const json entry = {{"card", "4e0a3a1e-3283-4575-ab82-028d55fe2719"},
                        {"outcome", "overridden"},
                        {"outcomeTimestamp", time}};
    return read_feedback(json{{"feedback", json::array({entry})}}.dump(), "s", received)[0].told;
}

// Of two words on a card the later one stands, within one second, too.
TEST(Feedback, TimesAreInOrderToTheFraction) {
    const std::vector<std::string> times = {
        told("2026-01-01T00:00:00Z"),
        told("2026-01-01T01:00:00.05+01:00"),
        told("2026-01-01T00:00:00.100Z"),
        told("2026-01-01T00:00:00.15Z"),
        told("2026-01-01T00:00:00.900Z"),
        told("2026-01-01T00:00:01Z"),
        told("2026-11-26T23:59:59.999Z"),
        told("2026-11-27T00:00:00.400Z"),
        told("2026-11-27T00:00:00.600Z"), // to come: as new as its arrival
    };
    for (std::size_t i = 1; i < times.size(); ++i) {
        EXPECT_LT(times[i - 1], times[i]) << i;
    }
    EXPECT_EQ(told("2026-01-01T00:00:00.1Z"), told("2026-01-01T00:00:00.100Z"));
    EXPECT_EQ(told("2026-01-01T00:00:00.000Z"), told("2026-01-01T00:00:00Z"));
    EXPECT_EQ(told("2026-01-01T00:00:00." + std::string(100, '9') + "Z").size(), 22u);
    for (const char* none : {"", "2026-01-01", "soon. 1", "2026-12-01T00:00:00Z"}) {
        EXPECT_EQ(told(none), told("2026-11-27T00:00:00.500Z")) << none;
    }
}

// What the store of an earlier version holds: whole seconds.
TEST(Feedback, ATimeWithoutAFractionIsKeptAsBefore) {
    EXPECT_EQ(told("2026-01-01T00:00:00Z"), "001767225600");
}

} // namespace
