// R4.4: what the text of a report says of the tumour. One row a sentence, in the three languages.
#include "mapping/text/read_report.hpp"
#include "mapping/text/report_segments.hpp"
#include "tests/mapping/report_shown.hpp"
#include "tests/support/pipeline.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace embolink {
namespace {

using test::shown;
using testing::ElementsAre;

ReportFinding read(const std::string& text) {
    return read_report_text(text, test::test_definitions().report_words);
}

struct Sentence {
    const char* text;
    const char* said;
};

class ReportSentence : public testing::TestWithParam<Sentence> {};

TEST_P(ReportSentence, R4_4_IsUnderstood) {
    const ReportFinding finding = read(GetParam().text);
    EXPECT_EQ(shown(finding), GetParam().said) << GetParam().text;
    EXPECT_EQ(finding.understanding, TextUnderstanding::read) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    English,
    ReportSentence,
    testing::Values(
        Sentence{"PD", "PD"},
        Sentence{"RECIST 1.1: PD", "PD"},
        Sentence{"SD", "SD"},
        Sentence{"PR", "PR"},
        Sentence{"CR", "CR"},
        Sentence{"Progressive disease.", "PD"},
        Sentence{"Stable disease.", "SD"},
        Sentence{"Partial response of the liver metastases.", "PR"},
        Sentence{"Complete response.", "CR"},
        Sentence{"Progression of liver metastases.", "PD"},
        Sentence{"New liver lesions in segments V and VI.", "PD"},
        Sentence{"Liver metastases have increased in size.", "PD"},
        Sentence{"New hypervascular lesion in segment 7.", "PD"},
        Sentence{"Several new enhancing liver lesions.", "PD"},
        Sentence{"No new hypervascular lesion.", "SD"},
        Sentence{"New reconstruction of the axial tumor images.", "-"},
        Sentence{"Decrease in tumour burden.", "response"},
        Sentence{"Response: PD", "PD"},
        Sentence{"Overall response: stable disease (SD)", "SD"},
        Sentence{"Response: none", "-"},
        Sentence{"Prior imaging showed PD. Now SD.", "SD"},
        Sentence{"Marked decrease in size of the hepatic metastases.", "response"},
        // denied
        Sentence{"No evidence of progression.", "SD"},
        Sentence{"There is no progression, stable disease.", "SD"},
        Sentence{"No new lesions, ascites, or progression.", "SD"},
        Sentence{"Without signs of progressive disease", "SD"},
        Sentence{"Progression: none", "SD"},
        Sentence{"Progression? No.", "SD"},
        Sentence{"Progression has been ruled out.", "SD"},
        Sentence{"No response to treatment.", "other"},
        Sentence{"Non-progressive disease", "SD"},
        // a denial ends where the thought does
        Sentence{"No ascites, progression of liver metastases.", "PD"},
        Sentence{"No biliary dilatation but progression of the liver metastases.", "PD"},
        Sentence{"No ascites. Progressive disease.", "PD"},
        Sentence{"No ascites and progression of the liver metastases.", "PD"},
        // a pair of both sides of a reach: "no" reaches seven words on
        Sentence{"no one two three four five six progression of tumor", "SD"},
        Sentence{"no one two three four five six seven progression of tumor", "PD"},
        // the past
        Sentence{"Previously PD.", "-"},
        Sentence{"Previous progression, now stable disease.", "SD"},
        Sentence{"History of progression under octreotide.", "-"},
        Sentence{"PD on prior CT, today unchanged.", "SD"},
        Sentence{"Compared with prior CT progression of the lesions.", "PD"},
        Sentence{"Progression since the previous examination.", "PD"},
        // doubt
        Sentence{"Progression vs pseudoprogression.", "PD?"},
        Sentence{"Progression vs. pseudoprogression.", "PD?"},
        Sentence{"Findings suspicious for progression.", "PD?"},
        Sentence{"Progression cannot be excluded.", "PD?"},
        Sentence{"No definite progression.", "SD"},
        Sentence{"Progression?", "PD?"},
        Sentence{"? progression", "PD?"},
        Sentence{"Mixed response.", "PD?"},
        Sentence{"Suspicious for progression. Progression of segment VI lesion.", "PD"},
        // other organs and what is no tumour
        Sentence{"Progression of bone lesions.", "PD-elsewhere"},
        Sentence{"Liver metastases stable. Progression of bone metastases.", "PD-elsewhere SD"},
        Sentence{"Stable liver metastases and progression of bone metastases.", "PD-elsewhere SD"},
        Sentence{"Progression of liver and bone lesions.", "PD"},
        Sentence{"Progression of the pleural effusion.", "-"},
        Sentence{"Progressive disease with pleural effusion.", "PD-elsewhere"},
        Sentence{"Unchanged hepatic cysts.", "-"},
        // words that only look like it
        Sentence{"Progressive enhancement of the known hemangioma.", "-"},
        Sentence{"Progression-free survival was discussed.", "-"},
        Sentence{"Multiple hepatic lesions.", "-"},
        Sentence{"Comparison with the prior study.", "-"},
        Sentence{"Baseline CT before embolization.", "-"},
        Sentence{"Response not evaluable.", "-"},
        Sentence{"pd sd pr cr of the liver", "-"}));

INSTANTIATE_TEST_SUITE_P(
    French,
    ReportSentence,
    testing::Values(Sentence{"Progression tumorale.", "PD"},
                    Sentence{"Maladie stable.", "SD"},
                    Sentence{"Réponse partielle.", "PR"},
                    Sentence{"Reponse partielle selon RECIST", "PR"},
                    Sentence{"Réponse complète.", "CR"},
                    Sentence{"Stabilité des lésions hépatiques.", "SD"},
                    Sentence{"Apparition de nouvelles lésions hépatiques.", "PD"},
                    Sentence{"Majoration en taille des métastases hépatiques.", "PD"},
                    Sentence{"Augmentation de taille des lésions du foie", "PD"},
                    Sentence{"Diminution de taille des métastases.", "response"},
                    Sentence{"Pas de progression.", "SD"},
                    Sentence{"Absence de progression tumorale.", "SD"},
                    Sentence{"Pas d'argument pour une progression.", "SD"},
                    Sentence{"Sans nouvelle lésion ni progression.", "SD"},
                    Sentence{"Aucune nouvelle lésion.", "SD"},
                    Sentence{"Pas d'ascite, progression des lésions hépatiques.", "PD"},
                    Sentence{"Pas d'ascite mais progression hépatique.", "PD"},
                    Sentence{"Progression : non", "SD"},
                    Sentence{"Antécédent de progression sous octréotide.", "-"},
                    Sentence{"Progression connue, stabilité ce jour.", "SD"},
                    Sentence{"Suspicion de progression.", "PD?"},
                    Sentence{"Une progression ne peut être exclue.", "PD?"},
                    Sentence{"Réponse dissociée.", "PD?"},
                    Sentence{"Progression osseuse.", "PD-elsewhere"},
                    Sentence{"Stabilité hépatique, progression des lésions osseuses.",
                             "PD-elsewhere SD"},
                    Sentence{"Majoration de l'épanchement pleural.", "-"},
                    Sentence{"Sans modification significative.", "SD"},
                    Sentence{"Scanner abdominal avec injection.", "-"}));

INSTANTIATE_TEST_SUITE_P(
    German,
    ReportSentence,
    testing::Values(Sentence{"Progress der Lebermetastasen.", "PD"},
                    Sentence{"Lebermetastasenprogress.", "PD"},
                    Sentence{"Größenprogrediente Leberherde.", "PD"},
                    Sentence{"Größenzunahme? Keine.", "SD"},
                    Sentence{"Groessenzunahme der Leberherde.", "PD"},
                    Sentence{"Neu aufgetretene Läsion in Segment VII.", "PD"},
                    Sentence{"Stabile Erkrankung.", "SD"},
                    Sentence{"Befund unverändert.", "SD"},
                    Sentence{"Partielle Remission.", "PR"},
                    Sentence{"Komplette Remission.", "CR"},
                    Sentence{"Größenabnahme der Lebermetastasen.", "response"},
                    Sentence{"Kein Hinweis auf Progress.", "SD"},
                    Sentence{"Kein Hinweis auf neue Läsionen oder Progress.", "SD"},
                    Sentence{"Weder Progress noch neue Herde.", "SD"},
                    Sentence{"Ohne Anhalt für Tumorprogress", "SD"},
                    Sentence{"Progress: nein", "SD"},
                    Sentence{"Progress nicht nachweisbar.", "SD"},
                    Sentence{"Kein Aszites, Progress der Leberherde.", "PD"},
                    Sentence{"Kein Aszites, jedoch Progress der Leberherde.", "PD"},
                    Sentence{"Z. n. Progress unter Octreotid.", "-"},
                    Sentence{"Zustand nach Progress, jetzt stabil.", "SD"},
                    Sentence{"V. a. Progress.", "PD?"},
                    Sentence{"Progress nicht auszuschließen.", "PD?"},
                    Sentence{"DD Progress, DD Pseudoprogress", "PD?"},
                    Sentence{"Kein sicherer Progress.", "SD"},
                    Sentence{"Progress der Knochenmetastasen.", "PD-elsewhere"},
                    Sentence{"Leber stabil, ossärer Progress.", "PD-elsewhere SD"},
                    Sentence{"Progredienter Pleuraerguss.", "-"},
                    Sentence{"CT Abdomen mit Kontrastmittel.", "-"}));

TEST(ReportText, HeadingsOfTheQuestionAreLeftOut) {
    EXPECT_EQ(shown(read("Indication: progression under somatostatin analogue?\n"
                         "Findings: Stable liver metastases.")),
              "SD");
    EXPECT_EQ(shown(read("CLINICAL HISTORY: progressive disease. IMPRESSION: Stable.")), "SD");
    EXPECT_EQ(shown(read("Fragestellung: Progress?\nBeurteilung: Kein Progress.")), "SD");
    EXPECT_EQ(shown(read("Indication : progression ?\n\nProgression des lésions hépatiques.")),
              "PD");
    EXPECT_EQ(shown(read("Impression:\nProgression of liver metastases.")), "PD");
}

TEST(ReportText, WrappedLinesAreOneSentence) {
    EXPECT_EQ(shown(read("CT of the abdomen with contrast shows no evidence of\nprogression.")),
              "SD");
    EXPECT_EQ(shown(read("CT des Abdomens mit Kontrastmittel ergibt keinen Hinweis auf einen\n"
                         "Progress der Lebermetastasen.")),
              "SD");
    EXPECT_EQ(shown(read("No ascites\nProgression of liver metastases")), "PD")
        << "two short lines are two sentences";
}

TEST(ReportText, WhatIsNoTextOrOnlyAPointer) {
    EXPECT_EQ(read("").understanding, TextUnderstanding::none);
    EXPECT_EQ(read(" . - ").understanding, TextUnderstanding::none);
    EXPECT_EQ(read("See attached report.").understanding, TextUnderstanding::none);
    EXPECT_EQ(read("Comparison with the previous examination: see description.").understanding,
              TextUnderstanding::none);
    EXPECT_EQ(read("Stable disease, see attached report.").understanding, TextUnderstanding::read);
}

TEST(ReportText, AnotherLanguageIsNotUnderstood) {
    EXPECT_EQ(read("Malattia peggiorata rispetto all'esame precedente").understanding,
              TextUnderstanding::unknown);
}

TEST(ReportText, TextsOfOneReportAreTakenTogether) {
    ReportFinding finding = read("Suspicious for progression.");
    finding.join(read("Stable liver metastases."));
    EXPECT_EQ(finding.proposal(), "PD?/SD");
    finding.join(read("Progressive disease."));
    EXPECT_EQ(finding.proposal(), "PD/SD");
    ReportFinding none;
    none.join(read("See attached report."));
    EXPECT_EQ(none.understanding, TextUnderstanding::none);
    none.join(read("Malattia peggiorata"));
    EXPECT_EQ(none.proposal(), "unclear");
    none.join(read("No response to treatment."));
    EXPECT_EQ(none.understanding, TextUnderstanding::read);
    EXPECT_EQ(none.proposal(), "unclear");
}

TEST(ReportSegments, SplitsWhereAThoughtEnds) {
    const auto texts = [](const char* text) {
        std::vector<std::string> list;
        for (const auto& segment : split_report(text)) {
            list.push_back(segment.text);
        }
        return list;
    };
    EXPECT_THAT(
        texts("Lesion of 1.5 cm, vs. 1,2 cm before; stable (RECIST): SD. Fine"),
        ElementsAre("Lesion of 1.5 cm", "vs. 1,2 cm before", "stable", "RECIST", "SD", "Fine"));
    EXPECT_THAT(texts("Z.n. TACE - Progress"), ElementsAre("Z.n. TACE", "Progress"));
    EXPECT_THAT(texts(",.;\n\n?!"), ElementsAre());
}

TEST(ReportWordsFile, RefusesWhatItDoesNotKnow) {
    const auto add = [](const char* text) {
        ReportWords words;
        words.add("text/x.json", nlohmann::json::parse(text));
    };
    EXPECT_THROW(add(R"({"language": "it", "sayings": []})"), DefinitionError);
    EXPECT_THROW(add(R"({"says": {"worse": ["peggiorata"]}})"), DefinitionError);
    EXPECT_THROW(add(R"({"denied": [{"words": "non"}]})"), DefinitionError);
    EXPECT_THROW(add(R"({"denied": [{"words": "non", "after": -1}]})"), DefinitionError);
    EXPECT_THROW(add(R"({"known": "il"})"), DefinitionError);
    EXPECT_THROW(add(R"({"sizes": {"later": ["poi"]}})"), DefinitionError);
    EXPECT_THROW(add(R"({"tumour_endings": "oma"})"), DefinitionError);
    EXPECT_NO_THROW(add(R"({"language": "it", "denied": [{"words": "non", "before": 2}]})"));
}

} // namespace
} // namespace embolink
