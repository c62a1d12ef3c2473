#include "analysis/report/html.hpp"

#include <cctype>
#include <ios>
#include <sstream>

namespace embolink {

std::string escape(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (const char letter : text) {
        switch (letter) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        case '\'':
            result += "&#39;";
            break;
        default:
            if (static_cast<unsigned char>(letter) >= 0x20 || letter == '\n' || letter == '\t') {
                result += letter;
            }
        }
    }
    return result;
}

std::string with_percents_kept(std::string_view page) {
    std::string kept;
    kept.reserve(page.size());
    for (std::size_t at = 0; at < page.size(); ++at) {
        const bool between = at > 0 && page[at] == ' ' && page.substr(at + 1).starts_with('%') &&
                             std::isdigit(static_cast<unsigned char>(page[at - 1])) != 0;
        between ? kept += "\u00a0" : kept += page[at];
    }
    return kept;
}

std::string element(std::string_view name, Attributes attributes, std::string_view inner) {
    std::string result = "<" + std::string(name);
    for (const auto& [key, value] : attributes) {
        result += " " + std::string(key) + "=\"" + escape(value) + "\"";
    }
    return result + ">" + std::string(inner) + "</" + std::string(name) + ">";
}

std::string text_element(std::string_view name, Attributes attributes, std::string_view text) {
    return element(name, attributes, escape(text));
}

std::string css_string(std::string_view text) {
    constexpr std::string_view plain = " .,-()_";
    std::string made = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const std::size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
        char32_t point = length == 1 ? byte : byte & (0x7fU >> length);
        for (std::size_t i = 1; i < length && at + i < text.size(); ++i) {
            point = point << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
        }
        const bool letter = length == 1 && std::isalnum(byte) != 0;
        if (letter || (length == 1 && plain.find(text[at]) != std::string_view::npos)) {
            made += text[at];
        } else {
            std::ostringstream code;
            code << '\\' << std::hex << static_cast<unsigned long>(point) << ' ';
            made += code.str();
        }
        at += length;
    }
    return made + "\"";
}

Cell cell(std::string text) {
    return {std::move(text), false, false, false, {}};
}

Cell number_cell(std::string text) {
    return {std::move(text), true, false, false, {}};
}

Cell row_header(std::string text) {
    return {std::move(text), false, true, false, {}};
}

Cell english_cell(std::string text) {
    Cell made = cell(std::move(text));
    made.english = true;
    return made;
}

namespace {

std::string render_cell(const Cell& item, bool in_head) {
    const std::string_view style = item.number   ? (item.strong ? "num strong" : "num")
                                   : item.strong ? "strong"
                                                 : "text";
    if (in_head) {
        return text_element("th", {{"scope", "col"}, {"class", style}}, item.text);
    }
    if (item.header) {
        const std::string made =
            text_element("th", {{"scope", "row"}, {"class", style}}, item.text);
        return item.english ? "<th lang=\"en\"" + made.substr(3) : made;
    }
    if (item.english) {
        return text_element("td", {{"lang", "en"}, {"class", style}}, item.text);
    }
    std::string inner = escape(item.text);
    for (const CellLink& link : item.links) {
        inner += (inner.empty() ? "" : " ") +
                 text_element("a", {{"href", "#" + link.target}}, link.text);
    }
    return element("td", {{"class", style}}, inner);
}

std::string render_row(const std::vector<Cell>& cells, bool in_head, const std::string& id = "") {
    std::string inner;
    for (const Cell& item : cells) {
        inner += render_cell(item, in_head);
    }
    return (id.empty() ? "<tr>" : "<tr id=\"" + escape(id) + "\">") + inner + "</tr>\n";
}

} // namespace

std::string render_table(const Table& table) {
    std::string inner = text_element("caption", {}, table.caption);
    inner += "<thead>" + render_row(table.head, true) + "</thead><tbody>\n";
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        inner += render_row(table.rows[i], false, i < table.row_ids.size() ? table.row_ids[i] : "");
    }
    inner += "</tbody>";
    return element("div",
                   {{"class", table.stack ? "scroll stack" : "scroll"},
                    {"tabindex", "0"},
                    {"role", "region"},
                    {"aria-label", table.caption}},
                   element("table", {}, inner)) +
           "\n";
}

std::string details(std::string_view summary, std::string_view inner) {
    return element("details", {}, text_element("summary", {}, summary) + std::string(inner)) + "\n";
}

std::string figure(std::string_view picture, std::string_view caption) {
    const std::string under = caption.empty() ? "" : text_element("figcaption", {}, caption);
    return element("figure", {}, std::string(picture) + under) + "\n";
}

std::string note(std::string_view text) {
    return text_element("p", {{"class", "note"}}, text) + "\n";
}

std::string paragraph(std::string_view text) {
    return text_element("p", {}, text) + "\n";
}

std::string heading(std::string_view text) {
    return text_element("h3", {}, text) + "\n";
}

} // namespace embolink
