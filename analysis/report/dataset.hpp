// Endpoint records -> one row per patient -> (time, event). The only file that turns an Event into
// a 1: ADaM's CNSR has it the other way round and is written only by csv.cpp.
#pragma once

#include "mapping/records/date.hpp"
#include "mapping/records/endpoint_record.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

// PFS, OS, HPFS or PFS-ITT of one patient. `days` empty: not evaluable, `reason` says why.
struct TimeToEvent {
    bool present = false; // a record exists
    std::optional<int> days;
    bool event = false;
    std::string reason;
    std::optional<int> left_days; // R5.10: progression lies in (left_days, right_days]
    std::optional<int> right_days;
    std::vector<std::string> flags;
};

// OR, DC, TOX3, DEATH30, RESP: true, false, or not evaluable with its reason.
struct YesNo {
    bool present = false;
    std::optional<bool> value;
    std::string reason;
    std::vector<std::string> flags;
};

struct Marker {
    bool present = false;
    std::string multiple; // of ULN, decimal text; empty: not evaluable
    std::string reason;
    std::vector<std::string> flags;
};

// A covariate of rule R10, as text; a number where it is one. Both empty: not evaluable.
struct Covariate {
    bool present = false;
    std::string text;
    std::optional<double> number;
    std::string reason;
};

// TOX: the worst grade of a patient and what it was made of.
struct WorstToxicity {
    bool present = false;
    std::optional<int> grade; // 0 to 5; empty: not evaluable
    std::vector<std::string> terms;
    std::string reason;
};

struct PatientRow {
    std::string patient;
    bool included = false;
    std::string exclusion; // R1.3 reason of an excluded candidate
    std::string arm;
    std::optional<Date> start;
    std::vector<std::string> cohort_flags;
    std::vector<std::string> course_flags;
    std::optional<int> rounds;
    TimeToEvent pfs, os, hpfs, pfs_itt;
    std::string best_response; // empty: no record
    std::string best_confirmed;
    YesNo objective_response, disease_control, grade3, death30;
    YesNo hiaa_response, cga_response;
    Marker hiaa, cga;
    WorstToxicity toxicity, toxicity_uln;
    std::map<std::string, Covariate> covariates; // by param: "AGE", ...
    bool candidate_unresolved = false; // R8.2: something may say progression, nobody has decided
    // PFS if all of it were progression, as the mapping derived it (from the timeline).
    std::optional<int> bound_day;
    bool bound_event = false;

    bool has_cohort_flag(std::string_view flag) const;
    const Covariate& covariate(const std::string& param) const; // an absent one when there is none
};

struct AuditDataset {
    std::vector<PatientRow> patients; // every candidate, by patient
    bool has_timeline = false;
};

// Records of other params are ignored. `timeline` may be null.
AuditDataset make_dataset(const std::vector<EndpointRecord>& records,
                          const std::vector<TimelineEntry>* timeline);

// R8.1. `verdict`: tier-a and tier-unknown without prior arterial therapy; `others`: the included
// patients outside of it; `tier_a`: its tier-a patients alone; `included`: all.
enum class AnalysisSet { verdict, others, tier_a, included };
bool in_set(const PatientRow& patient, AnalysisSet set);
// Of an included patient, by the flags of the COHORT record.
bool in_verdict_set(const std::vector<std::string>& cohort_flags);

// Who is compared. `determined`: HAE and HACE together; HACE-DEB is never pooled (R3.2).
enum class Group { hae, hace, determined, hace_deb, undetermined };
bool in_group(const PatientRow& patient, Group group);
std::string group_name(Group group); // "HAE", "HACE", "HAE + HACE", "HACE-DEB", "UNDETERMINED"

using Rows = std::vector<const PatientRow*>;
Rows select(const AuditDataset& dataset, AnalysisSet set, Group group);
Rows select(const AuditDataset& dataset, AnalysisSet set);

enum class Endpoint { pfs, os, hpfs, pfs_itt };
const TimeToEvent& outcome_of(const PatientRow& patient, Endpoint endpoint);

// How an imaging report that nobody has read is taken (R8.2 bounds).
enum class CandidateReading { ignored, all_progression };

// How a death without a usable date is taken (R0.4 bounds).
enum class UndatedDeath { left_out, at_start, after_cut };

struct SampleRules {
    CandidateReading candidates = CandidateReading::ignored;
    UndatedDeath undated_deaths = UndatedDeath::left_out;
    Date as_of{};
    int early_progression_days = 28; // R4.5
};

// Whole days from T0 and 1 for an event, in the order of the rows; rows that are not evaluable are
// left out unless the rules say otherwise.
struct SurvivalSample {
    std::vector<int> days;
    std::vector<int> event;

    std::size_t size() const { return days.size(); }
};

SurvivalSample survival_sample(const Rows& rows, Endpoint endpoint, const SampleRules& rules);

} // namespace embolink
