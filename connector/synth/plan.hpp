// The plan of one synthetic patient in whole days: what happened and what the hospital's records
// will say of it. The encoder turns a plan into FHIR resources, truth.cpp into the expected
// endpoint records; neither sees the other's work.
//
// Days are relative to T0, the date of the first embolization (day 0); negative days lie before it.
#pragma once

#include "connector/synth/recipe.hpp"
#include "mapping/records/date.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink::synth {

enum class Arm { hae, hace, hace_deb, undetermined };
enum class Lobe { unknown, left, right };

// What in the records tells the arm of a session (rule R3).
enum class ArmEvidence {
    chemo_code,        // a code that names hepatic chemoembolization
    chemo_artery_code, // a code that names arterial chemoembolization, with a hepatic body site
    arterial_drug,     // doxorubicin or cisplatin by intra-arterial route
    part_of_drug,      // the same without a route, part of the procedure
    suite_drug,        // the same without a route, charted in the angiography suite
    instillation_code, // a second procedure row for the antineoplastic
    chemo_text,        // words on the procedure
    bead_text,         // words that name drug-eluting beads
    charted_drugs,     // contrast, lidocaine ... and nothing else is charted
    lipiodol_only,     // Lipiodol and nothing else is charted
    bland_text,        // words on the procedure
    bland_site_code,   // a local code that the site file maps
    nothing,           // a code that leaves the agent open, no drug charted
    unknown_drug,      // a drug is charted that nobody recognises
    intravenous_drug   // doxorubicin that day, but into a vein
};

Arm arm_of(ArmEvidence evidence);

struct Session {
    int day = 0;
    Lobe lobe = Lobe::unknown;
    ArmEvidence evidence = ArmEvidence::nothing;
    bool protective_coil = false; // gastroduodenal artery, same day
    bool billing_rows = false;    // CPT and PCS rows beside the clinical one
    int stay_days = 2;            // in hospital after the day of the session
    bool cisplatin = false;       // where an antineoplastic is charted; else doxorubicin
};

// Days in hospital, both included.
struct StayPlan {
    int from = 0;
    int to = 0;
};

enum class Response { complete, partial, improved, stable, progression, not_evaluable };

// How a response is written down (R4.2). From dirt level 2 on also in words alone (R4.4), and as
// the sizes of the lesions.
enum class ResponseForm { structured, linked_report, contained, conclusion, trend, words, sizes };

// What a report says that has no code.
enum class Wording {
    progression,
    progression_elsewhere, // of another organ than the liver
    doubted_progression,
    denied_progression,
    response,
    stable,
    nothing // of the tumour
};

// Where it says so.
enum class WordPlace { conclusion, attachment, observation };

inline constexpr int phrases_of_each = 4; // meaning, in each language

struct WordsPlan {
    Wording says = Wording::nothing;
    WordPlace place = WordPlace::conclusion;
    int language = 0; // English, French, German
    int phrase = 0;   // which of the phrases of that meaning
};

// Where a progression was found (R4.7).
enum class FindingSite { unstated, liver, elsewhere };

struct Visit {
    int day = 0; // of the imaging
    Response response = Response::stable;
    ResponseForm form = ResponseForm::structured;
    bool imaging_resource = true; // an ImagingStudy or report is handed over
    bool new_lesion = false;      // coded beside it: progression before day 28 counts (R4.5)
    FindingSite site = FindingSite::unstated;
    bool month_only = false;           // the assessment's date has no day
    bool second_reader_stable = false; // another reading of the same date says stable
    bool amended_from_stable = false;  // first reported as stable (an older version exists)
    int read_lag = 0;                  // days from imaging to the reading
    WordsPlan words;                   // of form `words`
    std::optional<Response> decided;   // by a reader of these words
    bool second_thoughts = false;      // the reader first thought otherwise, or took it back
    std::vector<int> sizes;            // of form `sizes`: mm, in the order of the baseline's
};

enum class TherapyKind { lutetium, everolimus, sunitinib, streptozocin, radioembolization };
enum class TherapySource { administration, statement, dispense, request, procedure };

struct Therapy {
    int day = 0; // the start by the rules: a request before it does not count
    TherapyKind kind = TherapyKind::everolimus;
    TherapySource source = TherapySource::administration;
    bool by_text = false;         // no code, the ingredient's name in text
    std::optional<int> requested; // an earlier MedicationRequest of the same drug
};

enum class DatePrecision { day, month, year, none };

struct Death {
    int day = 0;
    DatePrecision precision = DatePrecision::day;
};

enum class Analyte { alt, ast, alp, bilirubin, creatinine, neutrophils, platelets };

// One result with its limit as the texts that are written; both in `unit`.
struct LabPlan {
    int day = 0;
    Analyte analyte = Analyte::alt;
    std::string value;
    std::string limit; // upper limit of normal; lower for neutrophils and platelets
    bool si_units = false;
    std::optional<int> reader_grade{}; // R6.4
};

enum class MarkerSeries {
    hiaa_mass_rate,     // mg per 24 hours
    hiaa_molar_rate,    // umol per 24 hours
    hiaa_spot_ratio,    // umol per mmol creatinine, spot urine
    hiaa_concentration, // mg/L: no endpoint
    cga_mass,
    cga_molar,
    cga_units
};

bool is_hiaa(MarkerSeries series);

