// The names that definitions and rules share. A ValueSet or word list in mapping/definitions maps
// codes and words to these concepts; the rules ask for concepts and never see a code.
//
// definitions/CodeSystem-concepts.json declares them all, by domain, and says what each implies:
// whoever carries hepatic-chemoembolization also carries chemoembolization, hepatic-embolization
// and embolization, and every kind of embolization (portal, radio-, isolated perfusion included)
// carries embolization, so that R1.1 finds each candidate. Names with a slash ("word/bland") are
// raw words that readers put together with the rest of the row; they never leave a reader.
#pragma once

#include <string_view>

namespace embolink::concepts {

// Procedures: what was done (rules R1.1, R1.3, R2.0, R3, R5.2)
inline constexpr std::string_view embolization = "embolization";
inline constexpr std::string_view hepatic_chemoembolization = "hepatic-chemoembolization";
inline constexpr std::string_view chemoembolization = "chemoembolization"; // of any artery
inline constexpr std::string_view hepatic_embolization = "hepatic-embolization";
inline constexpr std::string_view bland_embolization = "bland-embolization";
inline constexpr std::string_view drug_eluting_embolization = "drug-eluting-embolization";
inline constexpr std::string_view arterial_chemo_instillation = "arterial-chemo-instillation";
inline constexpr std::string_view hemorrhage_embolization = "hemorrhage-embolization";
inline constexpr std::string_view other_arterial_embolization = "other-arterial-embolization";
inline constexpr std::string_view portal_vein_embolization = "portal-vein-embolization";
inline constexpr std::string_view radioembolization = "radioembolization";
inline constexpr std::string_view isolated_liver_perfusion = "isolated-liver-perfusion";
inline constexpr std::string_view coil_embolization = "coil-embolization";
inline constexpr std::string_view liver_resection = "liver-resection";
inline constexpr std::string_view liver_ablation = "liver-ablation";
inline constexpr std::string_view liver_transplant = "liver-transplant";
inline constexpr std::string_view primary_resection = "primary-resection"; // R10
inline constexpr std::string_view prrt = "prrt";
inline constexpr std::string_view systemic_chemotherapy = "systemic-chemotherapy";

// Body sites
inline constexpr std::string_view hepatic_site = "hepatic-site";
inline constexpr std::string_view left_lobe = "left-lobe";
inline constexpr std::string_view right_lobe = "right-lobe";
inline constexpr std::string_view both_lobes = "both-lobes";
inline constexpr std::string_view other_site = "other-site"; // a site that is named and not hepatic
inline constexpr std::string_view abdominal_region =
    "abdominal-region"; // imaging that shows the liver

// Drugs (R3.2, R3.3, R5.2; terminology 2.1)
inline constexpr std::string_view antineoplastic = "antineoplastic"; // for the arm
inline constexpr std::string_view anticancer_chemotherapy =
    "anticancer-chemotherapy"; // R5.2 classes
inline constexpr std::string_view anticancer_targeted = "anticancer-targeted";
inline constexpr std::string_view anticancer_immunotherapy = "anticancer-immunotherapy";
inline constexpr std::string_view anticancer_interferon = "anticancer-interferon";
inline constexpr std::string_view anticancer_radionuclide = "anticancer-radionuclide"; // PRRT
inline constexpr std::string_view anticancer_other = "anticancer-other"; // L01 of no class above
inline constexpr std::string_view somatostatin_analogue = "somatostatin-analogue";
inline constexpr std::string_view iodized_oil = "iodized-oil";               // Lipiodol
inline constexpr std::string_view drug_eluting_beads = "drug-eluting-beads"; // by words alone
inline constexpr std::string_view embolic_material = "embolic-material";     // no drug
inline constexpr std::string_view not_antineoplastic = "not-antineoplastic"; // recognised as such
inline constexpr std::string_view intra_arterial_route = "intra-arterial-route";

// Conditions (R1.2, R1.3; terminology 2.2)
inline constexpr std::string_view midgut_net = "midgut-net";         // site and histology in one
inline constexpr std::string_view neuroendocrine = "neuroendocrine"; // histology, site unknown
inline constexpr std::string_view midgut_organ = "midgut-organ";     // site, histology open
inline constexpr std::string_view other_net_primary =
    "other-net-primary"; // foregut, pancreas, hindgut
inline constexpr std::string_view poorly_differentiated = "poorly-differentiated";
inline constexpr std::string_view hepatocellular_carcinoma = "hepatocellular-carcinoma";
inline constexpr std::string_view liver_metastasis = "liver-metastasis";
inline constexpr std::string_view other_cancer = "other-cancer"; // C00-C97 but the groups of R1.3
inline constexpr std::string_view bowel_cancer = "bowel-cancer"; // its side and histology open

// Vital status (R5.8, R5.9; terminology 2.6)
inline constexpr std::string_view dead = "dead"; // the patient, by code alone

// Evidence of a trend (R4.3, R5.7)
inline constexpr std::string_view imaging_evidence = "imaging-evidence";
inline constexpr std::string_view laboratory_evidence = "laboratory-evidence";

// Covariates (R10)
inline constexpr std::string_view histologic_grade = "histologic-grade";
inline constexpr std::string_view ki_67 = "ki-67";
inline constexpr std::string_view new_lesion = "new-lesion";
inline constexpr std::string_view liver_involvement = "liver-involvement";
inline constexpr std::string_view urgent = "urgent";
inline constexpr std::string_view elective = "elective";

} // namespace embolink::concepts
