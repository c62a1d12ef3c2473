// The sentences of the report on figures made for them: nothing that the figures say is hidden, and
// nothing is said that a reader could take for a contradiction.
#include "analysis/proportions/two_by_two.hpp"
#include "analysis/report/embedded_text.hpp"
#include "analysis/report/translate.hpp"
#include "analysis/report/words.hpp"
#include "tests/analysis/report_cohort.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

using namespace embolink;
using namespace embolink::testing;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

// One comparison of HACE, 30 patients, with the trial's 38 %, on a declared analysis date.
AuditReport report_of(Answer answer, const LocalRate& local, const Interval& difference) {
    ComparisonResult comparison;
    comparison.group = "HACE";
    comparison.published = 0.38;
    comparison.local = local;
    comparison.verdict.answer = answer;
    comparison.verdict.test = FixedTest{-1.9, 0.057};
    comparison.verdict.p_holm = 0.114;
    ScenarioResult a2;
    a2.id = "A2";
    a2.difference = difference;
    comparison.scenarios = {a2};
    SurvivalResult result;
    result.group = "HACE";
    result.n = local.n;
    result.at_24 = local;
    AuditReport report;
    report.date = VerdictDate::declared;
    report.flow.candidates = 30;
    report.flow.analysed = 30;
    report.comparisons = {comparison};
    report.pfs = {result};
    return report;
}

LocalRate rate(int at_risk, double survival, const Interval& interval) {
    LocalRate local;
    local.n = 30;
    local.at_risk = at_risk;
    local.survival = survival;
    local.interval = interval;
    return local;
}

std::string first_answer(const AuditReport& report) {
    return answers_of(report).at(0).text;
}

std::string in_french(const std::string& text) {
    std::set<std::string> unknown;
    const std::string made = Phrases(embedded_french()).translated(text, unknown);
    EXPECT_TRUE(unknown.empty()) << *unknown.begin();
    return made;
}

// 12 patients of HAE: progression on days 50, 100 ... 300, then observed until 350, 400 ... 600.
AuditInput short_follow_up() {
    CohortPlan plan;
    plan.patients = 0;
    AuditInput input = made_up_audit(plan);
    for (int i = 1; i <= 12; ++i) {
        const std::string patient = "Patient/" + std::to_string(100 + i);
        input.records.push_back(cohort_record(patient, "HAE", {"tier-a"}));
        for (const char* param : {"PFS", "OS"}) {
            input.records.push_back(i <= 6 ? event_record(patient, param, 50 * i)
                                           : censored_record(patient, param, 50 * i));
            input.records.back().arm = "HAE";
        }
    }
    return input;
}

} // namespace

TEST(ReportWords, R8_4_consistent_beside_an_interval_below_zero_says_both) {
    const std::string text =
        first_answer(report_of(Answer::consistent, rate(8, 0.12, {0.04, 0.26}), {-0.48, -0.04}));
    EXPECT_THAT(text, HasSubstr("Verdict: consistent, because no difference was found"));
    EXPECT_THAT(text, HasSubstr("unadjusted 95 % interval of the difference"));
    EXPECT_THAT(text, HasSubstr("\u221248 to \u22124"));
    EXPECT_THAT(text, HasSubstr("wholly below zero"));
    EXPECT_THAT(text, HasSubstr("does not reject equality at 5 % (p 0.11 after Holm)"));
    EXPECT_THAT(text, Not(HasSubstr("Not excluded")));
    EXPECT_THAT(
        first_answer(report_of(Answer::consistent, rate(20, 0.7, {0.56, 0.82}), {0.02, 0.6})),
        HasSubstr("wholly above zero"));
}

TEST(ReportWords, R8_4_an_interval_around_zero_is_what_is_not_excluded) {
    const std::string text =
        first_answer(report_of(Answer::consistent, rate(8, 0.3, {0.18, 0.44}), {-0.4, 0.001}));
    EXPECT_THAT(text, HasSubstr("Not excluded: a true difference from"));
    EXPECT_THAT(text, Not(HasSubstr("wholly")));
    // A stated difference and its interval do not contradict each other.
    const AuditReport worse = report_of(Answer::worse, rate(8, 0.1, {0.03, 0.2}), {-0.48, -0.04});
    EXPECT_THAT(first_answer(worse), HasSubstr("Not excluded: a true difference from"));
}

TEST(ReportWords, an_undefined_test_is_not_said_to_reject_or_not) {
    AuditReport report =
        report_of(Answer::inconclusive, rate(8, 0.12, {0.04, 0.26}), {-0.48, -0.04});
    report.comparisons[0].verdict.test.reset();
    report.comparisons[0].verdict.p_holm.reset();
    EXPECT_THAT(first_answer(report), HasSubstr("the test is undefined here"));
    EXPECT_THAT(first_answer(report), Not(HasSubstr("reject")));
}

