// Endpoint records -> analysis rows. Numbered as it happens: 1 one row per patient from the
// records, 2 the bound of R8.2 from the timeline, 3 the analysis sets of R8.1, 4
// the (time, event) samples with the bounds of R8.2 and R0.4.
#include "analysis/report/dataset.hpp"

#include "analysis/report/format.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace embolink {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::optional<int> days_from(const std::optional<Date>& start, const std::optional<Date>& date) {
    if (!start || !date) {
        return std::nullopt;
    }
    return days_between(*start, *date);
}

TimeToEvent time_to_event(const EndpointRecord& record) {
    TimeToEvent result;
    result.present = true;
    result.flags = record.flags;
    if (const auto* event = std::get_if<Event>(&record.status)) {
        result.event = true;
        result.reason = event->reason;
        result.days = record.days;
    } else if (const auto* censored = std::get_if<Censored>(&record.status)) {
        result.reason = censored->reason;
        result.days = record.days;
    } else if (const auto* missing = std::get_if<NotEvaluable>(&record.status)) {
        result.reason = missing->reason;
    }
    result.left_days = days_from(record.start, record.left);
    result.right_days = days_from(record.start, record.right);
    return result;
}

YesNo yes_no(const EndpointRecord& record) {
    YesNo result;
    result.present = true;
    result.flags = record.flags;
    if (const auto* value = std::get_if<Value>(&record.status)) {
        if (const bool* answer = std::get_if<bool>(&value->value)) {
            result.value = *answer;
        }
    } else if (const auto* missing = std::get_if<NotEvaluable>(&record.status)) {
        result.reason = missing->reason;
    }
    return result;
}

Marker marker(const EndpointRecord& record) {
    Marker result;
    result.present = true;
    result.flags = record.flags;
    if (const auto* missing = std::get_if<NotEvaluable>(&record.status)) {
        result.reason = missing->reason;
        return result;
    }
    const auto* value = std::get_if<Value>(&record.status);
    if (value == nullptr) {
        return result;
    }
    if (const auto* decimal = std::get_if<DecimalText>(&value->value)) {
        result.multiple = decimal->text;
    } else if (const auto* whole = std::get_if<std::int64_t>(&value->value)) {
        result.multiple = std::to_string(*whole);
    }
    return result;
}

void take_cohort(PatientRow& row, const EndpointRecord& record) {
    const auto* value = std::get_if<Value>(&record.status);
    const std::string* word = value ? std::get_if<std::string>(&value->value) : nullptr;
    row.included = word != nullptr && *word == "included";
    row.exclusion = row.included || value == nullptr ? "" : value->reason;
    row.arm = record.arm;
    row.start = record.start;
    row.cohort_flags = record.flags;
}

void take_course(PatientRow& row, const EndpointRecord& record) {
    row.course_flags = record.flags;
    if (const auto* value = std::get_if<Value>(&record.status)) {
        if (const auto* rounds = std::get_if<std::int64_t>(&value->value)) {
            row.rounds = static_cast<int>(*rounds);
        }
    }
}

std::string word_of(const EndpointRecord& record, const std::string& otherwise) {
    const auto* value = std::get_if<Value>(&record.status);
    const std::string* word = value ? std::get_if<std::string>(&value->value) : nullptr;
    return word ? *word : otherwise;
}

std::string reason_of(const EndpointRecord& record) {
    const auto* missing = std::get_if<NotEvaluable>(&record.status);
    return missing ? missing->reason : "";
}

WorstToxicity worst_toxicity(const EndpointRecord& record) {
    WorstToxicity result;
    result.present = true;
    result.reason = reason_of(record);
    if (const auto* value = std::get_if<Value>(&record.status)) {
        if (const auto* grade = std::get_if<std::int64_t>(&value->value)) {
            result.grade = static_cast<int>(*grade);
        }
    }
    constexpr std::string_view prefix = "term:";
    for (const std::string& flag : record.flags) {
        if (flag.starts_with(prefix)) {
            result.terms.push_back(flag.substr(prefix.size()));
        }
    }
    return result;
}

