// The facts that can be graded in the windows after the sessions of a course (R6.1-R6.4), as
// multiples of the upper limit where they are laboratory values.
#pragma once

#include "mapping/endpoints/patient_case.hpp"

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

struct GradedFact {
    Date date;
    std::size_t window = 0; // index into toxicity_windows
    std::string term;
    int least = 0;              // grade, 0: none
    bool at_least = false;      // R6.3, R6.4: may be any worse grade, too
    bool from_severity = false; // R6.4
    std::string x_uln;          // laboratory values with an upper limit
    Origin origin;
    bool limit_of_site = false;
};

struct SetAsideFact {
    Date date;
    std::string term;
    std::string because;
    Origin origin;
    bool ungradable = false; // R6.2: a value without the limit that its grade needs
};

struct ToxicityFacts {
    std::vector<GradedFact> graded;
    std::vector<SetAsideFact> set_aside;
};

ToxicityFacts toxicity_facts(const PatientCase& patient,
                             const std::vector<ToxicityWindow>& windows);

} // namespace embolink
