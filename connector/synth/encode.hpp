// From a plan to FHIR R4 resources. Each patient has shapes of its own: code systems, units, mCODE
// or plain, contained or linked. Codes are those that the terminology reference has verified.
#pragma once

#include "connector/synth/chart.hpp"

namespace embolink::synth {

struct EncodedPatient {
    std::vector<ResourceLine> lines;
    std::vector<std::string> decisions; // rows of adjudications.csv
};

// All resources of one patient. At dirt level 1 with duplicates, older versions, rows entered in
// error, instants and missing meta; level 0 is clean. What the level adds here changes
// no truth: that is the plan's (Shapes).
EncodedPatient encode_patient(const PatientPlan& plan, int dirty);

// The resources that patients share (practitioner, location).
std::vector<ResourceLine> encode_department(Date first_day);

// The site file that belongs to a synthetic hospital.
Json encode_site(const std::string& name, Date as_of);

// Parts, in the order in which they run.
void encode_person(Chart& chart);
void encode_conditions(Chart& chart);
void encode_encounters(Chart& chart);
void encode_sessions(Chart& chart);
void encode_other_procedures(Chart& chart);
void encode_session_drugs(Chart& chart,
                          const Session& session,
                          const std::string& procedure,
                          const std::string& encounter);
void encode_therapies(Chart& chart);
void encode_imaging(Chart& chart);
void encode_words(Chart& chart, const Visit& visit);
void encode_sizes(Chart& chart, int day, const std::vector<int>& sizes);
void encode_reader(Chart& chart); // what a reader tells and no resource does
void encode_labs(Chart& chart);
void encode_markers(Chart& chart);
void encode_events(Chart& chart);
void encode_covariates(Chart& chart);

// A study of the liver; a report on it, or on that day where `study` is empty, still to be filled.
std::string add_study(Chart& chart, int day);
Json report_on(Chart& chart, int day, const std::string& study);

// A day between the first fact and `latest`, as early as the patient's history allows.
int within_history(const PatientPlan& plan, int latest);

} // namespace embolink::synth
