#include "mapping/explain/changes.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <variant>

namespace embolink {
namespace {

struct Change {
    std::string_view of; // a reason or a flag
    std::string_view words;
};

// Reasons for which there is no number, or an early end.
constexpr std::array reason_changes = {
    Change{"no-baseline-imaging", "imaging of the liver before T0, or a RECIST reading after it"},
    Change{"no-assessment", "any adequate assessment after T0"},
    Change{"missed-assessments", "an adequate assessment in the gap before the event"},
    Change{"new-anticancer-therapy", "nothing later: the new therapy ended the search"},
    Change{"last-adequate-assessment", "a later assessment, a progression or the date of death"},
    Change{"last-known-alive", "a later contact, or the date of death"},
    Change{"death-date-unknown", "the date of death"},
    Change{"response-unspecified", "a RECIST reading that names the kind of response"},
    Change{"no-safety-data", "laboratory values or events in a safety window"},
    Change{"window-open", "time: the window closes later than the cut"},
    Change{"baseline-missing", "a result before T0"},
    Change{"baseline-stale", "a result nearer to T0"},
    Change{"uln-missing", "an upper limit of normal, of the result or of the site"},
    Change{"indeterminate", "a number in place of a bound"},
};

// Caution flags: the value could well be otherwise.
constexpr std::array flag_changes = {
    Change{"pd-candidate-unresolved", "a reader's decision about the open items below"},
    Change{"response-candidate-unresolved", "a reader's decision about the open items below"},
    Change{"date-imputed-day", "the day of the date"},
    Change{"same-date-conflict", "which of the two readings of one day is right"},
    Change{"trend-only", "a RECIST reading of the same date"},
    Change{"early-pd", "a coded new lesion beside the early progression"},
    Change{"response-unspecified", "a RECIST reading that names the kind of response"},
    Change{"baseline-not-in-feed", "the baseline imaging itself"},
    Change{"no-imaging-in-feed", "imaging resources"},
    Change{"therapy-from-request", "whether the ordered drug was given"},
    Change{"contact-after-death", "the right date of death, or of the contact"},
    Change{"baseline-missing", "laboratory values before the session"},
    Change{"grade-at-least", "the grade itself"},
    Change{"grade-from-severity", "a CTCAE grade"},
    Change{"laterality-unknown", "which lobe was treated"},
    Change{"site-assumed-hepatic", "a site on the procedure"},
    Change{"second-primary", "whether the other cancer matters"},
};

std::string_view find(const auto& table, std::string_view key) {
    const auto row = std::ranges::find(table, key, &Change::of);
    return row == table.end() ? std::string_view{} : row->words;
}

std::string reason_of(const EndpointRecord& record) {
    if (const auto* censored = std::get_if<Censored>(&record.status)) {
        return censored->reason;
    }
    const auto* missing = std::get_if<NotEvaluable>(&record.status);
    return missing == nullptr ? "" : missing->reason;
}

bool is_wanted(const EndpointRecord& record, const std::string& patient, std::string_view param) {
    return record.patient == patient && (param.empty() || record.param == param);
}

std::string dated(const std::optional<Date>& date, const std::optional<Date>& t0) {
    if (!date) {
        return "";
    }
    return to_iso(*date) + (t0 ? ", day " + std::to_string(days_between(*t0, *date)) : "");
}

// R8.2: the other end of what the record may be.
std::string bound_words(const DerivedCohort& cohort, const EndpointRecord& record) {
    for (const TimelineEntry& entry : cohort.timeline) {
        if (entry.patient == record.patient && entry.value == all_candidates_progression &&
            entry.series == record.param) {
            return "    " + record.param + ": with every open item as progression " + entry.term +
                   " on " + dated(entry.date, record.start) + " [R8.2]\n";
        }
    }
    return "";
}

} // namespace

std::string what_would_change(const DerivedCohort& cohort,
                              const std::string& patient,
                              std::string_view param,
                              const TrialDefinition& trial) {
    std::string out;
    std::set<std::string> said;
    const auto say = [&](const EndpointRecord& record, std::string_view words) {
        const std::string line = "    " + record.param + ": " + std::string{words} + "\n";
        if (!words.empty() && said.insert(line).second) {
            out += line;
        }
    };
    for (const EndpointRecord& record : cohort.records) {
        if (!is_wanted(record, patient, param)) {
            continue;
        }
        if (record.param == "COHORT" && record.arm == trial.undetermined_arm) {
            say(record, "the drugs of the session, or a reader's decision about the arm");
        }
        say(record, find(reason_changes, reason_of(record)));
        for (const std::string& flag : record.flags) {
            say(record, find(flag_changes, flag));
        }
        out += bound_words(cohort, record);
    }
    return out;
}

std::string open_to_readers(const DerivedCohort& cohort, const std::string& patient) {
    std::string out;
    for (const OpenItem& item : cohort.open_items) {
        if (item.patient == patient) {
            out += "    " + (item.date ? to_iso(*item.date) : std::string{"no date   "}) + "  " +
                   to_string(item.kind) + "  " + item.reference +
                   (item.proposed.empty() ? "" : ": seems to be " + item.proposed) + "\n";
        }
    }
    return out;
}

std::string decided_by_readers(const DerivedCohort& cohort, const std::string& patient) {
    std::string out;
    for (const UsedDecision& used : cohort.decisions) {
        if (used.patient != patient) {
            continue;
        }
        const Adjudication& decision = used.decision;
        out += "    " + decision.origin.reference + "  " + to_string(decision.kind) + " " +
               decision.value + (decision.target.empty() ? "" : " about " + decision.target) +
               (decision.date ? " of " + to_iso(*decision.date) : "") + ", by " + decision.reader +
               (decision.reason.empty() ? "" : ": " + decision.reason) + "\n";
    }
    return out;
}

} // namespace embolink
