// R4.4, R3.5: rows to decisions, and which of several decisions stands.
#include "mapping/adjudication/adjudication.hpp"
#include "mapping/adjudication/written_date.hpp"

#include <gmock/gmock.h>

namespace embolink {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Good enough to tell texts apart.
std::string digest(const std::string& text) {
    std::string out = std::to_string(std::hash<std::string>{}(text));
    out.resize(64, '0');
    return out;
}

using Cells = std::map<std::string, std::string>;

Cells response() {
    return {{"patient", "Patient/1"},
            {"kind", "response"},
            {"reference", "DiagnosticReport/9"},
            {"decision", "PD"},
            {"reader", "R1"},
            {"decided_at", "2020-06-01"}};
}

ReadDecision read(const Cells& cells) {
    return read_decision({"list.csv:7", cells}, digest);
}

Cells with(Cells cells, const std::string& name, const std::string& text) {
    cells[name] = text;
    return cells;
}

TEST(WrittenDates, AsSpreadsheetsWriteThem) {
    const auto iso = [](const char* text) {
        const auto date = parse_written_date(text);
        return date ? to_iso(date->date) : "none";
    };
    for (const char* text : {"2020-05-08",
                             "2020-05-08T10:00:00+02:00",
                             "2020-05-08 10:00",
                             "2020/05/08",
                             "08.05.2020",
                             "8.5.2020",
                             "08.05.2020 14:30",
                             "8 mai 2020",
                             "8. Mai 2020",
                             "8 May 2020",
                             "May 8, 2020",
                             "08-May-2020"}) {
        EXPECT_EQ(iso(text), "2020-05-08") << text;
    }
    EXPECT_EQ(iso("31/12/2020"), "2020-12-31") << "French: 31 is no month";
    EXPECT_EQ(iso("12/31/2020"), "2020-12-31") << "American: 31 is no month";
    EXPECT_EQ(iso("12/31/2020 2:30 PM"), "2020-12-31");
    EXPECT_EQ(iso("05/05/2020"), "2020-05-05") << "the same either way";
    EXPECT_EQ(iso("31 déc. 2020"), "2020-12-31");
    EXPECT_EQ(iso("1. März 2020"), "2020-03-01");
    EXPECT_EQ(iso("15 août 2020"), "2020-08-15");
    for (const char* text : {"",
                             "05/08/2020",
                             "08-05-2020",
                             "8.5.20",
                             "44196",
                             "31.02.2020",
                             "2020-05",
                             "yesterday",
                             "12/31/2020 25:00",
                             "8 may 2020 or 2021"}) {
        EXPECT_EQ(iso(text), "none") << text;
    }
    EXPECT_EQ(parse_written_date("01.01.1970 14:30")->utc_seconds, 14 * 3600 + 30 * 60);
    EXPECT_EQ(parse_written_date("1/31/1970 12:05 AM")->utc_seconds, 30 * 86400 + 300);
}

TEST(ReadDecision, ARowOfTheListFilledIn) {
    const auto decision = read(with(response(), "date", "08.05.2020")).decision;
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->kind, DecisionKind::response);
    EXPECT_EQ(decision->target, "DiagnosticReport/9");
    EXPECT_EQ(decision->value, "PD");
    EXPECT_EQ(to_iso(*decision->date), "2020-05-08");
    EXPECT_EQ(decision->origin.reference.substr(0, 13), "Adjudication/");
    EXPECT_FALSE(decision->withdrawn);
}

TEST(ReadDecision, WhatIsNotDecidedYetIsNoFault) {
    const auto open = read(with(with(response(), "decision", ""), "reader", ""));
    EXPECT_FALSE(open.decision);
    EXPECT_FALSE(open.issue);
    const auto signed_only = read(with(response(), "decision", " "));
    ASSERT_TRUE(signed_only.issue);
    EXPECT_EQ(signed_only.issue->reference, "list.csv:7");
}

TEST(ReadDecision, BadRowsAreIssuesWithTheirPlace) {
    for (const auto& [name, text] : {std::pair{"decision", "better"},
                                     {"kind", "opinion"},
                                     {"patient", ""},
                                     {"reader", ""},
                                     {"decided_at", "soon"},
                                     {"withdrawn", "perhaps"},
                                     {"reference", "the CT"},
                                     {"reference", ""}}) {
        const auto bad = read(with(response(), name, text));
        EXPECT_FALSE(bad.decision) << name;
        ASSERT_TRUE(bad.issue) << name;
        EXPECT_EQ(bad.issue->severity, Severity::error);
        EXPECT_EQ(bad.issue->reference, "list.csv:7");
        EXPECT_THAT(bad.issue->text, HasSubstr("left out"));
    }
}

// A spreadsheet of another country writes the list's dates anew when it saves it.
TEST(ReadDecision, AnUnclearDateMattersOnlyWithoutATarget) {
    const auto beside_target = read(with(response(), "date", "05/08/2020"));
    ASSERT_TRUE(beside_target.decision);
    EXPECT_FALSE(beside_target.decision->date);
    ASSERT_TRUE(beside_target.issue);
    EXPECT_EQ(beside_target.issue->severity, Severity::warning);
    const auto alone = read(with(with(response(), "date", "05/08/2020"), "reference", ""));
    EXPECT_FALSE(alone.decision);
    EXPECT_EQ(alone.issue->severity, Severity::error);
}

