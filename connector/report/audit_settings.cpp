#include "connector/report/audit_settings.hpp"

#include "connector/core/about.hpp"
#include "connector/core/hash.hpp"
#include "mapping/endpoints/record_json.hpp"

#include <tuple>

namespace embolink {
namespace {

// What was fixed beforehand, and what the department knows of itself.
void take_site(AuditSettings& settings, const SiteAudit& audit) {
    if (audit.plan) {
        settings.plan = AnalysisPlan{audit.plan->text, audit.plan->sha256, audit.plan->date};
    }
    if (audit.margin) {
        settings.margin = DeclaredMargin{audit.margin->value, audit.margin->date};
    }
    settings.procedure_counts = audit.procedure_counts;
    settings.owners = audit.owners;
}

// Of "Observation/123"; nothing of "FILE:line".
std::string type_of(const std::string& reference) {
    const auto slash = reference.find('/');
    return slash == std::string::npos || reference.find(':') != std::string::npos
               ? ""
               : reference.substr(0, slash);
}

} // namespace

std::vector<AssumedWindow> assumed_windows(const TrialWindows& windows) {
    struct Named {
        const WindowDays& window;
        const char* name;
        const char* rule;
    };

    const Named all[] = {
        {windows.round_other_lobe, "sessions on different lobes form one round within", "R2.2"},
        {windows.round_unknown_lobe, "sessions on the same or an unknown lobe within", "R2.2"},
        {windows.course_gap, "longest gap between rounds of one course", "R2.3"},
        {windows.interval_min, "shortest conform interval between two rounds", "R2.4"},
        {windows.interval_max, "longest conform interval between two rounds", "R2.4"},
        {windows.tier_lookback, "look back for progression before treatment", "R1.4"},
        {windows.tier_resection, "liver resection that undoes an earlier progression", "R1.4"},
        {windows.history_needed, "history needed to know of earlier therapy", "R1.4"},
        {windows.baseline_imaging, "baseline imaging before treatment", "R5.6"},
        {windows.assessment_gap, "longest gap between assessments before an event", "R5.3"},
        {windows.stable_disease_min, "stable disease counts from day", "R4.6"},
        {windows.early_progression, "progression counts from day", "R4.5"},
        {windows.toxicity, "toxicity window after each session", "R6.1"},
        {windows.late_biliary, "late biliary events", "R6.1"},
        {windows.laboratory_baseline, "laboratory baseline before a session", "R6.2"},
        {windows.marker_baseline, "tumour marker baseline before treatment", "R7.2"},
    };
    std::vector<AssumedWindow> out;
    for (const Named& named : all) {
        if (named.window.assumed) {
            out.push_back({named.name, named.window.days, named.rule});
        }
    }
    return out;
}

AuditSettings audit_settings(const TrialDefinition& trial, const SiteFile& site) {
    AuditSettings settings;
    settings.analysis_dates.assign(site.config.analysis_dates.begin(),
                                   site.config.analysis_dates.end());
    settings.site_name = site.config.name;
    settings.software_version = software_version();
    settings.trial_version = trial.version;
    settings.assumed_windows = assumed_windows(trial.windows);
    settings.early_progression_days = trial.windows.early_progression.days;
    take_site(settings, site.audit);
    settings.intended_use_en = intended_use_en;
    settings.intended_use_fr = intended_use_fr;
    settings.reference = published_reference(trial.id);
    return settings;
}

// R9.6: of opted-out patients their number and nothing else. What is counted but says nothing about
// completeness (resources, patients) is no part of the flow.
std::vector<IntakeLine> intake_lines(const std::map<std::string, std::int64_t>& counts) {
    static const std::pair<const char*, const char*> words[] = {
        {"opted_out", "patients who opted out"},
        {"failed", "patients whose newest data the source did not give"},
        {"restricted", "resources labelled as restricted"},
        {"test_data", "resources labelled as test data"},
        {"older_versions", "superseded or repeated versions of resources"},
        {"own_output", "resources that this software wrote"}};
    std::vector<IntakeLine> lines;
    for (const auto& [name, what] : words) {
        const auto found = counts.find(name);
        if (found != counts.end() && found->second > 0) {
            lines.push_back({what, static_cast<int>(found->second)});
        }
    }
    return lines;
}

std::vector<IssueCount> count_issues(const Issues& issues) {
    std::map<std::tuple<std::string, std::string, std::string, std::string>, int> counts;
    for (const Issue& issue : issues) {
        ++counts[{to_string(issue.severity),
                  to_string(issue.code),
                  issue.text,
                  type_of(issue.reference)}];
    }
    std::vector<IssueCount> out;
    for (const auto& [key, count] : counts) {
        out.push_back(
            {std::get<0>(key), std::get<1>(key), std::get<2>(key), count, std::get<3>(key)});
    }
    return out;
}

} // namespace embolink
