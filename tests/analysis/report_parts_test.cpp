// The parts beside the verdict: other tests and readings, toxicity, markers, factors, and what the
// data rest on; each with a figure that can be worked out by hand.
#include "analysis/report/audit_report.hpp"
#include "tests/analysis/report_cohort.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <regex>
#include <set>

using namespace embolink;
using namespace embolink::testing;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

AuditInput nobody() {
    CohortPlan plan;
    plan.patients = 0;
    return made_up_audit(plan);
}

AuditInput cohort(int patients) {
    CohortPlan plan;
    plan.patients = patients;
    return made_up_audit(plan);
}

// `n` patients of one arm whose PFS ends on the same day.
void add_arm(AuditInput& input, const std::string& arm, int n, int days, bool event) {
    for (int i = 0; i < n; ++i) {
        const std::string patient =
            "Patient/" + arm + std::to_string(days) + "-" + std::to_string(i);
        input.records.push_back(cohort_record(patient, arm, {"tier-a"}));
        for (const char* param : {"PFS", "OS"}) {
            const bool ends = event && std::string(param) == "PFS";
            EndpointRecord record = ends ? event_record(patient, param, days)
                                         : censored_record(patient, param, std::max(days, 800));
            record.arm = arm;
            input.records.push_back(record);
        }
    }
}

std::optional<SensitivityLine> line_named(const AuditReport& report, const std::string& label) {
    for (const SensitivityLine& line : report.sensitivity) {
        if (line.label.find(label) != std::string::npos && line.group == "HAE") {
            return line;
        }
    }
    return std::nullopt;
}

} // namespace

TEST(ReportParts, A9_expected_events_are_the_hazard_until_24_months_and_no_later_event_counts) {
    AuditInput input = nobody();
    add_arm(input, "HAE", 4, 365, true);
    add_arm(input, "HAE", 6, 790, true); // after 24 months
    const AuditReport report = make_audit_report(input);
    const OneSampleResult& hae = report.one_sample.at(0);
    EXPECT_EQ(hae.observed, 4);
    const double hazard = -std::log(0.44);
    EXPECT_NEAR(hae.lines.at(0).expected, hazard * (4 * 365 / 730.5 + 6), 1e-9);
    EXPECT_EQ(hae.lines.size(), 3U);                    // exponential, and two other shapes
    EXPECT_TRUE(report.one_sample.at(1).lines.empty()); // nobody with HACE
}

TEST(ReportParts, A12_a_month_of_lead_time_moves_the_day_that_is_read) {
    AuditInput input = nobody();
    add_arm(input, "HAE", 5, 715, true); // between 23 and 24 months
    add_arm(input, "HAE", 5, 790, false);
    const AuditReport report = make_audit_report(input);
    EXPECT_EQ(report.pfs.at(0).at_24.survival, 0.5);
    EXPECT_EQ(line_named(report, "one month before")->at_24.survival, 1.0);
    EXPECT_EQ(line_named(report, "one month after")->at_24.survival, 0.5);
}

TEST(ReportParts, A12_a_progression_between_scans_gives_a_range_of_rates) {
    AuditInput input = nobody();
    add_arm(input, "HAE", 5, 800, true);
    for (EndpointRecord& record : input.records) {
        if (record.param == "PFS") {
            record.left = plus_days(*record.start, 700); // and so before or after 24 months
            record.right = plus_days(*record.start, 800);
        }
    }
    add_arm(input, "HAE", 5, 850, false);
    const auto line = line_named(make_audit_report(input), "between two scans");
    ASSERT_TRUE(line);
    ASSERT_TRUE(line->range);
    EXPECT_NEAR(line->range->lower, 0.5, 1e-6);
    EXPECT_NEAR(line->range->upper, 1.0, 1e-6);
}

TEST(ReportParts, R2_3_records_derived_with_another_gap_are_a_reading_of_their_own) {
    AuditInput input = nobody();
    add_arm(input, "HAE", 10, 800, false);
    AuditInput other = nobody();
    add_arm(other, "HAE", 5, 400, true);
    add_arm(other, "HAE", 5, 800, false);
    input.otherwise.push_back({"rounds up to 180 days apart", other.records});
    EXPECT_EQ(line_named(make_audit_report(input), "180 days")->at_24.survival, 0.5);
}

