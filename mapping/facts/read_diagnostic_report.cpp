// DiagnosticReport: imaging reports with their coded conclusions (R4.1, R4.2), and whatever
// Observations any report contains (R4.8). A report is no contact (R5.8). Its text is a candidate
// (R4.4).

#include "mapping/definitions.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/facts/imaging_words.hpp"
#include "mapping/facts/observation_parts.hpp"
#include "mapping/facts/report_text.hpp"

#include <algorithm>
#include <array>

namespace embolink {

namespace {

constexpr std::array<std::string_view, 4> accepted = {"final", "amended", "corrected", "appended"};
constexpr std::array<std::string_view, 3> candidates = {"preliminary", "registered", "partial"};

ImagingEvidence imaging_evidence_of(const Reading& reading, bool& category_says_no) {
    ImagingEvidence evidence;
    bool other_category = false;
    for (const Field& category : reading.root.all("category")) {
        const CodedText coded = read_coded_text(category);
        ImagingEvidence of_category;
        of_category.take(reading.terminology(), coded);
        other_category = other_category || !of_category.imaging;
        evidence.take(reading.terminology(), coded);
    }
    // "LAB" beside a code that reads like a region ("Liver panel") is no imaging.
    category_says_no = other_category && !evidence.imaging;
    evidence.take(reading.terminology(), read_coded_text(reading.root.at("code")));
    return evidence;
}

// Coded conclusions that are a response; true when there was any.
bool read_conclusions(const Reading& reading, const Imaging& report, bool is_imaging) {
    bool any = false;
    for (const Field& field : reading.root.all("conclusionCode")) {
        const CodedText coded = read_coded_text(field);
        const ResponseFinding found = find_response(reading.terminology(), coded);
        if (found.reading == ResponseReading::contradictory) {
            field.report(
                Severity::error, IssueCode::conflict, "R4.2: codes of one conclusion contradict");
        }
        if (found.reading != ResponseReading::understood) {
            continue;
        }
        if (!is_imaging && !found.value.recist) {
            field.report(Severity::information,
                         IssueCode::business_rule,
                         "R4.1: a conclusion of a report that is not imaging");
            continue;
        }
        Assessment assessment;
        assessment.origin = reading.origin;
        assessment.standing = report.standing;
        assessment.kind =
            found.value.trend ? AssessmentKind::trend : AssessmentKind::coded_conclusion;
        assessment.category = found.value.category;
        assessment.effective = report.date;
        assessment.issued = report.issued;
        assessment.imaging_studies = report.imaging_studies;
        assessment.report = reading.origin.reference;
        reading.add(std::move(assessment));
        any = true;
    }
    return any;
}

// A new lesion among the conclusion codes belongs to every conclusion of the report, and to
// whatever else is said of its images (R4.5).
void mark_new_lesion(const Reading& reading, const Imaging& report) {
    ConceptSet said;
    for (const Field& field : reading.root.all("conclusionCode")) {
        for (const Coding& coding : read_coded_text(field).codings) {
            add_coded(said,
                      reading.terminology().concepts(
                          CodeDomain::response_kind, coding.system, coding.code));
        }
    }
    if (!said.coded(concepts::new_lesion)) {
        return;
    }
    ObservationFrame frame;
    frame.standing = report.standing;
    frame.effective = report.date;
    frame.issued = report.issued;
    frame.imaging_studies = report.imaging_studies;
    add_new_lesion(reading, frame);
    for (Fact& fact : reading.facts) {
        if (auto* assessment = std::get_if<Assessment>(&fact)) {
            assessment->new_lesion = true;
        }
    }
}

void read_contained(const Reading& reading, const Imaging& report, const When& effective) {
    const ReportFrame frame{report.standing == Standing::candidate,
                            effective,
                            report.issued,
                            report.imaging_studies,
                            read_contained_studies(reading)};
    read_contained_structures(reading);
    for (const Field& resource : reading.root.all("contained")) {
        if (resource.at("resourceType").text() != "Observation") {
            continue;
        }
        if (const auto origin = reading.origin_of(resource)) {
            read_observation_in(
                Reading{reading.context, reading.scope, resource, *origin, reading.facts}, &frame);
        }
    }
}

} // namespace

void read_diagnostic_report(const Reading& reading) {
    const Field& root = reading.root;
    const auto standing = standing_of(reading, {accepted, candidates});
    if (!standing) {
        return;
    }
    const When effective = reading.when("effective");
    Imaging report;
    report.origin = reading.origin;
    report.standing = *standing;
    report.is_report = true;
    report.date = effective.start ? effective.start : effective.end;
    report.issued = root.at("issued").date();
    report.imaging_studies = root.references("imagingStudy");
    report.results = root.references("result");
    bool category_says_no = false;
    const ImagingEvidence evidence = imaging_evidence_of(reading, category_says_no);
    const bool is_imaging =
        !report.imaging_studies.empty() || (evidence.imaging && !category_says_no);
    report.region = evidence.region();
    report.cross_sectional = evidence.cross_sectional;
    report.has_coded_response = read_conclusions(reading, report, is_imaging);
    read_contained(reading, report, effective);
    mark_new_lesion(reading, report);
    if (!is_imaging && !report.has_coded_response) {
        return;
    }
    ReportText said = read_report_text_of(reading);
    report.finding = said.finding;
    report.text = std::move(said.text);
    if (!report.date && !report.issued && report.imaging_studies.empty()) {
        root.report_missing("effective", Severity::warning, "R4.1: a report without a date");
    }
    reading.add(std::move(report));
}

} // namespace embolink
