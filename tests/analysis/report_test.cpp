// The whole report of made-up cohorts: figures agree between page and JSON, nothing unescaped gets
// into the page, small groups stay silent, and derived trial figures equal the reference file.
#include "analysis/report/audit_report.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/report/html.hpp"
#include "tests/analysis/report_cohort.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

using namespace embolink;
using namespace embolink::testing;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

nlohmann::json json_of(const AuditReport& report) {
    return nlohmann::json::parse(render_json(report));
}

AuditInput cohort(int patients, std::uint64_t seed = 1) {
    CohortPlan plan;
    plan.patients = patients;
    plan.seed = seed;
    return made_up_audit(plan);
}

// Every endpoint of the same patient alone would be n = 1; here `n` patients of one arm with PFS
// and OS censored at `days`.
AuditInput one_arm(int n, int days) {
    AuditInput input = cohort(0);
    for (int i = 0; i < n; ++i) {
        const std::string patient = "Patient/" + std::to_string(i);
        input.records.push_back(cohort_record(patient, "HAE", {"tier-a"}));
        for (const char* param : {"PFS", "OS"}) {
            EndpointRecord record = censored_record(patient, param, days);
            record.arm = "HAE";
            input.records.push_back(record);
        }
    }
    return input;
}

} // namespace

TEST(Report, an_empty_cohort_gives_a_report_without_any_figure) {
    const AuditReport report = make_audit_report(cohort(0));
    EXPECT_EQ(report.flow.candidates, 0);
    EXPECT_FALSE(report.comparisons.at(0).local.survival);
    EXPECT_EQ(report.comparisons.at(0).verdict.answer, Answer::inconclusive);
    EXPECT_THAT(render_html(report), HasSubstr("</html>"));
    EXPECT_TRUE(json_of(report).at("pfs").at(0).at("at_24_months").at("survival").is_null());
    EXPECT_EQ(json_of(report).at("pfs").at(0).at("at_24_months").at("why_not"), "no-patients");
}

TEST(Report, A13_fewer_than_5_patients_get_counts_only) {
    const AuditReport four = make_audit_report(one_arm(4, 900));
    EXPECT_TRUE(four.pfs.at(0).suppressed);
    EXPECT_EQ(four.pfs.at(0).n, 4);
    EXPECT_TRUE(four.pfs.at(0).curve.empty());
    EXPECT_FALSE(four.pfs.at(0).at_24.survival);
    const AuditReport five = make_audit_report(one_arm(5, 900));
    EXPECT_FALSE(five.pfs.at(0).suppressed);
    EXPECT_EQ(five.pfs.at(0).at_24.survival, 1.0);
}

TEST(Report, A1_rate_at_24_months_needs_follow_up_until_then) {
    const AuditReport before = make_audit_report(one_arm(12, 730));
    EXPECT_FALSE(before.pfs.at(0).at_24.survival);
    EXPECT_EQ(before.pfs.at(0).why_not, "follow-up-short");
    const AuditReport after = make_audit_report(one_arm(12, 731));
    EXPECT_EQ(after.pfs.at(0).at_24.survival, 1.0);
    EXPECT_EQ(after.pfs.at(0).at_24.at_risk, 12);
}

TEST(Report, A1_no_event_shows_BPCP_and_never_1_to_1) {
    const AuditReport report = make_audit_report(one_arm(12, 900));
    const SurvivalResult& result = report.pfs.at(0);
    EXPECT_FALSE(result.at_24.interval);
    ASSERT_TRUE(result.at_24_bpcp);
    EXPECT_NEAR(result.at_24_bpcp->lower, std::pow(0.025, 1.0 / 12), 1e-9);
    EXPECT_EQ(result.at_24_bpcp->upper, 1.0);
    EXPECT_TRUE(report.comparisons.at(0).scenarios.at(1).from_bpcp);
    EXPECT_FALSE(report.comparisons.at(0).scenarios.at(1).test);
}

