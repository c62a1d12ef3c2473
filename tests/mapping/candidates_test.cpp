// R4.4, R8.2, R9.2: what may be a response and nobody has decided.
#include "mapping/endpoints/candidates.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(UnresolvedCandidates, R8_2_AReportAfterT0WithoutCodedResponse) {
    TinyPatient patient;
    patient.report(0);
    EXPECT_THAT(unresolved_candidates(patient.timeline, day(0), rule_trial().windows), IsEmpty())
        << "not after T0";
    const auto origin = patient.report(1).origin;
    const auto candidates = unresolved_candidates(patient.timeline, day(0), rule_trial().windows);
    ASSERT_THAT(candidates, SizeIs(1));
    EXPECT_EQ(candidates.front().origin, origin);
    EXPECT_EQ(candidates.front().date, day(1));
}

TEST(UnresolvedCandidates, StudiesAreNoReports) {
    TinyPatient patient;
    patient.study(90);
    EXPECT_THAT(unresolved_candidates(patient.timeline, day(0), rule_trial().windows), IsEmpty());
}

TEST(UnresolvedCandidates, AReadingOfTheSameDateOrLinkedResolves) {
    TinyPatient patient;
    patient.report(90);
    patient.read(90, SD);
    EXPECT_THAT(unresolved_candidates(patient.timeline, day(0), rule_trial().windows), IsEmpty());

    TinyPatient linked;
    auto& report = linked.report(92);
    const auto reading = linked.assess(90, AssessmentKind::structured_recist, SD).origin;
    report.results = {reading.reference};
    EXPECT_THAT(unresolved_candidates(linked.timeline, day(0), rule_trial().windows), IsEmpty());

    TinyPatient concluded;
    concluded.report(90).has_coded_response = true;
    EXPECT_THAT(unresolved_candidates(concluded.timeline, day(0), rule_trial().windows), IsEmpty());

    TinyPatient shared;
    shared.report(92).imaging_studies = {"ImagingStudy/ct"};
    shared.assess(95, AssessmentKind::structured_recist, SD).imaging_studies = {"ImagingStudy/ct"};
    EXPECT_THAT(unresolved_candidates(shared.timeline, day(0), rule_trial().windows), IsEmpty());
}

// R4.2: NE never overrides. A report that says progression is open beside it; one of which nobody
// knows what it says has a coded response (R8.2).
TEST(UnresolvedCandidates, R4_2_ACodedNeResolvesWhatSaysNothing) {
    TinyPatient silent;
    silent.report(90);
    silent.read(90, NE);
    EXPECT_THAT(unresolved_candidates(silent.timeline, day(0), rule_trial().windows), IsEmpty());
    TinyPatient speaking = silent;
    Imaging& report = *std::find_if(speaking.timeline.imaging.begin(),
                                    speaking.timeline.imaging.end(),
                                    [](const Imaging& one) { return one.is_report; });
    report.finding.understanding = TextUnderstanding::read;
    report.finding.progression = true;
    EXPECT_THAT(unresolved_candidates(speaking.timeline, day(0), rule_trial().windows), SizeIs(1));
    speaking.read(90, SD);
    EXPECT_THAT(unresolved_candidates(speaking.timeline, day(0), rule_trial().windows), IsEmpty());
    TinyPatient concluded; // conclusionCode NE beside its own text
    Imaging& own = concluded.report(90);
    own.has_coded_response = true;
    own.finding.understanding = TextUnderstanding::read;
    own.finding.progression = true;
    const std::string reference = own.origin.reference;
    EXPECT_THAT(unresolved_candidates(concluded.timeline, day(0), rule_trial().windows), IsEmpty());
    concluded.read(50, NE);
    EXPECT_THAT(unresolved_candidates(concluded.timeline, day(0), rule_trial().windows), IsEmpty())
        << "of another report";
    concluded.assess(90, AssessmentKind::coded_conclusion, NE).report = reference;
    EXPECT_THAT(unresolved_candidates(concluded.timeline, day(0), rule_trial().windows), SizeIs(1));
}

