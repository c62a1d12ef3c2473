// The sentences of the report on figures made for them: nothing that the figures say is hidden, and
// nothing is said that a reader could take for a contradiction.
#include "analysis/report/words.hpp"
#include "tests/analysis/report_cohort.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace embolink;
using namespace embolink::testing;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

std::string first_answer(const AuditReport& report) {
    return answers_of(report).at(0).text;
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