TEST(Report, R8_5_without_declared_date_nothing_is_called_better_or_worse) {
    AuditInput input = cohort(200);
    const auto at_bound = [](const AuditReport& report) {
        const nlohmann::json pooled = json_of(report).at("pfs_against_trial").at(2);
        return pooled.at("decision").at("answer_if_all_progression");
    };
    EXPECT_TRUE(at_bound(make_audit_report(input)).is_string());
    EXPECT_THAT(render_html(make_audit_report(input)), HasSubstr(" %, consistent"));
    input.settings.analysis_dates.clear();
    const AuditReport none = make_audit_report(input);
    EXPECT_THAT(none.headline, HasSubstr("no analysis date was declared"));
    EXPECT_TRUE(at_bound(none).is_null()) << "nor the answer at the bound of R8.2";
    EXPECT_THAT(render_html(none), ::testing::Not(HasSubstr(" %, consistent")));
    const nlohmann::json page = json_of(none);
    for (const nlohmann::json& item : page.at("pfs_against_trial")) {
        EXPECT_TRUE(item.at("decision").at("verdict").is_null());
        EXPECT_EQ(item.at("decision").at("why_no_verdict"), "no-analysis-date-declared");
    }
    input.settings.analysis_dates = {plus_days(made_up_cut, 1)};
    const AuditReport interim = make_audit_report(input);
    EXPECT_EQ(json_of(interim).at("pfs_against_trial").at(0).at("decision").at("why_no_verdict"),
              "interim");
    EXPECT_THAT(render_html(interim), HasSubstr("interim, no verdict"));
}

TEST(Report, R8_2_candidates_without_timeline_are_named_and_bounded_at_the_worst) {
    CohortPlan plan;
    plan.patients = 200;
    plan.unread = 0.5;
    AuditInput input = made_up_audit(plan);
    const AuditReport with = make_audit_report(input);
    ASSERT_GT(with.comparisons.at(2).candidates, 0);
    EXPECT_TRUE(with.comparisons.at(2).all_progression);
    EXPECT_LT(*with.comparisons.at(2).all_progression->survival,
              *with.comparisons.at(2).local.survival + 1e-12);
    input.timeline.reset();
    const AuditReport without = make_audit_report(input);
    ASSERT_TRUE(without.comparisons.at(2).all_progression);
    EXPECT_LT(*without.comparisons.at(2).all_progression->survival,
              *with.comparisons.at(2).all_progression->survival);
    ASSERT_FALSE(without.missing.empty());
    EXPECT_THAT(render_html(without), HasSubstr("no timeline was given"));
}

TEST(Report, R8_1_other_patients_do_not_move_the_verdict) {
    AuditInput input = cohort(60);
    const nlohmann::json before = json_of(make_audit_report(input)).at("pfs_against_trial");
    for (int i = 0; i < 20; ++i) {
        const std::string patient = "Patient/z" + std::to_string(i);
        EndpointRecord pfs = event_record(patient, "PFS", 30);
        pfs.arm = i % 2 == 0 ? "HAE" : "HACE-DEB";
        input.records.push_back(
            cohort_record(patient, pfs.arm, {i % 2 == 0 ? "tier-b" : "tier-a"}));
        input.records.push_back(pfs);
    }
    EXPECT_EQ(json_of(make_audit_report(input)).at("pfs_against_trial"), before);
}

TEST(Report, R8_6_disease_control_has_both_denominators_and_every_trial_count) {
    const AuditReport report = make_audit_report(cohort(60));
    const OutcomeResult& control = report.outcomes.at(0);
    ASSERT_EQ(control.lines.size(), 6U);
    const ProportionResult& evaluable = control.lines.at(4);
    const ProportionResult& all = control.lines.at(5);
    EXPECT_EQ(evaluable.events, all.events);
    EXPECT_LT(evaluable.n, all.n);
    EXPECT_EQ(all.against_trial.size(), 4U);
    EXPECT_EQ(report.outcomes.at(1).lines.at(2).against_trial.size(), 3U);
}

// HAE beside HACE is described; the page speaks of no cause anywhere else either.
TEST(Report, R8_7_arms_are_described_and_no_causal_word_is_used) {
    AuditInput input = cohort(200);
    input.settings.analysis_dates = {made_up_cut}; // with a verdict, so that all sentences stand
    const std::string page = render_html(make_audit_report(input));
    const std::size_t section = page.find("HAE beside HACE in this hospital");
    ASSERT_NE(section, std::string::npos);
    const std::string beside = page.substr(section, 400);
    EXPECT_THAT(beside, HasSubstr("Described only."));
    EXPECT_THAT(beside, HasSubstr("says nothing about the treatments"));
    for (const char* word : {"because of",
                             "caused",
                             "due to",
                             "effect of",
                             "leads to",
                             "led to",
                             "thanks to",
                             "benefit",
                             "superior",
                             "improves",
                             "reduces",
                             "prevents"}) {
        EXPECT_THAT(page, Not(HasSubstr(word)));
    }
}

