// What every endpoint function gets: one included patient, already placed in time.
#pragma once

#include "mapping/endpoints/assessments.hpp"
#include "mapping/endpoints/grading.hpp"
#include "mapping/endpoints/trial.hpp"
#include "mapping/issue.hpp"
#include "mapping/records/endpoint_record.hpp"
#include "mapping/site.hpp"
#include "mapping/timeline/sessions.hpp"

namespace embolink {

// References must outlive the call; all are owned by derive.cpp.
struct PatientCase {
    const PatientTimeline& timeline;
    const Course& course;
    const std::vector<JudgedAssessment>& assessments; // before and after T0
    const TrialDefinition& trial;
    const GradingTable& grading;
    const SiteConfig& site;
    Date as_of;

    Date t0() const { return course.t0(); }
};

// A record with param, status, dates, flags and sources set; derive.cpp adds trial, versions,
// patient, arm and start, sorts flags and sources and makes them unique.
// `notes` go to the timeline output (contracts section 3, Timeline).
// `issues` tell of facts that the rule needed and could not use.
struct Derived {
    EndpointRecord record;
    std::vector<TimelineEntry> notes;
    Issues issues;
};

// The first new anticancer therapy after T0 (R5.2), retreatment included.
struct NewTherapy {
    Date date;
    std::string name; // class: "prrt", "targeted", ... for explanation
    std::vector<Origin> origins;
    std::vector<std::string> flags; // therapy-from-request, therapy-from-text
};

std::optional<NewTherapy> first_new_therapy(const PatientCase& patient);

// endpoints/time_to_event.cpp: PFS, HPFS, PFS-ITT, OS (R4.7, R5)
Derived derive_time_to_event(const PatientCase& patient, const EndpointDefinition& definition);
// endpoints/response.cpp: BOR, BOR-CONFIRMED, OR, DC (R4.3, R4.6)
Derived derive_best_response(const PatientCase& patient, const EndpointDefinition& definition);
Derived derive_confirmed_response(const PatientCase& patient, const EndpointDefinition& definition);
Derived derive_objective_response(const PatientCase& patient, const EndpointDefinition& definition);
Derived derive_disease_control(const PatientCase& patient, const EndpointDefinition& definition);
// endpoints/toxicity.cpp: TOX, TOX-ULN, TOX3 (R6)
Derived derive_worst_toxicity(const PatientCase& patient, const EndpointDefinition& definition);
Derived derive_grade3_toxicity(const PatientCase& patient, const EndpointDefinition& definition);
// endpoints/biochemistry.cpp: BASE (R7)
Derived derive_baseline_marker(const PatientCase& patient, const EndpointDefinition& definition);
// endpoints/marker_response.cpp: RESP (R7.4)
Derived derive_marker_response(const PatientCase& patient, const EndpointDefinition& definition);
// endpoints/early_death.cpp: DEATH30 (R6.6)
Derived derive_early_death(const PatientCase& patient, const EndpointDefinition& definition);

// endpoints/covariates.cpp: R10
Derived derive_age(const PatientCase& patient, const EndpointDefinition& definition);
Derived derive_sex(const PatientCase& patient, const EndpointDefinition& definition);
Derived derive_drug_before(const PatientCase& patient, const EndpointDefinition& definition);
Derived derive_procedure_before(const PatientCase& patient, const EndpointDefinition& definition);
Derived derive_liver_involvement(const PatientCase& patient, const EndpointDefinition& definition);
Derived derive_tumour_grade(const PatientCase& patient, const EndpointDefinition& definition);
Derived derive_urgency(const PatientCase& patient, const EndpointDefinition& definition);
Derived derive_agent(const PatientCase& patient, const EndpointDefinition& definition);

} // namespace embolink
