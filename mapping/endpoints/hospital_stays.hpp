// Hospital stays around the sessions of a course: prolonged ones and readmissions (R6.4).
#pragma once

#include "mapping/endpoints/patient_case.hpp"

#include <vector>

namespace embolink {

// Inpatient encounters that overlap or touch are one stay: departments write encounters of their
// own.
struct HospitalStay {
    Date first;
    Date last; // the first day where nobody knows; the cut while it goes on
    std::vector<Origin> origins;
    bool elective = false; // every one of its encounters says so
};

// In order of their first days; those that no day places are left out.
std::vector<HospitalStay> hospital_stays(const PatientCase& patient);

// The stay that the session was made in; nullptr: none is known.
const HospitalStay* stay_of(const std::vector<HospitalStay>& stays, const Session& session);

// Longer than the trial file takes for the course of an embolization.
bool is_prolonged(const PatientCase& patient, const HospitalStay& stay, const Session& session);

// Those that begin after the session and up to `until`, but for planned ones: elective, or one in
// which the next session is made.
std::vector<const HospitalStay*> readmissions(const PatientCase& patient,
                                              const std::vector<HospitalStay>& stays,
                                              const Session& session,
                                              Date until);

} // namespace embolink
