// Stacked bars, horizontal, with the number of patients in every part that has room for it.
#include "analysis/report/chart.hpp"
#include "analysis/report/charts.hpp"
#include "analysis/report/format.hpp"

#include <algorithm>
#include <numeric>

namespace embolink {

namespace {

constexpr double row_height = 38;
constexpr double bar_height = 16;
constexpr double room_for_number = 16;

int total_of(const BarRow& row) {
    return std::accumulate(row.parts.begin(), row.parts.end(), 0);
}

std::string legend(const BarChart& chart, double& y) {
    std::string markup;
    double x = 2;
    for (std::size_t i = 0; i < chart.names.size(); ++i) {
        const double width = 24 + 7.4 * static_cast<double>(chart.names[i].size());
        if (x + width > chart_width) {
            x = 2;
            y += 19;
        }
        markup += rect_at(x, y - 11, 12, 12, chart.styles[i]);
        markup += text_at(x + 17, y, "tick", chart.names[i]);
        x += width;
    }
    y += 12;
    return markup;
}

std::string bar(const BarChart& chart, const BarRow& row, double y, double per_patient) {
    std::string markup;
    double x = 2;
    for (std::size_t i = 0; i < row.parts.size(); ++i) {
        const double width = per_patient * row.parts[i];
        if (row.parts[i] == 0) {
            continue;
        }
        const std::string says =
            row.label + ", " + chart.names[i] + ": " + plural(row.parts[i], "patient", "patients");
        std::string part = rect_at(x, y, width, bar_height, chart.styles[i]);
        if (width >= room_for_number) {
            part += text_at(x + width / 2,
                            y + bar_height - 4,
                            "in-bar mid " + chart.styles[i],
                            std::to_string(row.parts[i]));
        }
        markup += with_title(says, part);
        x += width;
    }
    return markup;
}

std::string described(const BarChart& chart) {
    std::string text;
    for (const BarRow& row : chart.rows) {
        text += row.label + ": ";
        for (std::size_t i = 0; i < row.parts.size(); ++i) {
            text += (i == 0 ? "" : ", ") + chart.names[i] + " " + std::to_string(row.parts[i]);
        }
        text += ". ";
    }
    return text;
}

} // namespace

std::string bar_chart(const BarChart& chart) {
    int largest = 1;
    for (const BarRow& row : chart.rows) {
        largest = std::max(largest, total_of(row));
    }
    double y = 16;
    std::string inner = legend(chart, y);
    for (const BarRow& row : chart.rows) {
        const int total = total_of(row);
        inner += text_at(2,
                         y + 14,
                         "tick strong",
                         row.label + " (" + plural(total, "patient", "patients") + ")");
        const int whole = chart.as_share ? std::max(1, total) : largest;
        inner += bar(chart, row, y + 20, (chart_width - 4.0) / whole);
        y += row_height + 6;
    }
    Chart frame;
    frame.id = chart.id;
    frame.title = chart.title;
    frame.description = described(chart);
    frame.height = y + 4;
    return svg_of(frame, inner);
}

} // namespace embolink