TEST(ReportParts, A10_probability_is_that_of_the_beta_posterior) {
    AuditInput input = nobody();
    for (int i = 0; i < 6; ++i) { // nobody of 6 with grade 3: Beta(1, 7)
        EndpointRecord record = base_record("Patient/" + std::to_string(i), "TOX3");
        record.arm = "HAE";
        record.status = Value{false, "", ""};
        input.records.push_back(cohort_record(record.patient, "HAE", {"tier-a"}));
        input.records.push_back(record);
    }
    const AuditReport report = make_audit_report(input);
    ASSERT_EQ(report.probabilities.size(), 1U);
    EXPECT_NEAR(report.probabilities.front().above, std::pow(1 - 0.19, 7), 1e-12);
    EXPECT_NEAR(report.probabilities.front().mean, 1.0 / 8, 1e-12);
}

TEST(ReportParts, A13_a_margin_below_the_trials_own_interval_cannot_be_tested) {
    AuditInput input = cohort(200);
    EXPECT_TRUE(make_audit_report(input).margins.empty());
    input.settings.margin = DeclaredMargin{0.15, made_up_cut};
    const AuditReport report = make_audit_report(input);
    ASSERT_EQ(report.margins.size(), 3U);
    EXPECT_FALSE(report.margins.front().testable);
    EXPECT_THAT(render_html(report), HasSubstr("the margin cannot be tested"));
}

TEST(ReportParts, toxicity_by_term_counts_each_patient_once_with_the_worst_grade) {
    AuditInput input = nobody();
    input.records.push_back(cohort_record("Patient/1", "HAE", {"tier-a"}));
    for (const int grade : {1, 3, 2}) {
        TimelineEntry entry;
        entry.patient = "Patient/1";
        entry.kind = "toxicity";
        entry.term = "alt-increased";
        entry.grade = grade;
        entry.used_by = {"TOX", "TOX3"};
        entry.date = made_up_start;
        input.timeline->push_back(entry);
        entry.used_by = {"TOX-ULN"}; // another grading of the same value
        entry.grade = 4;
        input.timeline->push_back(entry);
    }
    const AuditReport report = make_audit_report(input);
    ASSERT_EQ(report.toxicity.terms.size(), 1U);
    EXPECT_EQ(report.toxicity.terms.front().grades, (std::vector<int>{0, 0, 1, 0, 0}));
    EXPECT_EQ(report.toxicity.terms.front().grade3_by_arm.front().second, 1);
    EXPECT_THAT(render_html(report), HasSubstr("ALT increased"));
}

TEST(ReportParts, A11_fewer_than_20_patients_are_no_chart) {
    EXPECT_THAT(make_audit_report(cohort(12)).monitoring.why_not, HasSubstr("fewer than 20"));
    const MonitoringResult chart = make_audit_report(cohort(200)).monitoring;
    EXPECT_TRUE(chart.why_not.empty());
    ASSERT_TRUE(chart.run_length_as_expected);
    EXPECT_GE(*chart.run_length_as_expected, 200);
    EXPECT_LT(*chart.run_length_doubled, *chart.run_length_as_expected);
    EXPECT_EQ(chart.cusum.size(), chart.events.size());
}

TEST(ReportParts, R7_4_change_is_the_lowest_later_value_of_the_same_series) {
    const AuditReport report = make_audit_report(cohort(60));
    ASSERT_FALSE(report.marker_courses.empty());
    std::set<long> changes;
    for (const MarkerChange& change : report.marker_courses.front().changes) {
        changes.insert(std::lround(100 * change.change));
    }
    EXPECT_EQ(changes, (std::set<long>{-60, 40})); // 16 and 56 of 40
    EXPECT_TRUE(std::is_sorted(report.marker_courses.front().changes.begin(),
                               report.marker_courses.front().changes.end(),
                               [](const auto& a, const auto& b) { return a.change > b.change; }));
}

