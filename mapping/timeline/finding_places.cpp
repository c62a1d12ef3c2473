#include "mapping/timeline/finding_places.hpp"

#include "mapping/facts/concepts.hpp"

#include <algorithm>

namespace embolink {

FocusSite LesionPlaces::site_of(const std::vector<std::string>& focus,
                                const std::vector<Diagnosis>& diagnoses) const {
    std::vector<Origin> hepatic;
    std::vector<Origin> others;
    bool perhaps_hepatic = false;
    bool elsewhere = false;
    FocusSite found;
    for (const std::string& reference : focus) {
        const auto diagnosis = std::find_if(diagnoses.begin(), diagnoses.end(), [&](const auto& d) {
            return d.origin.reference == reference;
        });
        const auto place = places_.find(reference);
        if (diagnosis == diagnoses.end() && place == places_.end()) {
            perhaps_hepatic = true;
            found.structure_missing =
                found.structure_missing || reference.starts_with("BodyStructure/");
            continue;
        }
        const bool is_structure = place != places_.end();
        const Origin& origin = is_structure ? place->second.origin : diagnosis->origin;
        switch (is_structure ? place->second.site : diagnosis->lesion_site) {
        case SiteFinding::hepatic_stated:
            hepatic.push_back(origin);
            break;
        case SiteFinding::other_stated:
            elsewhere = true;
            others.push_back(origin);
            break;
        case SiteFinding::unstated:
            perhaps_hepatic = perhaps_hepatic || is_structure;
            others.push_back(origin); // without it, it would count as absent
            break;
        }
    }
    if (!hepatic.empty()) {
        found.site = SiteFinding::hepatic_stated;
        found.origins = std::move(hepatic);
    } else if (elsewhere && !perhaps_hepatic) {
        found.site = SiteFinding::other_stated;
        found.origins = std::move(others);
    }
    return found;
}

void follow_reasons(PatientTimeline& timeline) {
    for (ProcedureRow& row : timeline.procedures) {
        if (row.site != SiteFinding::unstated) {
            continue;
        }
        for (const Diagnosis& diagnosis : timeline.diagnoses) {
            const bool named =
                std::find(row.reasons.begin(), row.reasons.end(), diagnosis.origin.reference) !=
                row.reasons.end();
            if (named && (diagnosis.concepts.has(concepts::liver_metastasis) ||
                          diagnosis.concepts.has(concepts::hepatocellular_carcinoma))) {
                row.site = SiteFinding::hepatic_stated;
                timeline.rests_on[row.origin.reference].push_back(diagnosis.origin);
            }
        }
    }
}

} // namespace embolink
