#include "mapping/fhir/json_tokens.hpp"
#include "mapping/fhir/resource.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace embolink {
namespace {

std::string canonical(std::string_view text) {
    return canonical_json(*parse_json(text).value);
}

TEST(ParseJson, KeepsEveryDigitOfADecimal) {
    EXPECT_EQ(canonical(R"({"v": 1.10})"), R"({"v":1.10})");
    EXPECT_EQ(canonical(R"([0.1000000000000000055, 1e2, 123456789012345678901234567890])"),
              R"([0.1000000000000000055,1e2,123456789012345678901234567890])");
    const auto parsed = parse_json(R"({"v": 1.10})");
    EXPECT_EQ(json_decimal(parsed.value->at("v"))->text, "1.10");
    EXPECT_EQ(json_decimal(*parse_json("-7").value)->text, "-7");
    EXPECT_FALSE(json_decimal(*parse_json(R"("7")").value));
}

TEST(ParseJson, TakesNumbersBeyondADouble) {
    EXPECT_EQ(canonical(R"({"a": 1e999, "b": [-2.5E+400, "1e999 \"", true], "c": 1e-000, "d": 7})"),
              R"({"a":1e999,"b":[-2.5E+400,"1e999 \"",true],"c":1e-000,"d":7})");
    EXPECT_FALSE(json_decimal(*parse_json("1e999").value)); // JSON, but no number to compute with
    const std::string digits(400, '9');
    EXPECT_EQ(canonical("[" + digits + "]"), "[" + digits + "]");
    for (const char* broken : {"[1e999, 01e999]", "[1e999, 1.e999]", "[1e9991.5]", "[1e999"}) {
        EXPECT_EQ(parse_json(broken).value, nullptr) << broken;
    }
}

TEST(ParseJson, CanonicalFormSortsKeysAndKeepsText) {
    EXPECT_EQ(canonical("{\"b\": [true, null, {}],\n \"a\": \"\\u00e9\\n\\\"\"}"),
              "{\"a\":\"\u00e9\\n\\\"\",\"b\":[true,null,{}]}");
}

TEST(ParseJson, NamesThePlaceOfAFaultAndNoContent) {
    const auto broken = parse_json(R"({"name": "Dupont", "x": })");
    EXPECT_EQ(broken.value, nullptr);
    EXPECT_THAT(broken.error, testing::HasSubstr("at byte"));
    EXPECT_THAT(broken.error, testing::Not(testing::HasSubstr("Dupont")));
    EXPECT_EQ(parse_json("").value, nullptr);
    EXPECT_EQ(parse_json("{} x").value, nullptr);
    EXPECT_EQ(parse_json("\"\xff\"").value, nullptr); // not UTF-8
}

TEST(ParseJson, StopsAtAHundredLevels) {
    const std::string ninety_nine = std::string(99, '[') + std::string(99, ']');
    EXPECT_NE(parse_json(ninety_nine).value, nullptr);
    const std::string many = std::string(100000, '[');
    EXPECT_EQ(parse_json(many).value, nullptr);
    EXPECT_THAT(parse_json(many).error, testing::HasSubstr("levels"));
}

TEST(ParseJson, CountsDuplicateKeysAndKeepsTheLast) {
    const auto parsed = parse_json(R"({"a": {"x": 1}, "a": 2, "b": {"c": 1, "c": 2}})");
    EXPECT_EQ(parsed.duplicate_keys, 2);
    EXPECT_EQ(canonical_json(*parsed.value), R"({"a":2,"b":{"c":2}})");
}

TEST(MakeResource, LiftsOutWhatNamesTheResource) {
    const std::string id(88, 'e'); // servers exist with ids beyond FHIR's 64
    const auto parsed =
        parse_json(R"({"resourceType": "Observation", "id": ")" + id +
                   R"(", "meta": {"versionId": "3", "lastUpdated": "2020-01-01T00:00:00Z"}})");
    const auto resource = make_resource(parsed.value, "abc").value();
    EXPECT_EQ(resource.source.reference(), "Observation/" + id);
    EXPECT_EQ(resource.version(), "3");
    EXPECT_EQ(resource.source.last_updated, "2020-01-01T00:00:00Z");
}

TEST(MakeResource, NamesTheVersionByItsHashWithoutMeta) {
    const auto resource =
        make_resource(parse_json(R"({"resourceType": "Patient", "id": "1"})").value, "abc");
    EXPECT_EQ(resource->version(), "sha256:abc");
    EXPECT_FALSE(make_resource(parse_json("[]").value, ""));
    EXPECT_FALSE(make_resource(parse_json(R"({"id": "1"})").value, ""));
    EXPECT_FALSE(make_resource(nullptr, ""));
}

} // namespace
} // namespace embolink
