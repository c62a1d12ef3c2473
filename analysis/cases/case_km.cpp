// Kaplan-Meier as JSON: curve, intervals of every type, quantiles, given times, BPCP.
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/survival/kaplan_meier.hpp"
#include "analysis/survival/rmst.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace embolink {
namespace {

using nlohmann::json;

constexpr std::pair<const char*, IntervalType> interval_types[] = {
    {"plain", IntervalType::plain},
    {"log", IntervalType::log},
    {"log-log", IntervalType::log_log},
    {"logit", IntervalType::logit},
    {"arcsin", IntervalType::arcsin}};

// Two beta quantiles for every time: above this many subjects Greenwood serves.
constexpr std::size_t most_for_bpcp = 10000;

std::optional<double> root(std::optional<double> variance) {
    return variance ? std::optional{std::sqrt(*variance)} : std::nullopt;
}

// R writes Inf for the log standard error at S = 0 and NA for that of S.
json log_error(std::optional<double> variance) {
    return variance ? json_of(root(variance)) : json("Inf");
}

json rows_of(const KaplanMeier& curve) {
    json out;
    for (const KaplanMeierRow& row : curve.rows) {
        const auto error = root(row.greenwood);
        out["time"].push_back(json_of(row.time));
        out["n_risk"].push_back(row.at_risk);
        out["n_event"].push_back(row.events);
        out["n_censor"].push_back(row.censored);
        out["surv"].push_back(row.survival);
        out["se_log_surv"].push_back(log_error(row.greenwood));
        out["se_surv"].push_back(json_of(error ? std::optional{*error * row.survival} : error));
        out["cumhaz_nelson_aalen"].push_back(row.cumulative_hazard);
        out["se_cumhaz"].push_back(std::sqrt(row.hazard_variance));
    }
    return out;
}

// With the keys, and the note on them, of R's bpcp package.
json bpcp_of(const KaplanMeier& curve, double confidence) {
    json out;
    const std::vector<Interval> intervals = bpcp(curve, confidence);
    for (std::size_t i = 0; i < intervals.size(); ++i) {
        const bool last = i == curve.rows.size();
        out["L"].push_back(json_of(i == 0 ? 0.0 : curve.rows[i - 1].time));
        out["R"].push_back(last ? json("Inf") : json_of(curve.rows[i].time));
        out["surv"].push_back(i == 0 ? 1.0 : curve.rows[i - 1].survival);
        out["Lin"].push_back(true);
        out["Rin"].push_back(false);
        add_interval(out, intervals[i]);
    }
    out["note"] = "bpcp package, nmc=0 (method of moments), Delta=0; rows are intervals [L,R) or "
                  "(L,R] as flagged by Lin/Rin";
    return out;
}

json at_times_of(const KaplanMeier& curve, const std::vector<double>& times, double confidence) {
    json out;
    for (const double t : times) {
        const KaplanMeierAt at = at_time(curve, t);
        const auto error = root(at.greenwood);
        out["times"].push_back(json_of(t));
        out["n_risk"].push_back(at.at_risk);
        out["surv"].push_back(at.survival);
        out["se_surv"].push_back(json_of(error ? std::optional{*error * at.survival} : error));
        for (const auto& [name, type] : interval_types) {
            // Before the first observed time R prints [1, 1] for every transform.
            add_interval(out[name],
                         at.bpcp_index == 0
                             ? Interval{1, 1}
                             : survival_interval(at.survival, at.greenwood, type, confidence));
        }
    }
    return out;
}

std::vector<double> asked_quantiles(const json& input) {
    return given(input, "quantiles") ? column(input, "quantiles")
                                     : std::vector<double>{0.25, 0.5, 0.75};
}

json quantiles_of(const KaplanMeier& curve,
                  IntervalType type,
                  const std::vector<double>& asked,
                  double confidence) {
    json out;
    for (const double p : asked) {
        const SurvivalQuantile q = quantile(curve, p, type, confidence);
        out["p"].push_back(p);
        out["quantile"].push_back(json_of(q.time));
        out["lower"].push_back(json_of(q.lower));
        out["upper"].push_back(json_of(q.upper));
    }
    return out;
}

json kaplan_meier_result(const SurvivalData& data, const json& input) {
    const double confidence = confidence_level(input);
    const KaplanMeier curve = kaplan_meier(data);
    json out = rows_of(curve);
    out["n"] = curve.n;
    for (const auto& [name, type] : interval_types) {
        for (const KaplanMeierRow& row : curve.rows) {
            add_interval(out["ci"][name],
                         survival_interval(row.survival, row.greenwood, type, confidence));
        }
        out["quantiles"][name] = quantiles_of(curve, type, asked_quantiles(input), confidence);
    }
    if (data.weight.empty() && data.entry.empty() && data.size() <= most_for_bpcp) {
        out["bpcp_mm"] = bpcp_of(curve, confidence);
    }
    if (given(input, "times")) {
        out["at_times"] = at_times_of(curve, column(input, "times"), confidence);
    }
    if (given(input, "tau")) {
        const double tau = number(input, "tau");
        const RestrictedMean mean = restricted_mean(curve, tau);
        out["rmst"] = {{"tau", tau}, {"rmst", mean.estimate}, {"se", std::sqrt(mean.variance)}};
    }
    return out;
}

// R's survfit stops here, too.
bool usable(const std::vector<double>& weights) {
    return std::ranges::all_of(weights, [](double w) { return w >= 0 && std::isfinite(w); });
}

json unusable_weight() {
    return refusal("negative-weight", "A weight is negative or infinite.");
}

// R leaves out whom it cannot place, with a warning: those whose entry is not before their exit.
struct EnteringSubjects {
    SurvivalData data;
    std::size_t left_out = 0;
};

EnteringSubjects entering_subjects(const json& input) {
    const std::vector<double> start = column(input, "start");
    const std::vector<double> stop = column(input, "stop");
    const std::vector<int> event = status_column(input, "status");
    const std::vector<double> weight = column_or_empty(input, "weight");
    require_length("stop", stop.size(), start.size());
    require_length("status", event.size(), start.size());
    require_length("weight", weight.empty() ? start.size() : weight.size(), start.size());
    EnteringSubjects out;
    for (std::size_t i = 0; i < start.size(); ++i) {
        if (!(start[i] < stop[i])) {
            ++out.left_out;
            continue;
        }
        out.data.entry.push_back(start[i]);
        out.data.time.push_back(stop[i]);
        out.data.event.push_back(event[i]);
        if (!weight.empty()) {
            out.data.weight.push_back(weight[i]);
        }
    }
    return out;
}

// Whether the curve reached 0 before its last time.
bool risk_set_empties(const json& result) {
    const json& survival = result.at("surv");
    return survival.size() > 1 && survival.at(survival.size() - 2) == 0.0;
}

} // namespace