// R4.2: adjudicated text comes last, so that no decision about it would count.
TEST(UnresolvedCandidates, R4_2_ASumOfLesionsOfTheDateResolves) {
    TinyPatient patient;
    Imaging& report = patient.report(90);
    report.finding.understanding = TextUnderstanding::read;
    report.finding.progression = true;
    patient.size(-10, "a", "30");
    patient.size(91, "a", "31");
    EXPECT_THAT(unresolved_candidates(patient.timeline, day(0), rule_trial().windows), SizeIs(1))
        << "of another date";
    patient.timeline.sizes.back().effective = on(90);
    EXPECT_THAT(unresolved_candidates(patient.timeline, day(0), rule_trial().windows), IsEmpty());
    EXPECT_EQ(summary(patient.pfs()), "censored last-adequate-assessment 90");
    patient.size(90, "b", "5"); // not one of those before the treatment
    patient.timeline.sizes[1].lesion = "c";
    EXPECT_THAT(unresolved_candidates(patient.timeline, day(0), rule_trial().windows), SizeIs(1))
        << "a day that is not judged has no sum";
}

// R4.7: a preliminary progression of another organ is none of the liver's.
TEST(UnresolvedCandidates, R4_7_TheSiteOfAReadingThatIsNotFinal) {
    TinyPatient patient;
    patient.read(60, SD);
    Assessment& preliminary = patient.assess(90, AssessmentKind::structured_recist, PD);
    preliminary.standing = Standing::candidate;
    const auto flagged = [&](const char* param) {
        return summary(patient.record(param)).find("pd-candidate-unresolved") != std::string::npos;
    };
    EXPECT_TRUE(flagged("PFS") && flagged("HPFS") && flagged("PFS-ITT"));
    patient.timeline.assessments.back().site = SiteFinding::hepatic_stated;
    EXPECT_TRUE(flagged("HPFS"));
    patient.timeline.assessments.back().site = SiteFinding::other_stated;
    EXPECT_TRUE(flagged("PFS") && flagged("PFS-ITT"));
    EXPECT_FALSE(flagged("HPFS"));
    patient.timeline.assessments.back().category = SD;
    EXPECT_FALSE(unresolved_candidates(patient.timeline, day(0), rule_trial().windows)
                     .front()
                     .elsewhere_only);
}

TEST(UnresolvedCandidates, AnotherDateOrAClinicalTrendResolvesNothing) {
    TinyPatient patient;
    patient.report(90);
    patient.read(91, SD);
    patient.assess(90, AssessmentKind::trend, SD).imaging_evidence = false;
    patient.assess(90, AssessmentKind::structured_recist, NE).standing = Standing::candidate;
    EXPECT_THAT(unresolved_candidates(patient.timeline, day(0), rule_trial().windows), SizeIs(1));
}

// A report that is not final, coded or not.
Imaging unfinished_report(int on_day, bool coded) {
    Imaging report;
    report.origin = {"DiagnosticReport/preliminary", "1"};
    report.standing = Standing::candidate;
    report.is_report = true;
    report.date = on(on_day);
    report.has_coded_response = coded;
    return report;
}

TEST(UnresolvedCandidates, R9_2_AReportThatIsNotFinalCodedOrNot) {
    for (const bool coded : {false, true}) {
        TinyPatient patient;
        patient.timeline.candidate_reports = {unfinished_report(0, coded)};
        EXPECT_THAT(unresolved_candidates(patient.timeline, day(0), rule_trial().windows),
                    IsEmpty())
            << "not after T0";
        patient.timeline.candidate_reports = {unfinished_report(1, coded)};
        const auto candidates =
            unresolved_candidates(patient.timeline, day(0), rule_trial().windows);
        ASSERT_THAT(candidates, SizeIs(1));
        EXPECT_EQ(candidates.front().kind, CandidateKind::report_not_final);
        patient.read(1, SD);
        EXPECT_THAT(unresolved_candidates(patient.timeline, day(0), rule_trial().windows),
                    IsEmpty())
            << "a final reading of the day resolves it";
    }
}