TEST(Report, the_page_holds_escaped_strings_only_and_loads_nothing) {
    AuditInput input = cohort(60);
    const std::string hostile = "<script>alert(\"x\")</script>&'";
    input.settings.site_name = hostile;
    input.settings.rules_version = hostile;
    input.settings.inputs = {{hostile, hostile}};
    input.settings.intended_use_fr = hostile;
    input.issues = {{hostile, hostile, hostile, 1, hostile}};
    for (EndpointRecord& record : input.records) {
        record.flags.push_back(hostile);
        if (auto* event = std::get_if<Event>(&record.status)) {
            event->reason = hostile;
        } else if (auto* missing = std::get_if<NotEvaluable>(&record.status)) {
            missing->reason = hostile;
        }
    }
    const std::string page = render_html(make_audit_report(input));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("alert(\"")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;"));
    EXPECT_THAT(page, Not(HasSubstr("http://")));
    EXPECT_THAT(page, Not(HasSubstr("https://")));
}

TEST(Report, escape_drops_control_characters) {
    EXPECT_EQ(escape(std::string("a\x01\n<b>\0c", 8)), "a\n&lt;b&gt;c");
}

// The name of a site stands in the style sheet of the printed page.
TEST(Report, a_string_of_the_style_sheet_ends_where_it_should) {
    EXPECT_EQ(css_string("Clinic 2-1"), "\"Clinic 2-1\"");
    EXPECT_EQ(css_string("a\"}</style>\\"), "\"a\\22 \\7d \\3c \\2f style\\3e \\5c \"");
    EXPECT_EQ(css_string("H\u00f4pital \u4e2d"), "\"H\\f4 pital \\4e2d \"");
}

TEST(Report, a_plan_dated_after_the_cut_says_so) {
    AuditInput input = cohort(26);
    input.settings.plan = AnalysisPlan{};
    input.settings.plan->date = *input.settings.as_of;
    const auto page = [&] { return render_html(make_audit_report(input)); };
    EXPECT_THAT(page(), Not(HasSubstr("Dated after the data cut")));
    input.settings.plan->date = plus_days(*input.settings.as_of, 1);
    EXPECT_THAT(page(), HasSubstr("Dated after the data cut"));
}

TEST(Report, what_records_alone_cannot_give_is_named) {
    AuditInput input = cohort(26);
    EXPECT_THAT(render_html(make_audit_report(input)), HasSubstr("180 and 210 days"));
    input.otherwise = {{"rounds up to 180 days apart belong to one course", input.records}};
    EXPECT_THAT(render_html(make_audit_report(input)), Not(HasSubstr("180 and 210 days")));
}

TEST(Report, the_picture_alone_tells_rate_number_at_risk_and_verdict) {
    const AuditReport report = make_audit_report(cohort(60));
    const std::string page = render_html(report);
    const std::size_t begin = page.find("<svg");
    const std::string picture = page.substr(begin, page.find("</svg>", begin) - begin);
    const ComparisonResult& hae = report.comparisons.at(0);
    EXPECT_THAT(picture, HasSubstr(percent(*hae.local.survival)));
    EXPECT_THAT(picture, HasSubstr(percent_interval(*hae.local.interval)));
    EXPECT_THAT(picture,
                HasSubstr(count_of(hae.local.at_risk, hae.local.n) + " patients still at risk"));
    EXPECT_THAT(picture, HasSubstr("Verdict: " + to_string(hae.verdict.answer)));
    EXPECT_THAT(picture, HasSubstr("<title"));
    EXPECT_THAT(picture, HasSubstr("<desc"));
}

