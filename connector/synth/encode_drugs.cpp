// Drugs of the session, later anticancer drugs and the somatostatin analogue.
#include "connector/synth/encode.hpp"
#include "connector/synth/json_text.hpp"

#include <nlohmann/json.hpp>

namespace embolink::synth {
namespace {

Json intra_arterial() {
    return concept_of(snomed, "58100008", "Intra-arterial route");
}

// The drug as a concept, or as a reference to a Medication of its own.
void put_drug(Chart& chart, Json& resource, Json drug, int day) {
    if (!chart.draws().chance(0.25)) {
        resource["medicationCodeableConcept"] = std::move(drug);
        return;
    }
    Json medication = chart.start("Medication");
    medication["code"] = std::move(drug);
    if (chart.draws().chance(0.3)) {
        medication["id"] = "med";
        resource["contained"] = Json::array({medication});
        resource["medicationReference"] = reference_to("#med");
    } else {
        resource["medicationReference"] = reference_to(chart.add(std::move(medication), day));
    }
}

Json administration(Chart& chart, Json drug, int day) {
    Json resource = chart.start("MedicationAdministration");
    resource["status"] = "completed";
    put_drug(chart, resource, std::move(drug), day);
    resource["subject"] = reference_to(chart.subject());
    resource["effectiveDateTime"] = chart.when(day);
    return resource;
}

Json antineoplastic(Chart& chart, const Session& session) {
    const double u = chart.draws().next();
    if (session.cisplatin)
        return u < 0.5    ? concept_of(atc, "L01XA01", "cisplatin")
               : u < 0.75 ? concept_of(rxnorm, "2555", "cisplatin")
                          : concept_of(rxnorm, "309311", "cisplatin 1 MG/ML Injectable Solution");
    return u < 0.6   ? concept_of(atc, "L01DB01", "doxorubicin")
           : u < 0.8 ? concept_of(rxnorm, "3639", "DOXOrubicin")
                     : concept_of(rxnorm, "1790099", "10 ML doxorubicin HCl 2 MG/ML Injection");
}

Json lipiodol(Chart& chart) {
    return chart.draws().chance(0.6) ? concept_of(atc, "V08AD01")
                                     : text_concept("Lipiodol Ultra-Fluide 10 mL");
}

void give(Chart& chart, Json drug, const Session& session, const std::string& procedure) {
    Json resource = administration(chart, std::move(drug), session.day);
    resource["partOf"] = Json::array({reference_to(procedure)});
    if (chart.draws().chance(0.5))
        resource["dosage"]["route"] = intra_arterial();
    chart.add(std::move(resource), session.day);
}

void give_antineoplastic(Chart& chart,
                         const Session& session,
                         const std::string& procedure,
                         const std::string& encounter) {
    Json resource = administration(chart, antineoplastic(chart, session), session.day);
    switch (session.evidence) {
    case ArmEvidence::arterial_drug:
        resource["dosage"]["route"] = intra_arterial();
        break;
    case ArmEvidence::part_of_drug:
        resource["partOf"] = Json::array({reference_to(procedure)});
        break;
    case ArmEvidence::suite_drug: {
        Json performer;
        performer["actor"] = reference_to(suite_performer);
        resource["context"] = reference_to(encounter);
        resource["performer"] = Json::array({performer});
        break;
    }
    default:
        resource["dosage"]["route"] = text_concept("Intravenous");
        break;
    }
    const char* dose = "50";
    Json quantity{{"value", number(dose)}, {"unit", "mg"}, {"system", ucum}, {"code", "mg"}};
    resource["dosage"]["dose"] = quantity;
    chart.add(std::move(resource), session.day);
}

struct DrugNames {
    const char* code;
    const char* older_code;
    const char* text;
};

DrugNames names_of(TherapyKind kind) {
    switch (kind) {
    case TherapyKind::lutetium:
        return {"V10XX04", "V10XX04", "Lutetium (177Lu) oxodotreotide 7.4 GBq"};
    case TherapyKind::everolimus:
        return {"L01EG02", "L01XE10", "Everolimus 10 mg tablets"};
    case TherapyKind::sunitinib:
        return {"L01EX01", "L01XE04", "Sunitinib 37.5 mg capsules"};
    case TherapyKind::streptozocin:
        return {"L01AD04", "L01AD04", "Streptozocin 1 g powder"};
    case TherapyKind::radioembolization:
        break;
    }
    return {"V10XX04", "V10XX04", "Lutetium (177Lu) oxodotreotide 7.4 GBq"};
}

Json therapy_drug(Chart& chart, const Therapy& therapy) {
    const DrugNames names = names_of(therapy.kind);
    const bool older = chart.draws().chance(0.4);
    if (therapy.by_text)
        return text_concept(names.text);
    return concept_of(atc, older ? names.older_code : names.code);
}

void request(Chart& chart, Json drug, int day) {
    Json resource = chart.start("MedicationRequest");
    resource["status"] = "active";
    resource["intent"] = "order";
    put_drug(chart, resource, std::move(drug), day);
    resource["subject"] = reference_to(chart.subject());
    resource["authoredOn"] = chart.when(day);
    chart.add(std::move(resource), day);
}

void statement(Chart& chart, Json drug, int day) {
    Json resource = chart.start("MedicationStatement");
    resource["status"] = "active";
    put_drug(chart, resource, std::move(drug), day);
    resource["subject"] = reference_to(chart.subject());
    resource["effectivePeriod"]["start"] = chart.day(day);
    chart.add(std::move(resource), day);
}

void dispense(Chart& chart, Json drug, int day) {
    Json resource = chart.start("MedicationDispense");
    resource["status"] = "completed";
    put_drug(chart, resource, std::move(drug), day);
    resource["subject"] = reference_to(chart.subject());
    resource["whenHandedOver"] = chart.when(day);
    chart.add(std::move(resource), day);
}

void encode_therapy(Chart& chart, const Therapy& therapy) {
    Json drug = therapy_drug(chart, therapy);
    if (therapy.requested)
        request(chart, drug, *therapy.requested);
    switch (therapy.source) {
    case TherapySource::administration: {
        Json resource = administration(chart, std::move(drug), therapy.day);
        resource["dosage"]["route"] = text_concept(therapy.kind == TherapyKind::everolimus ||
                                                           therapy.kind == TherapyKind::sunitinib
                                                       ? "Oral"
                                                       : "Intravenous");
        chart.add(std::move(resource), therapy.day);
        break;
    }
    case TherapySource::statement:
        statement(chart, std::move(drug), therapy.day);
        break;
    case TherapySource::dispense:
        dispense(chart, std::move(drug), therapy.day);
        break;
    case TherapySource::request:
        request(chart, std::move(drug), therapy.day);
        break;
    case TherapySource::procedure:
        break;
    }
}

} // namespace

void encode_session_drugs(Chart& chart,
                          const Session& session,
                          const std::string& procedure,
                          const std::string& encounter) {
    const bool oil_too = chart.draws().chance(0.4);
    switch (session.evidence) {
    case ArmEvidence::charted_drugs:
        give(chart, text_concept("Iohexol 300 mg I/mL"), session, procedure);
        give(chart, text_concept("Lidocaine 1 %"), session, procedure);
        return;
    case ArmEvidence::lipiodol_only:
        give(chart, lipiodol(chart), session, procedure);
        return;
    case ArmEvidence::unknown_drug:
        give(chart, text_concept("Study product K-117"), session, procedure);
        return;
    case ArmEvidence::arterial_drug:
    case ArmEvidence::part_of_drug:
    case ArmEvidence::suite_drug:
        give_antineoplastic(chart, session, procedure, encounter);
        break;
    case ArmEvidence::intravenous_drug:
        give_antineoplastic(chart, session, procedure, encounter);
        return;
    case ArmEvidence::chemo_code:
    case ArmEvidence::chemo_text:
    case ArmEvidence::bland_text:
        break;
    default:
        return;
    }
    if (oil_too)
        give(chart, lipiodol(chart), session, procedure);
}

void encode_therapies(Chart& chart) {
    const PatientPlan& plan = chart.plan();
    for (const Therapy& therapy : plan.therapies)
        encode_therapy(chart, therapy);
    const std::string_view analogue = chart.draws().chance(0.5) ? "H01CB02" : "H01CB03";
    if (plan.somatostatin_analogue)
        statement(chart, concept_of(atc, analogue), within_history(plan, -200));
    if (plan.analogue_started)
        statement(chart, concept_of(atc, analogue), *plan.analogue_started);
    if (plan.late_request)
        request(chart, concept_of(atc, analogue), *plan.late_request);
    if (plan.prior_everolimus)
        statement(chart, concept_of(atc, "L01EG02"), within_history(plan, -60));
}

} // namespace embolink::synth
