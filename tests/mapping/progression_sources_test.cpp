// What PFS cites and what its timeline lines say (R9.6): each side of the boundaries that move no
// date.
#include "mapping/facts/concepts.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

DrugGiven everolimus(int on_day) {
    return {on_day,
            DrugSource::statement,
            "active",
            std::string(concepts::anticancer_targeted),
            false,
            "eve"};
}

DrugGiven lanreotide(int on_day) {
    return {on_day,
            DrugSource::statement,
            "active",
            std::string(concepts::somatostatin_analogue),
            false,
            "lan"};
}

std::vector<std::string> cited(const TinyPatient& patient) {
    std::vector<std::string> references;
    for (const auto& source : patient.pfs().sources) {
        references.push_back(source.reference);
    }
    return references;
}

// "assessment NE R5.4 not adequate", "assessment SD PFS".
std::vector<std::string> told(const TinyPatient& patient) {
    std::vector<std::string> lines;
    for (const auto& note : patient.derive(endpoint("PFS")).notes) {
        lines.push_back(note.kind + " " + note.value + " " +
                        (note.used_by.empty() ? note.set_aside_because : note.used_by.front()));
    }
    return lines;
}

TEST(PfsSources, ReadingsOfT0AndAfterTheEndAreNone) {
    TinyPatient patient;
    const auto before = patient.assess(0, AssessmentKind::structured_recist, SD).origin;
    const auto first = patient.assess(1, AssessmentKind::structured_recist, SD).origin;
    const auto event = patient.assess(90, AssessmentKind::structured_recist, PD).origin;
    const auto after = patient.assess(91, AssessmentKind::structured_recist, SD).origin;
    EXPECT_THAT(cited(patient), Contains(first.reference));
    EXPECT_THAT(cited(patient), Contains(event.reference));
    EXPECT_THAT(cited(patient), Not(Contains(before.reference)));
    EXPECT_THAT(cited(patient), Not(Contains(after.reference)));
}

// Without a baseline nothing but an early progression has anything to say, and the therapy only
// where it keeps that from being flagged.
TEST(PfsSources, R4_5_WithoutABaselineOnlyAnEarlyProgressionAfterTheCutNeedsTheTherapy) {
    TinyPatient patient;
    patient.no_imaging().study(-200);
    const auto early = patient.assess(20, AssessmentKind::trend, PD).origin;
    const auto later = patient.assess(60, AssessmentKind::trend, SD).origin;
    const auto therapy = patient.drug(everolimus(20)).origin;
    EXPECT_THAT(cited(patient), Contains(early.reference));
    EXPECT_THAT(cited(patient), Not(Contains(therapy.reference))) << "the day of the cut counts";
    EXPECT_THAT(cited(patient), Not(Contains(later.reference)));
    patient.timeline.drugs.front().start = on(19);
    EXPECT_THAT(cited(patient), Contains(early.reference));
    EXPECT_THAT(cited(patient), Contains(therapy.reference));
    EXPECT_THAT(cited(patient), Not(Contains(later.reference)));
}

TEST(PfsSources, R5_6_SizesOfTheDayOfTheCutHadABaseline) {
    TinyPatient patient;
    patient.no_imaging().study(-200);
    patient.size(100, "a", "30");
    patient.as_of = day(100);
    EXPECT_EQ(summary(patient.pfs()), "censored no-assessment 0 [baseline-not-in-feed]");
    patient.as_of = day(99);
    EXPECT_EQ(summary(patient.pfs()), "censored no-baseline-imaging 0") << "not there yet";
}

// R5.6: the therapy decides only where it came before a death that would have been the event.
TEST(PfsSources, R5_6_ATherapyBeforeADeathThatIsTooLateAnywayDecidesNothing) {
    auto in_text = everolimus(100);
    in_text.by_text = true;
    for (const int death : {212, 213}) {
        TinyPatient patient;
        patient.no_imaging().died(on(death)).study(-200);
        patient.drug(in_text);
        EXPECT_EQ(summary(patient.pfs()),
                  std::string("censored no-baseline-imaging 0") +
                      (death == 212 ? " [therapy-from-text]" : ""));
    }
}

TEST(PfsSources, R5_2_AnAnalogueChangeOnTheDayOfTheEndSaysNothing) {
    for (const int change : {89, 90}) {
        TinyPatient patient;
        patient.read(90, PD).drug(lanreotide(change));
        EXPECT_EQ(summary(patient.pfs()),
                  std::string("event progression 90 left 0 right 90") +
                      (change == 89 ? " [ssa-changed]" : ""));
    }
}

TEST(PfsSources, R5_4_AReadingOnTheDayOfTheCutIsBeforeIt) {
    for (const auto& [on_day, why] :
         {std::pair{100, "R5.4 not adequate"}, {101, "R5.2 after the cut"}}) {
        TinyPatient patient;
        patient.read(on_day, NE).drug(everolimus(100));
        EXPECT_THAT(told(patient),
                    ElementsAre(std::string("assessment NE ") + why, "therapy targeted PFS"));
    }
}

} // namespace
} // namespace embolink::testing
