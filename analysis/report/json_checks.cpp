// "r_check" of report.json: flat keys, which check.R prints as well.
#include "analysis/report/json_values.hpp"

#include <nlohmann/json.hpp>

#include <map>

namespace embolink {

using nlohmann::json;

namespace {

void add_checks(json& checks, const std::string& param, const std::vector<SurvivalResult>& list) {
    for (const SurvivalResult& result : list) {
        if (result.group != "HAE" && result.group != "HACE" && result.group != "HAE + HACE") {
            continue;
        }
        const std::string key = param + "." + result.group + ".";
        checks[key + "n"] = result.n;
        checks[key + "events"] = result.events;
        if (result.suppressed) {
            continue;
        }
        const std::optional<Interval>& interval = result.at_24.interval;
        checks[key + "at_risk_24"] = result.at_24.at_risk;
        checks[key + "s24"] = maybe(result.at_24.survival);
        checks[key + "s24_lower"] = interval ? json(interval->lower) : json(nullptr);
        checks[key + "s24_upper"] = interval ? json(interval->upper) : json(nullptr);
        checks[key + "median_days"] = maybe(result.median.days);
        checks[key + "follow_up_median_days"] = maybe(result.follow_up.days);
    }
}

// Cox of one factor at a time, where it was fitted without a penalty.
void add_factor_checks(json& checks, const AuditReport& report) {
    static const std::map<std::string, std::string> keys = {
        {"Urinary 5-HIAA above the upper limit", "COX.5HIAA-ELEVATED"},
        {"Chromogranin A above the upper limit", "COX.CGA-ELEVATED"},
        {"Urinary 5-HIAA, multiple of ULN", "COX.5HIAA-DOUBLING"},
        {"Chromogranin A, multiple of ULN", "COX.CGA-DOUBLING"},
        {"Age", "COX.AGE-10"},
        {"Sex", "COX.MALE"},
        {"Liver involvement", "COX.LIVER-10"}};
    for (const PrognosticFactor& factor : report.factors) {
        const auto found = keys.find(factor.name);
        if (found != keys.end()) {
            const bool fitted = factor.method == "Cox";
            checks[found->second + ".hr"] = fitted ? maybe(factor.hazard_ratio) : json(nullptr);
            checks[found->second + ".p"] = fitted ? maybe(factor.p) : json(nullptr);
        }
    }
}

} // namespace

json checks_json(const AuditReport& report) {
    json checks = json::object();
    add_checks(checks, "PFS", report.pfs);
    add_checks(checks, "OS", report.os);
    add_checks(checks, "HPFS", report.hpfs);
    checks["PFS.logrank.chisq"] = maybe(report.pfs_log_rank.chi_squared);
    checks["PFS.logrank.p"] = maybe(report.pfs_log_rank.p);
    checks["OS.logrank.chisq"] = maybe(report.os_log_rank.chi_squared);
    checks["OS.logrank.p"] = maybe(report.os_log_rank.p);
    add_factor_checks(checks, report);
    return checks;
}

} // namespace embolink