TEST(ReportWords, R8_2_the_headline_shows_what_the_guard_keeps_from_being_judged) {
    AuditReport report =
        report_of(Answer::inconclusive, rate(4, 0.08, {0.01, 0.22}), {-0.6, -0.04});
    report.comparisons[0].verdict.guards = {Guard::few_at_risk};
    const std::string headline = headline_of(report);
    EXPECT_THAT(headline, HasSubstr("not yet comparable"));
    EXPECT_THAT(
        headline,
        HasSubstr("not judged, because fewer than 5 patients are at risk at 24 months: for "
                  "HACE 8 % (95 % interval 1\u201322 %) at 24 months, below the trial\u2019s "
                  "38 %."));
    report.comparisons[0].local.interval = Interval{0.01, 0.39};
    EXPECT_THAT(headline_of(report), Not(HasSubstr("not judged")));
    report.comparisons[0].local.interval = Interval{0.01, 0.22};
    report.comparisons[0].verdict.guards.clear();
    report.comparisons[0].verdict.p_holm = 0.03; // R8.5: between the levels
    report.comparisons[0].verdict.level = many_looks_alpha;
    EXPECT_THAT(headline_of(report),
                HasSubstr("not judged, because with so many or such close analysis dates"));
    report.comparisons[0].verdict.answer = Answer::consistent;
    EXPECT_THAT(headline_of(report), Not(HasSubstr("not judged")));
}

TEST(ReportWords, R8_2_so_does_a_rate_that_is_below_the_trial_before_24_months) {
    AuditReport report = report_of(Answer::inconclusive, LocalRate{}, {-0.6, -0.04});
    report.comparisons[0].verdict.guards = {Guard::few_at_risk};
    CurvePoint point;
    point.days = 396;
    point.at_risk = 5;
    point.survival = 0.15;
    point.interval = Interval{0.05, 0.31};
    report.pfs[0].last_reliable = point;
    EXPECT_THAT(headline_of(report), HasSubstr("already below the trial\u2019s 38 % at 24 months"));
    EXPECT_THAT(headline_of(report), HasSubstr("at 13.0 months"));
    report.pfs[0].last_reliable->interval = Interval{0.5, 0.9}; // above it early says nothing
    EXPECT_THAT(headline_of(report), Not(HasSubstr("not judged")));
}

TEST(ReportWords, A1_without_a_rate_at_24_months_the_last_day_with_5_at_risk_is_shown) {
    const AuditReport report = make_audit_report(short_follow_up());
    const SurvivalResult& hae = report.pfs.at(0);
    EXPECT_FALSE(hae.at_24.survival);
    ASSERT_TRUE(hae.last_reliable);
    EXPECT_EQ(hae.last_reliable->days, 400); // 400, 450 ... 600
    EXPECT_EQ(hae.last_reliable->at_risk, 5);
    EXPECT_NEAR(hae.last_reliable->survival, 0.5, 1e-12);
    ASSERT_TRUE(hae.last_reliable->interval);
    const nlohmann::json page = nlohmann::json::parse(render_json(report));
    const nlohmann::json& point = page.at("pfs").at(0).at("last_day_with_5_at_risk");
    EXPECT_EQ(point.at("days"), 400);
    EXPECT_EQ(point.at("interval").at(0), hae.last_reliable->interval->lower);
    const std::string html = render_html(report);
    EXPECT_THAT(html, HasSubstr("at 13.1 months, the last day with at least 5 at risk, 50 %"));
    EXPECT_THAT(first_answer(report), HasSubstr("at 13.1 months"));
}

TEST(ReportWords, A1_beside_a_rate_at_24_months_no_other_day_is_shown) {
    const AuditReport report = make_audit_report(made_up_audit(CohortPlan{}));
    ASSERT_TRUE(report.pfs.at(0).at_24.survival);
    EXPECT_FALSE(report.pfs.at(0).last_reliable);
    EXPECT_TRUE(nlohmann::json::parse(render_json(report))
                    .at("pfs")
                    .at(0)
                    .at("last_day_with_5_at_risk")
                    .is_null());
    EXPECT_THAT(render_html(report), Not(HasSubstr("the last day with at least 5 at risk, ")));
}

