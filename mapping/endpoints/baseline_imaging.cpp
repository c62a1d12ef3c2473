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
const DatedImaging& last_of(const std::vector<DatedImaging>& exams) {
    return *std::ranges::max_element(exams, {}, [](const DatedImaging& exam) {
        return std::tie(exam.date.last, exam.origins.front());
    });
}

// A study proves that the feed has imaging better than a report: nothing in it waits to be read.
const Imaging& best_proof(const std::vector<const Imaging*>& exams) {
    return **std::ranges::min_element(
        exams, {}, [](const Imaging* exam) { return std::tie(exam->is_report, exam->origin); });
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
    std::vector<DatedImaging> baselines;
    std::vector<const Imaging*> others;
    for (const auto& imaging : patient.timeline.imaging) {
        const auto dated = date_imaging(patient.timeline, imaging);
        const bool baseline =
            dated && shows_liver(imaging) &&
            within_window(dated->date, patient.t0(), patient.trial.windows.baseline_imaging.days);
        if (baseline) {
            baselines.push_back(*dated);
        } else {
            others.push_back(&imaging);
        }
    }
    if (!baselines.empty()) {
        return {BaselineImaging::present, last_of(baselines).origins};
    }
    if (const auto* reading = first_recist_reading(patient)) {
        return {BaselineImaging::read_by_others, reading->origins};
    }
    if (const auto sum = first_lesion_sum(patient)) {
        return {BaselineImaging::read_by_others, sum->origins};
    }
    if (!others.empty()) {
        const auto& other = best_proof(others);
        const auto dated = date_imaging(patient.timeline, other);
        return {BaselineImaging::absent,
                dated ? dated->origins : std::vector<Origin>{other.origin}};
    }
    return {};
}

} // namespace embolink
