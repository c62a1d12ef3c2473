// Procedure: every row of whatever status (R1.1), what was done, and where (R2.0). Codes speak for
// themselves; words need company: "coil" alone may be a scanner's, "ablation" a heart's.

#include "mapping/definitions.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/facts/note_text.hpp"
#include "mapping/facts/people.hpp"
#include "mapping/facts/reading.hpp"
#include "mapping/facts/segments.hpp"
#include "mapping/facts/unknown.hpp"

#include <algorithm>
#include <array>

namespace embolink {

namespace {

constexpr std::string_view performed = "completed"; // R9.2, R5.8: as R1.3 and R2.0 say
constexpr std::array<std::string_view, 2> counted_as_done = {"completed", "in-progress"};

// Everything on the row that says where.
struct SiteEvidence {
    bool hepatic = false;
    bool other = false;
    bool unread = false; // a body site that no definition knows
    Lobe lobe = Lobe::unknown;

    void take(const ConceptSet& set) {
        hepatic = hepatic || set.has(concepts::hepatic_site);
        other = other || set.has(concepts::other_site);
        if (set.has(concepts::both_lobes)) {
            lobe = Lobe::both;
        }
        if (set.has(concepts::left_lobe)) {
            lobe = join(lobe, Lobe::left);
        }
        if (set.has(concepts::right_lobe)) {
            lobe = join(lobe, Lobe::right);
        }
    }

