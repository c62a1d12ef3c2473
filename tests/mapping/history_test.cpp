// R1.4: tier and therapy before T0, both sides of each boundary.
#include "mapping/endpoints/history.hpp"
#include "tests/support/rows.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;

struct Reading {
    int day;
    ResponseCategory category;
};

class Past {
public:
    Past() { timeline.procedures.push_back(hepatic("t0", 0)); }

    PatientTimeline timeline;

    Past& known_since(int on_day) {
        timeline.contacts.push_back(
            {{"Encounter/" + std::to_string(on_day), "1"}, "encounter", {on(on_day), {}}, false});
        return *this;
    }

    std::vector<std::string> flags(const std::vector<Reading>& readings = {}) const {
        std::vector<JudgedAssessment> judged;
        for (const Reading& reading : readings) {
            JudgedAssessment made;
            made.date = day(reading.day);
            made.category = reading.category;
            judged.push_back(made);
        }
        return judge_history(timeline, judged, day(0), rule_trial().windows).flags;
    }
};

std::string tier(const std::vector<Reading>& readings, std::optional<int> resection = {}) {
    Past past;
    if (resection) {
        past.timeline.procedures.push_back(
            row("resection", on(*resection), {concepts::liver_resection}));
    }
    return past.flags(readings).front();
}

TEST(Tier, R1_4_ProgressionWithin180Days) {
    EXPECT_EQ(tier({{-180, PD}}), "tier-a");
    EXPECT_EQ(tier({{-181, PD}}), "tier-unknown");
    EXPECT_EQ(tier({{0, PD}}), "tier-a") << "a scan on the day of a therapy counts as before it";
    EXPECT_EQ(tier({{1, PD}}), "tier-unknown");
}

TEST(Tier, R1_4_ControlledDisease) {
    for (const auto category : {CR, PR, SD}) {
        EXPECT_EQ(tier({{-180, category}}), "tier-b");
    }
    EXPECT_EQ(tier({{-181, SD}}), "tier-unknown");
    EXPECT_EQ(tier({{-10, NE}}), "tier-unknown");
    EXPECT_EQ(tier({}), "tier-unknown");
    EXPECT_EQ(tier({{-90, PD}, {-10, SD}}), "tier-a") << "progression is documented";
}

TEST(Tier, R1_4_AResectionWithin90DaysAfterwards) {
    EXPECT_EQ(tier({{-10, PD}}, 90), "tier-b");
    EXPECT_EQ(tier({{-10, PD}}, 91), "tier-a");
    EXPECT_EQ(tier({}, 90), "tier-b");
    EXPECT_EQ(tier({}, 91), "tier-unknown");
    EXPECT_EQ(tier({{-10, PD}}, -30), "tier-a") << "one before T0 does not follow";
}

TEST(Tier, R1_4_APlannedResectionDoesNotCount) {
    Past past;
    ProcedureRow planned = row("resection", on(30), {concepts::liver_resection});
    planned.status = "not-done";
    past.timeline.procedures.push_back(planned);
    EXPECT_THAT(past.flags({{-10, PD}}), Contains("tier-a"));
}

TEST(Tier, R1_4_AResectionOnT0DoesNotFollow) {
    Past past;
    past.timeline.procedures.push_back(row("resection", on(0), {concepts::liver_resection}));
    EXPECT_THAT(past.flags({{-10, PD}}), Contains("tier-a"));
    past.timeline.procedures.back().performed.start = on(1);
    EXPECT_THAT(past.flags({{-10, PD}}), Contains("tier-b"));
}

TEST(PriorTherapy, R1_4_HistoryOf365Days) {
    EXPECT_THAT(Past{}.known_since(-365).flags(), Not(Contains("prior-therapy-unknown")));
    EXPECT_THAT(Past{}.known_since(-364).flags(), Contains("prior-therapy-unknown"));
}

TEST(PriorTherapy, R1_4_WhatNeverHappenedKnewNobody) {
    Past past;
    past.timeline.procedures.push_back(row("old", on(-400), {concepts::hemorrhage_embolization}));
    EXPECT_THAT(past.flags(), Not(Contains("prior-therapy-unknown")));
    for (const char* status : {"not-done", "entered-in-error"}) {
        past.timeline.procedures.back().status = status;
        EXPECT_THAT(past.flags(), Contains("prior-therapy-unknown")) << status;
    }
}

TEST(PriorTherapy, R1_4_OfAPartialDateOnlyItsLastDayIsCertain) {
    Past past;
    Diagnosis old = condition("1", {concepts::midgut_net});
    old.onset = in_year(2019); // T0 is 2020-03-10
    past.timeline.diagnoses.push_back(old);
    EXPECT_THAT(past.flags(), Contains("prior-therapy-unknown"));
    past.timeline.diagnoses.front().onset = in_year(2018);
    EXPECT_THAT(past.flags(), Not(Contains("prior-therapy-unknown")));
}

TEST(PriorTherapy, R1_4_RadioembolizationBeforeT0) {
    Past past;
    past.timeline.procedures.push_back(row("y90", on(-1), {concepts::radioembolization}));
    EXPECT_THAT(past.flags(), Contains("prior-arterial-therapy"));
    EXPECT_THAT(past.flags(), Not(Contains("prior-therapy-unknown"))) << "known is not unknown";
    past.timeline.procedures.back().status = "not-done";
    EXPECT_THAT(past.flags(), Not(Contains("prior-arterial-therapy")));
    past.timeline.procedures.back() = row("y90", on(0), {concepts::radioembolization});
    EXPECT_THAT(past.flags(), Not(Contains("prior-arterial-therapy"))) << "on T0 is not before";
    past.timeline.procedures.back() = row("y90", on(1), {concepts::radioembolization});
    EXPECT_THAT(past.flags(), Not(Contains("prior-arterial-therapy")));
}

TEST(PriorTherapy, R1_4_AnEmbolizationWithoutADayThatIsSurelyBefore) {
    Past past;
    past.timeline.procedures.push_back(hepatic("old", 0));
    past.timeline.procedures.back().performed.start = in_month(2020, 2);
    EXPECT_THAT(past.flags(), Contains("prior-arterial-therapy"));
    past.timeline.procedures.back().performed.start = in_month(2020, 3);
    EXPECT_THAT(past.flags(), Not(Contains("prior-arterial-therapy")))
        << "the month of T0: it may be the session itself, billed coarsely";
    past.timeline.procedures.back().performed.start = in_month(2020, 2);
    past.timeline.procedures.back().site = SiteFinding::other_stated;
    EXPECT_THAT(past.flags(), Not(Contains("prior-arterial-therapy"))) << "of another organ";
}

} // namespace
} // namespace embolink::testing
