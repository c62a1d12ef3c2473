#include "mapping/endpoints/lab_baseline.hpp"

#include "mapping/endpoints/lab_order.hpp"

namespace embolink {
namespace {

bool in_window(const PatientCase& patient, const LabResult& result, const Session& session) {
    const int before = days_between(result.effective->first, session.date);
    if (before < 0 || before > patient.trial.windows.laboratory_baseline.days) {
        return false;
    }
    return before > 0 || !drawn_after_puncture(result, session);
}

// Abnormal is above the upper limit (terminology 2.5). A bound tells it only when all that it
// allows lies on one side.
std::optional<bool> is_abnormal(const LabResult& result, const NormalLimits& limits) {
    if (!limits.upper) {
        return std::nullopt;
    }
    const auto order = compare(result.value, *limits.upper);
    switch (result.comparator) {
    case Comparator::none:
        return exceeds(result.value, *limits.upper, limits.converted);
    case Comparator::less:
    case Comparator::less_or_equal:
        return order <= 0 ? std::optional(false) : std::nullopt;
    case Comparator::greater:
    case Comparator::greater_or_equal:
        // Abnormal by an unknown multiple: nothing can be graded against it.
        return std::nullopt;
    }
    return std::nullopt;
}

} // namespace

std::optional<LabBaseline>
find_lab_baseline(const PatientCase& patient, const std::string& analyte, const Session& session) {
    const LabResult* last = nullptr;
    for (const auto& lab : patient.timeline.labs) {
        if (lab.analyte == analyte && in_window(patient, lab, session) &&
            (last == nullptr || drawn_earlier(*last, lab))) {
            last = &lab;
        }
    }
    if (last == nullptr) {
        return std::nullopt;
    }
    const auto limits = normal_limits(patient, *last);
    return LabBaseline{
        last, is_abnormal(*last, limits), limits.depends_on_patient, limits.converted};
}

} // namespace embolink
