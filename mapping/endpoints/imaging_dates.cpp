#include "mapping/endpoints/imaging_dates.hpp"

#include <algorithm>

namespace embolink {
namespace {

const Imaging* find_imaging(const PatientTimeline& timeline, const std::string& reference) {
    const auto found =
        std::find_if(timeline.imaging.begin(), timeline.imaging.end(), [&](const Imaging& imaging) {
            return imaging.origin.reference == reference;
        });
    return found == timeline.imaging.end() ? nullptr : &*found;
}

void append_studies(std::vector<Origin>& origins,
                    const PatientTimeline& timeline,
                    const std::vector<std::string>& studies) {
    for (const auto& reference : studies) {
        if (const auto* study = find_imaging(timeline, reference); study && study->date) {
            origins.push_back(study->origin);
        }
    }
}

} // namespace

std::optional<DatedImaging> date_imaging(const PatientTimeline& timeline, const Imaging& imaging) {
    const auto date = imaging_date(timeline, imaging);
    if (!date) {
        return std::nullopt;
    }
    DatedImaging dated{*date, {imaging.origin}};
    append_studies(dated.origins, timeline, imaging.imaging_studies);
    return dated;
}

std::vector<Origin> date_origins(const PatientTimeline& timeline, const Assessment& assessment) {
    const auto found = timeline.rests_on.find(assessment.origin.reference);
    return found == timeline.rests_on.end() ? std::vector<Origin>{} : found->second;
}

} // namespace embolink
