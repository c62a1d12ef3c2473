// One figure from top to bottom: header lines, plotting area (grid, bands, curves, censor marks),
// right of it and off the time axis the strip with the estimates at 24 months, time axis, risk
// table.
#include "analysis/report/plot_svg.hpp"

#include "analysis/report/chart.hpp"
#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {

namespace {

constexpr double left_margin = 50;
constexpr double named_left_margin = 84; // the risk table names its rows
constexpr double right_margin = 18;      // half of a label of the axis
constexpr double strip_column = 46;      // one estimate in the strip
constexpr double narrow_column = 33;     // of more than two
constexpr double risk_digit = 9;         // width of one in the table of numbers at risk, on paper
constexpr int reliable_at_risk = 5;      // statistics A1: grey below

struct Frame {
    double left = left_margin;
    double right = 0;
    double strip_left = 0;
    double strip_right = 0;
    double column = strip_column;
    double top = 0;
    double bottom = 0;
    int months = 36;
    int tick = 12;

    double x(double month) const { return left + (right - left) * month / months; }

    double x_days(double days) const { return x(days / days_per_month); }

    double y(double survival) const { return bottom - (bottom - top) * survival; }
};

double line_height(const std::string& style) {
    return style == "fig-value" ? 25 : style == "fig-title" ? 21 : 18;
}

std::size_t line_width(const std::string& style, int width) {
    // With room for another language, whose words are longer.
    const double letter = style == "fig-value"     ? 11.8
                          : style == "fig-title"   ? 10.0
                          : style == "fig-verdict" ? 9.6
                                                   : 8.0;
    return static_cast<std::size_t>((width - 8) / letter);
}

// Header lines from the top; `bottom` is where the plotting area may begin.
struct Header {
    std::string markup;
    double bottom = 0;
};

Header render_header(const SurvivalFigure& figure) {
    Header header;
    header.bottom = 4;
    for (const FigureLine& item : figure.header) {
        const double height = line_height(item.style);
        const TextLines lines = lines_at(2,
                                         header.bottom + height - 4,
                                         item.style,
                                         item.text,
                                         line_width(item.style, figure.width),
                                         height);
        header.bottom = lines.bottom + 4;
        header.markup += lines.markup;
    }
    header.bottom = std::max(header.bottom + 18, figure.header_height);
    return header;
}

int axis_months(const SurvivalFigure& figure) {
    int last = 0;
    for (const FigureCurve& curve : figure.curves) {
        last = std::max(last, curve.result->last_days);
    }
    return std::max(figure.months, 12 * static_cast<int>(std::ceil(last / days_per_month / 12)));
}

Frame make_frame(const SurvivalFigure& figure, double top) {
    Frame frame;
    frame.left = figure.curves.size() > 1 ? named_left_margin : left_margin;
    const auto columns = static_cast<double>(figure.curves.size() + figure.references.size());
    frame.strip_right = figure.width - 2;
    frame.column = columns > 2 ? narrow_column : strip_column;
    frame.strip_left = frame.strip_right - columns * frame.column;
    frame.right = frame.strip_left - right_margin;
    frame.top = top;
    frame.bottom = top + figure.plot_height;
    frame.months = axis_months(figure);
    frame.tick = frame.months > 84 ? 24 : 12;
    return frame;
}

std::string render_axes(const SurvivalFigure& figure, const Frame& frame) {
    std::string markup;
    for (int quarter = 0; quarter <= 4; ++quarter) {
        const double y = frame.y(quarter / 4.0);
        markup += line_at(frame.left, y, frame.right, y, "grid");
        markup += text_at(frame.left - 6, y + 4, "tick end", std::to_string(25 * quarter) + " %");
    }
    for (int month = 0; month <= frame.months; month += frame.tick) {
        markup += line_at(frame.x(month), frame.bottom, frame.x(month), frame.bottom + 5, "axis");
        markup += text_at(frame.x(month),
                          frame.bottom + 18,
                          month == 24 ? "tick mid strong" : "tick mid",
                          std::to_string(month));
    }
    markup += line_at(frame.left, frame.bottom, frame.right, frame.bottom, "axis");
    markup += line_at(frame.x(24), frame.top, frame.x(24), frame.bottom, "landmark");
    markup += text_at(2, frame.top - 11, "tick", figure.axis);
    markup += text_at((frame.left + frame.right) / 2,
                      frame.bottom + 36,
                      "tick mid",
                      "Months since first session");
    return markup;
}

// The stretch [from, to) of one curve with constant survival and interval.
struct Stretch {
    double from = 0;
    double to = 0;
    double survival = 1;
    std::optional<Interval> interval;
    bool thin = false; // fewer than 5 at risk
};

std::vector<Stretch> stretches(const SurvivalResult& result) {
    std::vector<Stretch> list;
    double survival = 1;
    double from = 0;
    std::optional<Interval> interval;
    for (const CurvePoint& point : result.curve) {
        if (point.days > from) {
            list.push_back({from,
                            static_cast<double>(point.days),
                            survival,
                            interval,
                            point.at_risk < reliable_at_risk});
        }
        survival = point.survival;
        interval = point.interval;
        from = point.days;
    }
    return list;
}

std::string band_path(const std::vector<Stretch>& list, const Frame& frame) {
    std::string data;
    std::size_t i = 0;
    while (i < list.size()) {
        if (!list[i].interval) {
            ++i;
            continue;
        }
        std::size_t end = i;
        std::string upper;
        while (end < list.size() && list[end].interval) {
            const double y = frame.y(list[end].interval->upper);
            upper +=
                (end == i ? "M" + px(frame.x_days(list[end].from)) + " " + px(y) : "V" + px(y)) +
                "H" + px(frame.x_days(list[end].to));
            ++end;
        }
        data += upper;
        for (std::size_t back = end; back-- > i;) {
            data += "V" + px(frame.y(list[back].interval->lower)) + "H" +
                    px(frame.x_days(list[back].from));
        }
        data += "Z";
        i = end;
    }
    return data;
}

// The curve where `thin` is as asked; vertical drops belong to the stretch before them.
std::string curve_path(const std::vector<Stretch>& list,
                       const SurvivalResult& result,
                       const Frame& frame,
                       bool thin) {
    std::string data;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i].thin != thin) {
            continue;
        }
        const double next =
            i + 1 < list.size() ? list[i + 1].survival : result.curve.back().survival;
        data += "M" + px(frame.x_days(list[i].from)) + " " + px(frame.y(list[i].survival)) + "H" +
                px(frame.x_days(list[i].to)) + "V" + px(frame.y(next));
    }
    return data;
}

