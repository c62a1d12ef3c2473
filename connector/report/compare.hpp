// What changed between the reports of two runs, and why: verdicts, estimates, and each patient
// whose records changed, traced to the resource versions that differ, or to what was otherwise for
// the whole run (cut, definitions, site file, decisions, program).
#pragma once

#include "connector/report/past_report.hpp"

#include <string>
#include <vector>

namespace embolink {

// Something that both reports say.
struct Difference {
    std::string what;
    std::string earlier;
    std::string later;
};

struct RecordDifference {
    std::string param;
    std::string earlier; // in words; empty: there was no record
    std::string later;
    std::vector<std::string> because; // never empty
    bool same_result = false;         // the same from other versions of its sources
};

struct PatientDifference {
    std::string patient;
    std::vector<std::string> resources; // of his, all that changed, whatever it did to records
    std::vector<RecordDifference> records;
};

struct Comparison {
    std::vector<Difference> run_wide;
    std::vector<Difference> verdicts;  // PFS against the trial, by group; all of them
    std::vector<Difference> estimates; // those that differ
    std::vector<PatientDifference> patients;
};

// Both of one database. Only what is still kept is compared (PastReport::differences).
Comparison compare(const PastReport& earlier,
                   const PastReport& later,
                   const std::vector<ChangedCopy>& changed);

std::string
comparison_text(const PastReport& earlier, const PastReport& later, const Comparison& comparison);
std::string
comparison_json(const PastReport& earlier, const PastReport& later, const Comparison& comparison);

} // namespace embolink