TEST(UnresolvedCandidates, R9_2_AProgressionThatIsNotFinal) {
    TinyPatient patient;
    patient.assess(90, AssessmentKind::structured_recist, PD).standing = Standing::candidate;
    patient.assess(91, AssessmentKind::structured_recist, NE).standing = Standing::candidate;
    auto& clinical = patient.assess(92, AssessmentKind::trend, PD);
    clinical.standing = Standing::candidate;
    clinical.imaging_evidence = false;
    auto& contained = patient.assess(93, AssessmentKind::structured_recist, PD);
    contained.standing = Standing::candidate;
    contained.origin.reference = "DiagnosticReport/r#x"; // the report itself counts
    const auto candidates = unresolved_candidates(patient.timeline, day(0), rule_trial().windows);
    ASSERT_THAT(candidates, SizeIs(2));
    EXPECT_EQ(candidates[0].date, day(90));
    EXPECT_EQ(candidates[0].kind, CandidateKind::reading_not_final);
    EXPECT_TRUE(candidates[0].progression);
    EXPECT_TRUE(candidates[0].imaging);
    EXPECT_EQ(candidates[1].date, day(92));
    EXPECT_FALSE(candidates[1].imaging) << "a clinical judgement";
}

TEST(UnresolvedCandidates, R9_2_AStableReadingThatIsNotFinalIsNoProgression) {
    TinyPatient patient;
    patient.assess(90, AssessmentKind::structured_recist, SD).standing = Standing::candidate;
    const auto candidates = unresolved_candidates(patient.timeline, day(0), rule_trial().windows);
    ASSERT_THAT(candidates, SizeIs(1));
    EXPECT_FALSE(candidates[0].progression);
    EXPECT_TRUE(candidates[0].response);
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0");
    EXPECT_EQ(summary(patient.bor()), "value NE [response-candidate-unresolved]");
}

TEST(UnresolvedCandidates, R9_2_AnOpenReportSaysWhatItsCodesSay) {
    TinyPatient patient;
    patient.timeline.candidate_reports = {unfinished_report(90, true)};
    EXPECT_FALSE(
        unresolved_candidates(patient.timeline, day(0), rule_trial().windows).front().response);
    patient.read(200, PR);
    EXPECT_FALSE(
        unresolved_candidates(patient.timeline, day(0), rule_trial().windows).front().response)
        << "what another reading says is not its word";
    TinyPatient beside = patient;
    beside.assess(200, AssessmentKind::structured_recist, PR).standing = Standing::candidate;
    EXPECT_FALSE(
        unresolved_candidates(beside.timeline, day(0), rule_trial().windows).front().response)
        << "final or not";
    auto& own = patient.assess(90, AssessmentKind::coded_conclusion, SD);
    own.standing = Standing::candidate;
    own.report = "DiagnosticReport/preliminary";
    const auto candidates = unresolved_candidates(patient.timeline, day(0), rule_trial().windows);
    ASSERT_THAT(candidates, SizeIs(1));
    EXPECT_TRUE(candidates[0].progression) << "it may yet say so";
    EXPECT_TRUE(candidates[0].response);
    EXPECT_EQ(candidates[0].proposal, "SD");
}

ReportFinding finding(bool progression, bool stable) {
    ReportFinding said;
    said.understanding = TextUnderstanding::read;
    said.progression = progression;
    said.stable = stable;
    return said;
}

constexpr auto both = "response-candidate-unresolved";

TEST(TextCandidates, R4_4_ProgressionFlagsAllRecords) {
    TinyPatient patient;
    patient.read(60, SD);
    patient.report(90).finding = finding(true, false);
    EXPECT_EQ(summary(patient.pfs()),
              "censored last-adequate-assessment 60 [pd-candidate-unresolved]");
    EXPECT_EQ(summary(patient.bor()), std::string("value SD [") + both + "]");
    EXPECT_EQ(summary(patient.objective_response()), std::string("value false [") + both + "]");
    EXPECT_EQ(summary(patient.disease_control()), std::string("value true [") + both + "]");
}

TEST(TextCandidates, R4_4_AnotherResponseLeavesProgressionFreeSurvivalAlone) {
    TinyPatient patient;
    patient.report(90).finding = finding(false, true);
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0");
    EXPECT_EQ(summary(patient.bor()), std::string("value NE [") + both + "]");
    EXPECT_EQ(summary(patient.objective_response()),
              std::string("not-evaluable no-assessment [") + both + "]");
    EXPECT_EQ(summary(patient.disease_control()),
              std::string("not-evaluable no-assessment [") + both + "]");
}

