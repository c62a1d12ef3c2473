// Where a finding or a procedure is, by what it refers to: the lesions that a finding is about
// (R4.7), the reason of a procedure (R2.0).
#pragma once

#include "mapping/timeline/timeline.hpp"

#include <map>
#include <string>
#include <vector>

namespace embolink {

struct FocusSite {
    SiteFinding site = SiteFinding::unstated;
    std::vector<Origin> origins; // what it rests on
    bool structure_missing = false;
};

class LesionPlaces {
public:
    void add(const LesionPlace& place) { places_.emplace(place.origin.reference, place); }

    // Of a finding with these references in focus. In the liver when any of them is a lesion there;
    // elsewhere when one is, and none may lie in the liver for all that is known: absent
    // resources and body structures without a site that is understood may. A Condition that is no
    // metastasis is the disease as a whole and says nothing.
    FocusSite site_of(const std::vector<std::string>& focus,
                      const std::vector<Diagnosis>& diagnoses) const;

private:
    std::map<std::string, LesionPlace> places_;
};

// R2.0: hepatic by its reason, when that is a disease in the liver. A site that the row names
// itself stands.
void follow_reasons(PatientTimeline& timeline);

} // namespace embolink