    SiteFinding finding() const {
        return hepatic           ? SiteFinding::hepatic_stated
               : other || unread ? SiteFinding::other_stated
                                 : SiteFinding::unstated;
    }
};

void take_text(const Terminology& terminology, SiteEvidence& site, const std::string& text) {
    ConceptSet set;
    add_in_text(set, terminology.concepts_in_text(CodeDomain::body_site, text));
    site.take(set);
    if (set.has(concepts::hepatic_site)) {
        site.lobe = join(site.lobe, lobe_of_segments(text));
    }
}

// Left or right of a body site: as a coding beside it or in mCODE's laterality extension.
Lobe side_of(const ConceptSet& set) {
    if (set.has("both-sides") || (set.has("left-side") && set.has("right-side"))) {
        return Lobe::both;
    }
    return set.has("left-side") ? Lobe::left : set.has("right-side") ? Lobe::right : Lobe::unknown;
}

void take_body_site(const Reading& reading, const Field& field, SiteEvidence& site) {
    const Terminology& terminology = reading.terminology();
    const CodedText coded = read_coded_text(field);
    ConceptSet set = concepts_of(terminology, CodeDomain::body_site, coded);
    for (const char* url : {"laterality-qualifier", "body-location-qualifier"}) {
        for (const Field& extension : field.extensions(url)) {
            merge(set,
                  concepts_of(terminology,
                              CodeDomain::body_site,
                              read_coded_text(extension.at("valueCodeableConcept"))));
        }
    }
    site.take(set);
    for (const std::string& text : texts_of(terminology, CodeDomain::body_site, coded)) {
        take_text(terminology, site, text);
    }
    if (set.has(concepts::hepatic_site)) {
        site.lobe = join(site.lobe, side_of(set));
    }
    if (set.by_code.empty() && set.by_text.empty() && !coded.empty()) {
        field.report(Severity::warning,
                     IssueCode::code_invalid,
                     "R2.0: names a site that no definition knows, not taken as the liver");
        site.unread = true;
    }
}

// R2.0: hepatic by its reason, when that is a disease in the liver; of another site when the reason
// lies there.
void take_reason(const Reading& reading, const CodedText& reason, SiteEvidence& site) {
    const Terminology& terminology = reading.terminology();
    const ConceptSet disease = concepts_of(terminology, CodeDomain::condition, reason);
    ConceptSet place;
    for (const Coding& coding : reason.codings) {
        add_coded(place, terminology.concepts(CodeDomain::body_site, coding.system, coding.code));
    }
    for (const std::string& text : texts_of(terminology, CodeDomain::condition, reason)) {
        add_in_text(place, terminology.concepts_in_text(CodeDomain::body_site, text));
    }
    site.hepatic = site.hepatic || disease.has(concepts::liver_metastasis) ||
                   disease.has(concepts::hepatocellular_carcinoma) ||
                   place.has(concepts::hepatic_site);
    // The primary of liver metastases lies elsewhere, too: it is no target.
    site.other = site.other ||
                 (place.has(concepts::other_site) && !disease.has(concepts::midgut_net) &&
                  !disease.has(concepts::midgut_organ) && !disease.has(concepts::neuroendocrine));
}

// Words that need an embolization, or the liver, beside them.
void combine_words(ConceptSet& row, bool hepatic) {
    using namespace concepts;
    const bool embolizes = row.has(embolization);
    if (embolizes && row.has("word/bland")) {
        add_in_text(row, {"bland-embolization"});
    }
    if (embolizes && row.has("word/eluting")) {
        add_in_text(row, {"drug-eluting-embolization"});
    }
    if (embolizes && row.has("word/hemorrhage")) {
        add_in_text(row, {"hemorrhage-embolization"});
    }
    if (embolizes && row.has("word/coil")) {
        add_in_text(row, {"coil-embolization"});
    }
    if (hepatic && row.has("word/resection")) {
        add_in_text(row, {"liver-resection"});
    }
    if (hepatic && row.has("word/ablation")) {
        add_in_text(row, {"liver-ablation"});
    }
    // R1.3: coiling alone; beside another embolization on one row it is only a step of it.
    if (row.has(chemoembolization) || row.has(bland_embolization) ||
        row.has(drug_eluting_embolization)) {
        remove_concept(row, coil_embolization);
    }
    for (const std::string_view helper : {"word/bland",
                                          "word/eluting",
                                          "word/coil",
                                          "word/hemorrhage",
                                          "word/resection",
                                          "word/ablation"}) {
        remove_concept(row, helper);
    }
}

void add_arm_words(const Reading& reading, ConceptSet& row, const std::string& text) {
    ConceptSet said;
    add_in_text(said, reading.terminology().concepts_in_text(CodeDomain::procedure, text));
    for (const std::string_view arm : {concepts::chemoembolization,
                                       concepts::hepatic_chemoembolization,
                                       concepts::bland_embolization,
                                       concepts::drug_eluting_embolization,
                                       std::string_view{"word/bland"},
                                       std::string_view{"word/eluting"}}) {
        if (said.has(arm)) {
            add_in_text(row, {std::string{arm}});
        }
    }
}

// Notes speak about the arm and place of an embolization that the row already is, and about nothing
// else; and only where they do not tell of another one. What was used ("DC Bead") speaks about the
// arm, too.
void add_notes(const Reading& reading,
               const std::optional<PartialDate>& date,
               ConceptSet& row,
               SiteEvidence& site) {
    if (!row.has(concepts::embolization)) {
        return;
    }
    for (const Field& note : reading.root.all("note")) {
        for (const std::string& text :
             sentences_of_now(note.at("text").text(), reading.terminology(), date)) {
            add_arm_words(reading, row, text);
            if (!site.other) {
                take_text(reading.terminology(), site, text);
                site.other = false;
            }
        }
    }
    for (const Field& used : reading.root.all("usedCode")) {
        for (const std::string& text :
             texts_of(reading.terminology(), CodeDomain::procedure, read_coded_text(used))) {
            add_arm_words(reading, row, text);
        }
    }
    for (const Field& used : reading.root.all("usedReference")) {
        add_arm_words(reading, row, used.at("display").text());
    }
}

// Purpose from the reason: bleeding (R1.3).
void add_reason_purpose(const Reading& reading, const CodedText& reason, ConceptSet& row) {
    for (const Coding& coding : reason.codings) {
        const auto names =
            reading.terminology().concepts(CodeDomain::procedure, coding.system, coding.code);
        if (std::ranges::find(names, "word/hemorrhage") != names.end()) {
            add_in_text(row, {"word/hemorrhage"});
        }
    }
    for (const std::string& text : texts_of(reading.terminology(), CodeDomain::condition, reason)) {
        const auto names = reading.terminology().concepts_in_text(CodeDomain::procedure, text);
        if (std::ranges::find(names, "word/hemorrhage") != names.end()) {
            add_in_text(row, {"word/hemorrhage"});
        }
    }
}

// reasonCode, and what contained Conditions say (R4.8); any other is followed by the timeline.
std::vector<CodedText> reasons_of(const Reading& reading) {
    std::vector<CodedText> reasons;
    for (const Field& field : reading.root.all("reasonCode")) {
        reasons.push_back(read_coded_text(field));
    }
    for (const std::string& reference : reading.root.references("reasonReference")) {
        if (const Field condition = reading.contained(reference)) {
            reasons.push_back(read_coded_text(condition.at("code")));
        }
    }
    return reasons;
}

SiteEvidence read_site(const Reading& reading, const CodedText& code, const ConceptSet& row) {
    SiteEvidence site;
    site.hepatic =
        row.coded(concepts::hepatic_embolization) || row.has(concepts::hepatic_chemoembolization);
    for (const Field& body_site : reading.root.all("bodySite")) {
        take_body_site(reading, body_site, site);
    }
    for (const std::string& text : texts_of(reading.terminology(), CodeDomain::procedure, code)) {
        take_text(reading.terminology(), site, text);
    }
    return site;
}

// A row that was done and that the rules cannot place.
void report_date(const Reading& reading, const ProcedureRow& row) {
    const auto& start = row.performed.start;
    if (!is_one_of(row.status, counted_as_done)) {
        return;
    }
    if (row.concepts.has(concepts::embolization)) {
        if (!start || !start->to_the_day()) {
            reading.root.report_missing("performed",
                                        Severity::warning,
                                        "R2.0: an embolization without a day makes no session");
        }
    } else if (!start && !(row.concepts.by_code.empty() && row.concepts.by_text.empty())) {
        reading.root.report_missing(
            "performed", Severity::warning, "R5.2: a procedure without a date");
    }
}

} // namespace

void read_procedure(const Reading& reading) {
    const Field& root = reading.root;
    const CodedText code = read_coded_text(root.at("code"));
    ProcedureRow row;
    row.origin = reading.origin;
    row.status = root.at("status").text();
    row.performed = reading.when("performed");
    row.concepts = concepts_of(reading.terminology(), CodeDomain::procedure, code);
    if (row.concepts.by_code.empty() && row.concepts.by_text.empty() &&
        is_one_of(row.status, counted_as_done)) {
        report_unknown(root, "code", "R1.1: a procedure", code);
    }
    SiteEvidence site = read_site(reading, code, row.concepts);
    for (const CodedText& reason : reasons_of(reading)) {
        take_reason(reading, reason, site);
        add_reason_purpose(reading, reason, row.concepts);
    }
    add_notes(reading, row.performed.start, row.concepts, site);
    combine_words(row.concepts, site.hepatic);
    row.site = site.finding();
    row.lobe = site.lobe;
    row.reasons = root.references("reasonReference");
    row.part_of = root.references("partOf");
    row.based_on = root.references("basedOn");
    row.encounter = root.at("encounter").reference();
    People people = read_people(root);
    row.performers_and_places = std::move(people.performers_and_places);
    row.performer_roles = std::move(people.roles);
    report_date(reading, row);
    if (row.status.empty()) {
        root.report_missing("status", Severity::error, "R1.1: a procedure without status");
    }
    if (row.status == performed) {
        reading.add_contact("procedure", row.performed);
    }
    reading.add(std::move(row));
}

} // namespace embolink
