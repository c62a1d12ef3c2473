// Counts as FHIR: the report's own counts, in every form, and nothing of a patient where none may
// be. Writes build/PRESET/measure_samples.ndjson, which tests/validator checks.
#include "analysis/report/audit_report.hpp"
#include "analysis/report/measure_report.hpp"
#include "tests/analysis/report_cohort.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace embolink;
using namespace embolink::testing;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

namespace {

const AuditInput& input() {
    static const AuditInput made = made_up_audit({});
    return made;
}

json made(MeasureForm form) {
    return json::parse(measure_report(input().records,
                                      *measure_question(input().records, input().settings, form)));
}

json made_group() {
    return json::parse(
        cohort_group(input().records,
                     *measure_question(input().records, input().settings, MeasureForm::summary)));
}

const json& group_of(const json& report, const std::string& text) {
    for (const json& group : report.at("group")) {
        if (group.at("code").at("text") == text) {
            return group;
        }
    }
    throw std::invalid_argument(text);
}

int count(const json& populations, std::size_t place) {
    return populations.at("population").at(place).at("count").get<int>();
}

// The page's population: R8.1's analysis set, not all that are included.
std::size_t analysed() {
    const FlowResult flow = make_audit_report(input()).flow;
    EXPECT_LT(flow.analysed, flow.included) << "nothing was tested";
    return static_cast<std::size_t>(flow.analysed);
}

ExportReport exported(int patients) {
    CohortPlan plan;
    plan.patients = patients;
    return make_export(make_audit_report(made_up_audit(plan)), default_suppression, "secret");
}

} // namespace

TEST(MeasureReport, CountsTheAnalysisSetOfThePeriod) {
    const json report = made(MeasureForm::summary);
    EXPECT_EQ(report.at("type"), "summary");
    EXPECT_EQ(report.at("period").at("end"), to_iso(*input().settings.as_of));
    const json& control = group_of(report, "Disease control");
    EXPECT_EQ(static_cast<std::size_t>(count(control, 0)), analysed());
    EXPECT_LT(count(control, 2), count(control, 1));
    EXPECT_LE(count(control, 1), count(control, 0));
    EXPECT_GT(count(control, 2), 0);
    EXPECT_THAT(control.at("population").at(0).at("code").at("text").get<std::string>(),
                HasSubstr("Analysis set (rule R8.1)"));
    MeasureQuestion later =
        *measure_question(input().records, input().settings, MeasureForm::summary);
    later.period_start = later.period_end;
    const json none = json::parse(measure_report(input().records, later));
    EXPECT_EQ(count(group_of(none, "Disease control"), 0), 0);
    later.trial = "another";
    later.period_start = made_up_start;
    EXPECT_EQ(count(json::parse(measure_report(input().records, later)).at("group").at(0), 0), 0);
}

// The same outcome on the page and in the resource has the same counts, arm by arm.
TEST(MeasureReport, CountsWhatThePageCounts) {
    const AuditReport page = make_audit_report(input());
    const json report = made(MeasureForm::summary);
    std::size_t compared = 0;
    for (const OutcomeResult& outcome : page.outcomes) {
        for (const json& group : report.at("group")) {
            if (group.at("code").at("coding").at(0).at("code") != outcome.param) {
                continue;
            }
            const json strata = group.at("stratifier").at(0).value("stratum", json::array());
            for (const json& stratum : strata) {
                const std::string arm = stratum.at("value").at("coding").at(0).at("code");
                for (const ProportionResult& line : outcome.lines) {
                    if (line.group == arm && line.denominator == "evaluable") {
                        EXPECT_EQ(count(stratum, 1), line.n) << outcome.param << arm;
                        EXPECT_EQ(count(stratum, 2), line.events) << outcome.param << arm;
                        ++compared;
                    }
                }
            }
        }
    }
    EXPECT_GE(compared, 8U);
}

