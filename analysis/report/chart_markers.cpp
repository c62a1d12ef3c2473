// Tumour markers: a waterfall of the best change and every value over time.
#include "analysis/report/chart.hpp"
#include "analysis/report/charts.hpp"
#include "analysis/report/format.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {

namespace {

constexpr double left = 56;
constexpr double right = chart_width - 8.0;
constexpr double top = 40;
constexpr double plot_height = 190;
constexpr double response = -0.5;    // R7.4
constexpr double highest_change = 1; // drawn; more is cut, and said so

std::string style_of(const std::string& arm) {
    return arm == "HAE" ? "hae" : "hace";
}

std::string signed_percent(double change) {
    const long value = std::lround(100 * change);
    return (value > 0 ? "+" : value < 0 ? "\u2212" : "") + std::to_string(std::labs(value)) + " %";
}

std::string arm_legend(double x, double y) {
    return rect_at(x, y - 11, 12, 12, "bar hae") + text_at(x + 17, y, "tick", "HAE") +
           rect_at(x + 64, y - 11, 12, 12, "bar hace") + text_at(x + 81, y, "tick", "HACE");
}

std::string y_axis(const Scale& y, const std::vector<double>& values, bool change) {
    std::string markup;
    for (const double value : values) {
        markup += line_at(left, y(value), right, y(value), value == 0 && change ? "axis" : "grid");
        markup +=
            text_at(left - 5,
                    y(value) + 4,
                    "tick end",
                    change ? signed_percent(value) : decimal(std::exp2(value), value < 0 ? 2 : 0));
    }
    return markup;
}

} // namespace

std::string waterfall_chart(const MarkerCourse& course, const std::string& id) {
    const Scale y{-1, highest_change, top + plot_height, top};
    std::string inner = text_at(2, 14, "fig-title", course.name);
    inner += arm_legend(250, 14) + text_at(2, 32, "tick", "Lowest value after treatment, change");
    inner += y_axis(y, {-1, -0.5, 0, 0.5, 1}, true);
    const auto count = static_cast<double>(course.changes.size());
    const double step = (right - left) / std::max(1.0, count);
    double x = left;
    int cut = 0;
    int responses = 0;
    for (const MarkerChange& change : course.changes) {
        const double shown = std::min(change.change, highest_change);
        cut += change.change > highest_change ? 1 : 0;
        responses += change.response.value_or(false) ? 1 : 0;
        inner +=
            with_title(change.patient + ", " + change.arm + ": " + signed_percent(change.change) +
                           " at " + months(change.days) + " months",
                       rect_at(x,
                               std::min(y(shown), y(0)),
                               std::max(0.6, step - std::min(1.0, step / 4)),
                               std::abs(y(shown) - y(0)),
                               "bar " + style_of(change.arm)));
        x += step;
    }
    inner += line_at(left, y(response), right, y(response), "landmark");
    inner += text_at(left + 4, y(response) + 15, "tick halo", "halved: a response");
    double below = top + plot_height + 20;
    const std::string words =
        plural(static_cast<int>(course.changes.size()), "patient", "patients") +
        " with a change, " + std::to_string(responses) + " with a response by rule R7.4" +
        (cut > 0 ? ", " + std::to_string(cut) + " above +100 %" : "") + ".";
    const TextLines lines = lines_at(2, below, "tick", words, 46, 17);
    inner += lines.markup;
    below = lines.bottom + 17;
    Chart chart;
    chart.id = id;
    chart.title = "Best change of " + course.name + " from baseline, by patient";
    chart.description = words;
    chart.height = below;
    return svg_of(chart, inner);
}

std::string spaghetti_chart(const MarkerCourse& course, const std::string& id) {
    double low = -1; // log2 of the multiple
    double high = 1;
    int last = 365;
    std::size_t points = 0;
    for (const MarkerLine& line : course.lines) {
        for (const MarkerPoint& point : line.points) {
            low = std::min(low, std::floor(std::log2(point.multiple)));
            high = std::max(high, std::ceil(std::log2(point.multiple)));
            last = std::max(last, point.days);
            ++points;
        }
    }
    low = std::max(low, -3.0);
    const double last_month = 6 * std::ceil(last / days_per_month / 6);
    const Scale y{low, high, top + plot_height, top};
    const Scale x{-3, last_month, left, right};
    std::vector<double> values;
    for (double value = low; value <= high; value += high - low > 8 ? 2 : 1) {
        values.push_back(value);
    }
    std::string inner = text_at(2, 14, "fig-title", course.name);
    inner += arm_legend(250, 14) + text_at(2, 32, "tick", "Multiple of the upper limit of normal");
    inner += y_axis(y, values, false);
    inner += line_at(left, y(0), right, y(0), "axis");
    for (double month = 0; month <= last_month; month += last_month > 24 ? 12 : 6) {
        inner += line_at(x(month), top, x(month), top + plot_height, month == 0 ? "axis" : "grid");
        inner += text_at(x(month), top + plot_height + 16, "tick mid", decimal(month, 0));
    }
    for (const MarkerLine& line : course.lines) {
        std::string data;
        std::string dots;
        for (const MarkerPoint& point : line.points) {
            const double at_x = x(point.days / days_per_month);
            const double at_y = y(std::max(low, std::log2(point.multiple)));
            data += (data.empty() ? "M" : "L") + px(at_x) + " " + px(at_y);
            dots += circle_at(at_x, at_y, 1.6, "dot " + style_of(line.arm));
        }
        inner += with_title(line.patient + ", " + line.arm,
                            path_of(data, "strand " + style_of(line.arm)) + dots);
    }
    inner += text_at(
        (left + right) / 2, top + plot_height + 34, "tick mid", "Months since first session");
    Chart chart;
    chart.id = id;
    chart.title = course.name + " over time, multiples of the upper limit of normal";
    chart.description = std::to_string(points) + " values in " +
                        plural(static_cast<int>(course.lines.size()), "line", "lines") +
                        "; the table has them.";
    chart.height = top + plot_height + 42;
    return svg_of(chart, inner);
}

} // namespace embolink
