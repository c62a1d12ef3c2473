#include "analysis/report/report_parts.hpp"

#include "analysis/proportions/proportion.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/report/format.hpp"
#include "mapping/records/caution_flags.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace embolink {

namespace {

using Tally = std::map<std::string, int>;

// Most frequent first, then by name.
std::vector<Counted> ranked(const Tally& tally) {
    std::vector<Counted> list;
    for (const auto& [name, count] : tally) {
        list.push_back({name, count});
    }
    std::stable_sort(list.begin(), list.end(), [](const Counted& a, const Counted& b) {
        return a.count > b.count;
    });
    return list;
}

bool has(const std::vector<std::string>& flags, const std::string& flag) {
    return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

} // namespace

FlowResult flow_result(const AuditDataset& dataset) {
    FlowResult flow;
    Tally excluded;
    Tally outside;
    Tally arms;
    for (const PatientRow& row : dataset.patients) {
        ++flow.candidates;
        if (!row.included) {
            ++excluded[row.exclusion];
            continue;
        }
        ++flow.included;
        if (in_set(row, AnalysisSet::verdict)) {
            ++flow.analysed;
            ++arms[row.arm];
        } else {
            ++outside[row.has_cohort_flag("tier-b") ? "tier-b" : "prior-arterial-therapy"];
        }
    }
    flow.excluded = ranked(excluded);
    flow.outside = ranked(outside);
    flow.arms = ranked(arms);
    return flow;
}

namespace {

using Answered = std::function<const YesNo&(const PatientRow&)>;

struct AnswerCounts {
    int yes = 0;
    int evaluable = 0;
    int all = 0;
    Tally missing;
};

AnswerCounts count_answers(const Rows& rows, const Answered& answer) {
    AnswerCounts counts;
    for (const PatientRow* row : rows) {
        const YesNo& said = answer(*row);
        ++counts.all;
        if (said.value) {
            ++counts.evaluable;
            counts.yes += *said.value ? 1 : 0;
        } else {
            ++counts.missing[said.present ? said.reason : "no-record"];
        }
    }
    return counts;
}

enum class Denominators { evaluable, both };

OutcomeResult outcome_result(const AuditDataset& dataset,
                             OutcomeResult outcome,
                             const Answered& answer,
                             Denominators denominators) {
    for (const TrialCount& count : outcome.feasible) {
        outcome.feasible_intervals.push_back(clopper_pearson({count.events, count.n}));
    }
    for (const Group group : {Group::hae, Group::hace, Group::determined}) {
        const AnswerCounts counts =
            count_answers(select(dataset, AnalysisSet::verdict, group), answer);
        const bool pooled = group == Group::determined;
        const std::vector<TrialCount> trial = pooled ? outcome.feasible : std::vector<TrialCount>{};
        outcome.lines.push_back(
            proportion_result(group_name(group), "evaluable", counts.yes, counts.evaluable, trial));
        if (denominators == Denominators::both) {
            outcome.lines.push_back(proportion_result(
                group_name(group), "all included", counts.yes, counts.all, trial));
        }
        if (pooled) {
            outcome.not_evaluable = ranked(counts.missing);
        }
    }
    return outcome;
}

} // namespace

std::vector<OutcomeResult> outcome_results(const AuditDataset& dataset,
                                           const TrialReference& trial) {
    OutcomeResult control;
    control.param = "DC";
    control.title = "Disease control";
    control.published = trial.disease_control.rate;
    control.feasible = trial.disease_control.feasible;
    OutcomeResult toxicity;
    toxicity.param = "TOX3";
    toxicity.title = "Toxicity of grade 3 or more";
    toxicity.published = trial.grade3.rate;
    toxicity.feasible = trial.grade3.feasible;
    OutcomeResult response;
    response.param = "OR";
    response.title = "Objective response";
    OutcomeResult death;
    death.param = "DEATH30";
    death.title = "Death within 30 days of a session";
    death.published = trial.treatment_death.rate;
    death.feasible = trial.treatment_death.feasible;
    OutcomeResult hiaa;
    hiaa.param = "RESP-5HIAA";
    hiaa.title = "Biochemical response, urinary 5-HIAA";
    OutcomeResult cga;
    cga.param = "RESP-CGA";
    cga.title = "Biochemical response, chromogranin A";
    const auto dc = [](const PatientRow& row) -> const YesNo& { return row.disease_control; };
    const auto tox = [](const PatientRow& row) -> const YesNo& { return row.grade3; };
    const auto objective = [](const PatientRow& row) -> const YesNo& {
        return row.objective_response;
    };
    const auto died = [](const PatientRow& row) -> const YesNo& { return row.death30; };
    const auto hiaa_fell = [](const PatientRow& row) -> const YesNo& { return row.hiaa_response; };
    const auto cga_fell = [](const PatientRow& row) -> const YesNo& { return row.cga_response; };
    return {outcome_result(dataset, control, dc, Denominators::both),
            outcome_result(dataset, toxicity, tox, Denominators::evaluable),
            outcome_result(dataset, response, objective, Denominators::both),
            outcome_result(dataset, death, died, Denominators::evaluable),
            outcome_result(dataset, hiaa, hiaa_fell, Denominators::evaluable),
            outcome_result(dataset, cga, cga_fell, Denominators::evaluable)};
}

std::vector<ResponseLine> best_responses(const AuditDataset& dataset) {
    std::vector<ResponseLine> lines;
    for (const Group group : {Group::hae, Group::hace, Group::determined}) {
        for (const bool confirmed : {false, true}) {
            ResponseLine line;
            line.group = group_name(group);
            line.confirmed = confirmed;
            line.counts = {{"CR", 0}, {"PR", 0}, {"SD", 0}, {"PD", 0}, {"NE", 0}};
            for (const PatientRow* row : select(dataset, AnalysisSet::verdict, group)) {
                for (Counted& item : line.counts) {
                    item.count +=
                        item.name == (confirmed ? row->best_confirmed : row->best_response) ? 1 : 0;
                }
            }
            lines.push_back(line);
        }
    }
    return lines;
}

namespace {

std::optional<double> median(std::vector<double> values) {
    if (values.empty()) {
        return std::nullopt;
    }
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

MarkerResult marker_result(const Rows& rows,
                           const std::string& name,
                           const std::string& group,
                           const std::function<const Marker&(const PatientRow&)>& marker) {
    MarkerResult result;
    result.name = name;
    result.group = group;
    result.n = static_cast<int>(rows.size());
    std::vector<double> multiples;
    Tally missing;
    for (const PatientRow* row : rows) {
        const Marker& item = marker(*row);
        const std::optional<double> multiple = number_in(item.multiple);
        if (!multiple) {
            ++missing[item.present ? item.reason : "no-record"];
            continue;
        }
        multiples.push_back(*multiple);
        result.elevated += has(item.flags, "elevated") ? 1 : 0;
        result.elevated_2x += has(item.flags, "elevated-2x") ? 1 : 0;
        result.elevated_5x += has(item.flags, "elevated-5x") ? 1 : 0;
    }
    result.evaluable = static_cast<int>(multiples.size());
    result.not_evaluable = ranked(missing);
    if (result.evaluable >= minimum_group) {
        result.median_multiple = median(std::move(multiples));
    }
    return result;
}

} // namespace

std::vector<MarkerResult> marker_results(const AuditDataset& dataset) {
    const auto hiaa = [](const PatientRow& row) -> const Marker& { return row.hiaa; };
    const auto cga = [](const PatientRow& row) -> const Marker& { return row.cga; };
    std::vector<MarkerResult> results;
    for (const Group group : {Group::hae, Group::hace}) {
        const Rows rows = select(dataset, AnalysisSet::verdict, group);
        results.push_back(marker_result(rows, "Urinary 5-HIAA", group_name(group), hiaa));
        results.push_back(marker_result(rows, "Chromogranin A", group_name(group), cga));
    }
    std::stable_sort(
        results.begin(), results.end(), [](const MarkerResult& a, const MarkerResult& b) {
            return a.name > b.name; // 5-HIAA first
        });
    return results;
}

void take_flags(AuditReport& report,
                const std::vector<EndpointRecord>& records,
                const AuditDataset& dataset) {
    std::set<std::string> included;
    for (const PatientRow& row : dataset.patients) {
        if (row.included) {
            included.insert(row.patient);
        }
    }
    Tally plain;
    Tally caution;
    std::set<std::string> doubtful;
    for (const EndpointRecord& record : records) {
        if (!included.contains(record.patient)) {
            continue;
        }
        for (const std::string& flag : record.flags) {
            if (is_caution_flag(flag)) {
                ++caution[flag];
                doubtful.insert(record.patient);
            } else {
                ++plain[flag];
            }
        }
    }
    report.flags = ranked(plain);
    report.caution_flags = ranked(caution);
    report.patients_with_caution = static_cast<int>(doubtful.size());
}

void take_scan_intervals(AuditReport& report, const AuditDataset& dataset) {
    std::vector<double> widths;
    for (const PatientRow* row : select(dataset, AnalysisSet::verdict, Group::determined)) {
        if (row->pfs.event && row->pfs.left_days && row->pfs.right_days) {
            widths.push_back(*row->pfs.right_days - *row->pfs.left_days);
        }
    }
    report.scan_intervals = static_cast<int>(widths.size());
    report.scan_interval_median = median(std::move(widths));
}

} // namespace embolink
