#include "connector/service/card_facts.hpp"

#include "connector/core/instants.hpp"
#include "connector/core/time_zone.hpp"
#include "connector/service/pass_loop.hpp"
#include "mapping/endpoints/record_json.hpp"

#include <algorithm>

namespace embolink::service {
namespace {

// One may be at work.
constexpr int newest_looked_at = 10;

// S(24) is read at 730.5 days: an assessment must lie after that.
constexpr int two_years = 731;

std::string reason_of(const EndpointRecord& record) {
    const auto* censored = std::get_if<Censored>(&record.status);
    return censored == nullptr ? "" : censored->reason;
}

bool is_included(const EndpointRecord& record) {
    const auto* value = std::get_if<Value>(&record.status);
    const auto* word = value == nullptr ? nullptr : std::get_if<std::string>(&value->value);
    return record.param == "COHORT" && word != nullptr && *word == "included";
}

std::optional<bool> yes_or_no(const EndpointRecord& record) {
    const auto* value = std::get_if<Value>(&record.status);
    const auto* yes = value == nullptr ? nullptr : std::get_if<bool>(&value->value);
    return yes == nullptr ? std::nullopt : std::optional(*yes);
}

void count(const std::optional<bool>& one, Rate& rate) {
    rate.of += one ? 1 : 0;
    rate.yes += one.value_or(false) ? 1 : 0;
}

// R9.2: a line of what was cancelled, is a mistake or is still awaited is no result. A preliminary
// one is, as it is where the caller brings it.
bool is_marker_result(const TimelineEntry& entry) {
    const std::string& why = entry.set_aside_because;
    return entry.kind == "marker" && entry.date &&
           (!why.starts_with("R9.2 ") || why == "R9.2 status preliminary");
}

// The last day on which imaging keeps PFS from being censored for missed assessments (R5.3).
std::optional<Date> imaging_due(const EndpointRecord& pfs, const TrialDefinition& trial) {
    if (!pfs.start) {
        return std::nullopt;
    }
    const std::string reason = reason_of(pfs);
    const bool seen = reason == "last-adequate-assessment" && pfs.date;
    if (!seen && reason != "no-assessment") {
        return std::nullopt;
    }
    const Date last = seen ? *pfs.date : *pfs.start;
    if (days_between(*pfs.start, last) >= two_years) {
        return std::nullopt; // known for good
    }
    return plus_days(last, trial.windows.assessment_gap.days);
}

} // namespace

RunId newest_ended(const std::vector<RunRow>& rows) {
    const auto ended = std::find_if(
        rows.begin(), rows.end(), [](const RunRow& row) { return !row.ended.empty(); });
    return ended == rows.end() ? 0 : ended->id;
}

const PatientFacts* Snapshot::find(const std::string& patient) const {
    const auto found = patients.find(patient);
    return found == patients.end() ? nullptr : found->second.get();
}

PatientFacts facts_of(const Derivation& derivation, const TrialDefinition& trial) {
    PatientFacts facts;
    bool included = false;
    for (const std::string& line : derivation.records) {
        const EndpointRecord record = record_from_json_line(line);
        included = included || is_included(record);
        if (record.param == "PFS") {
            facts.t0 = record.start;
            facts.imaging_due = imaging_due(record, trial);
        } else if (record.param == "OR") {
            facts.response = yes_or_no(record);
        } else if (record.param == "TOX3") {
            facts.toxicity = yes_or_no(record);
        }
    }
    for (const std::string& line : derivation.timeline) {
        const TimelineEntry entry = timeline_from_json_line(line);
        if (is_marker_result(entry)) {
            facts.markers.push_back({Precision::day, *entry.date, *entry.date, std::nullopt});
        }
    }
    std::sort(facts.markers.begin(), facts.markers.end());
    if (!included) {
        facts.imaging_due.reset();
        facts.response.reset();
        facts.toxicity.reset();
    }
    const auto open = derivation.counts.find("open_items");
    facts.open_items = open == derivation.counts.end() ? 0 : static_cast<int>(open->second);
    return facts;
}

std::shared_ptr<const Snapshot> make_snapshot(Store& store, DerivationSetup given) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->setup = std::make_shared<const DerivationSetup>(std::move(given));
    const DerivationSetup& setup = *snapshot->setup;
    // Read first: what a pass changes meanwhile may be newer than it says, never older.
    snapshot->newest_run = newest_ended(store.runs(newest_looked_at));
    snapshot->as_of = data_as_of(store.whole_runs(rows_of_history), current_instant());
    snapshot->terminology =
        std::make_shared<Terminology>(setup.definitions.terminology.with_site(setup.site.config));
    snapshot->zone = zone_rule(setup.site.config.time_zone);
    std::map<std::string, std::shared_ptr<PatientFacts>> by_chain;
    for (const Derivation& derivation : store.load_derivations()) {
        const PatientFacts facts = facts_of(derivation, setup.trial);
        count(facts.response, snapshot->response);
        count(facts.toxicity, snapshot->toxicity);
        by_chain[derivation.chain] = std::make_shared<PatientFacts>(facts);
    }
    for (const ChainState& chain : store.chains()) {
        const auto facts = by_chain.find(chain.chain);
        if (facts == by_chain.end()) {
            continue;
        }
        facts->second->pulled = instant_of(chain.pulled);
        for (const std::string& member : chain.members) {
            snapshot->patients[member] = facts->second;
        }
    }
    return snapshot;
}

} // namespace embolink::service