std::string step_words(const CurvePoint& point) {
    return months(point.days) + " months: " + plural(point.events, "event", "events") + ", " +
           percent(point.survival);
}

// A step leads to the patients behind it; the place that can be hit is larger than what is drawn.
std::string step_links(const FigureCurve& curve, const Frame& frame) {
    if (curve.anchor.empty()) {
        return "";
    }
    std::string markup;
    double before = 1;
    for (const CurvePoint& point : curve.result->curve) {
        if (!point.with_event.empty()) {
            const double x = frame.x_days(point.days);
            const double top = frame.y(before);
            markup += link_to(curve.anchor + std::to_string(point.days),
                              step_words(point),
                              rect_at(x - 3, top - 3, 6, frame.y(point.survival) - top + 6, "hit"));
        }
        before = point.survival;
    }
    return markup;
}

std::string render_curve(const FigureCurve& curve, const Frame& frame) {
    const std::vector<Stretch> list = stretches(*curve.result);
    std::string markup = path_of(band_path(list, frame), "band " + curve.style);
    markup += path_of(curve_path(list, *curve.result, frame, true), "km thin " + curve.style);
    markup += path_of(curve_path(list, *curve.result, frame, false), "km " + curve.style);
    std::string marks;
    for (const CurvePoint& point : curve.result->curve) {
        if (point.censored > 0) {
            const double x = frame.x_days(point.days);
            const double y = frame.y(point.survival);
            marks += "M" + px(x) + " " + px(y - 4) + "V" + px(y + 4);
        }
    }
    return markup + path_of(marks, "censor " + curve.style) + step_links(curve, frame);
}

