// Condition: one row, one tumour. Codes and words of code, body site and histology are put together
// here, because only within a row does "carcinoid" and "ileum" mean a midgut tumour
// (terminology 2.2: organ, histology and side may come apart).

#include "mapping/definitions.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/facts/reading.hpp"
#include "mapping/facts/unknown.hpp"
#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <array>

namespace embolink {

namespace {

constexpr std::array<std::string_view, 2> refuted = {"refuted", "entered-in-error"};
constexpr std::string_view unsided_bowel = "unsided-bowel";
constexpr std::string_view other_organ_word = "word/other-organ";
constexpr std::string_view cancer_word = "word/cancer";
constexpr std::string_view poorly_word = "word/poorly";
constexpr std::string_view history_word = "history-only";
constexpr std::string_view secondary = "secondary-tumour";
constexpr std::string_view metastasis_elsewhere = "metastasis-elsewhere";
constexpr std::string_view to_liver_word = "word/to-liver";

// What the parts make together. A concept made of codes alone is coded; any word in it makes it a
// textual one.
void combine(ConceptSet& row, std::string_view part, std::string_view with, const char* whole) {
    if (row.coded(part) && row.coded(with)) {
        add_coded(row, {whole});
    } else if (row.has(part) && row.has(with)) {
        add_in_text(row, {whole});
    }
}

void combine_parts(ConceptSet& row) {
    using namespace concepts;
    combine(row, midgut_organ, neuroendocrine, "midgut-net");
    combine(row, secondary, hepatic_site, "liver-metastasis");
    combine(row, secondary, to_liver_word, "liver-metastasis");
    combine(row, poorly_word, neuroendocrine, "poorly-differentiated");
    if (row.coded(other_cancer) && row.coded(unsided_bowel)) {
        // R1.3: bowel without a side is no primary elsewhere, whatever its histology.
        if (!row.has(neuroendocrine)) {
            combine(row, other_cancer, unsided_bowel, "bowel-cancer");
        }
        remove_concept(row, other_cancer);
    }
    if (row.has(other_cancer) && row.has(neuroendocrine) && !row.has(midgut_net)) {
        combine(row, other_cancer, neuroendocrine, "other-net-primary");
        remove_concept(row, other_cancer);
    }
    if (!row.has(midgut_net) && !row.has(midgut_organ)) {
        const bool named_cancer =
            row.has(cancer_word) && !row.has(neuroendocrine) && !row.coded(liver_metastasis);
        if (row.has(other_organ_word) && row.has(neuroendocrine)) {
            add_in_text(row, {"other-net-primary"});
        } else if (row.has(other_organ_word) && named_cancer) {
            add_in_text(row, {"other-cancer"});
        } else if (row.in_text(unsided_bowel) && named_cancer) {
            add_in_text(row, {"bowel-cancer"});
        }
    }
    // R1.3 lists codes of cancers, not of their history: the words alone name none.
    if (row.has(history_word) && !row.coded(other_cancer) && !row.coded(bowel_cancer)) {
        remove_concept(row, other_cancer);
        remove_concept(row, bowel_cancer);
    }
}

// R4.7: a coded metastasis says by itself or by its body site where it lies.
SiteFinding lesion_site_of(const ConceptSet& row) {
    if (row.has(concepts::liver_metastasis)) {
        return SiteFinding::hepatic_stated;
    }
    const bool elsewhere =
        row.coded(metastasis_elsewhere) || (row.coded(secondary) && row.has(concepts::other_site));
    return elsewhere ? SiteFinding::other_stated : SiteFinding::unstated;
}

void remove_parts(ConceptSet& row) {
    for (const std::string_view helper : {history_word,
                                          unsided_bowel,
                                          other_organ_word,
                                          cancer_word,
                                          poorly_word,
                                          secondary,
                                          metastasis_elsewhere,
                                          to_liver_word,
                                          concepts::hepatic_site,
                                          concepts::other_site}) {
        remove_concept(row, helper);
    }
}

// Notes tell stories; of them only liver metastases are taken (R1.2).
void add_notes(const Reading& reading, ConceptSet& row) {
    for (const Field& note : reading.root.all("note")) {
        const auto names =
            reading.terminology().concepts_in_text(CodeDomain::condition, note.at("text").text());
        if (std::ranges::find(names, concepts::liver_metastasis) != names.end()) {
            add_in_text(row, {std::string{concepts::liver_metastasis}});
        }
    }
}

// mCODE writes a metastasis as a secondary tumour of a body site.
void keep_site(ConceptSet& row, const ConceptSet& site, std::string_view name) {
    if (site.coded(name)) {
        add_coded(row, {std::string{name}});
    } else if (site.in_text(name)) {
        add_in_text(row, {std::string{name}});
    }
}

ConceptSet concepts_of_row(const Reading& reading, const CodedText& code) {
    const Terminology& terminology = reading.terminology();
    ConceptSet row = concepts_of(terminology, CodeDomain::condition, code);
    // Where a metastasis lies says nothing of the primary.
    const bool is_metastasis = row.coded(secondary) || row.coded(metastasis_elsewhere) ||
                               row.coded(concepts::liver_metastasis);
    for (const Field& site : reading.root.all("bodySite")) {
        const CodedText coded = read_coded_text(site);
        const ConceptSet organ = concepts_of(terminology, CodeDomain::condition, coded);
        const ConceptSet place = concepts_of(terminology, CodeDomain::body_site, coded);
        if (!is_metastasis) {
            merge(row, organ);
        }
        keep_site(row, place, concepts::hepatic_site);
        // The bowel on a row of a metastatic tumour is where it came from.
        if (!organ.has(concepts::midgut_organ) && !organ.has(unsided_bowel)) {
            keep_site(row, place, concepts::other_site);
        }
    }
    for (const Field& histology : reading.root.extensions("mcode-histology-morphology-behavior")) {
        merge(row,
              concepts_of(terminology,
                          CodeDomain::condition,
                          read_coded_text(histology.at("valueCodeableConcept"))));
    }
    add_notes(reading, row);
    combine_parts(row);
    return row;
}

// A longer text tells a story in which the term is only mentioned.
constexpr std::size_t longest_term_words = 4;

// R6.4: the CTCAE term that the Condition is; of several (nausea and vomiting) the first.
std::string adverse_term_of(const Reading& reading, const CodedText& code) {
    const Terminology& terminology = reading.terminology();
    const ConceptSet terms = concepts_of(terminology, CodeDomain::adverse_event, code);
    if (!terms.by_code.empty()) {
        return terms.by_code.front();
    }
    for (const std::string& text : texts_of(terminology, CodeDomain::adverse_event, code)) {
        const auto names = terminology.concepts_in_text(CodeDomain::adverse_event, text);
        if (!names.empty() && split_words(text).size() <= longest_term_words) {
            return names.front();
        }
    }
    return {};
}

} // namespace

void read_condition(const Reading& reading) {
    const Field& root = reading.root;
    for (const Coding& status : read_coded_text(root.at("verificationStatus")).codings) {
        if (is_one_of(status.code, refuted)) {
            reading.set_aside("verificationStatus", "R1.2: refuted or entered in error");
            return;
        }
    }
    const CodedText code = read_coded_text(root.at("code"));
    Diagnosis diagnosis;
    diagnosis.origin = reading.origin;
    diagnosis.concepts = concepts_of_row(reading, code);
    diagnosis.lesion_site = lesion_site_of(diagnosis.concepts);
    const bool says_dead = diagnosis.concepts.coded(concepts::dead);
    remove_parts(diagnosis.concepts);
    diagnosis.adverse_term = adverse_term_of(reading, code);
    if (diagnosis.concepts.by_code.empty() && diagnosis.concepts.by_text.empty() &&
        diagnosis.adverse_term.empty() &&
        !is_known(reading.terminology(), CodeDomain::condition, code) &&
        !is_known(reading.terminology(), CodeDomain::adverse_event, code)) {
        report_unknown(root, "code", "R1.2: a condition", code);
    }
    diagnosis.onset = reading.when("onset").start;
    diagnosis.recorded = root.at("recordedDate").date();
    if (!diagnosis.adverse_term.empty() && !(diagnosis.onset && diagnosis.onset->to_the_day())) {
        root.report_missing("onset",
                            Severity::information,
                            "R6.1: without a day of onset it lies in no toxicity window");
    }
    if (says_dead) {
        reading.add(DeathFinding{reading.origin, diagnosis.onset});
    }
    reading.add(std::move(diagnosis));
}

} // namespace embolink
