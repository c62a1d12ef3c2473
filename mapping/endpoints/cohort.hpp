// Who is in the cohort (R1), and why not. Everything of COHORT except what only an included patient
// has (arm, tier, history), which derive.cpp adds.
#pragma once

#include "mapping/endpoints/trial.hpp"
#include "mapping/issue.hpp"
#include "mapping/records/endpoint_record.hpp"
#include "mapping/timeline/sessions.hpp"

#include <string>
#include <vector>

namespace embolink {

struct CohortFinding {
    std::string exclusion;          // the first of R1.3's reasons that applies; "" included
    std::vector<std::string> flags; // liver-from-text, second-primary, site-assumed-hepatic
    std::vector<RecordSource> sources;
    Issues issues; // an age that cannot be told

    bool included() const { return exclusion.empty(); }
};

// R1.1: some embolization row, of whatever status.
bool is_candidate(const PatientTimeline& timeline);

// `sessions` of the timeline; `course` null when there are none. The reasons about rows are asked
// in R1.3's order of the rows that the reason before left over: a patient with one planned and one
// portal vein row is `not-an-embolization`.
CohortFinding
judge_cohort(const PatientTimeline& timeline, const Course* course, const TrialWindows& windows);

// R1.3 `minor`: surely under that age on that day. nullopt: the birth date leaves it open.
std::optional<bool> is_under_age(const std::optional<PartialDate>& birth, Date day, int years);

} // namespace embolink