std::string
whisker(double x, const Frame& frame, const Interval& interval, const std::string& style) {
    const double upper = frame.y(interval.upper);
    const double lower = frame.y(interval.lower);
    return line_at(x, upper, x, lower, style) + line_at(x - 4, upper, x + 4, upper, style) +
           line_at(x - 4, lower, x + 4, lower, style);
}

// The estimates on the curves, at 24 months exactly; their intervals stand in the strip.
std::string render_points(const SurvivalFigure& figure, const Frame& frame) {
    std::string markup;
    for (const FigureCurve& curve : figure.curves) {
        const std::optional<double>& survival = curve.result->at_24.survival;
        if (survival) {
            markup += element("circle",
                              {{"cx", px(frame.x(24))},
                               {"cy", px(frame.y(*survival))},
                               {"r", "4.5"},
                               {"class", "point " + curve.style}},
                              "");
        }
    }
    return markup;
}

// One column of the strip.
struct Estimate {
    std::string name;
    std::string style;
    std::optional<double> rate;
    std::optional<Interval> interval;
    bool published = false;
};

std::vector<Estimate> estimates_of(const SurvivalFigure& figure) {
    std::vector<Estimate> list;
    for (const FigureCurve& curve : figure.curves) {
        const SurvivalResult& result = *curve.result;
        const bool compared = figure.curves.size() == 1;
        list.push_back({compared ? "here" : result.group,
                        curve.style,
                        result.at_24.survival,
                        result.at_24.interval ? result.at_24.interval : result.at_24_bpcp,
                        false});
    }
    for (const FigureReference& reference : figure.references) {
        list.push_back(
            {reference.label, reference.style, reference.rate, reference.interval, true});
    }
    return list;
}

std::string render_mark(const Estimate& item, double x, const Frame& frame) {
    if (!item.rate) {
        return "";
    }
    const double y = frame.y(*item.rate);
    std::string markup;
    if (item.interval) {
        markup += whisker(x, frame, *item.interval, "whisker " + item.style);
    }
    if (!item.published) {
        return markup +
               element("circle",
                       {{"cx", px(x)}, {"cy", px(y)}, {"r", "5"}, {"class", "point " + item.style}},
                       "");
    }
    return markup + diamond_at(x, y, item.style);
}

constexpr double strip_title_width = 100;

// The estimates at 24 months side by side. They share the scale of the rates and not the time axis:
// drawn on it, two intervals of one month would either cover each other or stand at another month.
std::string render_strip(const SurvivalFigure& figure, const Frame& frame) {
    std::string markup = element("rect",
                                 {{"x", px(frame.strip_left)},
                                  {"y", px(frame.top)},
                                  {"width", px(frame.strip_right - frame.strip_left)},
                                  {"height", px(frame.bottom - frame.top)},
                                  {"class", "strip"}},
                                 "");
    for (int quarter = 0; quarter <= 4; ++quarter) {
        const double y = frame.y(quarter / 4.0);
        markup += line_at(frame.strip_left, y, frame.strip_right, y, "grid");
    }
    // It ends with a strip that is narrower than its words, and stands within the picture so.
    const bool fits = frame.strip_right - frame.strip_left >= strip_title_width;
    markup += text_at(fits ? (frame.strip_left + frame.strip_right) / 2 : frame.strip_right,
                      frame.top - 11,
                      fits ? "tick mid strong" : "tick end strong",
                      "At 24 months");
    double x = frame.strip_left + frame.column / 2;
    for (const Estimate& item : estimates_of(figure)) {
        markup += render_mark(item, x, frame);
        markup += text_at(x, frame.bottom + 18, "label mid " + item.style, item.name);
        if (!item.published || figure.references.size() < 2) {
            markup += text_at(x,
                              frame.bottom + 36,
                              "label mid " + item.style,
                              item.rate ? percent(*item.rate) : std::string("\u2013"));
        }
        x += frame.column;
    }
    if (figure.references.size() > 1) { // one published rate under several assumptions
        const double middle =
            frame.strip_right - static_cast<double>(figure.references.size()) * frame.column / 2;
        markup += text_at(middle,
                          frame.bottom + 36,
                          "label mid trial",
                          "trial " + percent(figure.references.front().rate));
    }
    return markup;
}

