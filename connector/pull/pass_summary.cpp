// A pass in numbers, for programs and for the store's run history.
#include "connector/pull/pipeline.hpp"

#include <nlohmann/json.hpp>

namespace embolink {

double kept_ratio(const PassSummary& summary) {
    const std::int64_t kept = summary.resources - summary.pulled.added;
    const std::int64_t before = kept + summary.retracted;
    return kept < 0 || before <= 0 ? 1 : static_cast<double>(kept) / static_cast<double>(before);
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