// Events and truths are numerators; a censored patient and a false are in the denominator.
TEST(MeasureReport, TellsEventsTruthsAndWhatCannotBeJudgedApart) {
    std::vector<EndpointRecord> records = {cohort_record("Patient/1", "HAE", {}),
                                           event_record("Patient/1", "PFS", 300),
                                           cohort_record("Patient/2", "HACE", {}),
                                           censored_record("Patient/2", "PFS", 200),
                                           cohort_record("Patient/3", "HACE", {}),
                                           base_record("Patient/3", "PFS")};
    records.back().status = NotEvaluable{"death-date-unknown"};
    for (const std::size_t place : {1U, 3U, 5U}) {
        records[place].arm = records[place - 1].arm;
    }
    MeasureQuestion question =
        *measure_question(records, input().settings, MeasureForm::subject_list);
    const json report = json::parse(measure_report(records, question));
    const json& group = report.at("group").at(0);
    EXPECT_EQ(count(group, 0), 3);
    EXPECT_EQ(count(group, 1), 2);
    EXPECT_EQ(count(group, 2), 1);
    const json& strata = group.at("stratifier").at(0).at("stratum");
    ASSERT_EQ(strata.size(), 2u);
    EXPECT_EQ(strata.at(0).at("value").at("coding").at(0).at("code"), "HAE");
    EXPECT_EQ(count(strata.at(0), 2), 1);
    EXPECT_EQ(count(strata.at(1), 0), 2);
    EXPECT_EQ(count(strata.at(1), 2), 0);
    // The lists are of these counts.
    EXPECT_EQ(count(group, 3), 1);
    EXPECT_EQ(group.at("population").at(2).at("subjectResults").at("reference"), "#list-3");
    EXPECT_EQ(report.at("contained").at(2).at("entry").at(0).at("item").at("reference"),
              "Patient/1");
}

TEST(MeasureReport, NamesPatientsInTheListAndInTheGroupAlone) {
    EXPECT_THAT(made(MeasureForm::summary).dump(), Not(HasSubstr("Patient/")));
    const json list = made(MeasureForm::subject_list);
    for (const json& group : list.at("group")) {
        for (const json& population : group.at("population")) {
            const std::string name = population.at("subjectResults").at("reference");
            const std::size_t place = std::stoul(name.substr(name.rfind('-') + 1)) - 1;
            const json& entries = list.at("contained").at(place);
            EXPECT_EQ(entries.contains("entry") ? entries.at("entry").size() : 0u,
                      population.at("count").get<std::size_t>());
        }
    }
    EXPECT_EQ(made_group().at("member").size(), analysed());
    EXPECT_EQ(made_group().at("quantity"), analysed());
}

TEST(MeasureReport, WithoutACutThereIsNone) {
    AuditSettings settings = input().settings;
    settings.as_of.reset();
    EXPECT_EQ(measure_question(input().records, settings, MeasureForm::summary), std::nullopt);
}

// Everything that is counted is a band of a table of the export; no date, no patient, no total.
TEST(MeasureReport, OfAnExportSaysNothingThatItsTablesDoNotSay) {
    const ExportReport report = exported(200);
    const std::string text = export_measure(report, "maire-2012");
    EXPECT_THAT(text, Not(HasSubstr("\"count\"")));
    EXPECT_THAT(text, Not(HasSubstr("Patient/")));
    EXPECT_THAT(text, Not(::testing::ContainsRegex("[12][0-9][0-9][0-9]-[01][0-9]")));
    std::size_t strata = 0;
    const json masked = json::parse(text);
    for (const json& group : masked.at("group")) {
        for (const json& population : group.at("population")) {
            EXPECT_FALSE(population.contains("extension")) << "a band of all arms is a total";
        }
        const json& by_arm = group.at("stratifier").at(0);
        for (const json& stratum : by_arm.value("stratum", json::array())) {
            ++strata;
            const std::string arm = stratum.at("value").at("coding").at(0).at("code");
            const json& populations = stratum.at("population");
            EXPECT_FALSE(populations.at(0).contains("extension"));
            EXPECT_FALSE(populations.at(1).contains("extension"));
            const bool told = std::any_of(
                report.tables.begin(), report.tables.end(), [&](const ExportTable& table) {
                    const auto is = [&](std::size_t place, std::size_t cell) {
                        const json& range =
                            populations.at(place).at("extension").at(0).at("valueRange");
                        return range.at("low").at("value") == table.cells.at(cell).band.lower &&
                               range.at("high").at("value") == table.cells.at(cell).band.upper;
                    };
                    // Who is not evaluable has a cell of his own in one table only.
                    const bool excluded = table.cells.size() > 2
                                              ? populations.at(3).contains("extension") && is(3, 2)
                                              : !populations.at(3).contains("extension");
                    return table.group == arm && !table.param.empty() && is(2, 0) && excluded;
                });
            EXPECT_TRUE(told) << group.at("code").at("text") << ", " << arm;
        }
    }
    EXPECT_GE(strata, 8u);
    EXPECT_THAT(export_measure(exported(0), "maire-2012"), Not(HasSubstr("count-band")));
}

TEST(MeasureReport, SamplesAreWrittenForTheValidator) {
    std::ofstream out(std::string(EMBOLINK_BINARY_DIR) + "/measure_samples.ndjson");
    out << made(MeasureForm::summary).dump() << "\n"
        << made(MeasureForm::subject_list).dump() << "\n"
        << made_group().dump() << "\n"
        << json::parse(export_measure(exported(200), "maire-2012")).dump() << "\n"
        << json::parse(export_measure(exported(4), "maire-2012")).dump() << "\n";
    EXPECT_TRUE(out.good());
}