TEST(ReportWords, R8_5_survival_has_the_interval_of_its_difference_and_no_verdict) {
    AuditReport report =
        report_of(Answer::inconclusive, rate(12, 0.60, Interval{0.4, 0.7}), Interval{-0.49, -0.01});
    report.os_comparisons = report.comparisons;
    report.os_comparisons.front().published = 0.8;
    report.os = report.pfs;
    const std::string text = answers_of(report).at(1).text;
    EXPECT_THAT(text, HasSubstr("HACE: from \u221249 to \u22121"));
    EXPECT_THAT(text, HasSubstr("No verdict is made on survival"));
    report.os_comparisons.front().scenarios.front().difference.reset();
    EXPECT_THAT(answers_of(report).at(1).text, Not(HasSubstr("local minus trial")));
}

TEST(ReportWords, a_consistent_headline_says_what_is_not_excluded) {
    AuditReport report =
        report_of(Answer::consistent, rate(20, 0.40, Interval{0.3, 0.5}), Interval{-0.26, 0.22});
    report.comparisons.push_back(report.comparisons.front());
    report.comparisons.back().group = "HAE + HACE";
    EXPECT_THAT(headline_of(report), HasSubstr("from \u221226 to +22 percentage points"));
}

// R8.4 calls 8 % against 38 % consistent when the half-width is small: the word must not stand
// alone.
TEST(ReportWords, a_consistent_headline_says_that_the_estimate_lies_to_one_side) {
    AuditReport report =
        report_of(Answer::consistent, rate(8, 0.12, Interval{0.04, 0.26}), Interval{-0.48, -0.04});
    const std::string headline = headline_of(report);
    EXPECT_THAT(headline, HasSubstr("is consistent with the trial for HACE."));
    EXPECT_THAT(
        headline,
        HasSubstr("The test shows no difference, yet the local interval lies wholly to one "
                  "side of the published rate: for HACE 12 % (95 % interval 4\u201326 %) at "
                  "24 months, below the trial\u2019s 38 %."));
    EXPECT_THAT(in_french(headline), HasSubstr("en dessous des 38 % de l’essai"));
    report.comparisons[0].local.interval = Interval{0.04, 0.39};
    EXPECT_THAT(headline_of(report), Not(HasSubstr("one side")));
}

TEST(ReportWords, R8_6_proportions_say_which_difference_is_not_excluded) {
    AuditReport report = make_audit_report(made_up_audit(CohortPlan{}));
    for (OutcomeResult& outcome : report.outcomes) {
        for (ProportionResult& line : outcome.lines) {
            if (!line.difference) {
                continue;
            }
            // The widest over the counts that the trial may have had.
            Interval hull{1, -1};
            for (const TrialCount& count : outcome.feasible) {
                const Interval one = newcombe({{line.events, line.n}, {count.events, count.n}});
                hull = {std::min(hull.lower, one.lower), std::max(hull.upper, one.upper)};
            }
            EXPECT_EQ(line.difference->lower, hull.lower);
            EXPECT_EQ(line.difference->upper, hull.upper);
            line.difference = Interval{-0.17, 0.09};
        }
    }
    const std::vector<Sentence> answers = answers_of(report);
    for (const std::size_t at : {answers.size() - 2, answers.size() - 1}) {
        EXPECT_THAT(answers[at].text,
                    HasSubstr("Not excluded: a true difference from \u221217 to +9 percentage "
                              "points (local minus trial)."));
    }
    for (OutcomeResult& outcome : report.outcomes) {
        for (ProportionResult& line : outcome.lines) {
            line.difference = Interval{-0.17, -0.02};
        }
    }
    const std::string below = answers_of(report).back().text;
    EXPECT_THAT(below, HasSubstr("and lies wholly below zero."));
    EXPECT_THAT(below, Not(HasSubstr("Not excluded")));
    EXPECT_THAT(in_french(below), HasSubstr("entièrement sous zéro"));
}

TEST(ReportWords, without_an_estimate_no_difference_is_excluded) {
    AuditReport report = report_of(Answer::inconclusive, LocalRate{}, {});
    report.comparisons[0].local.n = 6;
    report.comparisons[0].scenarios[0].difference.reset();
    EXPECT_THAT(first_answer(report), HasSubstr("Any true difference remains possible."));
}

// statistics: Wilson for description, Clopper-Pearson for safety.
TEST(ReportWords, safety_has_the_exact_interval) {
    ProportionResult line;
    line.wilson = Interval{0.2, 0.3};
    line.clopper_pearson = Interval{0.1, 0.4};
    OutcomeResult outcome;
    for (const auto& [param, lower] :
         {std::pair{"TOX3", 0.1}, {"DEATH30", 0.1}, {"DC", 0.2}, {"OR", 0.2}}) {
        outcome.param = param;
        EXPECT_EQ(shown_interval(outcome, line)->lower, lower) << param;
    }
}
