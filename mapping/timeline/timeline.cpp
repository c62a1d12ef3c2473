#include "mapping/timeline/timeline.hpp"

#include <algorithm>
#include <variant>

namespace embolink {

namespace {

// The latest of the studies whose date is known.
std::optional<PartialDate> latest_study(const PatientTimeline& timeline,
                                        const std::vector<std::string>& studies) {
    std::optional<PartialDate> latest;
    for (const std::string& study : studies) {
        const auto found = timeline.study_dates.find(study);
        if (found != timeline.study_dates.end()) {
            latest = std::max(latest, std::optional(found->second));
        }
    }
    return latest;
}

// The reports that an assessment stands in: its own, and those that name it as result. A contained
// assessment stands in its container.
std::vector<std::string> reports_of(const PatientTimeline& timeline, const Assessment& assessment) {
    std::vector<std::string> reports;
    if (!assessment.report.empty()) {
        reports.push_back(assessment.report);
    }
    const std::string& reference = assessment.origin.reference;
    const auto found = timeline.reports_of_result.find(reference);
    if (found != timeline.reports_of_result.end()) {
        reports.insert(reports.end(), found->second.begin(), found->second.end());
    }
    if (const auto hash = reference.find('#'); hash != std::string::npos) {
        reports.push_back(reference.substr(0, hash));
    }
    return reports;
}

// The earliest by `dates` of the reports: an addendum does not move an exam.
std::optional<PartialDate> earliest_report(const std::map<std::string, PartialDate>& dates,
                                           const std::vector<std::string>& reports) {
    std::optional<PartialDate> earliest;
    for (const std::string& report : reports) {
        const auto found = dates.find(report);
        if (found != dates.end()) {
            earliest = std::min(earliest.value_or(found->second), found->second);
        }
    }
    return earliest;
}

struct DateOf {
    using Result = std::optional<PartialDate>;

    static Result first_of(const Result& a, const Result& b) { return a ? a : b; }

    Result operator()(const Person& fact) const { return fact.death; }

    Result operator()(const Diagnosis& fact) const { return fact.onset; }

    Result operator()(const ProcedureRow& fact) const {
        return first_of(fact.performed.start, fact.performed.end);
    }

    Result operator()(const DrugEvent& fact) const { return fact.start; }

    Result operator()(const MedicationInfo&) const { return std::nullopt; }

    Result operator()(const Assessment& fact) const {
        return first_of(fact.effective, fact.issued);
    }

    Result operator()(const TumourSize& fact) const {
        return first_of(fact.effective, fact.issued);
    }

    Result operator()(const DeathFinding& fact) const { return fact.date; }

    Result operator()(const LesionPlace&) const { return std::nullopt; }

    Result operator()(const Imaging& fact) const { return first_of(fact.date, fact.issued); }

    Result operator()(const LabResult& fact) const { return fact.effective; }

    Result operator()(const Characteristic& fact) const { return fact.date; }

    Result operator()(const ClinicalEvent& fact) const { return fact.date; }

    Result operator()(const Contact& fact) const {
        return first_of(fact.when.start, fact.when.end);
    }

    Result operator()(const Stay& fact) const { return first_of(fact.when.start, fact.when.end); }

    Result operator()(const Order& fact) const { return fact.authored; }
};

} // namespace

std::optional<PartialDate> imaging_date(const PatientTimeline& timeline,
                                        const Assessment& assessment) {
    const std::vector<std::string> reports = reports_of(timeline, assessment);
    std::vector<std::string> studies = assessment.imaging_studies;
    for (const std::string& report : reports) {
        const auto found = timeline.report_studies.find(report);
        if (found != timeline.report_studies.end()) {
            studies.insert(studies.end(), found->second.begin(), found->second.end());
        }
    }
    if (const auto study = latest_study(timeline, studies)) {
        return study;
    }
    if (const auto report = earliest_report(timeline.report_dates, reports)) {
        return report;
    }
    if (assessment.effective) {
        return assessment.effective;
    }
    return assessment.issued ? assessment.issued : earliest_report(timeline.report_issued, reports);
}

std::optional<PartialDate> imaging_date(const PatientTimeline& timeline, const TumourSize& size) {
    Assessment reading;
    reading.origin = size.origin;
    reading.effective = size.effective;
    reading.issued = size.issued;
    reading.imaging_studies = size.imaging_studies;
    return imaging_date(timeline, reading);
}

std::optional<PartialDate> imaging_date(const PatientTimeline& timeline,
                                        const Characteristic& new_lesion) {
    Assessment reading;
    reading.origin = new_lesion.origin;
    reading.effective = new_lesion.date;
    reading.imaging_studies = new_lesion.imaging_studies;
    return imaging_date(timeline, reading);
}

std::optional<PartialDate> imaging_date(const PatientTimeline& timeline, const Imaging& imaging) {
    if (const auto study = latest_study(timeline, imaging.imaging_studies)) {
        return study;
    }
    return imaging.date ? imaging.date : imaging.issued;
}

std::optional<PartialDate> clinical_date(const Fact& fact) {
    return std::visit(DateOf{}, fact);
}

std::optional<PartialDate> clinical_date(const Diagnosis& fact) {
    return DateOf{}(fact);
}

std::optional<PartialDate> clinical_date(const ProcedureRow& fact) {
    return DateOf{}(fact);
}

std::optional<PartialDate> clinical_date(const DrugEvent& fact) {
    return DateOf{}(fact);
}

std::optional<PartialDate> clinical_date(const Imaging& fact) {
    return DateOf{}(fact);
}

std::optional<PartialDate> clinical_date(const LabResult& fact) {
    return DateOf{}(fact);
}

std::optional<PartialDate> clinical_date(const ClinicalEvent& fact) {
    return DateOf{}(fact);
}

std::optional<PartialDate> clinical_date(const Contact& fact) {
    return DateOf{}(fact);
}

std::optional<PartialDate> clinical_date(const Characteristic& fact) {
    return DateOf{}(fact);
}

std::optional<PartialDate> clinical_date(const DeathFinding& fact) {
    return DateOf{}(fact);
}

std::optional<PartialDate> clinical_date(const Stay& fact) {
    return DateOf{}(fact);
}

std::optional<PartialDate> clinical_date(const Order& fact) {
    return DateOf{}(fact);
}

} // namespace embolink
