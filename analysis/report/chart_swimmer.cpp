// One lane per patient: observed time, the part free of progression, sessions, responses, new
// therapy, grade 3 toxicity and how it ended.
#include "analysis/report/chart.hpp"
#include "analysis/report/charts.hpp"
#include "analysis/report/format.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {

namespace {

constexpr double left = 4;
constexpr double right = chart_width - 12.0;
constexpr double lane_height = 9;

std::vector<const Lane*> lanes_of_arm(const std::vector<Lane>& lanes, const std::string& arm) {
    std::vector<const Lane*> all;
    for (const Lane& lane : lanes) {
        if (lane.arm == arm) {
            all.push_back(&lane);
        }
    }
    if (all.size() <= most_lanes) {
        return all;
    }
    std::vector<const Lane*> some;
    for (std::size_t i = 0; i < most_lanes; ++i) {
        some.push_back(all[i * all.size() / most_lanes]);
    }
    return some;
}

std::string mark_markup(const LaneMark& mark, double x, double y) {
    if (mark.kind == "session") {
        return line_at(x, y - 4, x, y + 4, "mark-session");
    }
    if (mark.kind == "CR" || mark.kind == "PR") {
        return path_of("M" + px(x - 3) + " " + px(y + 3) + "L" + px(x) + " " + px(y - 3) + "L" +
                           px(x + 3) + " " + px(y + 3) + "Z",
                       "mark-response");
    }
    if (mark.kind == "PD") {
        return path_of("M" + px(x - 3) + " " + px(y - 3) + "L" + px(x + 3) + " " + px(y + 3) + "M" +
                           px(x + 3) + " " + px(y - 3) + "L" + px(x - 3) + " " + px(y + 3),
                       "mark-progression");
    }
    if (mark.kind == "therapy") {
        return rect_at(x - 2.5, y - 2.5, 5, 5, "mark-therapy");
    }
    if (mark.kind == "toxicity") {
        return circle_at(x, y, 2.4, "mark-toxicity");
    }
    return ""; // SD and NE would cover the others
}

std::string lane_markup(const Lane& lane, double y, const Scale& x, const std::string& style) {
    const auto at = [&](int days) { return x(days / days_per_month); };
    std::string inner = rect_at(x(0), y - 1.5, at(lane.followed) - x(0), 3, "lane after");
    if (lane.pfs_days) {
        inner += rect_at(x(0), y - 3, at(*lane.pfs_days) - x(0), 6, "lane " + style);
    }
    for (const LaneMark& mark : lane.marks) {
        inner += mark_markup(mark, at(mark.days), y);
    }
    inner += lane.died ? text_at(at(lane.followed) + 2, y + 4, "mark-death", "\u2020")
                       : path_of("M" + px(at(lane.followed)) + " " + px(y - 3) + "L" +
                                     px(at(lane.followed) + 5) + " " + px(y) + "L" +
                                     px(at(lane.followed)) + " " + px(y + 3),
                                 "mark-alive");
    return with_title(
        lane.patient + ": observed " + months(lane.followed) + " months" +
            (lane.died ? ", died" : "") +
            (lane.pfs_days ? ", progression-free time " + months(*lane.pfs_days) : ""),
        inner);
}

std::string legend(double& y) {
    struct Item {
        std::string kind;
        std::string name;
    };

    const std::vector<Item> items = {{"session", "session"},
                                     {"CR", "response"},
                                     {"PD", "progression"},
                                     {"therapy", "new therapy"},
                                     {"toxicity", "grade 3 or more"}};
    std::string markup;
    double x = 6;
    for (const Item& item : items) {
        const double width = 18 + 7.2 * static_cast<double>(item.name.size());
        if (x + width > chart_width) {
            x = 6;
            y += 18;
        }
        markup += mark_markup({0, item.kind, ""}, x + 2, y - 4);
        markup += text_at(x + 10, y, "tick", item.name);
        x += width;
    }
    markup += text_at(x, y, "tick", "\u2020 died");
    return markup;
}

} // namespace

std::string swimmer_chart(const std::vector<Lane>& lanes, const std::string& arm) {
    const std::vector<const Lane*> shown = lanes_of_arm(lanes, arm);
    int longest = 365;
    for (const Lane* lane : shown) {
        longest = std::max(longest, lane->followed);
    }
    const double last_month = 12 * std::ceil(longest / days_per_month / 12);
    const Scale x{0, last_month, left, right};
    double y = 14;
    std::string inner = text_at(2, y, "fig-title", arm);
    y += 20;
    inner += legend(y);
    const double top = y + 10;
    const double bottom = top + lane_height * static_cast<double>(shown.size()) + 4;
    for (double month = 0; month <= last_month; month += last_month > 84 ? 24 : 12) {
        inner += line_at(x(month), top, x(month), bottom, month == 24 ? "landmark" : "grid");
        inner += text_at(x(month),
                         bottom + 16,
                         month == 0    ? "tick"
                         : month == 24 ? "tick mid strong"
                                       : "tick mid",
                         decimal(month, 0));
    }
    double lane_y = top + lane_height / 2 + 2;
    for (const Lane* lane : shown) {
        inner += lane_markup(*lane, lane_y, x, arm == "HAE" ? "hae" : "hace");
        lane_y += lane_height;
    }
    inner += text_at((left + right) / 2, bottom + 33, "tick mid", "Months since first session");
    Chart chart;
    chart.id = "lanes-" + std::string(arm == "HAE" ? "hae" : "hace");
    chart.title = "Course of each patient, " + arm;
    chart.description = plural(static_cast<int>(shown.size()), "patient", "patients") +
                        ", the longest progression-free time first; the table of patients has the "
                        "figures.";
    chart.height = bottom + 40;
    return svg_of(chart, inner);
}

} // namespace embolink
