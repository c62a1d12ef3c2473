#include "analysis/report/chart.hpp"

#include "analysis/report/format.hpp"
#include "analysis/report/html.hpp"

#include <algorithm>
#include <cmath>

namespace embolink {

std::string px(double value) {
    return decimal(value, 1);
}

std::string text_at(double x, double y, std::string_view style, std::string_view text) {
    return text_element("text", {{"x", px(x)}, {"y", px(y)}, {"class", style}}, text);
}

std::string line_at(double x1, double y1, double x2, double y2, std::string_view style) {
    return element(
        "line",
        {{"x1", px(x1)}, {"y1", px(y1)}, {"x2", px(x2)}, {"y2", px(y2)}, {"class", style}},
        "");
}

std::string rect_at(double x, double y, double width, double height, std::string_view style) {
    return element("rect",
                   {{"x", px(x)},
                    {"y", px(y)},
                    {"width", px(std::max(0.0, width))},
                    {"height", px(std::max(0.0, height))},
                    {"class", style}},
                   "");
}

std::string circle_at(double x, double y, double radius, std::string_view style) {
    return element(
        "circle", {{"cx", px(x)}, {"cy", px(y)}, {"r", px(radius)}, {"class", style}}, "");
}

std::string diamond_at(double x, double y, std::string_view style) {
    return path_of("M" + px(x) + " " + px(y - 7) + "L" + px(x + 6) + " " + px(y) + "L" + px(x) +
                       " " + px(y + 7) + "L" + px(x - 6) + " " + px(y) + "Z",
                   "diamond " + std::string(style));
}

std::string path_of(const std::string& data, const std::string& style) {
    if (data.empty()) {
        return "";
    }
    return element("path", {{"d", data}, {"class", style}}, "");
}

std::string with_title(std::string_view title, std::string_view markup) {
    return element("g", {}, text_element("title", {}, title) + std::string(markup));
}

std::string link_to(std::string_view target, std::string_view title, std::string_view markup) {
    return element("a",
                   {{"href", "#" + std::string(target)}, {"tabindex", "-1"}},
                   text_element("title", {}, title) + std::string(markup));
}

namespace {

// UTF-8 continuation bytes are no letters.
std::size_t letters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

} // namespace

std::vector<std::string> wrapped(const std::string& text, std::size_t width, std::size_t most) {
    std::vector<std::string> lines(1);
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find(' ', start), text.size());
        const std::string word = text.substr(start, end - start);
        if (!lines.back().empty() && lines.size() < most &&
            letters(lines.back()) + 1 + letters(word) > width) {
            lines.emplace_back();
        }
        lines.back() += (lines.back().empty() ? "" : " ") + word;
        start = end + 1;
    }
    return lines;
}

TextLines lines_at(double x,
                   double y,
                   std::string_view style,
                   const std::string& text,
                   std::size_t width,
                   double line_height) {
    const std::vector<std::string> lines = wrapped(text, width);
    TextLines made;
    made.bottom = y + line_height * static_cast<double>(lines.size() - 1);
    if (lines.size() == 1) {
        made.markup = text_at(x, y, style, text);
        return made;
    }
    std::string spans;
    for (const std::string& line : lines) {
        spans += text_element("tspan", {{"x", px(x)}, {"y", px(y)}}, line);
        y += line_height;
    }
    made.markup =
        element("text", {{"class", style}, {"data-letters", std::to_string(width)}}, spans);
    return made;
}

std::vector<double> ticks(double from, double to, int count) {
    std::vector<double> values;
    if (!(to > from) || count < 1) {
        return values;
    }
    const double rough = (to - from) / count;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= rough) {
            step = factor * power;
            break;
        }
    }
    const auto last = static_cast<long>(std::floor(to / step + 1e-9));
    for (auto i = static_cast<long>(std::ceil(from / step - 1e-9)); i <= last; ++i) {
        values.push_back(static_cast<double>(i) * step);
    }
    return values;
}

std::string svg_of(const Chart& chart, const std::string& inner) {
    const std::string head = text_element("title", {{"id", chart.id + "-t"}}, chart.title) +
                             text_element("desc", {{"id", chart.id + "-d"}}, chart.description);
    const std::string box =
        "0 0 " + std::to_string(chart.width) + " " + decimal(std::ceil(chart.height), 0);
    return element("svg",
                   {{"viewBox", box},
                    {"class", chart.style.empty() ? "figure" : "figure " + chart.style},
                    {"role", chart.has_links ? "group" : "img"},
                    {"aria-labelledby", chart.id + "-t " + chart.id + "-d"}},
                   head + inner) +
           "\n";
}

} // namespace embolink
