// Building HTML and SVG text. Every string from outside goes through escape(); there is no other
// way into the page.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace embolink {

// & < > " ' become references; control characters but tab and newline are dropped.
std::string escape(std::string_view text);

using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// `inner` is markup and is taken as it is; attribute values are escaped.
// A finished page in which no line ends between a number and its "%".
std::string with_percents_kept(std::string_view page);

std::string element(std::string_view name, Attributes attributes, std::string_view inner);

// Escapes `text`.
std::string text_element(std::string_view name, Attributes attributes, std::string_view text);

// A link to an element of the same page.
struct CellLink {
    std::string text;
    std::string target; // id of the element
};

// Text as a string of CSS, quotes included: whatever is no plain letter, digit or punctuation is
// written as its code point, so that nothing of it ends the string or the style sheet.
std::string css_string(std::string_view text);

// A table cell: text, escaped when the table is made; links stand after it.
struct Cell {
    std::string text;
    bool number = false; // right-aligned
    bool header = false; // row header
    bool strong = false;
    std::vector<CellLink> links = {};
    bool english = false; // stays so on a page in another language, and says so
};

Cell cell(std::string text);
Cell number_cell(std::string text);
Cell row_header(std::string text);
Cell english_cell(std::string text);

struct Table {
    std::string caption;
    std::vector<Cell> head;
    std::vector<std::vector<Cell>> rows;
    // On a narrow screen the row headers stand above their cells, so that all columns fit: for
    // few columns that are read against each other.
    bool stack = false;
    std::vector<std::string> row_ids = {}; // as many as rows, or none
};

// Wrapped in a focusable region that scrolls on narrow screens, unless the table stacks.
std::string render_table(const Table& table);

// Folded away until it is asked for; a link to something inside unfolds it.
std::string details(std::string_view summary, std::string_view inner);

// The picture in a figure of its own, with what it shows under it.
std::string figure(std::string_view picture, std::string_view caption = "");

std::string note(std::string_view text);      // a paragraph in small print
std::string paragraph(std::string_view text); // escaped, as all of these
std::string heading(std::string_view text);   // of a part of a section

} // namespace embolink
