#include "mapping/facts/drugs.hpp"

#include "mapping/definitions.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/facts/unknown.hpp"
#include "mapping/fhir/words.hpp"

#include <algorithm>

namespace embolink {

namespace {

constexpr std::string_view ingredient_prefix = "ingredient/";
constexpr const char* unknown_drug = "R5.2: a drug";

// Takes "ingredient/..." out of the list; the first of them is returned.
std::string take_ingredient(std::vector<std::string>& names) {
    std::string ingredient;
    std::erase_if(names, [&](const std::string& name) {
        if (!name.starts_with(ingredient_prefix)) {
            return false;
        }
        if (ingredient.empty()) {
            ingredient = name.substr(ingredient_prefix.size());
        }
        return true;
    });
    return ingredient;
}

// "The same drug" (R5.2): the ingredient where it is known, else the code, else the folded name.
std::string key_of(DrugIdentity& drug, const CodedText& coded) {
    const std::string by_code = take_ingredient(drug.concepts.by_code);
    const std::string by_text = take_ingredient(drug.concepts.by_text);
    if (!by_code.empty()) {
        return by_code;
    }
    if (!by_text.empty()) {
        return by_text;
    }
    for (const Coding& coding : coded.codings) {
        if (!coding.code.empty()) {
            return coding.system + "|" + coding.code;
        }
    }
    return fold(coded.text);
}

void settle_contradiction(ConceptSet& set) {
    // Combinations carry both; the antineoplastic decides (R3.3c).
    if (set.has(concepts::antineoplastic)) {
        remove_concept(set, concepts::not_antineoplastic);
    }
}

Route route_of(const Reading& reading, const Field& field) {
    const CodedText coded = read_coded_text(field);
    if (coded.empty()) {
        return Route::unstated;
    }
    const ConceptSet set = concepts_of(reading.terminology(), CodeDomain::route, coded);
    // Any other stated route, understood or not, is no intra-arterial one (R3.2b).
    return set.has(concepts::intra_arterial_route) ? Route::intra_arterial : Route::other;
}

Route route_in_text(const Reading& reading, const std::string& text) {
    const auto names = reading.terminology().concepts_in_text(CodeDomain::route, text);
    if (std::ranges::find(names, concepts::intra_arterial_route) != names.end()) {
        return Route::intra_arterial;
    }
    return names.empty() ? Route::unstated : Route::other;
}

// A drug put into the hepatic artery went in by an artery, whatever the route field says nothing
// about.
bool site_is_artery(const Reading& reading, const Field& site) {
    const ConceptSet set =
        concepts_of(reading.terminology(), CodeDomain::body_site, read_coded_text(site));
    return set.has(concepts::hepatic_site);
}

void take_dose(const Field& quantity, DrugEvent& event) {
    if (!quantity || event.dose) {
        return;
    }
    event.dose = quantity.at("value").number();
    const std::string code = quantity.at("code").text();
    event.dose_unit = code.empty() ? quantity.at("unit").text() : code;
}

// R3.2: beads are a way of giving a drug, and are told by the words that tell them on a Procedure.
void add_beads(const Terminology& terminology, const CodedText& coded, ConceptSet& set) {
    for (const std::string& text : texts_of(terminology, CodeDomain::drug, coded)) {
        const auto said = terminology.concepts_in_text(CodeDomain::procedure, text);
        if (std::ranges::find(said, concepts::drug_eluting_embolization) != said.end()) {
            add_in_text(
                set,
                {std::string{concepts::drug_eluting_beads}, std::string{concepts::antineoplastic}});
        }
    }
}

} // namespace

DrugIdentity identify_drug(const Terminology& terminology, const CodedText& coded) {
    DrugIdentity drug;
    drug.concepts = concepts_of(terminology, CodeDomain::drug, coded);
    add_beads(terminology, coded, drug.concepts);
    drug.key = key_of(drug, coded);
    settle_contradiction(drug.concepts);
    return drug;
}

DrugIdentity identify_medication(const Terminology& terminology, const Field& medication) {
    DrugIdentity drug = identify_drug(terminology, read_coded_text(medication.at("code")));
    for (const Field& ingredient : medication.all("ingredient")) {
        const DrugIdentity part =
            identify_drug(terminology, read_coded_text(ingredient.at("itemCodeableConcept")));
        if (!drug.known() && part.known()) {
            drug.key = part.key;
        }
        merge(drug.concepts, part.concepts);
    }
    settle_contradiction(drug.concepts);
    return drug;
}

void report_unknown_medication(const Field& medication, const DrugIdentity& drug) {
    if (!drug.known()) {
        report_unknown(medication, "code", unknown_drug, read_coded_text(medication.at("code")));
    }
}

void read_medication_choice(const Reading& reading, DrugEvent& event) {
    const Field& root = reading.root;
    if (const Field field = root.at("medicationCodeableConcept")) {
        const CodedText coded = read_coded_text(field);
        event.drug = identify_drug(reading.terminology(), coded);
        if (!event.drug.known()) {
            report_unknown(root, "medicationCodeableConcept", unknown_drug, coded);
        }
        return;
    }
    const std::string reference = root.at("medicationReference").reference();
    if (const Field contained = reading.contained(reference)) {
        event.drug = identify_medication(reading.terminology(), contained);
        report_unknown_medication(contained, event.drug);
        return;
    }
    event.medication_reference = reference;
    // The display names the drug where the reference is a logical one, or leads to no Medication
    // that is in the input (timeline/assemble.cpp).
    CodedText named;
    named.text = root.at("medicationReference").at("display").text();
    event.drug = identify_drug(reading.terminology(), named);
    if (reference.empty() && !event.drug.known()) {
        root.report_missing("medication", Severity::warning, "R5.2: names no drug");
    }
}

void read_dosage(const Reading& reading, const char* element, DrugEvent& event) {
    const bool list =
        std::string_view{element} != "dosage" || reading.root.path() != "MedicationAdministration";
    std::vector<Field> dosages;
    if (list) {
        dosages = reading.root.all(element);
    } else if (Field one = reading.root.at(element)) {
        dosages.push_back(std::move(one));
    }
    for (const Field& dosage : dosages) {
        if (event.route == Route::unstated) {
            event.route = route_of(reading, dosage.at("route"));
        }
        if (event.route == Route::unstated && site_is_artery(reading, dosage.at("site"))) {
            event.route = Route::intra_arterial;
        }
        if (event.route == Route::unstated) {
            event.route = route_in_text(reading, dosage.at("text").text());
        }
        take_dose(dosage.at("dose"), event);
        for (const Field& rate : dosage.all("doseAndRate")) {
            take_dose(rate.at("doseQuantity"), event);
        }
    }
}

} // namespace embolink
