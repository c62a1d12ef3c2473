// Calls are read as parse_json would read them.
#include "connector/core/json_view.hpp"
#include "mapping/fhir/resource.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace embolink;

std::string nested(int levels) {
    return std::string(static_cast<std::size_t>(levels), '[') + "1" +
           std::string(static_cast<std::size_t>(levels), ']');
}

TEST(JsonView, WhatIsMissingNullOrOfAnotherTypeIsNotThere) {
    const auto read = read_document(R"({"text": "x\u00e9\n", "number": 7, "true": true,
        "null": null, "object": {"text": "inside"}, "list": [null, "a", {"b": "c"}, null]})");
    ASSERT_TRUE(read);
    const JsonView root = read->root();
    EXPECT_EQ(text_of(root, "text"), "x\u00e9\n");
    EXPECT_EQ(text_of(root, "number"), "");
    EXPECT_EQ(text_of(root, "tex"), "");
    EXPECT_EQ(text_of(member_of(root, "object"), "text"), "inside");
    EXPECT_EQ(text_of(member_of(root, "text"), "text"), "");
    EXPECT_TRUE(member_of(root, "null").is_null());
    EXPECT_TRUE(member_of(root, "none").is_null());
    EXPECT_FALSE(member_of(root, "number").is_null());
    EXPECT_TRUE(member_of(root, "true").is_true());
    EXPECT_FALSE(member_of(root, "number").is_true());
    EXPECT_TRUE(member_of(root, "object").is_object());
    EXPECT_FALSE(member_of(root, "list").is_object());
    EXPECT_TRUE(elements_of(root, "null").empty());
    EXPECT_EQ(elements_of(root, "text").size(), 1u) << "a value in place of a list";
    const JsonViews list = elements_of(root, "list");
    ASSERT_EQ(list.size(), 2u);
    EXPECT_EQ(list[0].text(), "a");
    EXPECT_EQ(text_of(list[1], "b"), "c");
    EXPECT_EQ(member_of(root, "list").dump(), R"([null,"a",{"b":"c"},null])");
    EXPECT_TRUE(JsonView().is_null());
    EXPECT_EQ(JsonView().dump(), "null");
    EXPECT_TRUE(elements_of(JsonView(), "a").empty());
}

TEST(JsonView, OfMembersOfOneNameTheLastCounts) {
    const auto read = read_document(R"({"a": "first", "b": {"c": "x"}, "a": "last", "b": null})");
    ASSERT_TRUE(read);
    EXPECT_EQ(text_of(read->root(), "a"), "last");
    EXPECT_TRUE(member_of(read->root(), "b").is_null());
}

TEST(JsonView, NumbersAreNoFaultHoweverLarge) {
    const auto read = read_document(R"({"a": 1e999, "b": [123456789012345678901234567890, "x", 1.5],
        "c": -2.5E+400, "d": "yes"})");
    ASSERT_TRUE(read);
    EXPECT_EQ(text_of(read->root(), "d"), "yes");
    EXPECT_FALSE(member_of(read->root(), "a").is_null());
    EXPECT_FALSE(member_of(read->root(), "a").is_object());
    EXPECT_EQ(elements_of(read->root(), "b").size(), 3u);
}

TEST(ReadDocument, TakesWhatParseJsonTakes) {
    const std::string huge = "[" + std::string(400, '9') + "]";
    const std::string letters(300'000, 'a'); // more than a parser keeps room for
    for (const std::string& text : {std::string(R"("\udc00")"),
                                    std::string(R"("\ud800")"),
                                    std::string(R"("\ud83d\ude00")"),
                                    std::string(R"("a\u0000b")"),
                                    std::string("\xEF\xBB\xBF{}"),
                                    std::string("\"\xff\""),
                                    std::string("\"\xed\xb0\x80\""),
                                    std::string("\"\x01\""),
                                    std::string(""),
                                    std::string(" "),
                                    std::string("null"),
                                    std::string("{} x"),
                                    std::string("{}\n"),
                                    std::string("{},"),
                                    std::string("[1,]"),
                                    std::string("[01]"),
                                    std::string("[1e999, 01e999]"),
                                    std::string("[1e999"),
                                    std::string("{'a': 1}"),
                                    std::string("{\"a\": 1 // x\n}"),
                                    std::string("\0{}", 3),
                                    std::string("{}\0", 3),
                                    huge,
                                    "\"" + letters + "\"",
                                    "\"" + letters,
                                    nested(99),
                                    nested(100),
                                    nested(101),
                                    nested(400'000)}) {
        EXPECT_EQ(read_document(text) != nullptr, parse_json(text).value != nullptr)
            << text.substr(0, 40);
    }
    EXPECT_TRUE(read_document(nested(100)));
    EXPECT_FALSE(read_document(nested(101)));
}

TEST(ReadDocument, OneCallDoesNotTouchAnother) {
    const auto first = read_document(R"({"a": "one"})");
    const auto second = read_document(R"({"a": "two", "b": "three"})");
    EXPECT_FALSE(read_document("{"));
    EXPECT_EQ(text_of(first->root(), "a"), "one");
    EXPECT_EQ(text_of(second->root(), "a"), "two");
}

} // namespace