TEST(ReportParts, A13_a_factor_of_which_only_the_presence_is_documented_is_not_tested) {
    const AuditReport report = make_audit_report(cohort(200));
    for (const PrognosticFactor& factor : report.factors) {
        if (factor.name == "Earlier resection of the primary") {
            EXPECT_FALSE(factor.hazard_ratio);
            EXPECT_THAT(factor.why_not, HasSubstr("only its presence"));
        }
        if (factor.name == "Age") {
            ASSERT_TRUE(factor.p_holm);
            EXPECT_GE(*factor.p_holm, *factor.p);
        }
    }
}

TEST(ReportParts, A13_weights_need_40_patients_and_balance) {
    EXPECT_THAT(make_audit_report(cohort(30)).weighted.why_not, HasSubstr("fewer than 40"));
    const WeightedResult weighted = make_audit_report(cohort(300)).weighted;
    EXPECT_EQ(weighted.why_not, "");
    ASSERT_TRUE(weighted.hazard_ratio);
    for (const BalanceLine& line : weighted.balance) {
        EXPECT_LT(std::abs(*line.after), 1e-6) << line.name; // overlap weights balance exactly
    }
}

TEST(ReportParts, months_without_an_embolization_stand_between_the_others) {
    AuditInput input = nobody();
    for (const int days : {0, 59}) { // 2015-01-01, 2015-03-01
        TimelineEntry entry;
        entry.patient = "Patient/1";
        entry.kind = "session";
        entry.date = plus_days(made_up_start, days);
        input.timeline->push_back(entry);
        input.timeline->push_back(entry); // one session, two rows
    }
    input.settings.procedure_counts = {{"2015-03", 2}};
    const AuditReport report = make_audit_report(input);
    ASSERT_EQ(report.months.size(), 3U);
    EXPECT_EQ(report.months[0].found, 1);
    EXPECT_EQ(report.months[1].month, "2015-02");
    EXPECT_EQ(report.months[1].found, 0);
    EXPECT_EQ(report.months[2].counted, 2);
    EXPECT_THAT(render_html(report), HasSubstr("it made 2 embolizations, and 1 sessions"));
}

TEST(ReportParts, causes_are_counted_by_patient_and_have_their_owner) {
    AuditInput input = nobody();
    for (const char* param : {"BASE-5HIAA", "BASE-CGA"}) {
        EndpointRecord record = base_record("Patient/1", param);
        record.status = NotEvaluable{"uln-missing"};
        input.records.push_back(record);
    }
    input.records.push_back(cohort_record("Patient/1", "HAE", {"tier-a"}));
    input.settings.owners = {{"laboratory", "laboratory informatics"}};
    const AuditReport report = make_audit_report(input);
    ASSERT_FALSE(report.causes.empty());
    EXPECT_EQ(report.causes.front().cause, "no upper limit of normal");
    EXPECT_EQ(report.causes.front().owner, "laboratory informatics");
    EXPECT_EQ(report.causes.front().patients, 1);
    EXPECT_EQ(report.causes.front().records, 2);
}

TEST(ReportParts, every_link_of_the_page_leads_somewhere_and_every_step_to_its_patients) {
    const std::string page = render_html(make_audit_report(cohort(60)));
    std::set<std::string> ids;
    const std::regex id("[ <]id=\"([^\"]+)\"");
    for (std::sregex_iterator it(page.begin(), page.end(), id), end; it != end; ++it) {
        EXPECT_TRUE(ids.insert((*it)[1]).second) << "twice: " << (*it)[1];
    }
    std::size_t steps = 0;
    const std::regex link("href=\"#([^\"]+)\"");
    for (std::sregex_iterator it(page.begin(), page.end(), link), end; it != end; ++it) {
        EXPECT_TRUE(ids.contains((*it)[1])) << (*it)[1];
        steps += (*it)[1].str().starts_with("pfs-") ? 1 : 0;
    }
    EXPECT_GT(steps, 10U);
}

TEST(ReportParts, undefined_is_said_in_words_and_never_NaN) {
    for (const int patients : {0, 1, 4, 6, 12}) {
        const AuditReport report = make_audit_report(cohort(patients));
        for (const std::string& text : {render_html(report), render_json(report)}) {
            for (const char* wrong : {"nan", "NaN", ">inf<", "-inf<", "(inf"}) {
                EXPECT_THAT(text, Not(HasSubstr(wrong))) << patients;
            }
        }
    }
}
