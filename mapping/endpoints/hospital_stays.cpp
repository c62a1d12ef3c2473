#include "mapping/endpoints/hospital_stays.hpp"

#include <algorithm>
#include <tuple>

namespace embolink {
namespace {

// Both ends to the day; an end that is coarser than the day is none.
std::optional<HospitalStay> placed(const PatientCase& patient, const Stay& stay) {
    const auto& start = stay.when.start;
    if (!stay.inpatient || !start || !start->to_the_day()) {
        return std::nullopt;
    }
    HospitalStay one;
    one.first = start->first;
    one.last = stay.current                                   ? patient.as_of
               : stay.when.end && stay.when.end->to_the_day() ? stay.when.end->first
                                                              : one.first;
    one.origins = {stay.origin};
    one.elective = stay.priority == Priority::elective;
    return one;
}

void unite(HospitalStay& stay, const HospitalStay& part) {
    stay.last = std::max(stay.last, part.last);
    stay.origins.insert(stay.origins.end(), part.origins.begin(), part.origins.end());
    stay.elective = stay.elective && part.elective;
}

bool holds(const HospitalStay& stay, Date day) {
    return stay.first <= day && day <= stay.last;
}

bool holds_a_session(const PatientCase& patient, const HospitalStay& stay) {
    const auto sessions = patient.course.sessions();
    const auto& retreatment = patient.course.retreatment;
    return (retreatment && holds(stay, *retreatment)) ||
           std::any_of(sessions.begin(), sessions.end(), [&](const Session* session) {
               return holds(stay, session->date);
           });
}

} // namespace

std::vector<HospitalStay> hospital_stays(const PatientCase& patient) {
    std::vector<HospitalStay> parts;
    for (const auto& stay : patient.timeline.stays) {
        if (auto one = placed(patient, stay); one) {
            parts.push_back(std::move(*one));
        }
    }
    std::ranges::sort(
        parts, {}, [](const HospitalStay& part) { return std::tie(part.first, part.origins); });
    std::vector<HospitalStay> stays;
    for (const auto& part : parts) {
        if (!stays.empty() && part.first <= stays.back().last) {
            unite(stays.back(), part);
        } else {
            stays.push_back(part);
        }
    }
    return stays;
}

const HospitalStay* stay_of(const std::vector<HospitalStay>& stays, const Session& session) {
    const auto found = std::find_if(stays.begin(), stays.end(), [&](const HospitalStay& stay) {
        return holds(stay, session.date);
    });
    return found == stays.end() ? nullptr : &*found;
}

bool is_prolonged(const PatientCase& patient, const HospitalStay& stay, const Session& session) {
    return days_between(session.date, stay.last) > patient.trial.windows.prolonged_stay.days;
}

std::vector<const HospitalStay*> readmissions(const PatientCase& patient,
                                              const std::vector<HospitalStay>& stays,
                                              const Session& session,
                                              Date until) {
    std::vector<const HospitalStay*> found;
    for (const auto& stay : stays) {
        const bool in_time = stay.first > session.date && stay.first <= until;
        if (in_time && !stay.elective && !holds_a_session(patient, stay)) {
            found.push_back(&stay);
        }
    }
    return found;
}

} // namespace embolink
