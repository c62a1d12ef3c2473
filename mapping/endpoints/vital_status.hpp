// Death and last contact of one patient (R0.4, R5.8, R5.9), as far as the clinical cut lets them be
// seen (R0.3).
#pragma once

#include "mapping/endpoints/trail.hpp"
#include "mapping/issue.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

// Something done with the patient, at its last day.
struct LastContact {
    Date date;
    std::vector<Origin> origins; // one; empty when T0 itself is the last contact
    std::string kind;            // Contact::kind, "session" for T0
};

// R5.8: the last one on or before as_of, T0 when none is later. Of several on one day the first by
// origin.
LastContact last_contact(const PatientCase& patient);

// The earliest contact whose last day lies after `day` (R5.9); nullopt: none.
std::optional<LastContact> contact_after(const PatientCase& patient, Date day);

struct KnownDeath {
    // Absent: dead, but nobody can say when (deceasedBoolean, a year alone, or a recorded date
    // before the treatment, which cannot be right).
    std::optional<Date> date;
    bool imputed = false; // R0.4, flag date-imputed-day
    bool before_treatment = false;
    std::vector<Origin> origins;        // what gives the date first: the Patient, or a finding
    std::optional<PartialDate> written; // the date as it was recorded
};

// nullopt: not known to be dead at as_of.
std::optional<KnownDeath> known_death(const PatientCase& patient);

// One issue for each finding that cannot be of the day of death that stands.
Issues contradicting_deaths(const PatientTimeline& timeline);

// The contact that moved an imputed day of death (R0.4), also where it moved it beyond as_of:
// without it another day, or a death at all, would follow. Empty: none did.
std::vector<Origin> imputation_origins(const PatientCase& patient);

// The death among the sources, in the role of the event, and in the timeline lines.
void cite_death(Trail& trail, const KnownDeath& death, std::string_view rule);

} // namespace embolink