struct MarkerPlan {
    int day = 0;
    MarkerSeries series = MarkerSeries::cga_mass;
    std::string comparator; // "<", ">" or none
    std::string value;
    std::string limit;           // upper limit of normal of the result itself
    bool limit_in_table = false; // the result carries no range, the site's table does
    bool limit_missing = false;  // neither does
};

// The last one is in no resource: a reader of the chart wrote it down among his decisions.
enum class EventForm {
    research_profile,
    ctc_draft,
    severity_only,
    condition,
    condition_text,
    reader_alone
};

struct EventPlan {
    int day = 0;
    EventForm form = EventForm::research_profile;
    int grade = 1;
    std::string term; // key of the encoder's term table
    bool related = true;
    std::optional<int> reader_grade{}; // R6.4: what a reader makes of the grade above
};

// Lesions that are measured again and again (R4.2).
struct LesionsPlan {
    enum class Told { by_focus, by_contained, by_site };

    std::vector<int> baseline; // mm, on the day of the baseline imaging; empty: nobody measures
    Told told = Told::by_focus;
    bool site_stated = false; // all in the liver
    bool in_components = false;
    bool in_centimetres = false;
    bool recist_1_0 = false; // growth needs no 5 mm
};

// R3.5, of the first session.
struct ArmDecisionPlan {
    Arm arm = Arm::undetermined;
    bool names_the_row = true; // else the patient alone
};

// What is written down about the patient before T0 (R10).
enum class AdmissionPriority { unstated, elective, urgent };

struct CovariatePlan {
    std::optional<int> primary_resection; // day
    std::optional<int> liver_resection;
    std::optional<int> pathology;                             // day of the Ki-67 index or the grade
    std::string ki_67;                                        // per cent; empty: none
    bool ki_67_is_bound = false;                              // "<"
    int coded_grade = 0;                                      // 1 to 3; 0: none
    std::string involvement;                                  // per cent of the liver; empty: none
    AdmissionPriority priority = AdmissionPriority::unstated; // of the first session's stay
};

enum class BaselineNote { unknown, progression, stable };
enum class PriorTherapy { none, radioembolization, undated_embolization };

// How the tumour is written down; every form is complete evidence unless the decoy says otherwise.
enum class DiagnosisForm { icd10cm, snomed, icd10who_morphology, mcode };

enum class Decoy {
    none,
    hepatocellular,
    uterine,
    hemorrhage,
    portal_vein,
    radioembolization,
    pancreas,
    poorly_differentiated,
    unsited,
    bowel_cancer,
    no_liver_metastasis,
    minor,
    not_done,
    entered_in_error,
    month_only,
    protective_coil_only,
    identity_unresolved,
    test_patient,
    never_embolized
};

struct PatientPlan {
    int index = 0;
    std::uint64_t seed = 0;
    Decoy decoy = Decoy::none;
    std::string id;     // of the surviving Patient
    std::string old_id; // of a merged one that still holds data, else empty
    bool female = false;
    Date birth{};
    Date t0{};
    Date as_of{};

    DiagnosisForm diagnosis = DiagnosisForm::icd10cm;
    bool liver_from_text = false;
    bool second_primary = false;
    bool site_unstated = false; // no embolization row names a body site

    std::vector<Session> sessions; // by day; retreatments included
    std::vector<Visit> visits;     // after T0, by day
    std::vector<int> uncoded_reports;
    std::vector<int> clinical_worsening;   // disease status worsened, without imaging evidence
    std::vector<int> laboratory_worsening; // the same for a laboratory rise and nothing else
    std::optional<int> baseline_imaging;   // liver imaging at or before T0
    bool imaging_in_feed = true;
    BaselineNote before = BaselineNote::unknown;
    int before_day = 0; // of the assessment before T0
    PriorTherapy prior = PriorTherapy::none;
    int prior_day = 0;
    bool long_history = true; // a first fact at least 365 days before T0
    int first_fact = 0;

    std::vector<Therapy> therapies; // new ones after T0, by day
    bool prior_everolimus = false;  // begun before T0 and continued: not new
    bool somatostatin_analogue = false;
    std::optional<int> analogue_started; // after T0 for the first time
    std::optional<Death> death;
    std::optional<int> contact_after_death;
    int last_contact = 0;            // the last day on which something was done with the patient
    bool inpatient_at_cut = false;   // a stay without an end, which counts to the data cut
    std::optional<int> late_request; // a prescription after the last contact: no contact

    std::optional<StayPlan> readmission;

    std::vector<LabPlan> labs;
    std::vector<MarkerPlan> markers;
    std::vector<EventPlan> events;
    CovariatePlan covariates;
    LesionsPlan lesions;
    std::optional<ArmDecisionPlan> arm_decision;
};

// The arm of the record: a reader's decision goes before all evidence (R3.5).
Arm arm_of(const PatientPlan& plan);

// What hospitals add to the recipe's story from dirt level 2 on: responses in words and in sizes,
// readers' decisions, patients treated shortly before the data cut.
enum class Shapes { usual, all };

// A patient of the cohort laid over the recipe's latent story.
PatientPlan plan_patient(
    const Latent& latent, std::uint64_t seed, int index, Date first_day, Date as_of, Shapes shapes);

// A patient who meets the cohort's filters only in part, or not at all.
PatientPlan plan_decoy(Decoy kind, std::uint64_t seed, int index, Date first_day, Date as_of);

} // namespace embolink::synth