json km_case(const json& input) {
    const SurvivalData data = survival_data(input);
    if (!usable(data.weight)) {
        return unusable_weight();
    }
    if (!given(input, "group")) {
        return {{"all", kaplan_meier_result(data, input)}};
    }
    const Labels groups = labels(input, "group");
    require_length("group", groups.size(), data.size());
    json out;
    for (int g = 0; g < groups.count; ++g) {
        out[groups.names[static_cast<std::size_t>(g)]] =
            kaplan_meier_result(subset(data, groups.codes, g), input);
    }
    return out;
}

json km_delayed_entry_case(const json& input) {
    EnteringSubjects read = entering_subjects(input);
    if (read.data.size() == 0) {
        return refusal("no-subject", "Nobody entered before leaving.");
    }
    if (!usable(read.data.weight)) {
        return unusable_weight();
    }
    json out = kaplan_meier_result(read.data, input);
    out["n_enter"] = nullptr;
    out["lower_loglog"] = out.at("ci").at("log-log").at("lower");
    out["upper_loglog"] = out.at("ci").at("log-log").at("upper");
    if (read.left_out > 0) {
        add_warning(out, std::to_string(read.left_out) + " subjects left when they entered");
    }
    if (risk_set_empties(out)) {
        add_warning(out, "nobody was at risk for a while: the curve stays at 0 ever after");
    }
    return out;
}

} // namespace embolink
