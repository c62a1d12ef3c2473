#include "analysis/report/json_values.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace embolink {

using nlohmann::json;

json maybe(const std::optional<double>& value) {
    return value ? json(*value) : json(nullptr);
}

json maybe(const std::optional<int>& value) {
    return value ? json(*value) : json(nullptr);
}

json maybe(const std::optional<bool>& value) {
    return value ? json(*value) : json(nullptr);
}

json interval_json(const std::optional<Interval>& interval) {
    if (!interval) {
        return nullptr;
    }
    const auto limit = [](double value) { return std::isfinite(value) ? json(value) : json(); };
    return json::array({limit(interval->lower), limit(interval->upper)});
}

json counted(const std::vector<Counted>& list) {
    json result = json::object();
    for (const Counted& item : list) {
        result[item.name] = item.count;
    }
    return result;
}

json text_or_null(const std::string& text) {
    return text.empty() ? json(nullptr) : json(text);
}

namespace {

json one_sample_json(const OneSampleResult& result) {
    json lines = json::array();
    for (const OneSampleLine& line : result.lines) {
        lines.push_back({{"weibull_shape", line.shape},
                         {"expected", line.expected},
                         {"ratio", maybe(line.ratio)},
                         {"ratio_interval_exact", interval_json(line.ratio_interval)},
                         {"p_wu_trial_fixed", maybe(line.p_two_sided)},
                         {"p_poisson_worse", line.poisson_worse},
                         {"p_poisson_better", line.poisson_better}});
    }
    json uncertain = json::object();
    for (const auto& [id, p] : result.uncertain) {
        uncertain[id] = maybe(p);
    }
    return {{"group", result.group},
            {"n", result.n},
            {"published", result.published},
            {"truncated_at_days", 730.5},
            {"observed", result.observed},
            {"shapes", lines},
            {"p_trial_uncertain", uncertain},
            {"why_not", text_or_null(result.why_not)}};
}

json probability_json(const ProbabilityLine& line) {
    return {{"what", line.what},
            {"group", line.group},
            {"events", line.events},
            {"total", line.total},
            {"published", line.published},
            {"posterior_mean", line.mean},
            {"interval", interval_json(line.interval)},
            {"probability_above_published", line.above}};
}

json borrowing_json(const BorrowingResult& result) {
    json lines = json::array();
    for (const BorrowingLine& line : result.lines) {
        lines.push_back({{"share", line.share},
                         {"robust", line.robust},
                         {"weight_after", line.robust ? json(line.weight_after) : json(nullptr)},
                         {"mean", line.mean},
                         {"interval", interval_json(line.interval)}});
    }
    return {{"trial", json::array({result.trial.events, result.trial.n})},
            {"local", json::array({result.events, result.n})},
            {"conflict_p_box", maybe(result.conflict_p)},
            {"conflict", result.conflict},
            {"lines", lines}};
}

json margins_json(const AuditReport& report) {
    json lines = json::array();
    for (const MarginLine& line : report.margins) {
        lines.push_back({{"group", line.group},
                         {"difference", maybe(line.difference)},
                         {"interval", interval_json(line.interval)},
                         {"shown", line.shown},
                         {"testable", line.testable}});
    }
    return lines;
}

json factors_json(const AuditReport& report) {
    json list = json::array();
    for (const PrognosticFactor& factor : report.factors) {
        list.push_back({{"name", factor.name},
                        {"contrast", factor.contrast},
                        {"in_trial", factor.in_trial},
                        {"n", factor.n},
                        {"with_factor", factor.exposed},
                        {"events", factor.events},
                        {"missing", factor.missing},
                        {"method", text_or_null(factor.method)},
                        {"hazard_ratio", maybe(factor.hazard_ratio)},
                        {"interval", interval_json(factor.interval)},
                        {"p", maybe(factor.p)},
                        {"p_holm", maybe(factor.p_holm)},
                        {"why_not", text_or_null(factor.why_not)}});
    }
    return list;
}

json weighted_json(const WeightedResult& result) {
    json balance = json::array();
    for (const BalanceLine& line : result.balance) {
        balance.push_back(
            {{"name", line.name}, {"before", maybe(line.before)}, {"after", maybe(line.after)}});
    }
    return {{"n", {{"HAE", result.n_hae}, {"HACE", result.n_hace}}},
            {"effective_n", {{"HAE", result.effective_hae}, {"HACE", result.effective_hace}}},
            {"balance", balance},
            {"hazard_ratio", maybe(result.hazard_ratio)},
            {"interval", interval_json(result.interval)},
            {"hazard_ratio_unweighted", maybe(result.hazard_ratio_unweighted)},
            {"interval_unweighted", interval_json(result.interval_unweighted)},
            {"why_not", text_or_null(result.why_not)}};
}

} // namespace

json beside_json(const AuditReport& report) {
    json one_sample = json::array();
    for (const OneSampleResult& result : report.one_sample) {
        one_sample.push_back(one_sample_json(result));
    }
    json probabilities = json::array();
    for (const ProbabilityLine& line : report.probabilities) {
        probabilities.push_back(probability_json(line));
    }
    return {{"one_sample_log_rank", one_sample},
            {"probabilities", probabilities},
            {"borrowing_grade3", borrowing_json(report.borrowing)},
            {"margin", margins_json(report)},
            {"prognostic_factors", factors_json(report)},
            {"weighted_arms", weighted_json(report.weighted)}};
}

} // namespace embolink
