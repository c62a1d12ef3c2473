// A pass in numbers, for programs and for the store's run history.
#include "connector/pull/pipeline.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {

namespace {

constexpr std::int64_t fewest = 20;
constexpr double suspicious = 0.9;

double kept_of(const std::string& type, std::int64_t before, const PassSummary& summary) {
    const auto gone = summary.gone.find(type);
    return before < fewest || gone == summary.gone.end()
               ? 1
               : 1 - static_cast<double>(gone->second) / static_cast<double>(before);
}

} // namespace

double kept_ratio(const PassSummary& summary) {
    double least = 1;
    for (const auto& [type, before] : summary.before) {
        least = std::min(least, kept_of(type, before, summary));
    }
    return least;
}

// A server may hide what its client may not see, and answer 200 all the same: to us that looks like
// resources that somebody deleted.
std::string words_of_loss(const PassSummary& summary) {
    std::string lost;
    for (const auto& [type, before] : summary.before) {
        if (kept_of(type, before, summary) < suspicious) {
            lost += (lost.empty() ? "" : ", ") + std::to_string(summary.gone.at(type)) + " of " +
                    std::to_string(before) + " " + type;
        }
    }
    return lost.empty() ? ""
                        : lost + ": on the server no more; deleted, or its access rules have "
                                 "changed. Outcomes that rested on them change";
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
            {"gone", summary.gone},
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
