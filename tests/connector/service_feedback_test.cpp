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

} // namespace
