#include "mapping/endpoints/baseline_imaging.hpp"

#include "mapping/endpoints/imaging_dates.hpp"
#include "mapping/endpoints/lesion_sums.hpp"

#include <algorithm>
#include <tuple>

namespace embolink {
namespace {

// A cross-sectional exam that names no region is taken for one of the abdomen: it was made of a
// patient with liver metastases in the weeks before the embolization. A named other region never
// is.
bool shows_liver(const Imaging& imaging) {
    return imaging.region == ImagingRegion::liver_or_abdomen ||
           (imaging.region == ImagingRegion::unstated && imaging.cross_sectional);
}

// A month counts only when all of it lies in the window.
bool within_window(const PartialDate& date, Date t0, int days) {
    return date.first >= plus_days(t0, -days) && date.last <= t0;
}

// Ties go by origin, so that the order of the input matters nowhere.
bool later(const DatedImaging& a, const DatedImaging& b) {
    return std::tie(a.date.last, a.origins.front()) > std::tie(b.date.last, b.origins.front());
}

// A study proves that the feed has imaging better than a report: nothing in it waits to be read.
bool proves_better(const Imaging& a, const Imaging& b) {
    return std::tie(a.is_report, a.origin) < std::tie(b.is_report, b.origin);
}

bool is_recist_reading(const Assessment& assessment) {
    return assessment.standing == Standing::accepted &&
           assessment.category != ResponseCategory::not_evaluable &&
           (assessment.kind == AssessmentKind::structured_recist ||
            assessment.kind == AssessmentKind::coded_conclusion);
}

const JudgedAssessment* first_recist_reading(const PatientCase& patient) {
    const auto by_recist = [&](const JudgedAssessment& judged) {
        if (judged.date <= patient.t0() || judged.date > patient.as_of) {
            return false;
        }
        return std::any_of(patient.timeline.assessments.begin(),
                           patient.timeline.assessments.end(),
                           [&](const Assessment& raw) {
                               return is_recist_reading(raw) &&
                                      std::find(judged.origins.begin(),
                                                judged.origins.end(),
                                                raw.origin) != judged.origins.end();
                           });
    };
    const auto found =
        std::find_if(patient.assessments.begin(), patient.assessments.end(), by_recist);
    return found == patient.assessments.end() ? nullptr : &*found;
}

// R5.6: "or lesion sum afterwards". Whether it can be judged does not matter: somebody who measures
// lesions follows them.
std::optional<LesionSum> first_lesion_sum(const PatientCase& patient) {
    const auto sums = lesion_sums(patient.timeline, patient.t0(), patient.trial.windows);
    return sums.empty() || sums.front().date > patient.as_of ? std::nullopt
                                                             : std::optional(sums.front());
}

} // namespace

BaselineFinding find_baseline_imaging(const PatientCase& patient) {
    std::optional<DatedImaging> last;
    const Imaging* other = nullptr;
    for (const auto& imaging : patient.timeline.imaging) {
        const auto dated = date_imaging(patient.timeline, imaging);
        const bool baseline =
            dated && shows_liver(imaging) &&
            within_window(dated->date, patient.t0(), patient.trial.windows.baseline_imaging.days);
        if (baseline && (!last || later(*dated, *last))) {
            last = dated;
        }
        if (!baseline && (other == nullptr || proves_better(imaging, *other))) {
            other = &imaging;
        }
    }
    if (last) {
        return {BaselineImaging::present, last->origins};
    }
    if (const auto* reading = first_recist_reading(patient)) {
        return {BaselineImaging::read_by_others, reading->origins};
    }
    if (const auto sum = first_lesion_sum(patient)) {
        return {BaselineImaging::read_by_others, sum->origins};
    }
    if (other != nullptr) {
        const auto dated = date_imaging(patient.timeline, *other);
        return {BaselineImaging::absent,
                dated ? dated->origins : std::vector<Origin>{other->origin}};
    }
    return {};
}

} // namespace embolink
