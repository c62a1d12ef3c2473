// Responses in words alone: the conclusion of a report, a text attached to it, or the value of an
// Observation; English, French and German.
#include "connector/synth/encode.hpp"

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <nlohmann/json.hpp>

namespace embolink::synth {
namespace {

struct Phrases {
    const char* of[3][2]; // by language
};

const Phrases& phrases_of(Wording wording) {
    static constexpr Phrases progression{
        {{"Progressive disease: the liver metastases have increased in size.",
          "More and larger hepatic metastases, in keeping with progression."},
         {"Progression tumorale hépatique.",
          "Majoration en nombre et en taille des métastases hépatiques."},
         {"Progrediente Lebermetastasen.", "Größenzunahme der Lebermetastasen, Tumorprogress."}}};
    static constexpr Phrases elsewhere{
        {{"Progression of the bone metastases.",
          "Progression of the pulmonary metastases. The liver metastases are unchanged."},
         {"Progression des métastases osseuses.",
          "Progression des métastases pulmonaires. Métastases hépatiques stables."},
         {"Progress der Knochenmetastasen.",
          "Progress der Lungenmetastasen. Lebermetastasen unverändert."}}};
    static constexpr Phrases doubted{
        {{"Findings suspicious for progression of the liver metastases.",
          "Progression of the liver metastases cannot be excluded."},
         {"Aspect suspect de progression des métastases hépatiques.",
          "Une progression des métastases hépatiques ne peut être exclue."},
         {"Verdacht auf Progress der Lebermetastasen.",
          "Ein Progress der Lebermetastasen ist nicht auszuschließen."}}};
    static constexpr Phrases denied{
        {{"No evidence of progression.", "No new lesion, no progression of the liver metastases."},
         {"Absence de progression.",
          "Pas d'argument pour une progression des métastases hépatiques."},
         {"Kein Anhalt für Progress.", "Kein Nachweis einer Progression der Lebermetastasen."}}};
    static constexpr Phrases response{
        {{"Partial response of the liver metastases.",
          "The hepatic metastases have decreased in size."},
         {"Réponse partielle.", "Les métastases hépatiques ont diminué de taille."},
         {"Partielle Remission.", "Größenabnahme der Lebermetastasen."}}};
    static constexpr Phrases stable{
        {{"Stable disease.", "The liver metastases are unchanged since the previous examination."},
         {"Maladie stable.", "Métastases hépatiques inchangées."},
         {"Stabile Erkrankung.", "Lebermetastasen unverändert."}}};
    static constexpr Phrases nothing{
        {{"Hepatic steatosis. No ascites.", "No biliary dilatation, no ascites."},
         {"Stéatose hépatique. Absence d'ascite.", "Pas de dilatation des voies biliaires."},
         {"Steatosis hepatis. Kein Aszites.", "Keine Erweiterung der Gallenwege."}}};
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
