// One endpoint per row: its name and figures in words, under them dot and interval of the hospital
// and diamond and interval of the trial.
#include "analysis/report/chart.hpp"
#include "analysis/report/charts.hpp"
#include "analysis/report/format.hpp"

namespace embolink {

namespace {

constexpr double left = 12;
constexpr double right = chart_width - 12.0;
constexpr double row_height = 62;
constexpr double top = 26;

std::string
whisker(double y, const Scale& scale, const Interval& interval, std::string_view style) {
    const double low = scale(interval.lower);
    const double high = scale(interval.upper);
    return line_at(low, y, high, y, style) + line_at(low, y - 4, low, y + 4, style) +
           line_at(high, y - 4, high, y + 4, style);
}

std::string rate_text(const std::optional<double>& rate, const std::optional<Interval>& interval) {
    if (!rate) {
        return "not estimable";
    }
    return percent(*rate) + (interval ? " (" + percent_interval(*interval) + ")" : "");
}

std::string row_markup(const ForestRow& row, double y, const Scale& scale) {
    std::string markup = text_at(2, y, "label " + row.style, row.label);
    const std::string trial = row.published
                                  ? ", trial " + rate_text(row.published, row.published_interval)
                                  : ", trial: not published";
    markup += text_at(2, y + 17, "tick", rate_text(row.local, row.interval) + trial);
    const double local_y = y + 29;
    const double trial_y = y + 39;
    if (row.local) {
        markup +=
            row.interval ? whisker(local_y, scale, *row.interval, "whisker " + row.style) : "";
        markup += circle_at(scale(*row.local), local_y, 5, "point " + row.style);
    }
    if (row.published) {
        markup += row.published_interval
                      ? whisker(trial_y, scale, *row.published_interval, "whisker trial")
                      : "";
        markup += diamond_at(scale(*row.published), trial_y, "trial small");
    }
    return markup;
}

std::string described(const std::vector<ForestRow>& rows) {
    std::string text;
    for (const ForestRow& row : rows) {
        text += row.label + ": here " + rate_text(row.local, row.interval) +
                (row.note.empty() ? "" : ", " + row.note) + "; trial " +
                (row.published ? rate_text(row.published, row.published_interval)
                               : std::string("not published")) +
                ". ";
    }
    return text;
}

} // namespace

std::string forest_chart(const std::vector<ForestRow>& rows) {
    const Scale scale{0, 1, left, right};
    const double bottom = top + row_height * static_cast<double>(rows.size());
    std::string inner;
    for (int quarter = 0; quarter <= 4; ++quarter) {
        const double x = scale(quarter / 4.0);
        inner += line_at(x, top - 8, x, bottom, "grid");
        inner += text_at(x,
                         bottom + 16,
                         quarter == 0   ? "tick"
                         : quarter == 4 ? "tick end"
                                        : "tick mid",
                         std::to_string(25 * quarter) + " %");
    }
    double y = top + 8;
    for (const ForestRow& row : rows) {
        inner += row_markup(row, y, scale);
        y += row_height;
    }
    Chart chart;
    chart.id = "forest";
    chart.title = "This hospital beside the trial, every endpoint";
    chart.description = described(rows);
    chart.height = bottom + 24;
    return svg_of(chart, inner);
}

} // namespace embolink
