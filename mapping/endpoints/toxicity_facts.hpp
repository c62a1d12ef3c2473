// The facts that can be graded in the windows after the sessions of a course (R6.1-R6.4), as
// multiples of the upper limit or of the patient's own baseline where they are laboratory values.
#pragma once

#include "mapping/endpoints/patient_case.hpp"
#include "mapping/issue.hpp"

#include <string>
#include <vector>

namespace embolink {

// Day 0 to day 30 after a session, ended by the day before the next (R6.1); both days belong to it.
struct ToxicityWindow {
    Date first;
    Date last;
    const Session* session = nullptr;

    bool open(Date as_of) const { return as_of < last; } // R6.5
};

std::vector<ToxicityWindow> toxicity_windows(const PatientCase& patient);

// R6.3: what laboratory values are graded against. Clinical terms have one grade.
enum class GradingScale { limit_of_normal, own_baseline };

enum class ToxicityKind { laboratory, clinical };

// The term of a readmission that nothing else explains (R6.4).
inline constexpr const char* readmission_term = "readmission";

struct GradedFact {
    Date date;
    std::size_t window = 0; // index into toxicity_windows
    std::string term;
    ToxicityKind kind = ToxicityKind::clinical;
    int least = 0;              // grade, 0: none
    bool at_least = false;      // R6.3, R6.4: may be a worse grade, too
    int most = 5;               // the worst that it may be where it is at_least
    bool from_severity = false; // R6.4
    // R6.2: graded as if the baseline was normal, because there is none, or none that tells; only
    // where an abnormal one would grade otherwise.
    bool baseline_missing = false;
    bool transient = false; // R6.5: ALT or AST of a severe grade that fell again in time
    std::string value;      // laboratory values, with comparator
    std::string unit;       // of the value
    std::string x_uln;      // laboratory values with an upper limit
    Origin origin;
    const LabResult* baseline = nullptr; // R6.2
    std::vector<Origin> stays;           // R6.4: the encounters that make it what it is
    std::vector<Origin> decision;        // R6.4: of the reader who graded it
    bool limit_by_patient = false;
};

struct SetAsideFact {
    Date date;
    std::string term;
    std::string because;
    Origin origin;
    bool ungradable = false; // R6.2: a value without the limit that its grade needs
    bool late = false;       // R6.1: biliary or abscess, after the window but by day 90
};

struct ToxicityFacts {
    std::vector<GradedFact> graded;
    std::vector<SetAsideFact> set_aside;
};

// What a reader decided about the value or stay of that reference; nullptr: nothing.
const GradeDecision* grade_decision(const PatientTimeline& timeline, const std::string& reference);

// R6.4: a reader's grade is sure, whatever the data left open.
void take_decision(GradedFact& fact, const GradeDecision& decision);

ToxicityFacts toxicity_facts(const PatientCase& patient,
                             const std::vector<ToxicityWindow>& windows,
                             GradingScale scale);

// Decisions about a value or a stay that is graded in no window of the course: left out.
Issues unused_grade_decisions(const PatientCase& patient);

} // namespace embolink