Covariate covariate(const EndpointRecord& record) {
    Covariate result;
    result.present = true;
    result.reason = reason_of(record);
    const auto* value = std::get_if<Value>(&record.status);
    if (value == nullptr) {
        return result;
    }
    if (const auto* word = std::get_if<std::string>(&value->value)) {
        result.text = *word;
    } else if (const bool* yes = std::get_if<bool>(&value->value)) {
        result.text = *yes ? "yes" : "no";
        result.number = *yes ? 1 : 0;
    } else if (const auto* whole = std::get_if<std::int64_t>(&value->value)) {
        result.text = std::to_string(*whole);
        result.number = static_cast<double>(*whole);
    } else if (const auto* decimal = std::get_if<DecimalText>(&value->value)) {
        result.text = decimal->text;
        result.number = number_in(decimal->text);
    }
    return result;
}

constexpr std::string_view covariate_params[] = {"AGE",
                                                 "SEX",
                                                 "SSA",
                                                 "PRIOR-RESECTION-PRIMARY",
                                                 "PRIOR-RESECTION-LIVER",
                                                 "LIVER-INVOLVEMENT",
                                                 "GRADE",
                                                 "URGENT",
                                                 "AGENT"};

bool take_time(PatientRow& row, const EndpointRecord& record) {
    static const std::map<std::string, TimeToEvent PatientRow::*> members = {
        {"PFS", &PatientRow::pfs},
        {"OS", &PatientRow::os},
        {"HPFS", &PatientRow::hpfs},
        {"PFS-ITT", &PatientRow::pfs_itt}};
    const auto found = members.find(record.param);
    if (found == members.end()) {
        return false;
    }
    row.*(found->second) = time_to_event(record);
    if (record.param == "PFS") {
        row.candidate_unresolved = contains(record.flags, "pd-candidate-unresolved");
    }
    return true;
}

bool take_answer(PatientRow& row, const EndpointRecord& record) {
    static const std::map<std::string, YesNo PatientRow::*> members = {
        {"OR", &PatientRow::objective_response},
        {"DC", &PatientRow::disease_control},
        {"TOX3", &PatientRow::grade3},
        {"DEATH30", &PatientRow::death30},
        {"RESP-5HIAA", &PatientRow::hiaa_response},
        {"RESP-CGA", &PatientRow::cga_response}};
    const auto found = members.find(record.param);
    if (found == members.end()) {
        return false;
    }
    row.*(found->second) = yes_no(record);
    return true;
}

void take(PatientRow& row, const EndpointRecord& record) {
    if (take_time(row, record) || take_answer(row, record)) {
        return;
    }
    if (record.param == "COHORT") {
        take_cohort(row, record);
    } else if (record.param == "COURSE") {
        take_course(row, record);
    } else if (record.param == "BOR") {
        row.best_response = word_of(record, "NE");
    } else if (record.param == "BOR-CONFIRMED") {
        row.best_confirmed = word_of(record, "NE");
    } else if (record.param == "TOX") {
        row.toxicity = worst_toxicity(record);
    } else if (record.param == "TOX-ULN") {
        row.toxicity_uln = worst_toxicity(record);
    } else if (record.param == "BASE-5HIAA") {
        row.hiaa = marker(record);
    } else if (record.param == "BASE-CGA") {
        row.cga = marker(record);
    } else if (std::find(std::begin(covariate_params), std::end(covariate_params), record.param) !=
               std::end(covariate_params)) {
        row.covariates[record.param] = covariate(record);
    }
}

void take_timeline(PatientRow& row, const TimelineEntry& entry) {
    const std::optional<int> day = days_from(row.start, entry.date);
    if (day && entry.value == all_candidates_progression && entry.series == "PFS") {
        row.bound_day = *day;
        row.bound_event = entry.term == "event";
    }
}

// R8.2 without a timeline: the earliest day on which a progression counts (R4.5), which is the
// worst bound; nothing changes what came before.
std::optional<int> worst_bound(const PatientRow& row, const SampleRules& rules) {
    const TimeToEvent& pfs = row.pfs;
    const bool judgeable = pfs.reason != "no-baseline-imaging"; // R5.6
    const bool before_it = pfs.event && rules.early_progression_days > pfs.days.value_or(0);
    if (!row.candidate_unresolved || !pfs.days || !judgeable || before_it) {
        return std::nullopt;
    }
    return rules.early_progression_days;
}

// (days, event) with every open candidate as progression.
std::pair<int, bool> bounded(const PatientRow& row, const SampleRules& rules) {
    if (row.bound_day) {
        return {*row.bound_day, row.bound_event};
    }
    const auto worst = worst_bound(row, rules);
    return worst ? std::pair{*worst, true} : std::pair{*row.pfs.days, row.pfs.event};
}

} // namespace

bool PatientRow::has_cohort_flag(std::string_view flag) const {
    return contains(cohort_flags, flag);
}

