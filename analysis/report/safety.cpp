#include "analysis/report/safety.hpp"

#include "analysis/monitoring/cusum.hpp"
#include "analysis/monitoring/run_length.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace embolink {

namespace {

constexpr std::size_t grades = 6;             // 0 to 5
constexpr double least_run_as_expected = 200; // A11: cases between two false signals
constexpr double limit_step = 0.25;
constexpr double highest_limit = 12;

GradeLine grade_line(const Rows& rows,
                     const std::string& group,
                     const std::string& version,
                     WorstToxicity PatientRow::*toxicity) {
    GradeLine line;
    line.group = group;
    line.version = version;
    line.grades.assign(grades, 0);
    for (const PatientRow* row : rows) {
        const std::optional<int>& grade = (row->*toxicity).grade;
        if (grade && *grade >= 0 && *grade < static_cast<int>(grades)) {
            ++line.grades[static_cast<std::size_t>(*grade)];
        } else {
            ++line.not_evaluable;
        }
    }
    return line;
}

bool used_by(const TimelineEntry& entry, const std::string& param) {
    return std::find(entry.used_by.begin(), entry.used_by.end(), param) != entry.used_by.end();
}

using WorstByTerm = std::map<std::string, std::map<const PatientRow*, int>>;

WorstByTerm worst_by_term(const Rows& rows, const std::vector<TimelineEntry>& timeline) {
    std::map<std::string, const PatientRow*> patients;
    for (const PatientRow* row : rows) {
        patients[row->patient] = row;
    }
    WorstByTerm worst;
    for (const TimelineEntry& entry : timeline) {
        const auto found = patients.find(entry.patient);
        if (entry.kind != "toxicity" || found == patients.end() || entry.term.empty() ||
            entry.grade.value_or(0) < 1 || !used_by(entry, "TOX")) {
            continue;
        }
        int& grade = worst[entry.term][found->second];
        grade = std::max(grade, std::min(*entry.grade, static_cast<int>(grades) - 1));
    }
    return worst;
}

ToxicityTerm term_of(const std::string& name, const std::map<const PatientRow*, int>& patients) {
    ToxicityTerm term;
    term.term = name;
    term.grades.assign(grades - 1, 0);
    term.grade3_by_arm = {{"HAE", 0}, {"HACE", 0}};
    for (const auto& [row, grade] : patients) {
        ++term.grades[static_cast<std::size_t>(grade - 1)];
        for (auto& [arm, count] : term.grade3_by_arm) {
            count += grade >= 3 && row->arm == arm ? 1 : 0;
        }
    }
    return term;
}

// Severe ones first, then by how many have it.
bool more_severe(const ToxicityTerm& a, const ToxicityTerm& b) {
    const auto key = [](const ToxicityTerm& term) {
        const int severe = term.grades[2] + term.grades[3] + term.grades[4];
        return std::tuple(severe, severe + term.grades[0] + term.grades[1]);
    };
    return key(a) > key(b);
}

std::vector<const PatientRow*> in_order_of_treatment(const AuditDataset& dataset) {
    Rows rows;
    for (const PatientRow* row : select(dataset, AnalysisSet::verdict, Group::determined)) {
        if (row->grade3.value && row->start) {
            rows.push_back(row);
        }
    }
    std::stable_sort(rows.begin(), rows.end(), [](const PatientRow* a, const PatientRow* b) {
        return std::tie(*a->start, a->patient) < std::tie(*b->start, b->patient);
    });
    return rows;
}

// The lowest limit under which a false signal comes no sooner than once in 200 cases.
void choose_limit(MonitoringResult& result) {
    const auto as_expected = cusum_steps({result.expected}, result.odds_ratio, 1);
    for (double limit = limit_step; limit <= highest_limit; limit += limit_step) {
        const auto run = average_run_length(as_expected, limit);
        if (run && *run >= least_run_as_expected) {
            result.limit = limit;
            result.run_length_as_expected = run;
            result.run_length_doubled = average_run_length(
                cusum_steps({result.expected}, result.odds_ratio, result.odds_ratio), limit);
            return;
        }
    }
}

} // namespace

ToxicityResult toxicity_result(const AuditDataset& dataset,
                               const std::vector<TimelineEntry>* timeline) {
    ToxicityResult result;
    for (const Group group : {Group::hae, Group::hace, Group::determined}) {
        const Rows rows = select(dataset, AnalysisSet::verdict, group);
        result.grades.push_back(
            grade_line(rows, group_name(group), "CTCAE v5", &PatientRow::toxicity));
        result.grades.push_back(
            grade_line(rows, group_name(group), "limits of normal", &PatientRow::toxicity_uln));
    }
    if (timeline == nullptr) {
        return result;
    }
    const Rows rows = select(dataset, AnalysisSet::verdict, Group::determined);
    for (const auto& [term, patients] : worst_by_term(rows, *timeline)) {
        result.terms.push_back(term_of(term, patients));
    }
    std::stable_sort(result.terms.begin(), result.terms.end(), more_severe);
    return result;
}

MonitoringResult monitoring_result(const AuditDataset& dataset, const TrialReference& trial) {
    MonitoringResult result;
    result.expected = trial.grade3.rate;
    std::vector<MonitoredCase> cases;
    for (const PatientRow* row : in_order_of_treatment(dataset)) {
        cases.push_back({*row->grade3.value ? 1 : 0, result.expected});
        result.events.push_back(cases.back().event);
    }
    if (cases.size() < fewest_monitored_cases) {
        result.why_not = "fewer than 20 patients whose toxicity can be judged";
        return result;
    }
    result.vlad = vlad(cases);
    choose_limit(result);
    if (result.limit) {
        const Cusum chart = cusum(cases, result.odds_ratio, *result.limit);
        result.cusum = chart.value;
        if (chart.first_signal) {
            result.first_signal = static_cast<int>(*chart.first_signal) + 1;
        }
    }
    return result;
}

} // namespace embolink
