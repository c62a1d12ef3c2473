// A pass in numbers, for programs and for the store's run history.
#include "connector/pull/pipeline.hpp"

#include <nlohmann/json.hpp>

namespace embolink {

namespace {

std::int64_t there_before(const PassSummary& summary) {
    return summary.resources - summary.pulled.added + summary.retracted;
}

} // namespace

double kept_ratio(const PassSummary& summary) {
    const auto before = static_cast<double>(there_before(summary));
    return before > 0 && summary.retracted <= before ? 1 - summary.retracted / before : 1;
}

// A server may hide what its client may not see, and answer 200 all the same: to us that looks like
// resources that somebody deleted.
std::string words_of_loss(const PassSummary& summary) {
    constexpr int few = 10;
    constexpr double suspicious = 0.9;
    if (summary.retracted < few || kept_ratio(summary) >= suspicious) {
        return "";
    }
    return std::to_string(summary.retracted) + " of " + std::to_string(there_before(summary)) +
           " resources are on the server no more: deleted, or its access rules have changed; "
           "outcomes that rested on them change";
}

nlohmann::json to_json(const PassSummary& summary) {
    const WriteCounts& written = summary.written;
    int held = 0;
    for (const auto& [state, count] : summary.held) {
        held += count;
    }
    return {{"run", summary.run},
            {"partial", summary.partial},
            {"as_of", to_iso(summary.as_of)},
            {"rules_version", summary.rules_version},
            {"patients", summary.patients},
            {"failed", summary.failed},
            {"opted_out", summary.opted_out},
            {"unanswered", summary.unanswered},
            {"pulled",
             {{"added", summary.pulled.added},
              {"changed", summary.pulled.changed},
              {"unchanged", summary.pulled.unchanged},
              {"own_output", summary.pulled.own_output},
              {"retracted", summary.retracted}}},
            {"resources", summary.resources},
            {"kept_ratio", kept_ratio(summary)},
            {"derived", summary.derived},
            {"records", summary.records},
            {"dry_run", summary.dry_run},
            {"written",
             {{"created", written.created},
              {"updated", written.updated},
              {"retracted", written.retracted},
              {"unchanged", written.unchanged},
              {"held", held}}},
            {"held", summary.held},
            {"put_off", written.put_off},
            {"report", summary.report}};
}

} // namespace embolink
