// Records -> (time, event): the trap of ADaM's CNSR, the analysis set of R8.1, the bounds of R8.2.
#include "analysis/report/csv.hpp"
#include "analysis/report/dataset.hpp"
#include "tests/analysis/report_cohort.hpp"

#include <gtest/gtest.h>

using namespace embolink;
using namespace embolink::testing;

namespace {

// One included HAE patient with the given PFS record; the timeline may add to it.
SurvivalSample pfs_sample(const EndpointRecord& pfs,
                          const std::vector<TimelineEntry>& timeline,
                          CandidateReading reading) {
    const std::vector<EndpointRecord> records = {cohort_record(pfs.patient, "HAE", {"tier-a"}),
                                                 pfs};
    const AuditDataset dataset = make_dataset(records, &timeline);
    SampleRules rules;
    rules.candidates = reading;
    rules.as_of = made_up_cut;
    return survival_sample(select(dataset, AnalysisSet::verdict), Endpoint::pfs, rules);
}

EndpointRecord unread(EndpointRecord record) {
    record.flags = {"pd-candidate-unresolved"};
    record.sources = {{"DiagnosticReport/r", "1", "candidate", "R8.2"}};
    return record;
}

// What the mapping says PFS would be if every open candidate were progression.
TimelineEntry bound_at(int day, const std::string& status = "event") {
    TimelineEntry entry;
    entry.patient = "Patient/a";
    entry.kind = "assessment";
    entry.source = "DiagnosticReport/r";
    entry.date = plus_days(made_up_start, day);
    entry.value = std::string(all_candidates_progression);
    entry.series = "PFS";
    entry.term = status;
    return entry;
}

void expect_sample(const SurvivalSample& sample, int days, int event) {
    ASSERT_EQ(sample.size(), 1U);
    EXPECT_EQ(sample.days[0], days);
    EXPECT_EQ(sample.event[0], event);
}

} // namespace

TEST(Dataset, an_event_is_1_here_and_CNSR_0_in_the_CSV) {
    const EndpointRecord event = event_record("Patient/a", "PFS", 365);
    const EndpointRecord censored = censored_record("Patient/a", "PFS", 365);
    expect_sample(pfs_sample(event, {}, CandidateReading::ignored), 365, 1);
    expect_sample(pfs_sample(censored, {}, CandidateReading::ignored), 365, 0);
    EXPECT_NE(endpoints_csv({event}).find("365,DAYS,366,0,progression,,"), std::string::npos);
    EXPECT_NE(endpoints_csv({censored}).find("365,DAYS,366,1,,last-adequate-assessment,"),
              std::string::npos);
}

TEST(Dataset, R8_1_analysis_set) {
    const AuditDataset dataset =
        make_dataset({cohort_record("Patient/a", "HAE", {"tier-a"}),
                      cohort_record("Patient/b", "HAE", {"tier-b"}),
                      cohort_record("Patient/c", "HACE", {"tier-unknown"}),
                      cohort_record("Patient/d", "HACE", {"prior-arterial-therapy", "tier-a"}),
                      cohort_record("Patient/e", "HACE-DEB", {"tier-a"}),
                      cohort_record("Patient/f", "UNDETERMINED", {"tier-a"})},
                     nullptr);
    EXPECT_EQ(select(dataset, AnalysisSet::verdict).size(), 4U); // a c e f
    EXPECT_EQ(select(dataset, AnalysisSet::others).size(), 2U);  // b d
    EXPECT_EQ(select(dataset, AnalysisSet::tier_a).size(), 3U);  // a e f
    EXPECT_EQ(select(dataset, AnalysisSet::included).size(), 6U);
    EXPECT_EQ(select(dataset, AnalysisSet::verdict, Group::determined).size(), 2U); // a c
    EXPECT_EQ(select(dataset, AnalysisSet::verdict, Group::undetermined).size(), 1U);
}

TEST(Dataset, excluded_candidates_are_in_no_set) {
    EndpointRecord record = base_record("Patient/x", "COHORT");
    record.status = Value{std::string("excluded"), "", "minor"};
    const AuditDataset dataset = make_dataset({record}, nullptr);
    ASSERT_EQ(dataset.patients.size(), 1U);
    EXPECT_EQ(dataset.patients[0].exclusion, "minor");
    EXPECT_TRUE(select(dataset, AnalysisSet::included).empty());
}

TEST(Dataset, R8_2_the_bound_is_what_the_mapping_derived) {
    const EndpointRecord pfs = unread(censored_record("Patient/a", "PFS", 300));
    const auto all = CandidateReading::all_progression;
    expect_sample(pfs_sample(pfs, {bound_at(400)}, CandidateReading::ignored), 300, 0);
    expect_sample(pfs_sample(pfs, {bound_at(400)}, all), 400, 1);
    expect_sample(pfs_sample(pfs, {bound_at(250, "censored")}, all), 250, 0);
    TimelineEntry of_another = bound_at(400);
    of_another.series = "HPFS";
    expect_sample(pfs_sample(pfs, {of_another}, all), 28, 1);
}

