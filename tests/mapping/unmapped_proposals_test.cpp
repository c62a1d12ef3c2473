// What is proposed for something that is not understood, and why.
#include "mapping/unmapped/proposals.hpp"
#include "tests/support/pipeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace embolink {

void PrintTo(const Proposal& proposal, std::ostream* out) {
    *out << proposal.target << ", " << to_string(proposal.reason);
}

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const Proposer& proposer() {
    static const Proposer one(test::test_definitions().terminology);
    return one;
}

NotUnderstood code(std::vector<CodeDomain> domains, std::string written, std::string words = "") {
    NotUnderstood what;
    what.system = "urn:x";
    what.code = std::move(written);
    what.words = std::move(words);
    what.domains = std::move(domains);
    return what;
}

std::vector<std::string> targets(const NotUnderstood& what) {
    std::vector<std::string> names;
    for (const Proposal& one : proposer().propose(what)) {
        names.push_back(one.target);
    }
    return names;
}

TEST(Proposals, TheSameCodeOfAnotherSystemComesFirst) {
    const auto found = proposer().propose(code({CodeDomain::procedure}, "314617008", "Lebercoil"));
    ASSERT_THAT(found, Not(IsEmpty()));
    EXPECT_EQ(found.front(), (Proposal{"hepatic-chemoembolization", ProposalReason::same_code}));
    // ... and what that implies is not proposed beside it
    EXPECT_THAT(targets(code({CodeDomain::procedure}, "314617008")), Not(Contains("embolization")));
}

TEST(Proposals, ALocalCodeIsNotOfAClassThatItsFirstLetterNames) {
    // "D" is the ATC's chapter of dermatologicals.
    for (const auto& one : proposer().propose(code({CodeDomain::drug}, "D77"))) {
        EXPECT_NE(one.reason, ProposalReason::same_code) << one.target;
    }
    EXPECT_THAT(proposer().propose(code({CodeDomain::drug}, "L01DB01")),
                Contains(Field(&Proposal::reason, ProposalReason::same_code)));
    EXPECT_THAT(proposer().propose(code({CodeDomain::condition}, "C17.2")),
                Contains(Field(&Proposal::reason, ProposalReason::same_code)));
}

TEST(Proposals, WordsAndSlipsOfThePen) {
    EXPECT_THAT(proposer().propose(code({CodeDomain::procedure}, "Q1", "Chemoembolisaton Leber")),
                Contains(Proposal{"chemoembolization", ProposalReason::nearly_words}));
    EXPECT_THAT(proposer().propose(code({CodeDomain::drug}, "Q1", "Doxorubycin 50 mg")),
                Contains(Proposal{"ingredient/doxorubicin", ProposalReason::nearly_words}));
    EXPECT_THAT(proposer().propose(code({CodeDomain::response}, "Q1", "Partielle Remission")),
                Contains(Proposal{"partial-response", ProposalReason::its_words}));
    // Short words have no slips: "AGT" is not "AST".
    EXPECT_THAT(targets(code({CodeDomain::analyte}, "Q1", "AGT")), IsEmpty());
}

TEST(Proposals, ACodeOfLettersAndDigitsIsReadInItsParts) {
    EXPECT_THAT(targets(code({CodeDomain::analyte}, "5HIAA24H")), Contains("5-HIAA|rate-24h"));
}

TEST(Proposals, OnlyQuantitiesThatTheUnitFits) {
    NotUnderstood what = code({CodeDomain::analyte}, "CGA", "Chromogranin A");
    what.units = {"ng/mL"};
    EXPECT_THAT(targets(what), ElementsAre("CgA|mass"));
    what.units = {"nmol/L"};
    EXPECT_THAT(targets(what), ElementsAre("CgA|molar"));
}

TEST(Proposals, HelpersOfReadersAreNot) {
    for (const std::string& name : targets(code({CodeDomain::procedure}, "Q1", "coil ablatio"))) {
        EXPECT_FALSE(name.starts_with("word/")) << name;
    }
}

TEST(Proposals, ADrugOfNoNameIsTriedAllWays) {
    // The last three as therapy after T0 (R5.2).
    EXPECT_THAT(targets(code({CodeDomain::drug}, "K-117")),
                ElementsAre("not-antineoplastic",
                            "antineoplastic",
                            "anticancer-chemotherapy",
                            "anticancer-other",
                            "anticancer-targeted"));
    // A procedure may be anything: nothing is proposed.
    EXPECT_THAT(targets(code({CodeDomain::procedure}, "K-117")), IsEmpty());
}

TEST(Proposals, UnitsBySpelling) {
    NotUnderstood what;
    what.kind = UnknownKind::unit;
    what.quantity = "5-HIAA|rate-24h";
    what.written = "umol/24hs";
    const auto near = proposer().propose(what);
    ASSERT_THAT(near, Not(IsEmpty()));
    EXPECT_EQ(near.front(), (Proposal{"umol/(24.h)", ProposalReason::nearly_unit}));
    what.written.clear();
    const auto missing = proposer().propose(what);
    ASSERT_THAT(missing, SizeIs(5));
    EXPECT_EQ(missing.front(), (Proposal{"mg/(24.h)", ProposalReason::element_allows}));
}

} // namespace
} // namespace embolink
