#include "mapping/fhir/words.hpp"

#include <gmock/gmock.h>

namespace embolink {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Words, FoldCaseDiacriticsAndLigatures) {
    EXPECT_EQ(fold("Chimio-embolisation H\u00C9PATIQUE"), "chimio embolisation hepatique");
    EXPECT_EQ(fold("l\u2019art\u00E8re; D\u00FCnndarm, \u0152sophage, gro\u00DFzellig"),
              "l artere dunndarm oesophage grosszellig");
    EXPECT_EQ(fold("he\u0301patique"), "hepatique"); // e and a combining accent
    EXPECT_EQ(fold("10\u00A0mg\u202Fx"), "10 mg x");
    EXPECT_EQ(fold("\u0141\u00F3d\u017A"), "lodz");
    EXPECT_EQ(fold("\u03B1-interferon"), "\u03B1 interferon");
    EXPECT_EQ(fold("\xC3"), fold("\xC3")); // a cut-off byte crashes nothing
}

PhraseIndex index_of(const std::vector<std::pair<std::string, std::string>>& phrases) {
    PhraseIndex index;
    for (const auto& [phrase, meaning] : phrases) {
        index.add(phrase, {meaning});
    }
    return index;
}

TEST(Words, AreFoundWholeOnly) {
    const PhraseIndex index = index_of({{"embolization", "embolization"}});
    EXPECT_THAT(index.find("Embolization, right"), ElementsAre("embolization"));
    EXPECT_THAT(index.find("radioembolization"), IsEmpty());
    EXPECT_THAT(index.find("embolizations"), IsEmpty());
}

TEST(Words, TheLongestPhraseWins) {
    PhraseIndex index = index_of({{"chimiotherapie", "chemo"}, {"sans chimiotherapie", "bland"}});
    index.add("drug eluting balloon", {});
    index.add("drug eluting", {"eluting"});
    EXPECT_THAT(index.find("sans chimioth\u00E9rapie"), ElementsAre("bland"));
    EXPECT_THAT(index.find("avec chimioth\u00E9rapie"), ElementsAre("chemo"));
    EXPECT_THAT(index.find("drug-eluting balloon"), IsEmpty());
    EXPECT_THAT(index.find("drug-eluting bead"), ElementsAre("eluting"));
}

TEST(Words, AbbreviationsNeedCapitals) {
    const PhraseIndex index = index_of({{"NET", "neuroendocrine"}, {"tace", "tace"}});
    EXPECT_THAT(index.find("ileal NET"), ElementsAre("neuroendocrine"));
    EXPECT_THAT(index.find("une nette am\u00E9lioration, net"), IsEmpty());
    EXPECT_THAT(index.find("TACE"), ElementsAre("tace"));
    EXPECT_THAT(index.find("Tace"), ElementsAre("tace"));
}

TEST(Words, NegationReachesAFewWordsOfTheSameThought) {
    PhraseIndex index = index_of({{"tace", "tace"}});
    index.add_negation("no", {.after = 2});
    EXPECT_THAT(index.find("no TACE"), IsEmpty());
    EXPECT_THAT(index.find("no second TACE"), IsEmpty());
    EXPECT_THAT(index.find("no words in between TACE"), ElementsAre("tace"));
    EXPECT_THAT(index.find("complication: no. TACE done"), ElementsAre("tace"));
    EXPECT_THAT(index.find("TACE, no complication"), ElementsAre("tace"));
}

TEST(Words, SomeNegationsReachBackwards) {
    PhraseIndex index = index_of({{"tace", "tace"}, {"coiling", "coil"}});
    index.add_negation("not done", {.after = 1, .before = 3});
    EXPECT_THAT(index.find("TACE not done"), IsEmpty());
    EXPECT_THAT(index.find("TACE right lobe not done"), IsEmpty());
    EXPECT_THAT(index.find("TACE of right lobe not done"), ElementsAre("tace"));
    EXPECT_THAT(index.find("Not done TACE"), IsEmpty());
    EXPECT_THAT(index.find("TACE, biopsy not done"), ElementsAre("tace"));
    EXPECT_THAT(index.find("TACE and coiling not done"), ElementsAre("tace"));
    EXPECT_THAT(index.find("TACE done"), ElementsAre("tace"));
}

TEST(Words, OfPlanningSetNothingAsideInAPlan) {
    PhraseIndex index = index_of({{"tace", "tace"}});
    index.add_word_of_planning("planned", {.after = 4, .before = 3});
    index.add_negation("no", {.after = 2});
    EXPECT_THAT(index.find("Planned TACE"), IsEmpty());
    EXPECT_THAT(index.find("TACE is planned"), IsEmpty());
    EXPECT_THAT(index.find("Planned TACE", TextIn::plan), ElementsAre("tace"));
    EXPECT_THAT(index.find("TACE is planned", TextIn::plan), ElementsAre("tace"));
    EXPECT_THAT(index.find("no planned TACE", TextIn::plan), IsEmpty());
}

TEST(Words, OfPlanningThatDenyElsewhereDenyInAPlan) {
    PhraseIndex index = index_of({{"tace", "tace"}});
    index.add_word_of_planning("off", {.after = 2});
    index.add_negation("off", {.before = 2});
    EXPECT_THAT(index.find("TACE off", TextIn::plan), IsEmpty());
}

} // namespace
} // namespace embolink
