// R4.4: what radiologists write, in tables: comparison with an exam of the past, growth in words
// and in numbers, denials, doubt, other organs, and exams that do not show the liver.
#include "mapping/text/read_report.hpp"
#include "tests/mapping/report_shown.hpp"
#include "tests/support/pipeline.hpp"

#include <gtest/gtest.h>

#include <array>
#include <span>

namespace embolink {
namespace {

struct Sentence {
    const char* text;
    const char* said;
};

void expect_read(std::span<const Sentence> sentences, bool of_other_exam) {
    const ReportWords& words = test::test_definitions().report_words;
    for (const Sentence& sentence : sentences) {
        const ReportFinding finding = read_report_text(sentence.text, words, of_other_exam);
        EXPECT_EQ(test::shown(finding), sentence.said) << sentence.text;
        EXPECT_EQ(finding.understanding, TextUnderstanding::read) << sentence.text;
    }
}

constexpr std::array<Sentence, 119> english = {{
    {"Hepatic metastases are larger than on the prior study.", "PD"},
    {"Hepatic metastases are smaller than on the prior study.", "response"},
    {"The liver lesions are bigger than on the previous CT.", "PD"},
    {"Compared to prior CT from 03/2020, liver lesions increased from 20 mm to 31 mm.", "PD"},
    {"Liver metastases have increased compared to the prior examination of 03/2020.", "PD"},
    {"Compared with the previous MRI, the hepatic lesions have enlarged.", "PD"},
    {"Increase in the number and size of the liver metastases.", "PD"},
    {"Increase in size and number of hepatic metastases since prior.", "PD"},
    {"Enlarging metastases as compared with previous imaging.", "PD"},
    {"The metastases in segments 5 and 6 are larger than previously.", "PD"},
    {"Lesions are more numerous than before.", "PD"},
    {"Decreased size of hepatic lesions.", "response"},
    {"Marked reduction of the hepatic tumor burden.", "response"},
    {"Interval decrease in size and number of the liver metastases since the prior study.",
     "response"},
    {"The hepatic deposits are less extensive than on prior CT.", "response"},
    {"Several metastases have resolved compared to prior.", "response"},
    {"New bone metastases.", "PD-elsewhere"},
    {"Interval development of new hepatic deposits.", "PD"},
    {"Interval appearance of two hypervascular foci.", "PD"},
    {"Stable appearance of the liver metastases.", "SD"},
    {"No lesion larger than 10 mm.", "-"},
    {"Two hepatic lesions, the larger in segment 6.", "-"},
    {"PD on the prior CT, today unchanged.", "SD"},
    {"Prior CT showed progression. Now stable disease.", "SD"},
    {"Liver metastases not larger than on the prior study.", "SD"},
    {"No increase in size of the liver metastases.", "SD"},
    {"No decrease in size of the lesions.", "other"},
    {"Increased ascites.", "-"},
    {"Increased density of the spleen.", "-"},
    {"Increased uptake in the liver metastases.", "-"},
    {"Increase in necrosis of the treated metastases.", "-"},
    {"Reduced dose protocol, metastases described below.", "-"},
    {"Metastases possibly larger than on prior.", "PD?"},
    {"New onset of abdominal pain.", "-"},
    {"The largest lesion now measures 45 mm (previously 30 mm).", "PD"},
    {"Lesion in segment 6: 4.5 cm, previously 3.0 cm.", "PD"},
    {"Target lesion 45 x 30 mm (prior 30 x 22 mm).", "PD"},
    {"Metastasis in segment II measures 22 mm versus 21 mm previously.", "SD"},
    {"Hepatic metastasis 20 mm, was 34 mm.", "response"},
    {"Liver lesion 23 mm (prior exam 03/2020: 20 mm).", "SD"},
    {"Lesion 12 mm (previously 9 mm).", "PD?"},
    {"Lesion previously 30 mm, now 45 mm.", "PD"},
    {"Dominant metastasis went from 20 to 31 mm.", "PD"},
    {"Hepatic lesions range from 10 mm to 45 mm.", "-"},
    {"Lesions of 45 mm and 30 mm.", "-"},
    {"Metastasis of 31 mm.", "-"},
    {"Spleen 14 cm (previously 11 cm).", "-"},
    {"Cyst of 45 mm (previously 30 mm).", "-"},
    {"Lung nodule 12 mm (previously 6 mm).", "PD-elsewhere"},
    {"The index lesion lies in segment 6. It now measures 45 mm (previously 30 mm).", "PD"},
    {"Lesion 4,5 cm (previously 30 mm).", "PD"},
    {"No evidence suspicious for progression.", "SD"},
    {"No findings to suggest progressive disease.", "SD"},
    {"No definite progression.", "SD"},
    {"No convincing evidence of new lesions.", "SD"},
    {"Progression unlikely.", "SD"},
    {"Progression is unlikely but cannot be excluded.", "PD?"},
    {"Progression is unlikely, but cannot be entirely excluded.", "PD?"},
    {"Progression cannot be confirmed.", "SD"},
    {"Progression cannot be entirely excluded.", "PD?"},
    {"Progression has been excluded.", "SD"},
    {"Progression not definitely excluded.", "PD?"},
    {"Without contrast cannot exclude progression.", "PD?"},
    {"Findings concerning for new metastases.", "PD?"},
    {"PD-L1 negative.", "-"},
    {"PD-L1 expression 10 %.", "-"},
    {"PDL1 TPS 50 %", "-"},
    {"Patient under anti-PD-1 therapy, disease stable.", "SD"},
    {"Known progression in 2019, currently stable.", "SD"},
    {"Lesion in segment 6, increased since the prior study.", "PD"},
    {"Hepatic metastases (new since 03/2020).", "PD"},
    {"Segment 6: larger than on the prior study.", "PD"},
    {"New mesenteric lymph nodes.", "PD-elsewhere"},
    {"Known bone metastases, progressive. No new liver lesion.", "PD-elsewhere SD"},
    {"Known liver metastases, progressive.", "PD"},
    {"Bone metastases stable, progressive disease.", "PD SD"},
    {"Bone metastases, liver metastases progressive.", "PD"},
    {"No new or enlarged lymph nodes.", "-"},
    {"No enlarged lymph nodes.", "-"},
    {"Enlarging retroperitoneal nodes.", "PD-elsewhere"},
    {"No definite interval change.", "SD"},
    {"Progression cannot be assessed without prior imaging.", "PD?"},
    {"Near-complete response of the liver metastases.", "response"},
    {"No apparent progression.", "SD"},
    {"The liver lesions have not increased since 03/2020.", "SD"},
    {"Lesions increased from 03/2020.", "PD"},
    {"Overall increase in hepatic disease burden with several lesions now measuring up to 5 cm.",
     "PD"},
    {"Index lesion in segment IVa has decreased from 3.4 to 2.1 cm.", "response"},
    {"No significant interval change in the multifocal hepatic metastatic disease.", "SD"},
    {"The treated segment VIII metastasis shows no residual arterial enhancement.", "-"},
    {"Multiple bilobar liver metastases, grossly unchanged given differences in technique.", "SD"},
    {"Worsening intrahepatic metastatic disease despite embolization.", "PD"},
    {"There are at least three new enhancing foci in the right lobe.", "PD"},
    {"Slight interval growth of the dominant right lobe mass, 5.6 cm versus 4.4 cm.", "PD"},
    {"Previously described sclerotic bone lesions are stable.", "SD"},
    {"Overall, findings are in keeping with partial response.", "PR"},
    {"No new or enlarging hepatic lesions are identified.", "SD"},
    {"Small right pleural effusion, slightly increased since prior.", "-"},
    {"Liver metastases: stable. Mesenteric mass: increased, 32 mm vs 25 mm.", "PD-elsewhere SD"},
    {"Apparent enlargement of the lesion may reflect post-treatment edema rather than true "
     "progression.",
     "PD? SD"},
    {"Near-complete resolution of the previously seen hepatic metastases.", "response"},
    {"Disease progression in the liver with new peritoneal implants.", "PD PD-elsewhere"},
    {"Technically limited study; progression of the liver lesions can't be excluded.", "PD?"},
    {"Impression: 1. Stable hepatic metastases. 2. No acute abnormality.", "SD"},
    {"The gallbladder is unremarkable. The bowel is unchanged in appearance.", "-"},
    {"No CT evidence of recurrent or progressive disease.", "SD"},
    {"Previously noted progression has stabilized.", "SD"},
    {"Tumor markers increased; liver metastases unchanged.", "SD"},
    {"Reduction in size of most lesions, but new lesion in segment 2.", "PD response"},
    {"Comparison: CT from 03/2020. Findings: The liver lesions are larger.", "PD"},
    // Nothing says where the head of the report ends: one sentence of it is left out.
    {"Comparison: CT of January. Progressive disease with new liver lesions.", "PD"},
    {"Technique: CT with contrast.\nProgressive disease.", "PD"},
    {"Comparison: progressive disease in January. Stable disease.", "SD"},
    {"Indication: progression? Comparison: CT of January. Stable disease.", "SD"},
    {"History: NET. Progressive disease last year. Comparison: none. Findings: Stable disease.",
     "SD"},
    {"INDICATION\nProgressive disease\nLiver metastases are unchanged.", "SD"},
    {"Progressing liver disease.", "PD"},
    {"Recurrence of liver metastases.", "PD"},
    {"No recurrence of liver metastases.", "SD"},
}};

constexpr std::array<Sentence, 84> german = {{
    {"Vergleich: CT vom Januar. Progress der Lebermetastasen.", "PD"},
    {"Fragestellung: Progress? Vergleich: CT vom Januar. Befund: Stabil.", "SD"},
    {"Metastasen größer als in der Voruntersuchung.", "PD"},
    {"Metastasen kleiner als in der Voruntersuchung.", "response"},
    {"Leberherde größer als im Vorbefund.", "PD"},
    {"Lebermetastasen im Vergleich zur Voruntersuchung vom 03/2020 größer.", "PD"},
    {"Metastasen deutlich größer verglichen mit der Voruntersuchung.", "PD"},
    {"Gegenüber der Voruntersuchung Zunahme der Lebermetastasen.", "PD"},
    {"Zunehmende Lebermetastasen.", "PD"},
    {"Zunahme von Größe und Anzahl der Leberherde.", "PD"},
    {"Zunahme der Lebermetastasen in Größe und Anzahl.", "PD"},
    {"Neue Knochenmetastasen.", "PD-elsewhere"},
    {"Neue Lymphknotenmetastase.", "PD-elsewhere"},
    {"Neu abgrenzbarer Leberherd.", "PD"},
    {"Neue Nebennierenmetastase links.", "PD-elsewhere"},
    {"Neu aufgetretene Metastasen in Segment IV.", "PD"},
    {"Auftreten neuer Leberherde.", "PD"},
    {"Kein Nachweis eines Tumorprogresses.", "SD"},
    {"Kein Anhalt für einen Krankheitsprogress.", "SD"},
    {"Kein Verdacht auf Progress.", "SD"},
    {"Kein V. a. Progress.", "SD"},
    {"Keine neuen Metastasen.", "SD"},
    {"Keine neu aufgetretenen Leberherde.", "SD"},
    {"Nachweis eines Tumorprogresses.", "PD"},
    {"Rückgang der hepatischen Tumorlast.", "response"},
    {"Deutliche Abnahme der Lebermetastasen.", "response"},
    {"Reduktion der Tumorlast in der Leber.", "response"},
    {"Keine Zunahme der Lebermetastasen.", "SD"},
    {"Keine Abnahme der Lebermetastasen.", "other"},
    {"Bekannte Progression 2019, aktuell stabil.", "SD"},
    {"Bekannter Progress, aktuell stabil.", "SD"},
    {"Bekannte, progrediente Lebermetastasen.", "PD"},
    {"Bekannte progrediente Lebermetastasen.", "PD"},
    {"Z. n. Progress 2019, jetzt unverändert.", "SD"},
    {"In der Voruntersuchung Progress, jetzt stabil.", "SD"},
    {"Progress im Vorbefund, aktuell SD.", "SD"},
    {"Progress kann nicht sicher ausgeschlossen werden.", "PD?"},
    {"Progress lässt sich nicht ausschließen.", "PD?"},
    {"Progress ausgeschlossen.", "SD"},
    {"Progress unwahrscheinlich.", "SD"},
    {"Progress kann nicht bestätigt werden.", "SD"},
    {"Kein eindeutiger Progress.", "SD"},
    {"Progress möglich.", "PD?"},
    {"Größter Herd jetzt 45 mm (vormals 30 mm).", "PD"},
    {"Metastase Segment VI 4,5 cm, zuvor 3,0 cm.", "PD"},
    {"Leberherd von 20 auf 31 mm größenprogredient.", "PD"},
    {"Leberherd von 20 auf 31 mm.", "PD"},
    {"Metastase 20 mm (VU 34 mm).", "response"},
    {"Metastase 31 mm (zuvor 30 mm).", "SD"},
    {"Leberherde von 10 mm bis 45 mm.", "-"},
    {"Zyste 45 mm (zuvor 30 mm).", "-"},
    {"Kein Herd größer als 1 cm.", "-"},
    {"Zunehmender Aszites.", "-"},
    {"Zunehmende Nekrose der Metastasen.", "-"},
    {"PD-L1 negativ.", "-"},
    {"Vergrößerte Milz.", "-"},
    {"Neue mesenteriale Lymphknoten.", "PD-elsewhere"},
    {"Keine neuen Lymphknoten.", "-"},
    {"Lymphknoten nicht vergrößert.", "-"},
    {"Keine vergrößerten Lymphknoten.", "-"},
    {"Keine sichere Größenänderung der Herde.", "SD"},
    {"Im Verlauf deutlich größenprogrediente Lebermetastasen beidseits.", "PD"},
    {"Die vorbekannten Leberfiliae sind im Vergleich zur Voruntersuchung vom 12.03.2020 "
     "größenkonstant.",
     "SD"},
    {"Neu abgrenzbare hypervaskularisierte Herde in Segment II und III.", "PD"},
    {"Kein Nachweis neuer Leberherde.", "SD"},
    {"Die Läsion in Segment VII misst aktuell 3,8 cm (VU: 2,9 cm).", "PD"},
    {"Insgesamt morphologisch gutes Ansprechen nach TACE.", "response"},
    {"Lebermetastasen regredient, kein Nachweis neuer Filiae.", "response SD"},
    {"Im Rahmen der Untersuchungstechnik keine sichere Befundänderung.", "SD"},
    {"Zunehmende Metastasierung der Leber bei bekanntem NET des Ileums.", "PD"},
    {"Die Metastasen haben an Zahl und Größe zugenommen.", "PD"},
    {"Befundprogress hepatisch, ossär stabil.", "PD"},
    {"Ein Progress kann bei fehlender Voruntersuchung nicht beurteilt werden.", "PD"},
    {"Unveränderter Nachweis multipler Nierenzysten.", "-"},
    {"Aktuell kein Hinweis für Tumorprogression oder Rezidiv.", "SD"},
    {"Größenzunahme des Lymphknotens paraaortal von 12 auf 19 mm.", "PD-elsewhere"},
    {"Diskrete Größenzunahme der Herde, formal noch SD nach RECIST.", "PD SD"},
    {"Komplette Remission der Leberherde.", "CR"},
    {"Fraglich neu aufgetretene Läsion in Segment V.", "PD?"},
    {"Geringer Pleuraerguss rechts, gegenüber der Voruntersuchung zunehmend.", "-"},
    {"Weitgehend unverändertes Bild der bekannten diffusen Lebermetastasierung.", "SD"},
    {"Progressverdächtiger Befund in Segment IV.", "PD?"},
    {"Lebermetastasen in etwa konstant, neue ossäre Metastase BWK 8.", "PD-elsewhere SD"},
    {"Zunahme des Aszites, Lebermetastasen stabil.", "SD"},
}};

constexpr std::array<Sentence, 77> french = {{
    {"Comparaison : scanner de janvier. Progression des métastases hépatiques.", "PD"},
    {"Technique : scanner avec contraste. Comparaison : aucune. Résultat : maladie stable.", "SD"},
    {"Lésions hépatiques plus volumineuses que sur le scanner précédent.", "PD"},
    {"Métastases plus nombreuses que sur l'examen antérieur.", "PD"},
    {"Les lésions sont plus grandes qu'auparavant.", "PD"},
    {"Lésions hépatiques moins volumineuses que sur le scanner précédent.", "response"},
    {"Métastases plus petites que sur l'IRM précédente.", "response"},
    {"Augmentation en nombre et en taille des lésions hépatiques.", "PD"},
    {"Augmentation du nombre et de la taille des métastases.", "PD"},
    {"Majoration de taille des métastases par rapport au scanner du 03/2020.", "PD"},
    {"Par rapport à l'examen précédent, les métastases hépatiques ont augmenté.", "PD"},
    {"Apparition de nouvelles métastases osseuses.", "PD-elsewhere"},
    {"Nouvelles métastases hépatiques.", "PD"},
    {"Lésion hépatique nouvelle du segment VI.", "PD"},
    {"Réduction de la charge tumorale hépatique.", "response"},
    {"Diminution du nombre de lésions hépatiques.", "response"},
    {"Pas d'argument en faveur d'une progression tumorale.", "SD"},
    {"Pas d'élément évocateur de progression.", "SD"},
    {"Aucun signe en faveur d'une évolution tumorale.", "SD"},
    {"Sans argument pour une progression.", "SD"},
    {"Pas de suspicion de nouvelle lésion.", "SD"},
    {"Aspect en faveur d'une progression.", "PD?"},
    {"Aspect évocateur de nouvelles métastases.", "PD?"},
    {"Progression ne pouvant être exclue.", "PD?"},
    {"Progression ne pouvant pas être formellement exclue.", "PD?"},
    {"Une progression n'est pas exclue.", "PD?"},
    {"On ne peut exclure une progression.", "PD?"},
    {"Progression non exclue.", "PD?"},
    {"Progression exclue.", "SD"},
    {"Progression écartée.", "SD"},
    {"Progression peu probable.", "SD"},
    {"Progression non confirmée.", "SD"},
    {"Pas de progression certaine.", "SD"},
    {"Progression connue en 2019, actuellement stable.", "SD"},
    {"Progression antérieure, lésions stables.", "SD"},
    {"Pas d'augmentation de taille des lésions.", "SD"},
    {"Pas de nouvelle lésion.", "SD"},
    {"Pas de diminution des lésions.", "other"},
    {"Lésion de 45 mm contre 30 mm auparavant.", "PD"},
    {"Métastase du segment VI mesurant 45 mm (antérieurement 30 mm).", "PD"},
    {"Métastase passant de 20 à 31 mm.", "PD"},
    {"Lésion de 20 mm contre 34 mm.", "response"},
    {"Lésion de 31 mm (30 mm précédemment).", "SD"},
    {"Lésions hépatiques, la plus volumineuse mesurant 45 mm.", "-"},
    {"Lésions de 10 à 45 mm.", "-"},
    {"Kyste de 45 mm contre 30 mm.", "-"},
    {"Augmentation de l'ascite.", "-"},
    {"Augmentation de la fixation des métastases.", "-"},
    {"PD-L1 négatif.", "-"},
    {"Nouveaux ganglions mésentériques.", "PD-elsewhere"},
    {"Pas de ganglion augmenté de volume.", "-"},
    {"Pas de changement notable.", "SD"},
    {"Progression non évaluable en l'absence d'examen antérieur.", "PD?"},
    {"Stabilité globale de l'atteinte hépatique secondaire.", "SD"},
    {"Progression en taille et en nombre des métastases hépatiques.", "PD"},
    {"Nette régression des lésions hépatiques traitées.", "response"},
    {"Apparition d'une lésion nodulaire hypervasculaire du segment IV.", "PD"},
    {"La lésion du segment VII mesure ce jour 42 mm contre 35 mm sur l'examen précédent.", "PD"},
    {"Absence de nouvelle lésion focale hépatique.", "SD"},
    {"Lésions hépatiques inchangées en taille et en nombre.", "SD"},
    {"Évolution défavorable avec augmentation de la masse tumorale hépatique.", "PD"},
    {"Pas de lésion évolutive décelable.", "SD"},
    {"Réponse partielle selon les critères RECIST 1.1.", "PR"},
    {"Discrète majoration de l'ascite, lésions hépatiques stables.", "SD"},
    {"Ganglions mésentériques augmentés de taille.", "PD-elsewhere"},
    {"Aspect de maladie stable, sans nouvelle localisation.", "SD"},
    {"Apparition probable d'un nodule du segment II.", "PD?"},
    {"Il n'est pas possible d'exclure une progression tumorale.", "PD?"},
    {"Bonne réponse morphologique au traitement par chimioembolisation.", "response"},
    {"Les reins sont d'aspect inchangé.", "-"},
    {"Progression hépatique, stabilité des lésions osseuses.", "PD SD"},
    {"Lésion cible : 31 mm (28 mm précédemment).", "SD"},
    {"Par rapport au scanner du 12/03/2020, pas de modification significative des métastases "
     "hépatiques.",
     "SD"},
    {"Lésions hépatiques globalement superposables à l'examen précédent.", "SD"},
    {"Pas d'argument scanographique pour une récidive ou une progression.", "SD"},
    {"Lésion du segment IV : 32 mm (25 mm en 03/2020).", "PD"},
    {"Doute sur une progression du segment II.", "PD?"},
}};

constexpr std::array<Sentence, 22> of_other_exam = {{
    {"Unchanged.", "-"},
    {"No significant change since prior.", "-"},
    {"No new mass or suspicious calcification. Unchanged.", "-"},
    {"Stable.", "-"},
    {"Progression of mitral regurgitation.", "-"},
    {"Progression.", "PD"},
    {"New pulmonary metastases.", "PD-elsewhere"},
    {"Stable pulmonary metastases.", "SD"},
    {"Heart size unchanged. No new infiltrate.", "-"},
    {"Unchanged chronic white matter disease.", "-"},
    {"Unverändert.", "-"},
    {"Keine Befundänderung zur Voruntersuchung.", "-"},
    {"Zunahme der Mitralinsuffizienz.", "-"},
    {"Progrediente Aortenstenose.", "-"},
    {"Neue Lungenmetastasen.", "PD-elsewhere"},
    {"Inchangé.", "-"},
    {"Aspect stable.", "-"},
    {"Progression de la fuite mitrale.", "-"},
    {"Aggravation de l'insuffisance aortique.", "-"},
    {"Nouvelles métastases pulmonaires.", "PD-elsewhere"},
    {"Liver lesions unchanged.", "SD"},
    {"Stable disease.", "SD"},
}};

// The text itself names the exam or the organ.
constexpr std::array<Sentence, 9> of_organ = {{
    {"Echocardiography: unchanged.", "-"},
    {"Mammographie beidseits: unverändert.", "-"},
    {"Radiographie thoracique : inchangée.", "-"},
    {"Spleen unchanged.", "-"},
    {"Kidneys and adrenal glands unchanged.", "-"},
    {"Milz unverändert.", "-"},
    {"Reins inchangés.", "-"},
    {"Unchanged.", "SD"},
    {"Unchanged liver.", "SD"},
}};

TEST(ReportSentences, R4_4_English) {
    expect_read(english, false);
}

TEST(ReportSentences, R4_4_German) {
    expect_read(german, false);
}

TEST(ReportSentences, R4_4_French) {
    expect_read(french, false);
}

TEST(ReportSentences, R4_4_ExamsThatDoNotShowTheLiver) {
    expect_read(of_other_exam, true);
}

TEST(ReportSentences, R4_4_OrgansAndExamsThatTheTextNames) {
    expect_read(of_organ, false);
}

TEST(ReportSentences, R4_4_TitlesOfExams) {
    const ReportWords& words = test::test_definitions().report_words;
    for (const char* title :
         {"Mammographie bds.", "Transthoracic echocardiogram", "IRM cérébrale"}) {
        EXPECT_TRUE(names_other_exam(title, words)) << title;
    }
    for (const char* title : {"CT Abdomen", "PET-CT", "Verlaufskontrolle", ""}) {
        EXPECT_FALSE(names_other_exam(title, words)) << title;
    }
}

} // namespace
} // namespace embolink
