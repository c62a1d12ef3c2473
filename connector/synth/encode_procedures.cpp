// Embolizations as the clinic, billing and coding departments write them, and the rows beside them
// that must not count.
#include "connector/synth/encode.hpp"

#include <nlohmann/json.hpp>

namespace embolink::synth {
namespace {

constexpr std::string_view pcs = "http://www.cms.gov/Medicare/Coding/ICD10";

Json body_site(Lobe lobe) {
    switch (lobe) {
    case Lobe::right:
        return concept_of(snomed, "69421009", "Right branch of hepatic artery");
    case Lobe::left:
        return concept_of(snomed, "21807003", "Left branch of hepatic artery");
    case Lobe::unknown:
        break;
    }
    return concept_of(snomed, "76015000", "Hepatic artery");
}

Json row(Chart& chart, Json code, int day) {
    Json procedure = chart.start("Procedure");
    procedure["status"] = "completed";
    procedure["code"] = std::move(code);
    procedure["subject"] = reference_to(chart.subject());
    if (chart.draws().chance(0.3)) {
        const std::string start = chart.when(day);
        procedure["performedPeriod"]["start"] = start;
        procedure["performedPeriod"]["end"] = start;
    } else {
        procedure["performedDateTime"] = chart.when(day);
    }
    return procedure;
}

// A code that leaves agent and site open.
Json open_code(Chart& chart) {
    const double u = chart.draws().next();
    if (u < 0.4)
        return concept_of(snomed, "57238002", "Selective embolization of artery");
    return u < 0.7 ? concept_of(snomed, "16736007", "Transcatheter therapy for embolization")
                   : concept_of(cpt, "37243");
}

std::string_view words(Chart& chart, ArmEvidence evidence) {
    static constexpr const char* chemo[] = {"TACE",
                                            "Hepatic arterial chemoembolization",
                                            "Chimioembolisation hépatique",
                                            "Chimio-embolisation du foie"};
    static constexpr const char* bland[] = {"Bland embolization of the liver",
                                            "Embolisation simple du foie",
                                            "Embolisation hépatique sans chimiothérapie"};
    const std::string_view chemo_words = chart.draws().pick(chemo);
    const std::string_view bland_words = chart.draws().pick(bland);
    if (evidence == ArmEvidence::bead_text)
        return "DEB-TACE";
    return evidence == ArmEvidence::chemo_text ? chemo_words : bland_words;
}

Json clinical_code(Chart& chart, const Session& session) {
    Json code = open_code(chart);
    switch (session.evidence) {
    case ArmEvidence::chemo_code:
        return concept_of(snomed, "314617008", "Chemoembolization of liver metastases");
    case ArmEvidence::chemo_artery_code:
        return concept_of(snomed, "441525007");
    case ArmEvidence::instillation_code:
        return concept_of(
            pcs, "04L33DZ", "Occlusion of Hepatic Artery with Intraluminal Device, Percutaneous");
    case ArmEvidence::bland_site_code:
        code["coding"].push_back(coding(local_procedures, "EMB-FOIE-SIMPLE"));
        return code;
    case ArmEvidence::chemo_text:
    case ArmEvidence::bead_text:
    case ArmEvidence::bland_text:
        code["text"] = words(chart, session.evidence);
        return code;
    default:
        return code;
    }
}

std::string session_encounter(Chart& chart, const Session& session) {
    Json stay = chart.start("Encounter");
    const int end =
        std::min(session.day + session.stay_days, std::max(chart.plan().last_contact, session.day));
    stay["status"] = "finished";
    stay["class"] = coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP");
    stay["subject"] = reference_to(chart.subject());
    stay["period"]["start"] = chart.day(session.day);
    stay["period"]["end"] = chart.day(end);
    const AdmissionPriority priority = chart.plan().covariates.priority;
    if (session.day == 0 && priority != AdmissionPriority::unstated)
        stay["priority"] = concept_of("http://terminology.hl7.org/CodeSystem/v3-ActPriority",
                                      priority == AdmissionPriority::urgent ? "EM" : "EL");
    return chart.add(std::move(stay), end);
}

// As accounting systems export it. Beside the clinical row of the day it adds nothing, read or not.
void date_in_words(const Chart& chart, Json& procedure, int day) {
    procedure.erase("performedDateTime");
    procedure.erase("performedPeriod");
    procedure["performedString"] = chart.day(day);
}

void decide_arm(Chart& chart, const Session& session, const std::string& reference) {
    static constexpr const char* codes[] = {"HAE", "HACE", "HACE-DEB", "UNDETERMINED"};
    const auto& decision = chart.plan().arm_decision;
    if (session.day != 0 || !decision)
        return;
    Decision row{DecisionAbout::arm, std::nullopt, "", codes[static_cast<int>(decision->arm)]};
    if (decision->names_the_row) {
        row.day = 0;
        row.target = reference;
    }
    chart.decide(row);
}

void encode_session(Chart& chart, const Session& session) {
    const PatientPlan& plan = chart.plan();
    const std::string encounter = session_encounter(chart, session);
    Json clinical = row(chart, clinical_code(chart, session), session.day);
    clinical["encounter"] = reference_to(encounter);
    if (!plan.site_unstated)
        clinical["bodySite"] = Json::array({body_site(session.lobe)});
    clinical["location"] = reference_to(suite_location);
    Json performer;
    performer["actor"] = reference_to(suite_performer);
    clinical["performer"] = Json::array({performer});
    const std::string reference = chart.add(std::move(clinical), session.day);
    decide_arm(chart, session, reference);
    if (session.evidence == ArmEvidence::instillation_code)
        chart.add(row(chart, concept_of(pcs, "3E05305"), session.day), session.day);
    if (session.billing_rows) {
        Json billing = row(chart, concept_of(cpt, "37243"), session.day);
        if (chart.dirty() >= 2 && chart.draws().chance(0.3))
            date_in_words(chart, billing, session.day);
        billing["bodySite"] = Json::array({body_site(session.lobe)});
        chart.add(std::move(billing), session.day + 3);
        Json coded = row(chart, concept_of(pcs, "04L33DZ"), session.day);
        coded["bodySite"] = Json::array({body_site(session.lobe)});
        chart.add(std::move(coded), session.day + 5);
    }
    if (session.protective_coil) {
        Json code = concept_of(snomed, "57238002", "Selective embolization of artery");
        code["text"] = "Coil embolization of gastroduodenal artery";
        Json coil = row(chart, std::move(code), session.day);
        coil["bodySite"] = Json::array({text_concept("Gastroduodenal artery")});
        chart.add(std::move(coil), session.day);
    }
    encode_session_drugs(chart, session, reference, encounter);
}

void encode_prior(Chart& chart) {
    const PatientPlan& plan = chart.plan();
    if (plan.prior == PriorTherapy::none)
        return;
    const bool radio = plan.prior == PriorTherapy::radioembolization;
    Json code = radio ? concept_of(cpt, "37243") : concept_of(snomed, "57238002");
    if (radio)
        code["text"] = "Radioembolization with Y-90 microspheres";
    Json procedure = row(chart, std::move(code), plan.prior_day);
    procedure["bodySite"] = Json::array({concept_of(snomed, "10200004", "Liver structure")});
    if (!radio) {
        procedure.erase("performedPeriod");
        procedure["performedDateTime"] = chart.month(plan.prior_day);
    }
    chart.add(std::move(procedure), plan.prior_day);
}

// Rows that a careless reader would take for sessions.
void encode_false_rows(Chart& chart) {
    const PatientPlan& plan = chart.plan();
    const bool cancelled = chart.draws().chance(0.05);
    const bool mistaken = chart.draws().chance(0.04);
    const int day = chart.draws().between(30, 60);
    if (cancelled && day <= plan.last_contact) {
        Json procedure = row(chart, concept_of(snomed, "314617008"), day);
        procedure["status"] = "not-done";
        chart.add(std::move(procedure), day);
    }
    if (mistaken && chart.dirty() > 0) {
        Json procedure = row(chart, concept_of(snomed, "314617008"), -20);
        procedure["status"] = "entered-in-error";
        chart.add(std::move(procedure), -10);
    }
}

struct DecoyRow {
    const char* status = "completed";
    Json code;
    Json site;
};

DecoyRow decoy_row(Decoy decoy) {
    const auto said = [](Json code, const char* text) {
        code["text"] = text;
        return code;
    };
    const Json liver = concept_of(snomed, "10200004", "Liver structure");
    const Json chemo = concept_of(snomed, "314617008", "Chemoembolization of liver metastases");
    const Json open = concept_of(cpt, "37243");
    switch (decoy) {
    case Decoy::hepatocellular:
        return {"completed", said(concept_of(snomed, "441525007"), "TACE"), liver};
    case Decoy::uterine:
        return {"completed",
                said(open, "Uterine fibroid embolization"),
                text_concept("Uterine artery")};
    case Decoy::hemorrhage:
        return {"completed", said(concept_of(cpt, "37244"), "Embolization for hemorrhage"), {}};
    case Decoy::portal_vein:
        return {"completed", text_concept("Portal vein embolization, right branch"), liver};
    case Decoy::radioembolization:
        return {"completed", said(open, "Y-90 radioembolization of the right lobe"), liver};
    case Decoy::protective_coil_only:
        return {"completed",
                said(concept_of(snomed, "57238002"), "Coil embolization of gastroduodenal artery"),
                text_concept("Gastroduodenal artery")};
    case Decoy::not_done:
        return {"not-done", chemo, {}};
    case Decoy::entered_in_error:
        return {"entered-in-error", chemo, {}};
    default:
        return {"completed", chemo, {}};
    }
}

void encode_decoy(Chart& chart) {
    const Decoy decoy = chart.plan().decoy;
    if (decoy == Decoy::never_embolized)
        return;
    const DecoyRow planned = decoy_row(decoy);
    Json procedure = row(chart, planned.code, 0);
    procedure["status"] = planned.status;
    if (!planned.site.is_null())
        procedure["bodySite"] = Json::array({planned.site});
    if (decoy == Decoy::month_only) {
        procedure.erase("performedPeriod");
        procedure["performedDateTime"] = chart.month(0);
    }
    chart.add(std::move(procedure), 0);
}

} // namespace

void encode_sessions(Chart& chart) {
    if (chart.plan().decoy != Decoy::none) {
        encode_decoy(chart);
        return;
    }
    for (const Session& session : chart.plan().sessions)
        encode_session(chart, session);
}

void encode_other_procedures(Chart& chart) {
    encode_prior(chart);
    if (chart.plan().decoy == Decoy::none)
        encode_false_rows(chart);
    for (const Therapy& therapy : chart.plan().therapies) {
        if (therapy.source != TherapySource::procedure)
            continue;
        Json code = concept_of(cpt, "37243");
        code["text"] = "Radioembolization with Y-90 microspheres";
        Json procedure = row(chart, std::move(code), therapy.day);
        procedure["bodySite"] = Json::array({concept_of(snomed, "10200004", "Liver structure")});
        chart.add(std::move(procedure), therapy.day);
    }
}

} // namespace embolink::synth