TEST(ReadDecision, ValuesOfEveryKind) {
    const auto value = [](const char* kind, const char* text) {
        Cells cells = with(with(response(), "kind", kind), "decision", text);
        cells["reference"] = "Patient/2";
        const auto read_one = read(cells);
        return read_one.decision ? read_one.decision->value + "|" + read_one.decision->term : "-";
    };
    EXPECT_EQ(value("response", "réponse partielle"), "PR|");
    EXPECT_EQ(value("Response", " sd "), "SD|");
    EXPECT_EQ(value("arm", "HACE"), "HACE|");
    EXPECT_EQ(value("toxicity", "3"), "3|");
    EXPECT_EQ(value("toxicity", "0"), "0|");
    EXPECT_EQ(value("toxicity", "5 liver abscess"), "5|liver abscess");
    EXPECT_EQ(value("toxicity", "6"), "-");
    EXPECT_EQ(value("toxicity", "12"), "-");
    EXPECT_EQ(value("identity", "same"), "same|");
    EXPECT_EQ(value("identity", "twins"), "-");
}

TEST(ReadDecision, NdjsonSaysTheSame) {
    const auto row = decision_row_from_json(
        R"({"patient": "1", "kind": "response", "target": "DiagnosticReport/9", "value": "PD",
            "reader": "R1", "decided_at": "2020-06-01", "withdrawn": false, "reason": null})",
        "list.ndjson:1");
    ASSERT_TRUE(std::holds_alternative<DecisionRow>(row));
    const auto decision = read_decision(std::get<DecisionRow>(row), digest).decision;
    ASSERT_TRUE(decision);
    EXPECT_EQ(decision->origin, read(response()).decision->origin) << "by what it says";
    EXPECT_TRUE(std::holds_alternative<Issue>(decision_row_from_json("[1]", "a:1")));
    EXPECT_TRUE(std::holds_alternative<Issue>(decision_row_from_json("{", "a:1")));
    EXPECT_TRUE(std::holds_alternative<Issue>(decision_row_from_json(R"({"patient": {}})", "a:1")));
    const auto number = decision_row_from_json(R"({"value": 3})", "a:1");
    EXPECT_EQ(std::get<DecisionRow>(number).cells.at("value"), "3");
}

std::vector<std::string> standing(const std::vector<Cells>& rows) {
    std::vector<Adjudication> all;
    for (const Cells& cells : rows) {
        all.push_back(*read(cells).decision);
    }
    std::vector<std::string> values;
    for (const auto& decision : standing_decisions(all).decisions) {
        values.push_back(decision.value);
    }
    std::reverse(all.begin(), all.end()); // R9.4
    EXPECT_THAT(standing_decisions(all).decisions, SizeIs(values.size()));
    return values;
}

TEST(StandingDecisions, TheLaterOneWinsAndItIsSaid) {
    const Cells later = with(with(response(), "decision", "SD"), "decided_at", "2020-06-02");
    EXPECT_THAT(standing({response(), later}), testing::ElementsAre("SD"));
    const auto result = standing_decisions({*read(response()).decision, *read(later).decision});
    ASSERT_THAT(result.issues, SizeIs(1));
    EXPECT_EQ(result.issues[0].code, IssueCode::conflict);
    EXPECT_THAT(result.issues[0].text, HasSubstr("overruled"));
    EXPECT_THAT(standing({with(response(), "decided_at", ""),
                          with(with(response(), "decision", "SD"), "decided_at", "1970-01-01")}),
                testing::ElementsAre("SD"))
        << "one without a date is before every other";
}

TEST(StandingDecisions, TwoOfTheSameTimeThatContradictAreNone) {
    const Cells other = with(with(response(), "decision", "SD"), "reader", "R2");
    EXPECT_THAT(standing({response(), other}), IsEmpty());
    const auto result = standing_decisions({*read(response()).decision, *read(other).decision});
    EXPECT_THAT(result.issues, SizeIs(2));
    EXPECT_EQ(result.issues[0].severity, Severity::error);
    EXPECT_THAT(standing({response(), with(response(), "reader", "R2")}),
                testing::ElementsAre("PD"))
        << "two that agree";
}

TEST(StandingDecisions, WithdrawnOnesAreSetAside) {
    EXPECT_THAT(standing({with(response(), "withdrawn", "yes")}), IsEmpty());
    const Cells back = with(with(response(), "withdrawn", "oui"), "decided_at", "2020-07-01");
    EXPECT_THAT(standing({response(), back}), IsEmpty()) << "taken back later";
    const Cells other = with(with(response(), "decision", "SD"), "decided_at", "2020-05-01");
    EXPECT_THAT(standing({other, response(), back}), testing::ElementsAre("SD"))
        << "the one before it stands again";
    EXPECT_THAT(standing({with(response(), "decided_at", "2020-08-01"), back}),
                testing::ElementsAre("PD"))
        << "decided again afterwards";
}

TEST(StandingDecisions, AboutOtherThingsDoNotMeet) {
    EXPECT_THAT(
        standing({response(),
                  with(with(response(), "decision", "SD"), "reference", "DiagnosticReport/8"),
                  with(with(response(), "decision", "SD"), "patient", "Patient/2")}),
        SizeIs(3));
    EXPECT_THAT(standing({response(), response()}), SizeIs(1)) << "the same row in two files";
}

} // namespace
} // namespace embolink
