// A trial as data (architecture 4.8): windows, arms with their evidence ladder, endpoints,
// published figures stay elsewhere (analysis). A trial that needs no new kind of endpoint needs no
// C++.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace embolink {

// A number of days that a rule uses. `assumed`: not given by the trial's abstract; shown in
// reports.
struct WindowDays {
    int days = 0;
    bool assumed = false;
};

struct TrialWindows {
    WindowDays round_other_lobe;      // R2.2: 42
    WindowDays round_unknown_lobe;    // R2.2: 14
    WindowDays course_gap;            // R2.3, R2.4: 150
    WindowDays interval_min;          // R2.4: 60
    WindowDays interval_max;          // R2.4: 150
    WindowDays tier_lookback;         // R1.4: 180
    WindowDays tier_resection;        // R1.4: 90
    WindowDays history_needed;        // R1.4 prior-therapy-unknown: 365
    WindowDays baseline_imaging;      // R5.6: 91
    WindowDays assessment_gap;        // R5.3: 212
    WindowDays stable_disease_min;    // R4.6: 42
    WindowDays early_progression;     // R4.5: 28
    WindowDays response_confirmation; // R4.6: 28
    WindowDays toxicity;              // R6.1: 30
    WindowDays late_biliary;          // R6.1: 90
    WindowDays laboratory_baseline;   // R6.2: 30
    WindowDays prolonged_stay;        // R6.4: a stay that reaches further after its session
    WindowDays transient_elevation;   // R6.5: 14
    WindowDays early_death;           // R6.6: 30
    WindowDays marker_baseline;       // R7.2: 90
    WindowDays marker_response;       // R7.4: 28
    WindowDays analogue_lookback;     // R10: 90
    WindowDays adult_years;           // R1.3 minor: 18 (years)
};

// One rung of an arm's evidence ladder (R3.2, R3.3). `kind` is one of
//   procedure-code          a code of the session's rows carries one of `concepts`
//   procedure-text          text of the session's rows carries one of `concepts`
//   intra-arterial-drug     a drug with one of `concepts` by intra-arterial route on the date
//   drug-in-context         such a drug, no route stated, in the context of the procedure
//   instillation-code       a row of any site with one of `concepts` on the date
//   charted-drugs           R3.3c: every drug charted there is recognised as not antineoplastic
//   complete-feed           R3.3d: the site declares the feed `concepts[0]` complete
struct ArmEvidence {
    std::string kind;
    std::vector<std::string> concepts;
    std::string flag;                 // flag on COHORT when this rung decides, "" none
    std::string rule;                 // "R3.2a"
    bool hepatic_site_needed = false; // procedure-code: only with a hepatic site or meaning
};

struct ArmDefinition {
    std::string code; // "HAE"
    std::string name;
    std::vector<ArmEvidence> evidence; // any rung suffices; arms are tried in file order
};

// One endpoint. `kind` names the function (endpoints/endpoint.cpp's table).
struct EndpointDefinition {
    std::string param;
    std::string kind;  // "cohort", "course", "time-to-event", "best-response", ...
    std::string label; // PARAM in the CSV
    // time-to-event: event reasons in order of precedence on one day ("progression", "death") and
    // whether the therapy cut, the gap rule and the baseline rule hold (R5.2, R5.3, R5.6)
    std::vector<std::string> events;
    bool therapy_cut = false;
    bool assessment_gap = false;
    bool baseline_imaging = false;
    // R4.7: only progression in the liver, or without a site, is the event; elsewhere it is an
    // adequate assessment of the liver.
    bool liver_progression = false;
    bool clinical_progression = false; // R5.7: one recorded without images is an event, too
    bool interval_bounds = false;      // R5.10: progressions carry `left` and `right`
    std::string marker;                // "baseline-marker", "marker-response": analyte
    bool own_baseline = false; // "worst-toxicity": v5's rules for an abnormal baseline (R6.3)
    // "drug-before", "procedure-before", "agent": what is looked for. The feeds of which the
    // absence of a row says no, if the site declares any of them complete (R10; "urgency", too).
    std::vector<std::string> concepts;
    std::vector<std::string> feeds;
};

struct TrialDefinition {
    std::string id; // "maire-2012"
    std::string version;
    std::string citation;
    std::string doi;
    TrialWindows windows;
    std::vector<ArmDefinition> arms;           // order = precedence
    std::string undetermined_arm;              // "UNDETERMINED"
    std::vector<std::string> crossover;        // R3.5: arms between which a change is one
    std::vector<EndpointDefinition> endpoints; // output order
    bool analogue_change_is_therapy = false;   // R5.2: first start or dose increase of an analogue
};

// Throws DefinitionError with file and JSON pointer on any unknown key, wrong type or missing part.
TrialDefinition parse_trial(const std::string& file, const nlohmann::json& json);

// The trial with another longest gap between the rounds of one course (R2.3), in days.
TrialDefinition with_course_gap(TrialDefinition trial, int days);

} // namespace embolink