// Every tick of the axis, or every second one where the numbers would touch; digits are larger on
// paper. The table below has them all.
int risk_step(const std::vector<RiskCount>& counts, const Frame& frame) {
    std::size_t digits = 1;
    for (const RiskCount& count : counts) {
        digits = std::max(digits, std::to_string(count.at_risk).size());
    }
    const double apart = frame.x(frame.tick) - frame.x(0);
    return apart > risk_digit * static_cast<double>(digits) ? frame.tick : 2 * frame.tick;
}

std::string render_risk_table(const SurvivalFigure& figure, const Frame& frame) {
    double y = frame.bottom + 58;
    std::string markup = text_at(2, y, "tick strong", "Number at risk");
    for (const FigureCurve& curve : figure.curves) {
        y += 19;
        if (figure.curves.size() > 1) {
            markup += text_at(2, y, "label " + curve.style, curve.result->group);
        }
        if (curve.result->risk_table.empty()) {
            markup += text_at(frame.left, y, "risk", "no curve: fewer than 5 patients");
        }
        const int step = risk_step(curve.result->risk_table, frame);
        for (const RiskCount& count : curve.result->risk_table) {
            if (count.month > frame.months || (count.month % step != 0 && count.month != 24)) {
                continue;
            }
            markup += text_at(frame.x(count.month),
                              y,
                              count.month == 24 ? "risk mid strong" : "risk mid",
                              std::to_string(count.at_risk));
        }
    }
    return markup;
}

// The same links for the keyboard, in a list that opens: a curve has too many steps to go through
// with the tabulator.
std::string step_list(const SurvivalFigure& figure) {
    std::string inner;
    for (const FigureCurve& curve : figure.curves) {
        std::string items;
        for (const CurvePoint& point : curve.result->curve) {
            if (!curve.anchor.empty() && !point.with_event.empty()) {
                const std::string target = "#" + curve.anchor + std::to_string(point.days);
                items +=
                    element("li", {}, text_element("a", {{"href", target}}, step_words(point)));
            }
        }
        if (!items.empty()) {
            inner += (figure.curves.size() > 1 ? paragraph(curve.result->group) : std::string()) +
                     element("ul", {}, items);
        }
    }
    return inner.empty()
               ? ""
               : element("details",
                         {{"class", "steps"}},
                         text_element("summary", {}, "Patients behind each step") + inner) +
                     "\n";
}

} // namespace

void align(std::vector<SurvivalFigure>& figures) {
    double header = 0;
    int months = 0;
    for (const SurvivalFigure& figure : figures) {
        header = std::max(header, render_header(figure).bottom);
        months = std::max(months, axis_months(figure));
    }
    for (SurvivalFigure& figure : figures) {
        figure.header_height = header;
        figure.months = months;
    }
}

std::string render_figure(const SurvivalFigure& figure) {
    const Header header = render_header(figure);
    const Frame frame = make_frame(figure, header.bottom + 8);
    std::string inner = header.markup + render_axes(figure, frame);
    for (const FigureCurve& curve : figure.curves) {
        inner += render_curve(curve, frame);
    }
    inner += render_points(figure, frame) + render_strip(figure, frame) +
             render_risk_table(figure, frame);
    Chart chart;
    chart.id = figure.id;
    chart.title = figure.title;
    chart.description = figure.description;
    chart.width = figure.width;
    chart.height = frame.bottom + 66 + 19.0 * static_cast<double>(figure.curves.size());
    chart.style = "survival";
    chart.has_links = std::any_of(figure.curves.begin(),
                                  figure.curves.end(),
                                  [](const FigureCurve& curve) { return !curve.anchor.empty(); });
    return svg_of(chart, inner) + step_list(figure);
}

} // namespace embolink
