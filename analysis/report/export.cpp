#include "analysis/report/export.hpp"

#include "analysis/report/format.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {

namespace {

constexpr int months_of_a_year = 12;
constexpr int months_of_median = 6;
constexpr const char* best_title = "Best overall response";

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

// What is counted (bands.hpp). Only what is one count by definition (R4.6) has one border: where
// two counts differ by a patient now and then, bands that move together tell that they do.
std::string counted(const ExportTable& table, const std::string& cell) {
    const std::string& param = table.param;
    const bool best = table.title == best_title;
    if ((param == "DC" && cell == "not evaluable") || (best && cell == "NE")) {
        return "response not evaluable";
    }
    if ((param == "DC" && cell == "no") || (best && cell == "PD")) {
        return "progression";
    }
    return table.title + "\n" + param + "\n" + cell;
}

std::string patients_of(const std::string& arm) {
    return "patients\n" + arm;
}

class TableMaker {
public:
    explicit TableMaker(const Bands& bands) : bands_(bands) {}

    ExportTable table(std::string title, std::string group, std::string param = "") const {
        return {std::move(title), std::move(group), {}, std::move(param)};
    }

    void add(ExportTable& to, const std::string& name, int count) const {
        add(to, name, count, counted(to, name) + "\n" + to.group);
    }

    void
    add(ExportTable& to, const std::string& name, int count, const std::string& counted_as) const {
        to.cells.push_back({name, bands_.band(counted_as, count)});
    }

private:
    const Bands& bands_;
};

constexpr const char* flow_title = "Candidates";

std::string arm_cell(const std::string& arm) {
    return "analysed, " + arm;
}

ExportTable flow_table(const FlowResult& flow, const TableMaker& make) {
    ExportTable table = make.table(flow_title, "all");
    make.add(table, "excluded", total(flow.excluded));
    make.add(table, "included, outside the analysis set", total(flow.outside));
    for (const char* arm : {"HAE", "HACE", "HACE-DEB", "UNDETERMINED"}) {
        make.add(table, arm_cell(arm), count_named(flow.arms, arm), patients_of(arm));
    }
    return table;
}

void add_outcomes(ExportReport& made,
                  const AuditReport& report,
                  const std::string& group,
                  const TableMaker& make) {
    const int patients = count_named(report.flow.arms, group);
    for (const OutcomeResult& outcome : report.outcomes) {
        for (const ProportionResult& line : outcome.lines) {
            if (line.group == group && line.denominator == "evaluable") {
                ExportTable table = make.table(outcome.title, group, outcome.param);
                make.add(table, "yes", line.events);
                if (outcome.param == "DC") {
                    make.add(table, "no", line.n - line.events);
                    make.add(table, "not evaluable", patients - line.n);
                } else {
                    // Who cannot be judged for these are nearly those of another table: two bands
                    // of nearly one count would tell it.
                    make.add(table, "no, or not evaluable", patients - line.events);
                }
                made.tables.push_back(table);
            }
        }
    }
    for (const ResponseLine& line : report.best_response) {
        if (line.group == group && !line.confirmed) {
            ExportTable table = make.table(best_title, group);
            for (const Counted& item : line.counts) {
                make.add(table, item.name, item.count);
            }
            made.tables.push_back(table);
        }
    }
    for (const GradeLine& line : report.toxicity.grades) {
        if (line.group == group && line.version == "CTCAE v5") {
            ExportTable table = make.table("Worst toxicity", group);
            for (std::size_t grade = 0; grade < line.grades.size(); ++grade) {
                make.add(table, "grade " + std::to_string(grade), line.grades[grade]);
            }
            make.add(table, "not evaluable", line.not_evaluable);
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

// `analysed`: patients of the arm in the flow. How many of them are in the curve is not told: the
// few who are not died without a date.
ExportCurve curve_of(const SurvivalResult& result,
                     int analysed,
                     const std::string& endpoint,
                     const Bands& bands) {
    const std::string cell = endpoint + "\n" + result.group + "\n";
    const std::string arm = patients_of(result.group);
    ExportCurve curve{endpoint, result.group, bands.band(arm, analysed), {}, std::nullopt};
    if (bands.place(arm, analysed) < first_place_of_a_curve) {
        return curve;
    }
    for (int month = months_of_a_year;; month += months_of_a_year) {
        const Seen seen = seen_at(result, month);
        // That there is no further point says that the band is a low one, and no more.
        if (bands.place(cell + std::to_string(month), seen.at_risk) < first_place_of_a_point) {
            break;
        }
        curve.points.push_back({month, told_rate(seen.survival)});
    }
    if (result.median.days) {
        const double halves = *result.median.days / days_per_month / months_of_median;
        curve.median_month = months_of_median * static_cast<int>(std::lround(halves));
    }
    return curve;
}

void add_curves(ExportReport& made,
                const FlowResult& flow,
                const std::vector<SurvivalResult>& list,
                const std::string& endpoint,
                const Bands& bands) {
    for (const SurvivalResult& result : list) {
        if (result.group == "HAE" || result.group == "HACE") {
            made.curves.push_back(
                curve_of(result, count_named(flow.arms, result.group), endpoint, bands));
        }
    }
}

// Of the data: another one whenever anything in them is.
std::string passing_key(const AuditSettings& settings) {
    std::string key;
    for (const InputHash& input : settings.inputs) {
        key += input.sha256;
    }
    return key;
}

} // namespace

double told_rate(double rate) {
    return std::clamp(std::round(10 * rate) / 10, 0.2, 0.9);
}

ExportReport make_export(const AuditReport& report, int threshold, const std::string& secret) {
    const Bands bands(threshold, secret, secret + passing_key(report.settings));
    const TableMaker make(bands);
    ExportReport made;
    made.threshold = threshold;
    made.step = bands.step();
    made.software_version = report.settings.software_version;
    made.rules_version = report.settings.rules_version;
    made.intended_use_en = report.settings.intended_use_en;
    made.intended_use_fr = report.settings.intended_use_fr;
    made.citation = report.settings.reference.citation;
    made.tables.push_back(flow_table(report.flow, make));
    for (const char* group : {"HAE", "HACE"}) {
        // Whether there are tables says no more than the band does.
        for (const ExportCell& cell : std::vector<ExportCell>(made.tables.front().cells)) {
            if (cell.name == arm_cell(group) && cell.band.upper >= 2 * bands.step() - 1) {
                add_outcomes(made, report, group, make);
            }
        }
    }
    add_curves(made, report.flow, report.pfs, "PFS", bands);
    add_curves(made, report.flow, report.os, "OS", bands);
    add_curves(made, report.flow, report.hpfs, "HPFS", bands);
    return made;
}

} // namespace embolink
