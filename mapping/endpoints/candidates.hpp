// What may be a response and is none of the record's (R4.4, R8.2, R9.2): until somebody decides, it
// only flags the records that it could change.
#pragma once

#include "mapping/endpoints/trial.hpp"
#include "mapping/records/endpoint_record.hpp"
#include "mapping/timeline/timeline.hpp"

#include <string>
#include <vector>

namespace embolink {

enum class CandidateKind {
    unread_report,    // an imaging report without a coded response whose text nobody read (R8.2)
    report_text,      // one whose text says a response, or that nobody understands (R4.4)
    report_not_final, // coded or not (R9.2)
    reading_not_final,
    reading_text // a response Observation that only words tell (R4.4)
};

struct UnresolvedCandidate {
    Date date;
    Origin origin;
    CandidateKind kind = CandidateKind::unread_report;
    bool progression = false;    // it may say progression: flags PFS and its like
    bool elsewhere_only = false; // of another organ than the liver: HPFS is not in doubt (R4.7)
    bool response = false;       // it says some response: flags BOR, OR and DC
    bool imaging = true;         // false: a clinical judgement, of PFS-ITT alone (R4.3)
    std::string proposal;        // what a reader is asked to confirm: "PD", "PD?", "SD"; "" nothing
    std::string text;            // as it was written, only where it was kept
};

// Those dated after `t0`, in order of date and origin. None for which an accepted coded response, a
// sum of lesions or a reader's decision stands: on the same imaging date or linked to it.
std::vector<UnresolvedCandidate>
unresolved_candidates(const PatientTimeline& timeline, Date t0, const TrialWindows& windows);

// "R4.4 text that says progression": why it decides nothing.
std::string_view why_unresolved(const UnresolvedCandidate& candidate);

// "R4.4", "R8.2" or "R9.2".
std::string_view rule_of(const UnresolvedCandidate& candidate);

// Its timeline line; the audit's bounds need its date.
TimelineEntry candidate_entry(const UnresolvedCandidate& candidate);

} // namespace embolink
