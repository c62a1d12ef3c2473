// Responses in words alone: the conclusion of a report, a text attached to it, or the value of an
// Observation; English, French and German.
#include "connector/synth/encode.hpp"

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <nlohmann/json.hpp>

namespace embolink::synth {
namespace {

// By language and number.
struct Phrases {
    const char* of[3][phrases_of_each];
};

const Phrases& phrases_of(Wording wording) {
    static constexpr Phrases progression{
        {{"Progressive disease: the liver metastases have increased in size.",
          "More and larger hepatic metastases, in keeping with progression.",
          "Disease progression with two new hepatic metastases.",
          "Interval growth of the segment VI metastasis from 21 to 34 mm."},
         {"Progression tumorale hépatique.",
          "Majoration en nombre et en taille des métastases hépatiques.",
          "Apparition de nouvelles métastases hépatiques.",
          "Maladie évolutive au niveau hépatique."},
         {"Progrediente Lebermetastasen.",
          "Größenzunahme der Lebermetastasen, Tumorprogress.",
          "Neu aufgetretene Lebermetastasen im Segment VII.",
          "Deutliche Größenprogredienz der hepatischen Filiae."}}};
    static constexpr Phrases elsewhere{
        {{"Progression of the bone metastases.",
          "Progression of the pulmonary metastases. The liver metastases are unchanged.",
          "New bone metastasis in L3; liver metastases stable.",
          "Progressive lung metastases. No new liver lesion."},
         {"Progression des métastases osseuses.",
          "Progression des métastases pulmonaires. Métastases hépatiques stables.",
          "Apparition d'une métastase osseuse. Foie stable.",
          "Progression osseuse, sans évolution hépatique."},
         {"Progress der Knochenmetastasen.",
          "Progress der Lungenmetastasen. Lebermetastasen unverändert.",
          "Neue Knochenmetastase in L3. Leber unverändert.",
          "Ossärer Progress. Lebermetastasen größenkonstant."}}};
    static constexpr Phrases doubted{
        {{"Findings suspicious for progression of the liver metastases.",
          "Progression of the liver metastases cannot be excluded.",
          "Equivocal increase in size of a segment V metastasis, follow-up advised.",
          "Possible progression in the liver."},
         {"Aspect suspect de progression des métastases hépatiques.",
          "Une progression des métastases hépatiques ne peut être exclue.",
          "Progression hépatique possible, à confirmer.",
          "Doute sur une progression hépatique."},
         {"Verdacht auf Progress der Lebermetastasen.",
          "Ein Progress der Lebermetastasen ist nicht auszuschließen.",
          "Fraglicher Progress der Lebermetastasen.",
          "Möglicher Progress in der Leber."}}};
    static constexpr Phrases denied{
        {{"No evidence of progression.",
          "No new lesion, no progression of the liver metastases.",
          "There is no sign of progressive disease.",
          "Progressive disease is not demonstrated."},
         {"Absence de progression.",
          "Pas d'argument pour une progression des métastases hépatiques.",
          "Pas de progression tumorale.",
          "Aucun signe de progression."},
         {"Kein Anhalt für Progress.",
          "Kein Nachweis einer Progression der Lebermetastasen.",
          "Kein Tumorprogress.",
          "Progress nicht nachweisbar."}}};
    static constexpr Phrases response{{{"Partial response of the liver metastases.",
                                        "The hepatic metastases have decreased in size.",
                                        "Good response to treatment.",
                                        "Metastases of both lobes, smaller than before."},
                                       {"Réponse partielle.",
                                        "Les métastases hépatiques ont diminué de taille.",
                                        "Régression des métastases hépatiques.",
                                        "Bonne réponse au traitement."},
                                       {"Partielle Remission.",
                                        "Größenabnahme der Lebermetastasen.",
                                        "Rückgang der Lebermetastasen.",
                                        "Gutes Ansprechen der Lebermetastasen."}}};
    static constexpr Phrases stable{
        {{"Stable disease.",
          "The liver metastases are unchanged since the previous examination.",
          "No significant change of the hepatic metastases.",
          "Indication: progression? Findings: stable hepatic metastases."},
         {"Maladie stable.",
          "Métastases hépatiques inchangées.",
          "Aspect stable des métastases hépatiques.",
          "Indication : progression ? Résultat : métastases hépatiques stables."},
         {"Stabile Erkrankung.",
          "Lebermetastasen unverändert.",
          "Größenkonstante Lebermetastasen.",
          "Fragestellung: Progress? Befund: Lebermetastasen konstant."}}};
    static constexpr Phrases nothing{
        {{"Hepatic steatosis. No ascites.",
          "No biliary dilatation, no ascites.",
          "Status post cholecystectomy. No focal lesion of the spleen.",
          "Indication: progression? Technique: CT with contrast."},
         {"Stéatose hépatique. Absence d'ascite.",
          "Pas de dilatation des voies biliaires.",
          "Vésicule biliaire lithiasique. Rate normale.",
          "Examen réalisé sans et avec injection."},
         {"Steatosis hepatis. Kein Aszites.",
          "Keine Erweiterung der Gallenwege.",
          "Zustand nach Cholezystektomie. Milz normal groß.",
          "Untersuchung nach Kontrastmittelgabe."}}};
    switch (wording) {
    case Wording::progression:
        return progression;
    case Wording::progression_elsewhere:
        return elsewhere;
    case Wording::doubted_progression:
        return doubted;
    case Wording::denied_progression:
        return denied;
    case Wording::response:
        return response;
    case Wording::stable:
        return stable;
    case Wording::nothing:
        break;
    }
    return nothing;
}

// Blanks at its end spare the padding.
std::string base64(std::string text) {
    namespace bits = boost::archive::iterators;
    using Encoded = bits::base64_from_binary<bits::transform_width<std::string::iterator, 6, 8>>;
    text.append((3 - text.size() % 3) % 3, ' ');
    return {Encoded(text.begin()), Encoded(text.end())};
}

Json worded_observation(Chart& chart, const Visit& visit, const std::string& text) {
    Json observation = chart.start("Observation");
    observation["status"] = "final";
    observation["category"] = Json::array(
        {concept_of("http://terminology.hl7.org/CodeSystem/observation-category", "imaging")});
    observation["code"] = concept_of(ncit, "C96613", "Overall Response");
    observation["subject"] = reference_to(chart.subject());
    observation["effectiveDateTime"] = chart.when(visit.day);
    observation["valueString"] = text;
    observation["derivedFrom"] = Json::array({reference_to(add_study(chart, visit.day))});
    return observation;
}

Json worded_report(Chart& chart, const Visit& visit, const std::string& text) {
    const bool with_study = chart.draws().chance(0.5);
    Json report = report_on(chart, visit.day, with_study ? add_study(chart, visit.day) : "");
    if (visit.words.place == WordPlace::conclusion) {
        report["conclusion"] = text;
        return report;
    }
    Json form{{"contentType", "text/plain; charset=utf-8"}};
    form["data"] = base64(text);
    report["presentedForm"] = Json::array({form});
    return report;
}

const char* code_of(Response response) {
    switch (response) {
    case Response::complete:
        return "CR";
    case Response::partial:
        return "PR";
    case Response::improved:
    case Response::stable:
        return "SD";
    case Response::progression:
        return "PD";
    case Response::not_evaluable:
        break;
    }
    return "NE";
}

void decide(Chart& chart, const Visit& visit, const std::string& target) {
    Decision row{DecisionAbout::response, visit.day, target, ""};
    if (visit.second_thoughts) { // said first, and overruled or withdrawn below
        row.value = visit.decided == Response::stable ? "PR" : "SD";
        row.decided_after = 10;
        chart.decide(row);
        row.withdrawn = !visit.decided;
        row.decided_after = 30;
    }
    if (visit.decided)
        row.value = code_of(*visit.decided);
    chart.decide(row);
}

} // namespace

void encode_words(Chart& chart, const Visit& visit) {
    const std::string text =
        phrases_of(visit.words.says).of[visit.words.language][visit.words.phrase];
    Json said = visit.words.place == WordPlace::observation ? worded_observation(chart, visit, text)
                                                            : worded_report(chart, visit, text);
    decide(chart, visit, chart.add(std::move(said), visit.day));
}

} // namespace embolink::synth
