// The toolkit of the report's pictures: shapes and texts as SVG, one scale, one frame with title
// and description. Colours, dashes and sizes are classes of report.css; every string goes through
// escape() (html.hpp). A picture is 400 units wide, so that its text can be read on a telephone.
#pragma once

#include "analysis/interval.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace embolink {

inline constexpr int chart_width = 400;

std::string px(double value);

std::string text_at(double x, double y, std::string_view style, std::string_view text);
std::string line_at(double x1, double y1, double x2, double y2, std::string_view style);
std::string rect_at(double x, double y, double width, double height, std::string_view style);
std::string circle_at(double x, double y, double radius, std::string_view style);
std::string diamond_at(double x, double y, std::string_view style);
std::string path_of(const std::string& data, const std::string& style); // empty for no data

// A shape that tells what it is when the pointer rests on it, and to screen readers.
std::string with_title(std::string_view title, std::string_view markup);
// `target`: the id of an element of the same page. For the pointer alone: a table beside the
// picture has the same links for the keyboard.
std::string link_to(std::string_view target, std::string_view title, std::string_view markup);

// Words on lines of at most `width` letters; with `most` lines the last one takes what is left.
std::vector<std::string>
wrapped(const std::string& text, std::size_t width, std::size_t most = std::string::npos);

// A text on as many lines as it needs, one <text> element with a <tspan> for each line, so that
// another language finds it whole. `bottom` is the baseline of the last line.
struct TextLines {
    std::string markup;
    double bottom = 0;
};

TextLines lines_at(double x,
                   double y,
                   std::string_view style,
                   const std::string& text,
                   std::size_t width,
                   double line_height);

// A linear scale from data to picture.
struct Scale {
    double from = 0;
    double to = 1;
    double low = 0;  // where `from` is drawn
    double high = 1; // and `to`

    double operator()(double value) const {
        return low + (high - low) * (value - from) / (to - from);
    }
};

// Round tick values inside [from, to], about `count` of them.
std::vector<double> ticks(double from, double to, int count);

struct Chart {
    std::string id; // unique in the page
    std::string title;
    std::string description; // the figures in words, for those who do not see the picture
    int width = chart_width;
    double height = 0;
    std::string style;      // beside "figure"
    bool has_links = false; // an image hides the links in it from screen readers
};

std::string svg_of(const Chart& chart, const std::string& inner);

} // namespace embolink
