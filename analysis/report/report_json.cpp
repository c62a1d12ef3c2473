// report.json: every figure of the page under stable keys. Not estimable is null with a reason
// beside it. Numbers are full doubles: rounding is for the page.
#include "analysis/report/json_values.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {

namespace {

using nlohmann::json;

json test_json(const std::optional<FixedTest>& test) {
    if (!test) {
        return nullptr;
    }
    return {{"z", test->z}, {"p", test->p}};
}

json rate_json(const LocalRate& rate) {
    return {{"n", rate.n},
            {"at_risk", rate.at_risk},
            {"survival", maybe(rate.survival)},
            {"variance_log", rate.survival ? json(rate.greenwood) : json(nullptr)},
            {"interval_loglog", interval_json(rate.interval)}};
}

json quantile_json(const TimeQuantile& quantile) {
    return {{"days", maybe(quantile.days)},
            {"lower_days", maybe(quantile.lower)},
            {"upper_days", maybe(quantile.upper)}};
}

json point_json(const CurvePoint& point) {
    return {{"days", point.days},
            {"at_risk", point.at_risk},
            {"events", point.events},
            {"censored", point.censored},
            {"survival", point.survival},
            {"interval", interval_json(point.interval)},
            {"bpcp", interval_json(point.bpcp)},
            {"patients_with_event", point.with_event},
            {"patients_censored", point.left}};
}

json curve_json(const SurvivalResult& result) {
    json points = json::array();
    for (const CurvePoint& point : result.curve) {
        points.push_back(point_json(point));
    }
    return points;
}

json survival_json(const SurvivalResult& result) {
    json risk = json::array();
    for (const RiskCount& count : result.risk_table) {
        risk.push_back({{"month", count.month}, {"at_risk", count.at_risk}});
    }
    json at_24 = rate_json(result.at_24);
    at_24["interval_bpcp"] = interval_json(result.at_24_bpcp);
    at_24["why_not"] = result.at_24.survival ? json(nullptr) : json(result.why_not);
    return {{"group", result.group},
            {"n", result.n},
            {"events", result.events},
            {"not_evaluable", result.not_evaluable},
            {"reasons", counted(result.reasons)},
            {"suppressed", result.suppressed},
            {"at_24_months", at_24},
            {"last_day_with_5_at_risk",
             result.last_reliable ? point_json(*result.last_reliable) : json(nullptr)},
            {"median", quantile_json(result.median)},
            {"follow_up", quantile_json(result.follow_up)},
            {"last_days", result.last_days},
            {"number_at_risk", risk},
            {"curve", curve_json(result)}};
}

json survival_list(const std::vector<SurvivalResult>& list) {
    json result = json::array();
    for (const SurvivalResult& item : list) {
        result.push_back(survival_json(item));
    }
    return result;
}

json scenario_json(const ScenarioResult& scenario) {
    return {{"id", scenario.id},
            {"assumption", scenario.text},
            {"effective_n", scenario.effective_n > 0 ? json(scenario.effective_n) : json(nullptr)},
            {"published_interval_derived",
             json::array({scenario.published_interval.lower, scenario.published_interval.upper})},
            {"test", test_json(scenario.test)},
            {"difference_mover", interval_json(scenario.difference)},
            {"difference_from_bpcp", scenario.from_bpcp}};
}

json why_no_verdict(VerdictDate date) {
    switch (date) {
    case VerdictDate::declared:
        return nullptr;
    case VerdictDate::interim:
        return "interim";
    case VerdictDate::none_declared:
        return "no-analysis-date-declared";
    case VerdictDate::no_cut:
        return "no-data-cut";
    }
    return nullptr;
}

json verdict_json(const ComparisonResult& comparison, VerdictDate date) {
    const Verdict& verdict = comparison.verdict;
    json guards = json::array();
    for (const Guard guard : verdict.guards) {
        guards.push_back(to_string(guard));
    }
    const bool stated = date == VerdictDate::declared;
    return {{"verdict", stated ? json(to_string(verdict.answer)) : json(nullptr)},
            {"why_no_verdict", why_no_verdict(date)},
            {"reason", verdict.reason.empty() ? json(nullptr) : json(verdict.reason)},
            {"guards", guards},
            {"p_raw", verdict.test ? json(verdict.test->p) : json(nullptr)},
            {"p_holm", maybe(verdict.p_holm)},
            {"level", verdict.level},
            {"z", verdict.test ? json(verdict.test->z) : json(nullptr)},
            {"half_width", maybe(verdict.half_width)},
            {"unread_reports_patients", comparison.candidates},
            {"unread_reports_without_date", comparison.undated_candidates},
            {"answer_if_all_progression",
             stated && verdict.if_all_progression ? json(to_string(*verdict.if_all_progression))
                                                  : json(nullptr)}};
}

json comparison_json(const ComparisonResult& comparison) {
    json scenarios = json::array();
    for (const ScenarioResult& scenario : comparison.scenarios) {
        scenarios.push_back(scenario_json(scenario));
    }
    return {{"group", comparison.group},
            {"published", comparison.published},
            {"published_rate_is_derived", comparison.derived_rate},
            {"local", rate_json(comparison.local)},
            {"difference", maybe(comparison.difference)},
            {"scenarios", scenarios},
            {"all_progression_bound",
             comparison.all_progression ? rate_json(*comparison.all_progression) : json(nullptr)}};
}

json comparisons_json(const AuditReport& report) {
    json list = json::array();
    for (const ComparisonResult& comparison : report.comparisons) {
        json item = comparison_json(comparison);
        item["decision"] = verdict_json(comparison, report.date);
        list.push_back(item);
    }
    return list;
}

json os_comparisons_json(const AuditReport& report) {
    json list = json::array();
    for (const ComparisonResult& comparison : report.os_comparisons) {
        list.push_back(comparison_json(comparison));
    }
    return list;
}

json sensitivity_json(const AuditReport& report) {
    json list = json::array();
    for (const SensitivityLine& line : report.sensitivity) {
        list.push_back({{"label", line.label},
                        {"group", line.group},
                        {"n", line.n},
                        {"events", line.events},
                        {"at_24_months", rate_json(line.at_24)},
                        {"range", interval_json(line.range)},
                        {"test_a2", test_json(line.test)}});
    }
    return list;
}

json log_rank_json(const LogRankResult24& test) {
    return {
        {"n", {{"HAE", test.n_hae}, {"HACE", test.n_hace}}},
        {"events", {{"HAE", test.events_hae}, {"HACE", test.events_hace}}},
        {"chi_squared", maybe(test.chi_squared)},
        {"p", maybe(test.p)},
        {"p_permutation", maybe(test.p_permutation)},
        {"permutation_exact", test.p_permutation ? json(test.permutation_exact) : json(nullptr)},
        {"why_not", test.why_not.empty() ? json(nullptr) : json(test.why_not)}};
}

json proportion_json(const ProportionResult& line) {
    json against = json::array();
    for (const FisherLine& item : line.against_trial) {
        against.push_back(
            {{"trial_events", item.trial_events}, {"trial_n", item.trial_n}, {"p", item.p}});
    }
    return {{"group", line.group},
            {"denominator", line.denominator},
            {"events", line.events},
            {"n", line.n},
            {"suppressed", line.suppressed},
            {"rate", maybe(line.rate)},
            {"wilson", interval_json(line.wilson)},
            {"clopper_pearson", interval_json(line.clopper_pearson)},
            {"fisher_against_trial", against},
            {"difference_newcombe", interval_json(line.difference)}};
}

json outcomes_json(const AuditReport& report) {
    json list = json::array();
    for (const OutcomeResult& outcome : report.outcomes) {
        json lines = json::array();
        for (const ProportionResult& line : outcome.lines) {
            lines.push_back(proportion_json(line));
        }
        json feasible = json::array();
        for (const TrialCount& count : outcome.feasible) {
            feasible.push_back(json::array({count.events, count.n}));
        }
        list.push_back({{"param", outcome.param},
                        {"title", outcome.title},
                        {"published", maybe(outcome.published)},
                        {"trial_feasible_counts_derived", feasible},
                        {"not_evaluable", counted(outcome.not_evaluable)},
                        {"lines", lines}});
    }
    return list;
}

json markers_json(const AuditReport& report) {
    json list = json::array();
    for (const MarkerResult& marker : report.markers) {
        list.push_back({{"marker", marker.name},
                        {"group", marker.group},
                        {"n", marker.n},
                        {"evaluable", marker.evaluable},
                        {"elevated", marker.elevated},
                        {"elevated_2x", marker.elevated_2x},
                        {"elevated_5x", marker.elevated_5x},
                        {"median_multiple_of_uln", maybe(marker.median_multiple)},
                        {"not_evaluable", counted(marker.not_evaluable)}});
    }
    return list;
}

// The pooled counts under their response, as before there were groups.
json pooled_responses(const AuditReport& report) {
    for (const ResponseLine& line : report.best_response) {
        if (line.group == "HAE + HACE" && !line.confirmed) {
            return counted(line.counts);
        }
    }
    return json::object();
}

json responses_json(const AuditReport& report) {
    json list = json::array();
    for (const ResponseLine& line : report.best_response) {
        list.push_back({{"group", line.group},
                        {"confirmed", line.confirmed},
                        {"patients", counted(line.counts)}});
    }
    return list;
}

json flow_json(const FlowResult& flow) {
    return {{"candidates", flow.candidates},
            {"excluded", counted(flow.excluded)},
            {"included", flow.included},
            {"outside_analysis_set", counted(flow.outside)},
            {"analysis_set", flow.analysed},
            {"arms", counted(flow.arms)}};
}

json plan_json(const AuditSettings& settings) {
    if (!settings.plan) {
        return nullptr;
    }
    return {{"text", text_or_null(settings.plan->text)},
            {"sha256", settings.plan->sha256},
            {"date", to_iso(settings.plan->date)}};
}

json settings_json(const AuditSettings& settings) {
    json dates = json::array();
    for (const Date date : settings.analysis_dates) {
        dates.push_back(to_iso(date));
    }
    json inputs = json::array();
    for (const InputHash& input : settings.inputs) {
        inputs.push_back({{"name", input.name}, {"sha256", input.sha256}});
    }
    json intake = json::array();
    for (const IntakeLine& line : settings.intake) {
        intake.push_back({{"what", line.what}, {"count", line.count}});
    }
    json windows = json::array();
    for (const AssumedWindow& window : settings.assumed_windows) {
        windows.push_back({{"name", window.name}, {"days", window.days}, {"rule", window.rule}});
    }
    return {{"as_of", settings.as_of ? json(to_iso(*settings.as_of)) : json(nullptr)},
            {"analysis_dates", dates},
            {"site", settings.site_name},
            {"software_version", settings.software_version},
            {"rules_version", settings.rules_version},
            {"trial_version", settings.trial_version},
            {"inputs", inputs},
            {"intake", intake},
            {"assumed_windows", windows},
            {"analysis_plan", plan_json(settings)},
            {"margin",
             settings.margin
                 ? json{{"value", settings.margin->value}, {"date", to_iso(settings.margin->date)}}
                 : json(nullptr)},
            {"intended_use", {{"en", settings.intended_use_en}, {"fr", settings.intended_use_fr}}}};
}

json rates_json(const std::vector<TrialRate>& rates) {
    json result = json::object();
    for (const TrialRate& rate : rates) {
        result[rate.arm] = {{"rate", rate.rate}, {"randomised", rate.randomised}};
    }
    return result;
}

json trial_json(const TrialReference& trial) {
    return {{"id", trial.trial},
            {"citation", trial.citation},
            {"limits", trial.limits},
            {"randomised", trial.randomised},
            {"pfs24", rates_json(trial.pfs24)},
            {"pfs24_p", trial.pfs24_p},
            {"os24", rates_json(trial.os24)},
            {"os24_p", trial.os24_p},
            {"disease_control", trial.disease_control.rate},
            {"grade3", trial.grade3.rate}};
}

json answers_json(const AuditReport& report) {
    json list = json::array();
    for (const Sentence& sentence : report.answers) {
        list.push_back(
            {{"topic", sentence.topic}, {"text", sentence.text}, {"word", sentence.word}});
    }
    return {{"headline", report.headline}, {"sentences", list}};
}

json issues_json(const AuditReport& report) {
    json list = json::array();
    for (const IssueCount& issue : report.issues) {
        list.push_back({{"severity", issue.severity},
                        {"code", issue.code},
                        {"text", issue.text},
                        {"count", issue.count},
                        {"type", text_or_null(issue.type)}});
    }
    return list;
}

} // namespace

