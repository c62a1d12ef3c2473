#include "analysis/report/sensitivity.hpp"

#include "analysis/report/estimates.hpp"
#include "analysis/survival/turnbull.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace embolink {

namespace {

bool has(const std::vector<std::string>& flags, const std::string& flag) {
    return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

struct Variant {
    std::string label;
    std::function<bool(const PatientRow&)> member;
    std::function<bool(const PatientRow&, Group)> in_arm;
    std::function<bool(const PatientRow&)> touches; // a patient that makes the set differ
    SampleRules rules;
};

bool default_arm(const PatientRow& row, Group group) {
    return in_group(row, group);
}

// R3.3: HAE known only from Lipiodol read as HACE.
bool lipiodol_arm(const PatientRow& row, Group group) {
    if (!row.has_cohort_flag("lipiodol-only") || group == Group::determined) {
        return in_group(row, group);
    }
    return group == Group::hace;
}

std::vector<Variant> variants(const SampleRules& rules) {
    const auto analysed = [](const PatientRow& row) { return in_set(row, AnalysisSet::verdict); };
    const auto others = [](const PatientRow& row) { return in_set(row, AnalysisSet::others); };
    const auto tier_a = [](const PatientRow& row) { return in_set(row, AnalysisSet::tier_a); };
    const auto not_tier_a = [analysed, tier_a](const PatientRow& row) {
        return analysed(row) && !tier_a(row);
    };
    const auto crossed = [analysed](const PatientRow& row) {
        return analysed(row) && in_group(row, Group::determined) &&
               has(row.course_flags, "crossover");
    };
    const auto lipiodol = [analysed](const PatientRow& row) {
        return analysed(row) && row.has_cohort_flag("lipiodol-only");
    };
    const auto undated = [analysed](const PatientRow& row) {
        return analysed(row) && in_group(row, Group::determined) && row.pfs.present &&
               !row.pfs.days;
    };
    const auto unread = [analysed](const PatientRow& row) {
        return analysed(row) && row.candidate_unresolved;
    };
    const auto stayed = [analysed](const PatientRow& row) {
        return analysed(row) && !has(row.course_flags, "crossover");
    };
    SampleRules early = rules;
    early.undated_deaths = UndatedDeath::at_start;
    SampleRules late = rules;
    late.undated_deaths = UndatedDeath::after_cut;
    SampleRules all = rules;
    all.candidates = CandidateReading::all_progression;
    return {{"progression before treatment documented (tier A)",
             tier_a,
             default_arm,
             not_tier_a,
             rules},
            {"patients outside the analysis set", others, default_arm, others, rules},
            {"without patients who crossed over", stayed, default_arm, crossed, rules},
            {"Lipiodol alone read as HACE", analysed, lipiodol_arm, lipiodol, rules},
            {"deaths without date at the first day", analysed, default_arm, undated, early},
            {"deaths without date after the data cut", analysed, default_arm, undated, late},
            {"every imaging report that awaits a decision as progression",
             analysed,
             default_arm,
             unread,
             all}};
}

PublishedRate reference_of(const TrialReference& trial, Group group) {
    if (group == Group::determined) {
        return pooled_under(trial.pfs24, "A2");
    }
    const TrialRate* rate = find_rate(trial.pfs24, group_name(group));
    return rate == nullptr ? PublishedRate{} : published_under(*rate, "A2");
}

constexpr Group compared[] = {Group::hae, Group::hace, Group::determined};

SensitivityLine
line_of(const std::string& label, Group group, const SurvivalSample& sample, double day) {
    SensitivityLine line;
    line.label = label;
    line.group = group_name(group);
    line.n = static_cast<int>(sample.size());
    line.events = static_cast<int>(std::count(sample.event.begin(), sample.event.end(), 1));
    line.at_24 = local_rate(sample, day);
    return line;
}

using Lines = std::vector<SensitivityLine>;

void add_sets(Lines& lines,
              const AuditDataset& dataset,
              const TrialReference& trial,
              const SampleRules& rules) {
    for (const Variant& variant : variants(rules)) {
        if (std::none_of(dataset.patients.begin(), dataset.patients.end(), variant.touches)) {
            continue;
        }
        for (const Group group : compared) {
            Rows rows;
            for (const PatientRow& row : dataset.patients) {
                if (variant.member(row) && variant.in_arm(row, group)) {
                    rows.push_back(&row);
                }
            }
            lines.push_back(line_of(variant.label,
                                    group,
                                    survival_sample(rows, Endpoint::pfs, variant.rules),
                                    landmark_days));
            lines.back().test = cloglog_test(lines.back().at_24, reference_of(trial, group));
        }
    }
}

// The analysis set of `dataset` with another endpoint or another day.
void add_reading(Lines& lines,
                 const std::string& label,
                 const AuditDataset& dataset,
                 const TrialReference& trial,
                 const SampleRules& rules,
                 Endpoint endpoint,
                 double day) {
    for (const Group group : compared) {
        const Rows rows = select(dataset, AnalysisSet::verdict, group);
        lines.push_back(line_of(label, group, survival_sample(rows, endpoint, rules), day));
        lines.back().test = cloglog_test(lines.back().at_24, reference_of(trial, group));
    }
}

// R5.10: a progression lies after the last scan without it and not after the one that shows it.
IntervalCensored between_scans(const Rows& rows) {
    IntervalCensored data;
    for (const PatientRow* row : rows) {
        const TimeToEvent& pfs = row->pfs;
        if (!pfs.days) {
            continue;
        }
        const bool bounded = pfs.event && pfs.left_days && pfs.right_days;
        data.left.push_back(bounded ? std::max(0, *pfs.left_days) : *pfs.days);
        data.right.push_back(bounded     ? *pfs.right_days
                             : pfs.event ? *pfs.days
                                         : std::numeric_limits<double>::infinity());
    }
    return data;
}

// Where inside an innermost interval its mass lies the data do not say: a range of rates.
Interval turnbull_range(const Turnbull& curve) {
    double before = 0;   // mass that surely lies before 24 months
    double possible = 0; // and that may
    for (const TurnbullMass& mass : curve.masses) {
        before += mass.right <= landmark_days ? mass.probability : 0;
        possible += mass.left < landmark_days ? mass.probability : 0;
    }
    return {std::max(0.0, 1 - possible), std::min(1.0, 1 - before)};
}

void add_interval_censoring(Lines& lines, const AuditDataset& dataset) {
    for (const Group group : compared) {
        const Rows rows = select(dataset, AnalysisSet::verdict, group);
        const IntervalCensored data = between_scans(rows);
        SensitivityLine line;
        line.label = "progression somewhere between two scans (Turnbull)";
        line.group = group_name(group);
        line.n = static_cast<int>(data.left.size());
        line.events = static_cast<int>(std::count_if(
            data.right.begin(), data.right.end(), [](double end) { return std::isfinite(end); }));
        line.at_24.n = line.n;
        line.at_24.at_risk = static_cast<int>(std::count_if(
            data.left.begin(), data.left.end(), [](double day) { return day >= landmark_days; }));
        if (line.n >= minimum_group && line.at_24.at_risk >= minimum_at_risk_24) {
            line.range = turnbull_range(turnbull(data));
        }
        lines.push_back(line);
    }
}

bool any(const AuditDataset& dataset, const std::function<bool(const PatientRow&)>& holds) {
    return std::any_of(
        dataset.patients.begin(), dataset.patients.end(), [&](const PatientRow& row) {
            return in_set(row, AnalysisSet::verdict) && in_group(row, Group::determined) &&
                   holds(row);
        });
}

} // namespace

std::vector<SensitivityLine>
sensitivity_lines(const AuditDataset& dataset, const AuditInput& input, const SampleRules& rules) {
    const TrialReference& trial = input.settings.reference;
    Lines lines;
    add_sets(lines, dataset, trial, rules);
    if (any(dataset, [](const PatientRow& row) { return row.pfs_itt.present; })) {
        add_reading(lines,
                    "all progressions and no cut at a new therapy (PFS-ITT)",
                    dataset,
                    trial,
                    rules,
                    Endpoint::pfs_itt,
                    landmark_days);
    }
    for (const DerivedOtherwise& other : input.otherwise) {
        add_reading(lines,
                    other.label,
                    make_dataset(other.records, nullptr),
                    trial,
                    rules,
                    Endpoint::pfs,
                    landmark_days);
    }
    if (any(dataset, [](const PatientRow& row) { return row.pfs.left_days.has_value(); })) {
        add_interval_censoring(lines, dataset);
    }
    if (any(dataset, [](const PatientRow& row) { return row.pfs.days.has_value(); })) {
        // A12: trial patients were counted from randomisation. A month earlier, 24 months of the
        // trial are 23 after the session.
        add_reading(lines,
                    "time counted from one month before the first session",
                    dataset,
                    trial,
                    rules,
                    Endpoint::pfs,
                    landmark_days - days_per_month);
        add_reading(lines,
                    "time counted from one month after the first session",
                    dataset,
                    trial,
                    rules,
                    Endpoint::pfs,
                    landmark_days + days_per_month);
    }
    return lines;
}

} // namespace embolink
