// The report in numbered steps: 1 rows from records, 2 flow, 3 survival by group, 4 comparisons and
// verdicts, 5 sensitivity, 6 HAE beside HACE, 7 outcomes and markers, 8 quality, 9 the words.
#include "analysis/report/audit_report.hpp"

#include "analysis/report/comparators.hpp"
#include "analysis/report/completeness.hpp"
#include "analysis/report/dataset.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/report/marker_course.hpp"
#include "analysis/report/prognosis.hpp"
#include "analysis/report/reference_tests.hpp"
#include "analysis/report/report_parts.hpp"
#include "analysis/report/safety.hpp"
#include "analysis/report/sensitivity.hpp"
#include "analysis/report/words.hpp"

#include <algorithm>

namespace embolink {

namespace {

constexpr Group compared[] = {Group::hae, Group::hace, Group::determined};

SampleRules sample_rules(const AuditSettings& settings) {
    SampleRules rules;
    rules.as_of = settings.as_of.value_or(Date{}); // without a cut nobody has a T0 to count from
    rules.early_progression_days = settings.early_progression_days;
    return rules;
}

std::vector<SurvivalResult>
survival_by_group(const AuditDataset& dataset, Endpoint endpoint, const SampleRules& rules) {
    std::vector<SurvivalResult> results;
    for (const Group group : compared) {
        results.push_back(survival_result(
            select(dataset, AnalysisSet::verdict, group), group_name(group), endpoint, rules));
    }
    for (const Group group : {Group::hace_deb, Group::undetermined}) {
        const Rows rows = select(dataset, AnalysisSet::verdict, group);
        if (!rows.empty()) {
            results.push_back(survival_result(rows, group_name(group), endpoint, rules));
        }
    }
    return results;
}

// The published rates that a group is compared with: its arm's, or both.
std::vector<TrialRate> published_for(const std::vector<TrialRate>& rates, Group group) {
    if (group == Group::determined) {
        return rates;
    }
    const TrialRate* rate = find_rate(rates, group_name(group));
    return rate == nullptr ? std::vector<TrialRate>{} : std::vector<TrialRate>{*rate};
}

ComparisonResult comparison_result(const SurvivalResult& local,
                                   const std::vector<TrialRate>& arms) {
    ComparisonResult result;
    result.group = local.group;
    result.derived_rate = arms.size() > 1;
    result.published = result.derived_rate ? pooled_under(arms, "A2").rate : arms.at(0).rate;
    result.local = local.at_24;
    if (local.at_24.survival) {
        result.difference = *local.at_24.survival - result.published;
    }
    result.scenarios = scenario_results(local, arms);
    return result;
}

// R8.2: patients of the group whose PFS has a report that nobody has read, and the bound with all
// of them as progression; a report without date is taken at the earliest day that counts.
void take_candidates(ComparisonResult& result, const Rows& rows, const SampleRules& rules) {
    for (const PatientRow* row : rows) {
        if (row->candidate_unresolved && row->pfs.days) {
            ++result.candidates;
            result.undated_candidates += row->bound_day ? 0 : 1;
        }
    }
    if (result.candidates > 0) {
        SampleRules bound = rules;
        bound.candidates = CandidateReading::all_progression;
        result.all_progression = local_rate(survival_sample(rows, Endpoint::pfs, bound));
    }
}

double undetermined_share(const AuditDataset& dataset) {
    const auto all = static_cast<double>(select(dataset, AnalysisSet::verdict).size());
    const auto unknown =
        static_cast<double>(select(dataset, AnalysisSet::verdict, Group::undetermined).size());
    return all > 0 ? unknown / all : 0;
}

void compare_with_trial(AuditReport& report,
                        const AuditDataset& dataset,
                        const SampleRules& rules) {
    const TrialReference& trial = report.settings.reference;
    std::vector<ComparisonCase> cases;
    for (std::size_t i = 0; i < std::size(compared); ++i) {
        const Group group = compared[i];
        const std::vector<TrialRate> arms = published_for(trial.pfs24, group);
        ComparisonResult result = comparison_result(report.pfs[i], arms);
        take_candidates(result, select(dataset, AnalysisSet::verdict, group), rules);
        ComparisonCase item;
        item.name = result.group;
        item.local = result.local;
        item.all_progression = result.all_progression;
        item.candidates = result.candidates;
        item.published =
            arms.size() > 1 ? pooled_under(arms, "A2") : published_under(arms.at(0), "A2");
        if (group != Group::determined) {
            item.undetermined_share = undetermined_share(dataset);
        }
        cases.push_back(item);
        report.comparisons.push_back(std::move(result));
    }
    const std::vector<Verdict> verdicts =
        decide(cases, verdict_level(report.settings.analysis_dates));
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        report.comparisons[i].verdict = verdicts[i];
    }
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) { // R8.5: by arm, described only
        report.os_comparisons.push_back(
            comparison_result(report.os[i], published_for(trial.os24, compared[i])));
    }
}

