#include "analysis/report/export.hpp"

#include "analysis/report/format.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {

namespace {

constexpr int months_of_a_year = 12;
constexpr int months_of_median = 6;

int count_named(const std::vector<Counted>& list, const std::string& name) {
    for (const Counted& item : list) {
        if (item.name == name) {
            return item.count;
        }
    }
    return 0;
}

int total(const std::vector<Counted>& list) {
    int sum = 0;
    for (const Counted& item : list) {
        sum += item.count;
    }
    return sum;
}

ExportTable flow_table(const FlowResult& flow, int threshold) {
    ExportTable table{"Candidates", "all", {}, ""};
    const auto add = [&](const std::string& name, int count) {
        table.cells.push_back({name, band_of(count, threshold)});
    };
    add("excluded", total(flow.excluded));
    add("included, outside the analysis set", total(flow.outside));
    for (const char* arm : {"HAE", "HACE", "HACE-DEB", "UNDETERMINED"}) {
        add("analysed, " + std::string(arm), count_named(flow.arms, arm));
    }
    return table;
}

ExportTable outcome_table(const OutcomeResult& outcome,
                          const ProportionResult& line,
                          int patients,
                          int threshold) {
    return {outcome.title,
            line.group,
            {{"yes", band_of(line.events, threshold)},
             {"no", band_of(line.n - line.events, threshold)},
             {"not evaluable", band_of(patients - line.n, threshold)}},
            outcome.param};
}

void add_outcomes(ExportReport& made,
                  const AuditReport& report,
                  const std::string& group,
                  int patients) {
    for (const OutcomeResult& outcome : report.outcomes) {
        for (const ProportionResult& line : outcome.lines) {
            if (line.group == group && line.denominator == "evaluable") {
                made.tables.push_back(outcome_table(outcome, line, patients, made.threshold));
            }
        }
    }
    for (const ResponseLine& line : report.best_response) {
        if (line.group == group && !line.confirmed) {
            ExportTable table{"Best overall response", group, {}, ""};
            for (const Counted& item : line.counts) {
                table.cells.push_back({item.name, band_of(item.count, made.threshold)});
            }
            made.tables.push_back(table);
        }
    }
    for (const GradeLine& line : report.toxicity.grades) {
        if (line.group == group && line.version == "CTCAE v5") {
            ExportTable table{"Worst toxicity", group, {}, ""};
            for (std::size_t grade = 0; grade < line.grades.size(); ++grade) {
                table.cells.push_back({"grade " + std::to_string(grade),
                                       band_of(line.grades[grade], made.threshold)});
            }
            table.cells.push_back({"not evaluable", band_of(line.not_evaluable, made.threshold)});
            made.tables.push_back(table);
        }
    }
}

// At a month: the rate after all events until then, and who is at risk.
struct Seen {
    double survival = 1;
    int at_risk = 0;
};

Seen seen_at(const SurvivalResult& result, int month) {
    const double day = month * days_per_month;
    Seen seen;
    seen.at_risk = result.n;
    for (const CurvePoint& point : result.curve) {
        if (point.days > day) {
            break;
        }
        seen.survival = point.survival;
        seen.at_risk = point.at_risk - point.events - point.censored;
    }
    return seen;
}

ExportCurve curve_of(const SurvivalResult& result, const std::string& endpoint, int threshold) {
    ExportCurve curve{endpoint, result.group, {}, std::nullopt};
    if (result.n < bands_of_a_curve * band_width(threshold)) {
        return curve;
    }
    for (int month = 0; month * days_per_month <= result.last_days; month += months_of_a_year) {
        const Seen seen = seen_at(result, month);
        curve.points.push_back({month, told_rate(seen.survival), band_of(seen.at_risk, threshold)});
    }
    if (result.median.days) {
        const double halves = *result.median.days / days_per_month / months_of_median;
        curve.median_month = months_of_median * static_cast<int>(std::lround(halves));
    }
    return curve;
}

void add_curves(ExportReport& made,
                const std::vector<SurvivalResult>& list,
                const std::string& endpoint) {
    for (const SurvivalResult& result : list) {
        if (result.group == "HAE" || result.group == "HACE") {
            made.curves.push_back(curve_of(result, endpoint, made.threshold));
        }
    }
}

} // namespace

double told_rate(double rate) {
    return std::clamp(std::round(10 * rate) / 10, 0.1, 0.9);
}

CountBand band_of(int count, int threshold) {
    const int width = band_width(threshold);
    const int lower = count / width * width;
    return {lower, lower + width - 1};
}

ExportReport make_export(const AuditReport& report, int threshold) {
    ExportReport made;
    made.threshold = std::max(1, threshold);
    made.software_version = report.settings.software_version;
    made.rules_version = report.settings.rules_version;
    made.intended_use_en = report.settings.intended_use_en;
    made.intended_use_fr = report.settings.intended_use_fr;
    made.citation = report.settings.reference.citation;
    made.tables.push_back(flow_table(report.flow, made.threshold));
    for (const char* group : {"HAE", "HACE"}) {
        const int patients = count_named(report.flow.arms, group);
        // Whether there are tables says no more than the band does.
        if (patients >= band_width(made.threshold)) {
            add_outcomes(made, report, group, patients);
        }
    }
    add_curves(made, report.pfs, "PFS");
    add_curves(made, report.os, "OS");
    add_curves(made, report.hpfs, "HPFS");
    return made;
}

} // namespace embolink
