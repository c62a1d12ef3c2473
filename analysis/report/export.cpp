#include "analysis/report/export.hpp"

#include "analysis/report/format.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {

namespace {

constexpr int months_between_points = 3;

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

// At a month: the rate after all events until then, who is at risk, and how many events there were.
struct Seen {
    double survival = 1;
    int at_risk = 0;
    int events = 0;
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
        seen.events += point.events;
        seen.at_risk = point.at_risk - point.events - point.censored;
    }
    return seen;
}

ExportCurve curve_of(const SurvivalResult& result, const std::string& endpoint, int threshold) {
    ExportCurve curve{endpoint, result.group, {}, std::nullopt};
    if (result.suppressed || result.n < threshold) {
        return curve;
    }
    curve.points.push_back({0, 1, band_of(result.n, threshold)});
    int told = 0; // events until the last point shown
    for (int month = months_between_points; month * days_per_month <= result.last_days;
         month += months_between_points) {
        const Seen seen = seen_at(result, month);
        if (seen.at_risk >= band_width(threshold) && seen.events - told >= threshold) {
            curve.points.push_back(
                {month, std::round(100 * seen.survival) / 100, band_of(seen.at_risk, threshold)});
            told = seen.events;
        }
    }
    if (result.median.days) {
        const int month = static_cast<int>(std::lround(*result.median.days / days_per_month));
        if (seen_at(result, month).at_risk >= band_width(threshold)) {
            curve.median_month = month;
        }
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
        if (patients >= made.threshold) {
            add_outcomes(made, report, group, patients);
        }
    }
    add_curves(made, report.pfs, "PFS");
    add_curves(made, report.os, "OS");
    add_curves(made, report.hpfs, "HPFS");
    return made;
}

} // namespace embolink
