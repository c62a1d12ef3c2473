// What the figures rest on, by month: embolizations found, completeness of each data element; and
// the chart of grade 3 toxicity over successive patients.
#include "analysis/report/chart.hpp"
#include "analysis/report/charts.hpp"
#include "analysis/report/format.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace embolink {

namespace {

constexpr double left = 34;
constexpr double right = chart_width - 6.0;
constexpr std::size_t most_columns = 24;

// Columns of the heat map: so many months taken together that there are at most 24.
std::size_t months_per_column(std::size_t months) {
    for (const std::size_t size : {1U, 3U, 6U}) {
        if (months <= size * most_columns) {
            return size;
        }
    }
    return 12;
}

// Five steps of one hue, from nothing to all.
std::string shade_of(int complete, int patients) {
    if (patients == 0) {
        return "heat none";
    }
    const int step = complete == patients ? 4 : (4 * complete) / patients;
    return "heat s" + std::to_string(step);
}

std::string heat_legend(double y) {
    constexpr std::array names = {"<25", "<50", "<75", "<100", "100 %"};
    std::string markup = text_at(2, y, "tick", "Complete in");
    double x = 86;
    for (std::size_t i = 0; i < names.size(); ++i) {
        markup += rect_at(x, y - 11, 12, 12, "heat s" + std::to_string(i));
        markup += text_at(x + 16, y, "tick", names[i]);
        x += 63;
    }
    return markup;
}

std::string year_marks(const std::vector<std::string>& months, double step, double y, double x0) {
    std::string markup;
    double last = -100;
    for (std::size_t i = 0; i < months.size(); ++i) {
        const double x = x0 + step * static_cast<double>(i);
        if ((i == 0 || months[i].substr(5) == "01") && x - last >= 34) {
            const bool at_the_edge = x + 30 > chart_width; // a year is 30 wide
            markup += text_at(x, y, at_the_edge ? "tick end" : "tick", months[i].substr(0, 4));
            markup += line_at(x, y - 12, x, y - 18, "axis");
            last = x;
        }
    }
    return markup;
}

} // namespace

std::string completeness_chart(const CompletenessResult& result) {
    const std::size_t size = months_per_column(result.months.size());
    const std::size_t columns = (result.months.size() + size - 1) / size;
    const double step =
        (chart_width - 4.0) / static_cast<double>(std::max<std::size_t>(1, columns));
    double y = 14;
    std::string inner = heat_legend(y);
    y += 10;
    for (const CompletenessRow& row : result.rows) {
        inner += text_at(2, y + 14, "tick", row.element);
        inner += text_at(
            chart_width - 2.0, y + 14, "tick end strong", count_of(row.complete, row.patients));
        for (std::size_t column = 0; column < columns; ++column) {
            int complete = 0;
            int patients = 0;
            for (std::size_t i = column * size;
                 i < std::min(result.months.size(), (column + 1) * size);
                 ++i) {
                complete += row.cells[i].first;
                patients += row.cells[i].second;
            }
            inner += rect_at(2 + step * static_cast<double>(column),
                             y + 18,
                             step - 1,
                             9,
                             shade_of(complete, patients));
        }
        y += 32;
    }
    inner += year_marks(result.months, step / static_cast<double>(size), y + 16, 2);
    Chart chart;
    chart.id = "completeness";
    chart.title = "Completeness of each data element by month of the first session";
    for (const CompletenessRow& row : result.rows) {
        chart.description += row.element + ": " + count_of(row.complete, row.patients) + ". ";
    }
    chart.height = y + 24;
    return svg_of(chart, inner);
}

std::string months_chart(const std::vector<MonthCount>& months) {
    constexpr double top = 30;
    constexpr double bottom = 170;
    int highest = 1;
    int found = 0;
    bool counted = false;
    for (const MonthCount& month : months) {
        highest = std::max({highest, month.found, month.counted.value_or(0)});
        found += month.found;
        counted = counted || month.counted.has_value();
    }
    const Scale y{0, static_cast<double>(highest), bottom, top};
    const double step =
        (right - left) / static_cast<double>(std::max<std::size_t>(1, months.size()));
    std::string inner =
        rect_at(2, 3, 12, 12, "bar all") + text_at(19, 14, "tick", "sessions found in the data");
    if (counted) {
        inner += line_at(212, 9, 226, 9, "counted") +
                 text_at(231, 14, "tick", "department\u2019s count");
    }
    for (const double value : ticks(0, highest, std::min(4, highest))) { // of whole sessions
        inner += line_at(left, y(value), right, y(value), "grid") +
                 text_at(left - 5, y(value) + 4, "tick end", decimal(value, 0));
    }
    double x = left;
    for (const MonthCount& month : months) {
        std::string bar =
            rect_at(x, y(month.found), std::max(0.8, step - 1), bottom - y(month.found), "bar all");
        if (month.counted) {
            bar += line_at(x, y(*month.counted), x + step, y(*month.counted), "counted");
        }
        inner += with_title(
            month.month + ": " + std::to_string(month.found) + " found" +
                (month.counted ? ", " + std::to_string(*month.counted) + " counted" : ""),
            bar);
        x += step;
    }
    std::vector<std::string> names;
    for (const MonthCount& month : months) {
        names.push_back(month.month);
    }
    inner += year_marks(names, step, bottom + 22, left);
    Chart chart;
    chart.id = "months";
    chart.title = "Embolizations by month";
    chart.description = plural(found, "session", "sessions") + " in " +
                        plural(static_cast<int>(months.size()), "month", "months") +
                        "; the table has them.";
    chart.height = bottom + 30;
    return svg_of(chart, inner);
}

std::string cusum_chart(const MonitoringResult& result) {
    constexpr double top = 22;
    constexpr double bottom = 190;
    const double limit = result.limit.value_or(1);
    const double highest =
        std::max(limit, *std::max_element(result.cusum.begin(), result.cusum.end())) * 1.1;
    const Scale y{0, highest, bottom, top};
    const Scale x{0, static_cast<double>(result.cusum.size()), left, right};
    std::string inner;
    for (const double value : ticks(0, highest, 4)) {
        inner += line_at(left, y(value), right, y(value), "grid") +
                 text_at(left - 5, y(value) + 4, "tick end", decimal(value, highest < 4 ? 1 : 0));
    }
    for (const double value : ticks(0, static_cast<double>(result.cusum.size()), 6)) {
        inner += text_at(x(value), bottom + 16, "tick mid", decimal(value, 0));
    }
    std::string data = "M" + px(x(0)) + " " + px(y(0));
    for (std::size_t i = 0; i < result.cusum.size(); ++i) {
        data += "L" + px(x(static_cast<double>(i + 1))) + " " + px(y(result.cusum[i]));
    }
    inner += path_of(data, "cusum");
    inner += line_at(left, y(limit), right, y(limit), "landmark");
    inner += text_at(left + 4, y(limit) - 5, "tick halo", "signal at " + decimal(limit, 2));
    inner += text_at((left + right) / 2, bottom + 33, "tick mid", "Patients in order of treatment");
    Chart chart;
    chart.id = "cusum";
    chart.title = "CUSUM of toxicity of grade 3 or more";
    chart.description =
        plural(static_cast<int>(result.cusum.size()), "patient", "patients") + ", last value " +
        decimal(result.cusum.back(), 2) + ", " +
        (result.first_signal ? "signal at patient " + std::to_string(*result.first_signal)
                             : std::string("no signal")) +
        ".";
    chart.height = bottom + 42;
    return svg_of(chart, inner);
}

} // namespace embolink