const Covariate& PatientRow::covariate(const std::string& param) const {
    static const Covariate none;
    const auto found = covariates.find(param);
    return found == covariates.end() ? none : found->second;
}

const TimeToEvent& outcome_of(const PatientRow& patient, Endpoint endpoint) {
    switch (endpoint) {
    case Endpoint::pfs:
        return patient.pfs;
    case Endpoint::os:
        return patient.os;
    case Endpoint::hpfs:
        return patient.hpfs;
    case Endpoint::pfs_itt:
        return patient.pfs_itt;
    }
    return patient.pfs;
}

AuditDataset make_dataset(const std::vector<EndpointRecord>& records,
                          const std::vector<TimelineEntry>* timeline) {
    std::map<std::string, PatientRow> rows;
    for (const EndpointRecord& record : records) {
        PatientRow& row = rows[record.patient];
        row.patient = record.patient;
        take(row, record);
    }
    if (timeline != nullptr) {
        for (const TimelineEntry& entry : *timeline) {
            const auto found = rows.find(entry.patient);
            if (found != rows.end()) {
                take_timeline(found->second, entry);
            }
        }
    }
    AuditDataset dataset;
    dataset.has_timeline = timeline != nullptr;
    for (auto& [patient, row] : rows) {
        dataset.patients.push_back(std::move(row));
    }
    return dataset;
}

bool in_verdict_set(const std::vector<std::string>& cohort_flags) {
    return std::none_of(cohort_flags.begin(), cohort_flags.end(), [](const std::string& flag) {
        return flag == "tier-b" || flag == "prior-arterial-therapy";
    });
}

bool in_set(const PatientRow& patient, AnalysisSet set) {
    if (!patient.included) {
        return false;
    }
    const bool verdict = in_verdict_set(patient.cohort_flags);
    switch (set) {
    case AnalysisSet::verdict:
        return verdict;
    case AnalysisSet::others:
        return !verdict;
    case AnalysisSet::tier_a:
        return verdict && patient.has_cohort_flag("tier-a");
    case AnalysisSet::included:
        return true;
    }
    return false;
}

bool in_group(const PatientRow& patient, Group group) {
    switch (group) {
    case Group::hae:
        return patient.arm == "HAE";
    case Group::hace:
        return patient.arm == "HACE";
    case Group::determined:
        return patient.arm == "HAE" || patient.arm == "HACE";
    case Group::hace_deb:
        return patient.arm == "HACE-DEB";
    case Group::undetermined:
        return patient.arm == "UNDETERMINED";
    }
    return false;
}

std::string group_name(Group group) {
    switch (group) {
    case Group::hae:
        return "HAE";
    case Group::hace:
        return "HACE";
    case Group::determined:
        return "HAE + HACE";
    case Group::hace_deb:
        return "HACE-DEB";
    case Group::undetermined:
        return "UNDETERMINED";
    }
    return "";
}

Rows select(const AuditDataset& dataset, AnalysisSet set, Group group) {
    Rows rows;
    for (const PatientRow& patient : dataset.patients) {
        if (in_set(patient, set) && in_group(patient, group)) {
            rows.push_back(&patient);
        }
    }
    return rows;
}

Rows select(const AuditDataset& dataset, AnalysisSet set) {
    Rows rows;
    for (const PatientRow& patient : dataset.patients) {
        if (in_set(patient, set)) {
            rows.push_back(&patient);
        }
    }
    return rows;
}

SurvivalSample survival_sample(const Rows& rows, Endpoint endpoint, const SampleRules& rules) {
    SurvivalSample sample;
    const auto add = [&sample](int days, bool event) {
        sample.days.push_back(days);
        sample.event.push_back(event ? 1 : 0);
    };
    for (const PatientRow* row : rows) {
        const TimeToEvent& outcome = outcome_of(*row, endpoint);
        if (!outcome.days) {
            const bool undated = outcome.present && row->start;
            if (undated && rules.undated_deaths == UndatedDeath::at_start) {
                add(0, true);
            } else if (undated && rules.undated_deaths == UndatedDeath::after_cut) {
                add(days_between(*row->start, rules.as_of), false);
            }
            continue;
        }
        if (endpoint == Endpoint::pfs && rules.candidates == CandidateReading::all_progression) {
            const auto [days, event] = bounded(*row, rules);
            add(days, event);
        } else {
            add(*outcome.days, outcome.event);
        }
    }
    return sample;
}

} // namespace embolink