TEST(Dataset, R8_2_without_a_timeline_the_bound_is_the_earliest_day_that_counts_R4_5) {
    const auto all = CandidateReading::all_progression;
    expect_sample(pfs_sample(unread(censored_record("Patient/a", "PFS", 300)), {}, all), 28, 1);
    expect_sample(pfs_sample(unread(event_record("Patient/a", "PFS", 28)), {}, all), 28, 1);
    expect_sample(pfs_sample(unread(event_record("Patient/a", "PFS", 27)), {}, all), 27, 1);
    expect_sample(pfs_sample(censored_record("Patient/a", "PFS", 300), {}, all), 300, 0);
}

TEST(Dataset, R8_2_without_baseline_imaging_no_report_can_show_progression) {
    EndpointRecord pfs = unread(censored_record("Patient/a", "PFS", 0));
    pfs.status = Censored{"no-baseline-imaging"};
    expect_sample(pfs_sample(pfs, {}, CandidateReading::all_progression), 0, 0);
}

TEST(Dataset, R0_4_deaths_without_date_are_left_out_or_bounded) {
    EndpointRecord pfs = base_record("Patient/a", "PFS");
    pfs.status = NotEvaluable{"death-date-unknown"};
    const AuditDataset dataset =
        make_dataset({cohort_record("Patient/a", "HAE", {"tier-a"}), pfs}, nullptr);
    const Rows rows = select(dataset, AnalysisSet::verdict);
    SampleRules rules;
    rules.as_of = made_up_cut;
    EXPECT_EQ(survival_sample(rows, Endpoint::pfs, rules).size(), 0U);
    rules.undated_deaths = UndatedDeath::at_start;
    expect_sample(survival_sample(rows, Endpoint::pfs, rules), 0, 1);
    rules.undated_deaths = UndatedDeath::after_cut;
    expect_sample(
        survival_sample(rows, Endpoint::pfs, rules), days_between(made_up_start, made_up_cut), 0);
}

TEST(Csv, golden_of_a_tiny_cohort) {
    EndpointRecord pfs = event_record("Patient/a", "PFS", 365);
    pfs.arm = "HAE";
    pfs.sources = {{"Observation/7", "2", "assessment", "R4.2"},
                   {"DiagnosticReport/1#o", "1", "event", "R5.1"}};
    EndpointRecord os = base_record("Patient/a", "OS");
    os.arm = "HAE";
    os.status = NotEvaluable{"death-date-unknown"};
    EndpointRecord marker = base_record("Patient/a", "BASE-CGA");
    marker.arm = "HAE";
    marker.status = Value{DecimalText{"5.0"}, "xULN", ""};
    marker.flags = {"elevated", "elevated-2x"};
    EndpointRecord control = base_record("Patient/a", "DC");
    control.arm = "HAE";
    control.status = Value{true, "", ""};
    const std::vector<EndpointRecord> records = {
        cohort_record("Patient/a", "HAE", {"arm-from-text", "tier-a"}), pfs, os, control, marker};
    EXPECT_EQ(
        endpoints_csv(records),
        "STUDYID,USUBJID,TRTA,PARAMCD,PARAM,STARTDT,ADT,AVAL,AVALU,ADY,CNSR,EVNTDESC,"
        "CNSDTDSC,SRCDOM,SRCSEQ\n"
        "maire-2012,Patient/a,HAE,PFS,Progression-free survival,2015-01-01,2016-01-01,365,"
        "DAYS,366,0,progression,,DiagnosticReport,1#o\n"
        "maire-2012,Patient/a,HAE,OS,Overall survival,2015-01-01,,,,,,,death-date-unknown,,\n");
    EXPECT_EQ(responses_csv(records),
              "STUDYID,USUBJID,TRTA,PARAMCD,PARAM,AVAL,AVALC,AVALU,REASON,FLAGS\n"
              "maire-2012,Patient/a,HAE,COHORT,Cohort membership,,included,,,arm-from-text;tier-a\n"
              "maire-2012,Patient/a,HAE,DC,Disease control,1,true,,,\n"
              "maire-2012,Patient/a,HAE,BASE-CGA,\"Baseline chromogranin A, multiple of ULN\",5.0,"
              "5.0,xULN,,elevated;elevated-2x\n");
    EXPECT_EQ(patients_csv(records),
              "STUDYID,USUBJID,COHORT,COHORTRS,TRTA,TRTSDT,ANL01FL,TIER,PRIORFL,ROUNDS,HIAAULN,"
              "CGAULN,FLAGS\n"
              "maire-2012,Patient/a,included,,HAE,2015-01-01,Y,tier-a,N,,,5.0,"
              "arm-from-text;tier-a\n");
}