TEST(TextCandidates, R4_4_TextThatSaysNoResponseIsNoCandidate) {
    TinyPatient patient;
    patient.report(90).finding = finding(false, false);
    EXPECT_THAT(unresolved_candidates(patient.timeline, day(0), rule_trial().windows), IsEmpty());
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0");
}

TEST(TextCandidates, R8_2_WithoutTextItMayBeProgressionAndSaysNoResponse) {
    TinyPatient patient;
    patient.report(90);
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0 [pd-candidate-unresolved]");
    EXPECT_EQ(summary(patient.bor()), "value NE");
}

TEST(TextCandidates, R4_4_TextThatNobodyUnderstandsMayBeAnything) {
    TinyPatient patient;
    patient.report(90).finding.understanding = TextUnderstanding::unknown;
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0 [pd-candidate-unresolved]");
    EXPECT_EQ(summary(patient.bor()), std::string("value NE [") + both + "]");
    EXPECT_EQ(why_unresolved(
                  unresolved_candidates(patient.timeline, day(0), rule_trial().windows).front()),
              "R4.4 text that no definition understands");
}

TEST(TextCandidates, R4_2_ACodedResponseOfTheDayGoesBefore) {
    TinyPatient patient;
    patient.read(90, SD);
    patient.report(90).finding = finding(true, false);
    EXPECT_EQ(summary(patient.pfs()), "censored last-adequate-assessment 90");
    EXPECT_EQ(summary(patient.bor()), "value SD");
}

TEST(TextCandidates, R4_4_CountAfterT0) {
    for (const auto& [on_day, flagged] : {std::pair{0, false}, {1, true}, {300, true}}) {
        TinyPatient patient;
        patient.report(on_day).finding = finding(true, false);
        EXPECT_EQ(!patient.pfs().flags.empty(), flagged) << on_day;
        EXPECT_EQ(!patient.bor().flags.empty(), flagged) << on_day;
    }
}

TEST(TextCandidates, R4_4_AResponseInWordsIsOneOfItsOwn) {
    TinyPatient patient;
    auto& reading = patient.assess(90, AssessmentKind::adjudicated, PD);
    reading.standing = Standing::candidate;
    reading.origin.reference = "DiagnosticReport/r#x"; // contained: its report says nothing itself
    reading.finding = finding(true, false);
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0 [pd-candidate-unresolved]");
    reading.imaging_evidence = false;
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0") << "R4.3: no imaging";
    EXPECT_EQ(summary(patient.bor()), "value NE");
}

TEST(TextCandidates, R4_4_AReportWithoutTextSaysWhatItsResultsSay) {
    TinyPatient patient;
    auto& report = patient.report(90);
    auto& reading = patient.assess(90, AssessmentKind::adjudicated, SD);
    reading.standing = Standing::candidate;
    reading.finding = finding(false, true);
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0 [pd-candidate-unresolved]");
    report.results = {reading.origin.reference};
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0") << "its result was read";
    EXPECT_EQ(summary(patient.bor()), std::string("value NE [") + both + "]");
}

TEST(TextCandidates, R4_7_ProgressionElsewhereIsMarked) {
    TinyPatient patient;
    patient.report(90).finding.understanding = TextUnderstanding::read;
    patient.timeline.imaging.back().finding.progression_elsewhere = true;
    EXPECT_TRUE(unresolved_candidates(patient.timeline, day(0), rule_trial().windows)
                    .front()
                    .elsewhere_only);
    patient.timeline.imaging.back().finding.progression = true;
    EXPECT_FALSE(unresolved_candidates(patient.timeline, day(0), rule_trial().windows)
                     .front()
                     .elsewhere_only);
}

TEST(TextCandidates, TheTimelineNamesThemWithWhatTheySay) {
    TinyPatient patient;
    const auto origin = patient.report(90).origin;
    patient.timeline.imaging.back().finding = finding(true, false);
    const auto notes = patient.derive(endpoint("PFS")).notes;
    ASSERT_THAT(notes, SizeIs(1));
    EXPECT_EQ(notes[0].date, day(90));
    EXPECT_EQ(notes[0].term, "PD");
    EXPECT_EQ(notes[0].source, origin.reference);
    EXPECT_EQ(notes[0].set_aside_because, "R4.4 text that may say progression");
}

} // namespace
} // namespace embolink::testing
