// The page in French: every text of it has its translation, whatever the data and the verdict, and
// numbers stay what they were.
#include "analysis/report/audit_report.hpp"
#include "analysis/report/translate.hpp"
#include "tests/analysis/report_cohort.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

using namespace embolink;
using namespace embolink::testing;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

AuditInput cohort(int patients) {
    CohortPlan plan;
    plan.patients = patients;
    plan.unread = 0.1;
    return made_up_audit(plan);
}

// Names, codes, ids and sources of literature are the same in every language.
bool is_name(const std::string& text, const AuditReport& report) {
    static const std::regex code("[A-Za-z0-9:.+_/()-]+\\.?");
    if (std::regex_match(text, code)) {
        return true;
    }
    for (const PublishedSeries& series : report.comparators) {
        if (series.source.find(text) != std::string::npos || series.study == text) {
            return true;
        }
    }
    const std::string& citation = report.settings.reference.citation;
    const std::string made_up = "For tests only.; test rules; endpoints.ndjson";
    return citation.find(text) != std::string::npos || text == report.settings.site_name ||
           made_up.find(text) != std::string::npos;
}

void expect_all_french(const AuditInput& input) {
    const AuditReport report = make_audit_report(input);
    for (const std::string& text : french_page(render_html(report)).unknown) {
        EXPECT_TRUE(is_name(text, report)) << text;
    }
}

// METHODS.md: false verdicts were counted for ten looks at half-years.
TEST(ReportFrench, looks_that_were_not_simulated_are_remarked) {
    const auto remarked = [](int days) {
        AuditInput input = made_up_audit({});
        input.settings.analysis_dates = {made_up_cut, plus_days(made_up_cut, days)};
        const TranslatedPage page = french_page(render_html(make_audit_report(input)));
        return page.html.find("plus nombreuses ou plus rapprochées") != std::string::npos;
    };
    EXPECT_TRUE(remarked(179));
    EXPECT_FALSE(remarked(180));
}

} // namespace

TEST(ReportFrench, every_text_is_translated_whatever_the_data) {
    for (const int patients : {0, 4, 26, 60}) {
        SCOPED_TRACE(patients);
        AuditInput input = cohort(patients);
        expect_all_french(input);
        input.timeline.reset();
        input.settings.margin = DeclaredMargin{0.15, made_up_cut};
        input.settings.analysis_dates.clear();
        input.issues.clear();
        expect_all_french(input);
    }
}

TEST(ReportFrench, every_verdict_has_its_word) {
    for (const double hazard : {0.002, 0.036, 0.12}) {
        SCOPED_TRACE(hazard);
        CohortPlan plan;
        plan.patients = 150;
        plan.hazard_per_month = hazard;
        plan.undetermined = hazard < 0.01 ? 0.3 : 0.0;
        AuditInput input = made_up_audit(plan);
        input.settings.procedure_counts = {{"2016-01", 4}};
        expect_all_french(input);
        input.settings.analysis_dates = {plus_days(made_up_cut, 1)};
        expect_all_french(input);
    }
}

// Issues come from reading, in English: the page says so, and says of what kind each is.
TEST(ReportFrench, an_issue_stays_english_and_its_kind_does_not) {
    AuditInput input = cohort(12);
    input.issues = {{"warning", "conflict", "two patients, a trial: of # \u2014 12 of 14", 3, ""}};
    const std::string page = french_page(render_html(make_audit_report(input))).html;
    EXPECT_THAT(page,
                HasSubstr("<td lang=\"en\" class=\"text\">two patients, a trial: of # \u2014 12 of "
                          "14</td>"));
    EXPECT_THAT(page, HasSubstr("deux indications se contredisent"));
    EXPECT_THAT(page, HasSubstr("En détail, en anglais"));
}

TEST(ReportFrench, counts_in_descriptions_are_french) {
    AuditInput input = cohort(26);
    const std::string page = french_page(render_html(make_audit_report(input))).html;
    const std::size_t at = page.find("<desc id=\"completeness-d\">");
    ASSERT_NE(at, std::string::npos);
    const std::string words = page.substr(at, page.find("</desc>", at) - at);
    EXPECT_THAT(words, HasSubstr(" sur "));
    EXPECT_THAT(words, Not(HasSubstr(" of ")));
}

TEST(ReportFrench, numbers_follow_their_texts) {
    const Phrases phrases(R"([["# of # patients", "# patients sur #"], ["trial", "essai"],
                              ["{}, p #", "{}, p #"]])");
    std::set<std::string> unknown;
    EXPECT_EQ(phrases.translated("3 of 12 patients", unknown), "3 patients sur 12");
    EXPECT_EQ(phrases.translated("trial, p <0.001", unknown), "essai, p <0,001");
    EXPECT_TRUE(unknown.empty());
    EXPECT_EQ(phrases.translated("rule R7.4 of 1.0.2.1", unknown), "rule R7.4 of 1.0.2.1");
    EXPECT_EQ(unknown.size(), 1U);
    unknown.clear();
    EXPECT_EQ(phrases.translated("0.1.0", unknown), "0.1.0") << "a version";
    EXPECT_EQ(phrases.translated("0.1\u20130.2", unknown), "0,1\u20130,2") << "a range";
    const Phrases short_words(R"([["# of #", "# sur #"]])");
    EXPECT_EQ(short_words.translated("4.6 of 12.0", unknown), "4,6 sur 12,0");
    EXPECT_TRUE(unknown.empty());
}

TEST(ReportFrench, what_came_from_outside_stays_and_stays_escaped) {
    AuditInput input = cohort(12);
    input.settings.site_name = "Verdict <b>& co";
    const std::string page = french_page(render_html(make_audit_report(input))).html;
    EXPECT_THAT(page, HasSubstr("<html lang=\"fr\">"));
    EXPECT_THAT(page, HasSubstr("Verdict &lt;b&gt;&amp; co"));
    EXPECT_THAT(page, Not(HasSubstr("<b>")));
    EXPECT_THAT(page, HasSubstr("Pour les tests seulement."));
}
