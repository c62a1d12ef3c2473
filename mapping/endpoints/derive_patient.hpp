// All records of one patient at one cut: COHORT first, and for the included COURSE and the
// endpoints of the trial file in its order.
#pragma once

#include "mapping/adjudication/open_items.hpp"
#include "mapping/endpoints/patient_case.hpp"
#include "mapping/issue.hpp"

#include <string>
#include <vector>

namespace embolink {

// What is the same for every patient; all must outlive the call.
struct DerivationFrame {
    const TrialDefinition& trial;
    const GradingTable& grading;
    const SiteConfig& site;
    const std::string& rules_version;
    Date as_of;
    std::vector<TrialDefinition> other_gaps = {}; // `trial` with_course_gap
};

struct PatientRecords {
    std::vector<EndpointRecord> records;
    std::vector<TimelineEntry> timeline; // sorted by date, source, kind
    Issues issues;
    std::vector<OpenItem> open_items;                   // sorted
    std::vector<std::vector<EndpointRecord>> otherwise; // records by `other_gaps`
};

// `timeline` of a candidate (R1.1), already cut at `frame.as_of`.
PatientRecords derive_patient(const PatientTimeline& timeline, const DerivationFrame& frame);

} // namespace embolink