void name_missing(AuditReport& report, bool rederived) {
    if (!report.has_timeline) {
        report.missing.push_back("No timeline was given: toxicity by term, marker courses, the "
                                 "marks on each patient\u2019s course and the embolizations found "
                                 "by month are left out.");
    }
    if (report.flow.analysed > 0 && !rederived) {
        report.missing.push_back("The readings with rounds up to 180 and 210 days apart: they are "
                                 "derived from the resources, and records alone were given.");
    }
    report.missing.push_back("A funnel plot: it needs three centres or operators, and the records "
                             "name none.");
    if (report.settings.procedure_counts.empty()) {
        report.missing.push_back("How complete the embolizations are: the site file gives no count "
                                 "of the department (procedure_counts).");
    }
    const int unread = report.comparisons.at(2).undated_candidates;
    if (unread > 0) {
        report.missing.push_back("The dates of imaging reports that await a decision in " +
                                 plural(unread, "patient", "patients") +
                                 (report.has_timeline ? ": the timeline does not have them"
                                                      : ": no timeline was given") +
                                 ". The bound with each of them as progression takes them on day " +
                                 std::to_string(report.settings.early_progression_days) +
                                 ", the earliest that counts, and so is wider than it need be.");
    }
    const auto undated = [](const std::vector<SurvivalResult>& list) {
        return list.at(2).not_evaluable;
    };
    if (undated(report.pfs) > 0) {
        report.missing.push_back(plural(undated(report.pfs), "patient is", "patients are") +
                                 " not in the progression-free curves because the date of death is "
                                 "unknown; the table of other sets gives the bounds.");
    }
    if (undated(report.os) > 0) {
        report.missing.push_back(
            plural(undated(report.os), "patient is", "patients are") +
            " not in the survival curves because the date of death is unknown.");
    }
}

// What is said beside the verdict: other tests, probabilities, the declared margin, factors.
void add_beside_verdict(AuditReport& report,
                        const AuditDataset& dataset,
                        const SampleRules& rules) {
    report.one_sample = one_sample_results(dataset, report.settings.reference, rules);
    report.probabilities = probability_lines(report.comparisons, report.outcomes);
    report.borrowing = borrowing_result(report.outcomes);
    report.margins = margin_lines(report.comparisons, report.settings);
    report.factors = prognostic_factors(dataset);
    report.weighted = weighted_arms(dataset);
    report.comparators = published_comparators();
}

// What happened over time, to patients and to the data.
void add_course(AuditReport& report, const AuditDataset& dataset, const AuditInput& input) {
    const std::vector<TimelineEntry>* timeline = input.timeline ? &*input.timeline : nullptr;
    report.toxicity = toxicity_result(dataset, timeline);
    report.monitoring = monitoring_result(dataset, input.settings.reference);
    report.completeness = completeness(dataset);
    report.causes = quality_causes(input.records, dataset, input);
    report.lanes =
        lanes_of(dataset, timeline != nullptr ? *timeline : std::vector<TimelineEntry>{});
    if (timeline != nullptr) {
        report.marker_courses = marker_courses(dataset, *timeline);
        report.months = ascertainment(*timeline, input.settings.procedure_counts);
    }
}

} // namespace

AuditReport make_audit_report(const AuditInput& input) {
    const AuditDataset dataset =
        make_dataset(input.records, input.timeline ? &*input.timeline : nullptr);
    const SampleRules rules = sample_rules(input.settings);
    const Rows hae = select(dataset, AnalysisSet::verdict, Group::hae);
    const Rows hace = select(dataset, AnalysisSet::verdict, Group::hace);

    AuditReport report;
    report.settings = input.settings;
    report.has_timeline = dataset.has_timeline;
    report.date = verdict_date(input.settings.as_of, input.settings.analysis_dates);
    report.flow = flow_result(dataset);
    report.pfs = survival_by_group(dataset, Endpoint::pfs, rules);
    report.os = survival_by_group(dataset, Endpoint::os, rules);
    report.hpfs = survival_by_group(dataset, Endpoint::hpfs, rules);
    compare_with_trial(report, dataset, rules);
    report.sensitivity = sensitivity_lines(dataset, input, rules);
    report.pfs_log_rank = log_rank_result(hae, hace, Endpoint::pfs, rules);
    report.os_log_rank = log_rank_result(hae, hace, Endpoint::os, rules);
    report.outcomes = outcome_results(dataset, input.settings.reference);
    report.best_response = best_responses(dataset);
    report.markers = marker_results(dataset);
    add_beside_verdict(report, dataset, rules);
    add_course(report, dataset, input);
    take_flags(report, input.records, dataset);
    take_scan_intervals(report, dataset);
    report.issues = input.issues;
    name_missing(report, !input.otherwise.empty());
    report.headline = headline_of(report);
    report.answers = answers_of(report);
    return report;
}

} // namespace embolink
