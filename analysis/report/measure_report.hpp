// Counts of endpoint records as FHIR R4: MeasureReport, and the Group of whom it counts. What the
// service answers to $evaluate-measure and what stands beside a report is made here; the statistics
// are the report's business.
#pragma once

#include "analysis/report/audit_input.hpp"
#include "analysis/report/export.hpp"
#include "mapping/records/date.hpp"
#include "mapping/records/endpoint_record.hpp"

#include <string>
#include <vector>

namespace embolink {

enum class MeasureForm {
    summary,     // counts alone
    subject_list // with the patients behind each; names patients
};

struct MeasureQuestion {
    std::string trial;   // "maire-2012"
    Date period_start{}; // patients of the analysis set whose T0 lies in the period, both days in
    Date period_end{};
    MeasureForm form = MeasureForm::summary;
    std::string date;     // FHIR dateTime of the report
    std::string reporter; // the site's name, empty: none
};

// One group for each outcome with a yes or no (PFS and OS: whether the event was seen); populations
// initial-population (the analysis set of rule R8.1, as on the report's page; its code says so in
// words), denominator (can be judged), numerator (an event, or true),
// denominator-exclusion (cannot be judged); the same by arm as strata. The groups are those of
// mapping/definitions/conformance/Measure-maire-2012.json. JSON with sorted keys.
std::string measure_report(const std::vector<EndpointRecord>& records,
                           const MeasureQuestion& question);

// A report's own question: from the first T0 to the cut. Without a cut there is none.
std::optional<MeasureQuestion> measure_question(const std::vector<EndpointRecord>& records,
                                                const AuditSettings& settings,
                                                MeasureForm form);

// The patients whom the question asks about. Names patients.
std::string cohort_group(const std::vector<EndpointRecord>& records,
                         const MeasureQuestion& question);

// What an export says of the same outcomes, as a summary: each count masked, with the band that it
// lies in; no period and no date. Says nothing that the tables of the export do not say.
std::string export_measure(const ExportReport& report, const std::string& trial);

} // namespace embolink
