// R1.2 and R1.3 as far as Conditions decide.
#include "mapping/endpoints/disease.hpp"
#include "tests/support/rows.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

DiseaseFinding judge(const std::vector<Diagnosis>& diagnoses) {
    PatientTimeline timeline;
    timeline.diagnoses = diagnoses;
    return judge_disease(timeline);
}

const Diagnosis midgut = condition("midgut", {concepts::midgut_net});
const Diagnosis liver = condition("liver", {concepts::liver_metastasis});

TEST(Disease, R1_2_MidgutAndLiverAreIncluded) {
    const DiseaseFinding finding = judge({midgut, liver});
    EXPECT_EQ(finding.exclusion, "");
    EXPECT_FALSE(finding.liver_from_text);
    EXPECT_FALSE(finding.second_primary);
    EXPECT_EQ(finding.origins.size(), 2U);
}

TEST(Disease, R1_2_OrganAndHistologyMayStandOnTwoConditions) {
    EXPECT_EQ(judge({condition("o", {concepts::midgut_organ}),
                     condition("h", {concepts::neuroendocrine}),
                     liver})
                  .exclusion,
              "");
}

TEST(Disease, R1_3_NoMidgutNet) {
    EXPECT_EQ(judge({liver}).exclusion, "no-midgut-net");
    EXPECT_EQ(judge({condition("o", {concepts::midgut_organ}), liver}).exclusion, "no-midgut-net")
        << "bowel cancer without neuroendocrine histology";
    EXPECT_EQ(judge({condition("h", {concepts::neuroendocrine}), liver}).exclusion, "no-midgut-net")
        << "site unknown";
    EXPECT_EQ(judge({}).exclusion, "no-midgut-net");
}

TEST(Disease, R1_2_LiverMetastasisIsNeededAndMayComeFromText) {
    EXPECT_EQ(judge({midgut}).exclusion, "no-liver-metastasis");
    const Diagnosis in_text = condition("t", {}, {concepts::liver_metastasis});
    EXPECT_EQ(judge({midgut, in_text}).exclusion, "");
    EXPECT_TRUE(judge({midgut, in_text}).liver_from_text);
    EXPECT_FALSE(judge({midgut, in_text, liver}).liver_from_text);
}

TEST(Disease, R1_3_APrimaryElsewhereAlone) {
    for (const auto primary : {concepts::other_net_primary,
                               concepts::hepatocellular_carcinoma,
                               concepts::other_cancer}) {
        EXPECT_EQ(judge({condition("p", {primary}), liver}).exclusion, "other-primary") << primary;
        EXPECT_EQ(judge({condition("p", {}, {primary}), liver}).exclusion, "other-primary")
            << primary << " by text";
    }
}

TEST(Disease, R1_3_BesideAMidgutTumour) {
    EXPECT_EQ(judge({midgut, liver, condition("p", {concepts::other_net_primary})}).exclusion,
              "other-primary");
    EXPECT_EQ(
        judge({midgut, liver, condition("p", {concepts::hepatocellular_carcinoma})}).exclusion,
        "other-primary");
    const DiseaseFinding second = judge({midgut, liver, condition("p", {concepts::other_cancer})});
    EXPECT_EQ(second.exclusion, "");
    EXPECT_TRUE(second.second_primary);
}

TEST(Disease, R1_3_PoorlyDifferentiated) {
    EXPECT_EQ(judge({midgut, liver, condition("p", {concepts::poorly_differentiated})}).exclusion,
              "poorly-differentiated");
    EXPECT_EQ(judge({condition("p", {concepts::poorly_differentiated})}).exclusion,
              "poorly-differentiated")
        << "goes before no-midgut-net";
    EXPECT_EQ(judge({condition("n", {concepts::poorly_differentiated}),
                     condition("p", {concepts::other_net_primary})})
                  .exclusion,
              "other-primary")
        << "other-primary goes before it";
}

TEST(Disease, ACodedSiteBeatsOrgansThatItsTextNamesInPassing) {
    EXPECT_EQ(judge({condition("m", {concepts::midgut_net}, {concepts::other_net_primary}), liver})
                  .exclusion,
              "");
    EXPECT_EQ(judge({condition("p", {concepts::other_net_primary}, {concepts::midgut_net}), liver})
                  .exclusion,
              "other-primary");
}

} // namespace
} // namespace embolink::testing