// Everything that the picture draws on its time axis lies at the month it belongs to.
TEST(Report, the_trial_stands_in_a_strip_and_at_no_month_of_the_time_axis) {
    const std::string page = render_html(make_audit_report(cohort(60)));
    const auto number_after = [](const std::string& text, const std::string& key, std::size_t at) {
        return std::stod(text.substr(text.find(key, at) + key.size()));
    };
    std::size_t pictures = 0;
    for (std::size_t begin = page.find("<svg"); begin != std::string::npos;
         begin = page.find("<svg", begin + 1)) {
        const std::string picture = page.substr(begin, page.find("</svg>", begin) - begin);
        const std::size_t diamond = picture.find("diamond trial");
        const std::size_t landmark = picture.find("class=\"landmark\"");
        if (picture.find("class=\"figure survival\"") == std::string::npos) {
            continue;
        }
        ASSERT_NE(landmark, std::string::npos);
        const std::size_t line = picture.rfind("<line", landmark);
        const double month_24 = number_after(picture, "x1=\"", line);
        const std::size_t point = picture.find("<circle");
        if (point != std::string::npos) { // the estimate on the curve
            EXPECT_NEAR(number_after(picture, "cx=\"", point), month_24, 0.1);
        }
        const std::size_t strip_class = picture.find("class=\"strip\"");
        const double strip =
            number_after(picture, "<rect x=\"", picture.rfind("<rect", strip_class));

        const double last_month =
            number_after(picture, "x2=\"", picture.find("class=\"grid\"") - 60);
        EXPECT_GT(strip, last_month);

        EXPECT_THAT(picture, HasSubstr(">At 24 months<"));
        if (diamond != std::string::npos) {
            EXPECT_GT(number_after(picture, "d=\"M", picture.rfind("<path", diamond)), strip);
            ++pictures;
        }
    }
    EXPECT_EQ(pictures, 5U); // PFS of HAE, HACE, both; OS of HAE, HACE
    EXPECT_THAT(page, HasSubstr("strip right of the time axis"));
}

// The step in the picture for the mouse, the same in a list for the keyboard; an image would hide
// both from a screen reader.
TEST(Report, every_step_of_a_curve_leads_to_its_patients_by_keyboard_too) {
    const AuditReport report = make_audit_report(made_up_audit(CohortPlan{}));
    const std::string page = render_html(report);
    std::size_t steps = 0;
    for (const auto& [list, name] : {std::pair{&report.pfs, "pfs"}, {&report.hpfs, "hpfs"}}) {
        for (const SurvivalResult& result : *list) {
            const std::string style = result.group == "HAE" ? "hae" : "hace";
            for (const CurvePoint& point : result.curve) {
                const std::string target =
                    std::string(name) + "-" + style + "-d" + std::to_string(point.days);
                if ((result.group != "HAE" && result.group != "HACE") || point.events == 0) {
                    continue;
                }
                EXPECT_THAT(page, HasSubstr("<li><a href=\"#" + target + "\">"));
                EXPECT_THAT(page, HasSubstr("<a href=\"#" + target + "\" tabindex=\"-1\">"));
                EXPECT_THAT(page, HasSubstr("id=\"" + target + "\""));
                ++steps;
            }
        }
    }
    EXPECT_GT(steps, 40U);
    EXPECT_THAT(page, ::testing::ContainsRegex("role=\"group\" aria-labelledby=\"pfs-both-t"));
    EXPECT_THAT(page, ::testing::ContainsRegex("role=\"img\" aria-labelledby"));
}

// A spreadsheet runs what begins with one of these; the text of a resource may.
TEST(Report, csv_holds_no_formula) {
    std::vector<EndpointRecord> records = {cohort_record("Patient/1", "HAE", {"tier-a"})};
    for (const char* text : {"=HYPERLINK(\"x\")", "@SUM(1)", "+1+cmd", "-2+3", "\t=1", "-"}) {
        EndpointRecord agent = base_record("Patient/1", "AGENT");
        agent.status = Value{std::string(text), "", ""};
        std::vector<EndpointRecord> with = records;
        with.push_back(agent);
        const std::string csv = patients_csv(with);
        EXPECT_TRUE(csv.find(std::string(",'") + text[0]) != std::string::npos ||
                    csv.find(std::string(",\"'") + text[0]) != std::string::npos)
            << text << " in " << csv;
    }
    EndpointRecord age = base_record("Patient/1", "AGE");
    age.status = Value{std::string("-0.5"), "", ""};
    records.push_back(age);
    EXPECT_THAT(patients_csv(records), Not(HasSubstr("'-0.5")));
}

TEST(Report, every_plot_of_survival_has_its_numbers_at_risk_in_a_table) {
    const std::string page = render_html(make_audit_report(made_up_audit(CohortPlan{})));
    for (const char* what : {"progression", "death", "hepatic progression"}) {
        EXPECT_THAT(page, HasSubstr("Number at risk for " + std::string(what) + ", by month"));
    }
    EXPECT_THAT(page, Not(HasSubstr("(?")));
    EXPECT_THAT(page, HasSubstr("a limit is not estimable or not reached"));
}