std::string render_json(const AuditReport& report) {
    json missing = json::array();
    for (const std::string& text : report.missing) {
        missing.push_back(text);
    }
    json page = {
        {"schema", "embolink-audit-report/1"},
        {"settings", settings_json(report.settings)},
        {"trial", trial_json(report.settings.reference)},
        {"answers", answers_json(report)},
        {"flow", flow_json(report.flow)},
        {"pfs", survival_list(report.pfs)},
        {"os", survival_list(report.os)},
        {"hpfs", survival_list(report.hpfs)},
        {"pfs_against_trial", comparisons_json(report)},
        {"os_against_trial", os_comparisons_json(report)},
        {"sensitivity", sensitivity_json(report)},
        {"log_rank_hae_hace",
         {{"pfs", log_rank_json(report.pfs_log_rank)}, {"os", log_rank_json(report.os_log_rank)}}},
        {"outcomes", outcomes_json(report)},
        {"best_response", pooled_responses(report)},
        {"best_response_by_group", responses_json(report)},
        {"markers", markers_json(report)},
        {"flags", counted(report.flags)},
        {"caution_flags", counted(report.caution_flags)},
        {"patients_with_caution", report.patients_with_caution},
        {"scan_interval",
         {{"progressions", report.scan_intervals},
          {"median_days", maybe(report.scan_interval_median)}}},
        {"timeline_given", report.has_timeline},
        {"not_shown", missing},
        {"issues", issues_json(report)},
        {"r_check", checks_json(report)}};
    page.update(beside_json(report));
    page.update(course_json(report));
    page.update(data_json(report));
    return page.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace embolink
