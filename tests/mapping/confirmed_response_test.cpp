// R4.6: BOR-CONFIRMED.
#include "mapping/facts/concepts.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

struct Read {
    int day;
    ResponseCategory category;
};

struct Row {
    const char* what;
    std::vector<Read> readings;
    const char* expected;
};

class ConfirmedResponse : public ::testing::TestWithParam<Row> {};

TEST_P(ConfirmedResponse, R4_6) {
    TinyPatient patient;
    for (const auto& [on_day, category] : GetParam().readings) {
        if (category == improved) {
            patient.assess(on_day, AssessmentKind::trend, category);
        } else {
            patient.read(on_day, category);
        }
    }
    EXPECT_EQ(summary(patient.record("BOR-CONFIRMED")), GetParam().expected) << GetParam().what;
}

const std::vector<Row> rows = {
    {"repeated after 28 days", {{60, PR}, {88, PR}}, "value PR"},
    {"after 27 days it is not", {{60, PR}, {87, PR}}, "value SD"},
    {"a third reading is far enough", {{60, PR}, {80, PR}, {88, PR}}, "value PR"},
    {"complete response", {{60, CR}, {88, CR}}, "value CR"},
    {"partial, then complete", {{60, PR}, {88, CR}}, "value PR"},
    {"complete, then partial: both are at least partial", {{60, CR}, {88, PR}}, "value PR"},
    {"complete in the end", {{60, PR}, {90, CR}, {118, CR}}, "value CR"},
    {"one reading between is not evaluable", {{60, PR}, {75, NE}, {88, PR}}, "value PR"},
    {"two are too many", {{60, PR}, {70, NE}, {80, NE}, {88, PR}}, "value SD"},
    {"two, but not between", {{50, NE}, {60, PR}, {88, PR}, {95, NE}}, "value PR"},
    {"one between each, and the outer pair has two",
     {{60, PR}, {70, NE}, {80, PR}, {85, NE}, {108, PR}},
     "value PR"},
    {"stable disease between breaks it", {{60, PR}, {75, SD}, {88, PR}}, "value SD"},
    {"never repeated", {{60, PR}, {120, SD}}, "value SD"},
    {"alone on day 42: stable disease at least", {{42, PR}}, "value SD"},
    {"alone on day 41: nothing", {{41, CR}}, "value NE"},
    {"early ones confirm all the same", {{13, PR}, {41, PR}}, "value PR"},
    {"an early unconfirmed one before progression", {{41, PR}, {60, PD}}, "value PD"},
    {"a late unconfirmed one before progression", {{42, PR}, {60, PD}}, "value SD"},
    {"what follows progression confirms nothing", {{42, PR}, {60, PD}, {90, PR}}, "value SD"},
    {"early stable disease", {{41, SD}}, "value NE"},
    {"progression alone", {{90, PD}}, "value PD"},
    {"nothing", {}, "value NE"},
    {"not evaluable", {{60, NE}}, "value NE"},
    {"on T0 itself: before the treatment", {{0, PR}, {28, PR}}, "value NE"},
    {"a response of unknown kind is stable disease at least",
     {{60, improved}},
     "value SD [response-unspecified]"},
    {"and may confirm", {{60, PR}, {88, improved}}, "value SD [response-unspecified]"},
    {"but not too soon", {{60, PR}, {87, improved}}, "value SD"},
    {"nor when the kind is known", {{60, PR}, {88, PR}, {120, improved}}, "value PR"},
    {"repeated, it may have been any",
     {{60, improved}, {88, improved}},
     "value SD [response-unspecified]"},
    {"known stable disease beside one that was not repeated",
     {{60, improved}, {120, SD}},
     "value SD"},
    {"it stands for stable disease between",
     {{60, PR}, {75, improved}, {88, PR}},
     "value SD [response-unspecified]"},
    {"before day 42 it is nothing", {{41, improved}}, "value NE"},
};

INSTANTIATE_TEST_SUITE_P(Rows, ConfirmedResponse, ::testing::ValuesIn(rows));

TEST(ConfirmedResponseEnd, R4_6_EndsWithNewTherapyTheDayIncluded) {
    const DrugGiven therapy{88,
                            DrugSource::statement,
                            "active",
                            std::string(concepts::anticancer_targeted),
                            false,
                            "e"};
    TinyPatient on_the_day;
    on_the_day.read(60, PR).read(88, PR).drug(therapy);
    EXPECT_EQ(summary(on_the_day.record("BOR-CONFIRMED")), "value PR");
    TinyPatient after;
    after.read(60, PR).read(89, PR).drug(therapy);
    EXPECT_EQ(summary(after.record("BOR-CONFIRMED")), "value SD");
}

TEST(ConfirmedResponseFlags, R4_2_OfTheReadingsThatDecide) {
    TinyPatient patient;
    patient.read(60, CR).read(60, PR).read(88, PR);
    EXPECT_EQ(summary(patient.record("BOR-CONFIRMED")), "value PR [same-date-conflict]");
    patient.read(120, PR);
    EXPECT_EQ(summary(patient.record("BOR-CONFIRMED")), "value PR"); // by 88 and 120
}

TEST(ConfirmedResponseFlags, OfTwoRepetitionsWithAsManyDoubtsTheFirst) {
    TinyPatient patient;
    patient.read(60, PR).read(90, CR).read(90, PR);
    patient.assess(0, AssessmentKind::structured_recist, PR).effective = in_month(2020, 8);
    EXPECT_EQ(summary(patient.record("BOR-CONFIRMED")), "value PR [same-date-conflict]");
}

TEST(ConfirmedResponseFlags, R4_5_AnEarlyProgressionIsNotEvaluable) {
    TinyPatient patient;
    patient.read(10, PR).read(27, PD).read(38, PR);
    EXPECT_EQ(summary(patient.record("BOR-CONFIRMED")), "value PR");
    TinyPatient alone;
    alone.read(27, PD);
    // The flag is that of BOR, OR and DC.
    EXPECT_EQ(summary(alone.record("BOR-CONFIRMED")), "value NE");
}

TEST(ConfirmedResponseFlags, R4_3_ProgressionByTrend) {
    TinyPatient patient;
    patient.assess(90, AssessmentKind::trend, PD);
    EXPECT_EQ(summary(patient.record("BOR-CONFIRMED")), "value PD [trend-only]");
}

} // namespace
} // namespace embolink::testing
