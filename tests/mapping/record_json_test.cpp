// Contracts sections 3 and 4: keys, their order, and that nothing is lost on the way back.
#include "mapping/endpoints/record_json.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <stdexcept>

namespace embolink {
namespace {

using ::testing::HasSubstr;

EndpointRecord progression() {
    EndpointRecord record;
    record.trial = "maire-2012";
    record.trial_version = "1";
    record.rules_version = "r";
    record.patient = "Patient/1";
    record.as_of = *date_from_iso("2021-01-01");
    record.param = "PFS";
    record.arm = "HAE";
    record.start = date_from_iso("2020-01-01");
    record.status = Event{"progression"};
    record.date = date_from_iso("2020-07-01");
    record.days = 182;
    record.left = date_from_iso("2020-04-01");
    record.right = date_from_iso("2020-07-01");
    record.flags = {"trend-only"};
    record.sources = {{"Observation/1", "2", "event", "R5.1"}};
    return record;
}

TEST(RecordJson, KeysStandInTheOrderOfTheContract) {
    EXPECT_EQ(to_json_line(progression()),
              R"({"trial":"maire-2012","trial_version":"1","rules_version":"r",)"
              R"("patient":"Patient/1","as_of":"2021-01-01","course":1,"param":"PFS","arm":"HAE",)"
              R"("start":"2020-01-01","status":"event","date":"2020-07-01","days":182,)"
              R"("left":"2020-04-01","right":"2020-07-01","reason":"progression",)"
              R"("flags":["trend-only"],"sources":[{"reference":"Observation/1","version":"2",)"
              R"("role":"event","rule":"R5.1"}]})");
}

std::string line_with(const RecordStatus& status) {
    EndpointRecord record = progression();
    record.status = status;
    return to_json_line(record);
}

TEST(RecordJson, ValuesKeepTheirKindAndDecimalsTheirDigits) {
    EXPECT_THAT(line_with(Value{DecimalText{"1.25120"}, "xULN", ""}),
                HasSubstr(R"("value":1.25120,"unit":"xULN")"));
    EXPECT_THAT(line_with(Value{std::int64_t{2}, "", ""}), HasSubstr(R"("value":2,)"));
    EXPECT_THAT(line_with(Value{true, "", ""}), HasSubstr(R"("value":true,)"));
    EXPECT_THAT(line_with(Value{std::string("excluded"), "", "minor"}),
                HasSubstr(R"("value":"excluded","reason":"minor")"));
    EXPECT_THAT(line_with(NotEvaluable{"window-open"}), HasSubstr(R"("status":"not-evaluable")"));
}

TEST(RecordJson, AbsentMeansAbsent) {
    EndpointRecord record = progression();
    record.arm.clear();
    record.start.reset();
    record.date.reset();
    record.days.reset();
    record.left.reset();
    record.right.reset();
    const std::string line = to_json_line(record);
    for (const char* key : {"\"arm\"", "\"start\"", "\"date\"", "\"days\"", "\"left\"", "null"}) {
        EXPECT_THAT(line, Not(HasSubstr(key)));
    }
}

void expect_round_trip(const RecordStatus& status) {
    EndpointRecord record = progression();
    record.status = status;
    const std::string line = to_json_line(record);
    const EndpointRecord back = record_from_json_line(line);
    EXPECT_EQ(back.status, status) << line;
    EXPECT_EQ(to_json_line(back), line);
}

TEST(RecordJson, EveryStatusComesBack) {
    expect_round_trip(Event{"death"});
    expect_round_trip(Censored{"no-assessment"});
    expect_round_trip(NotEvaluable{"baseline-missing"});
    expect_round_trip(Value{std::string("CR"), "", ""});
    expect_round_trip(Value{std::string("excluded"), "", "minor"});
    expect_round_trip(Value{false, "", ""});
    expect_round_trip(Value{std::int64_t{3}, "", ""});
    expect_round_trip(Value{DecimalText{"0.333333"}, "xULN", ""});
    expect_round_trip(Value{DecimalText{"3"}, "xULN", ""});
}

TEST(RecordJson, TimelineAndIssuesComeBack) {
    TimelineEntry entry;
    entry.patient = "Patient/1";
    entry.date = date_from_iso("2020-01-01");
    entry.kind = "marker";
    entry.value = "10.0";
    entry.unit = "mg/24h";
    entry.x_uln = "1.25";
    entry.series = "5-HIAA rate";
    entry.grade = 2;
    entry.term = "t";
    entry.used_by = {"BASE-5HIAA"};
    entry.set_aside_because = "because \"R7.2\"\n";
    entry.source = "Observation/1";
    EXPECT_EQ(to_json_line(timeline_from_json_line(to_json_line(entry))), to_json_line(entry));
    EXPECT_THAT(to_json_line(entry),
                HasSubstr(R"("x_uln":"1.25","series":"5-HIAA rate","grade":2)"));
    const Issue issue{Severity::fatal, IssueCode::not_found, "a", "b", "c", "d", "e"};
    EXPECT_EQ(issue_from_json_line(to_json_line(issue)), issue);
    EXPECT_THAT(to_json_line(issue), HasSubstr(R"("severity":"fatal","code":"not-found")"));
}

std::string refusal(std::string_view line) {
    try {
        record_from_json_line(line);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "accepted";
}

TEST(RecordJson, AWrongLineIsRefusedByKey) {
    EXPECT_THAT(refusal("not json"), HasSubstr("one JSON object"));
    EXPECT_THAT(refusal("[]"), HasSubstr("one JSON object"));
    // Only data in which nothing is dated have no cut, and then no record has a start.
    EXPECT_THAT(refusal(R"({"trial":"t","patient":"p","course":1,"param":"PFS",)"
                        R"("start":"2020-01-01","status":"value","value":"included"})"),
                HasSubstr("\"as_of\""));
    EXPECT_THAT(refusal(R"({"trial":"t","patient":"p","as_of":"2020-13-01"})"),
                HasSubstr("\"as_of\""));
    const std::string head = R"({"trial":"t","patient":"p","as_of":"2020-01-01","param":"PFS",)";
    EXPECT_THAT(refusal(head + R"("status":"alive"})"), HasSubstr("\"status\""));
    EXPECT_THAT(refusal(head + R"("status":"event"})"), HasSubstr("\"reason\""));
    EXPECT_THAT(refusal(head + R"("status":"value"})"), HasSubstr("\"value\""));
    EXPECT_THAT(refusal(head + R"("status":"event","reason":"death","days":"9"})"),
                HasSubstr("\"days\""));
    EXPECT_THAT(refusal(head + R"("status":"event","reason":"death","flags":"x"})"),
                HasSubstr("\"flags\""));
}

TEST(RecordJson, TextOfAnyBytesMakesALineThatCanBeReadAgain) {
    const bool holds = rc::check("any text", [](const std::string& text) {
        EndpointRecord record = progression();
        record.sources.front().role = "x" + text;
        const std::string line = to_json_line(record);
        RC_ASSERT(line.find('\n') == std::string::npos);
        RC_ASSERT(to_json_line(record_from_json_line(line)) == line);
    });
    EXPECT_TRUE(holds);
}

} // namespace
} // namespace embolink