TEST(Report, a_chart_that_does_not_signal_says_how_near_it_came) {
    AuditReport report = make_audit_report(made_up_audit(CohortPlan{}));
    ASSERT_FALSE(report.monitoring.cusum.empty());
    report.monitoring.limit = 2.2460;
    report.monitoring.first_signal.reset();
    std::fill(report.monitoring.cusum.begin(), report.monitoring.cusum.end(), 2.2454);
    const std::string page = render_html(report);
    EXPECT_THAT(page, HasSubstr("signals at 2.2460"));
    EXPECT_THAT(page, HasSubstr("It does not signal: its highest value is 2.2454."));
}

TEST(Report, all_published_comparators_are_there) {
    EXPECT_EQ(make_audit_report(made_up_audit(CohortPlan{})).comparators.size(), 12U);
}

TEST(Report, intended_use_stands_in_both_languages) {
    const std::string page = render_html(make_audit_report(cohort(12)));
    EXPECT_THAT(page, HasSubstr("For tests only."));
    EXPECT_THAT(page, HasSubstr("<p lang=\"fr\">Pour les tests seulement.</p>"));
}

TEST(Report, the_same_input_gives_the_same_bytes) {
    const AuditInput input = cohort(60);
    AuditInput turned = input;
    std::reverse(turned.records.begin(), turned.records.end());
    std::reverse(turned.timeline->begin(), turned.timeline->end());
    EXPECT_EQ(render_json(make_audit_report(input)), render_json(make_audit_report(turned)));
    EXPECT_EQ(render_html(make_audit_report(input)), render_html(make_audit_report(turned)));
}

TEST(TrialReference, derived_intervals_equal_the_reference_file) {
    std::ifstream file(std::string(EMBOLINK_SOURCE_DIR) + "/tests/reference/trial_reference.json");
    const nlohmann::json reference = nlohmann::json::parse(file);
    const TrialReference trial = published_reference("maire-2012");
    const nlohmann::json& derived = reference.at("derived");
    for (const auto& [key, rates] :
         {std::pair{"pfs24", trial.pfs24}, std::pair{"os24", trial.os24}}) {
        for (const TrialRate& rate : rates) {
            EXPECT_EQ(rate.rate, reference.at("published").at(key).at(rate.arm).get<double>());
            EXPECT_EQ(rate.randomised, reference.at("published").at("n").at(rate.arm).get<int>());
            const auto results = scenario_results(SurvivalResult{}, {rate});
            const nlohmann::json& expected = derived.at(key).at(rate.arm).at("scenarios");
            for (std::size_t i = 0; i < results.size(); ++i) {
                const Interval& interval = results[i].published_interval;
                const bool exact = rate.rate == 1.0;
                const double lower = exact ? expected.at(i).at("lower_two_sided95").get<double>()
                                           : expected.at(i).at("loglog95").at(0).get<double>();
                const double upper =
                    exact ? 1.0 : expected.at(i).at("loglog95").at(1).get<double>();
                EXPECT_NEAR(interval.lower, lower, 1e-6) << key << rate.arm << i;
                EXPECT_NEAR(interval.upper, upper, 1e-6) << key << rate.arm << i;
            }
        }
    }
    EXPECT_NEAR(pooled_under(trial.pfs24, "A2").rate, 0.4123, 5e-5);
    const double v_hace = 0.38 * 0.62 / 8;
    const double v_hae = 0.44 * 0.56 / 9;
    EXPECT_NEAR(pooled_under(trial.pfs24, "A2").variance,
                144.0 / 676 * v_hace + 196.0 / 676 * v_hae,
                1e-12);
}

TEST(TrialReference, denominators_are_those_that_round_to_the_published_percent) {
    const TrialReference trial = published_reference("maire-2012");
    for (const TrialProportion& item : {trial.disease_control, trial.grade3}) {
        for (const TrialCount& count : item.feasible) {
            const double share = 100.0 * count.events / count.n;
            EXPECT_EQ(std::lround(share), std::lround(100 * item.rate));
        }
    }
}

TEST(TrialReference, unknown_trial_is_refused) {
    EXPECT_THROW(published_reference("another-2099"), std::invalid_argument);
    EXPECT_THROW(trial_reference_from_json("{}"), std::invalid_argument);
}
