// Text nodes and aria-labels of the page are taken out, unescaped, translated, escaped again and
// put back. Tags, styles and what stands in <code> or in a paragraph that is French already
// or in a cell that says that it is English stay.
#include "analysis/report/chart.hpp"
#include "analysis/report/embedded_text.hpp"
#include "analysis/report/html.hpp"
#include "analysis/report/translate.hpp"

#include <algorithm>
#include <array>

namespace embolink {

namespace {

struct Reference {
    std::string_view written;
    char letter;
};

// What escape() writes.
constexpr std::array references = {Reference{"&amp;", '&'},
                                   Reference{"&lt;", '<'},
                                   Reference{"&gt;", '>'},
                                   Reference{"&quot;", '"'},
                                   Reference{"&#39;", '\''}};

std::string unescaped(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        const auto found =
            std::find_if(references.begin(), references.end(), [&](const Reference& reference) {
                return text.substr(i).starts_with(reference.written);
            });
        if (found == references.end()) {
            result += text[i++];
        } else {
            result += found->letter;
            i += found->written.size();
        }
    }
    return result;
}

class PageTranslator {
public:
    explicit PageTranslator(const Phrases& phrases) : phrases_(phrases) {}

    std::string page(std::string_view html);

    std::set<std::string> unknown;

private:
    std::string text(std::string_view escaped);
    std::string lines(std::string_view element);
    std::string tag(std::string_view tag);

    const Phrases& phrases_;
    std::map<std::string, std::string, std::less<>> known_; // most texts come often
};

// Space around the text stays where it is.
std::string PageTranslator::text(std::string_view escaped) {
    const auto first = escaped.find_first_not_of(" \n\t");
    if (first == std::string_view::npos) {
        return std::string(escaped);
    }
    const auto last = escaped.find_last_not_of(" \n\t");
    const std::string_view core = escaped.substr(first, last - first + 1);
    auto found = known_.find(core);
    if (found == known_.end()) {
        const std::string made = escape(phrases_.translated(unescaped(core), unknown));
        found = known_.emplace(std::string(core), made).first;
    }
    return std::string(escaped.substr(0, first)) + found->second +
           std::string(escaped.substr(last + 1));
}

std::string PageTranslator::tag(std::string_view tag) {
    if (tag == "<html lang=\"en\">") {
        return "<html lang=\"fr\">";
    }
    constexpr std::string_view key = "aria-label=\"";
    const auto at = tag.find(key);
    if (at == std::string_view::npos) {
        return std::string(tag);
    }
    const auto begin = at + key.size();
    const auto end = tag.find('"', begin);
    return std::string(tag.substr(0, begin)) + text(tag.substr(begin, end - begin)) +
           std::string(tag.substr(end));
}

// The end tag of an element whose content stays; empty for the others.
std::string_view closing_of(std::string_view tag) {
    return tag == "<style>"                     ? "</style>"
           : tag.starts_with("<code")           ? "</code>"
           : tag == "<q>"                       ? "</q>"
           : tag == "<p lang=\"fr\">"           ? "</p>"
           : tag.starts_with("<td lang=\"en\"") ? "</td>"
           : tag.starts_with("<th lang=\"en\"") ? "</th>"
                                                : "";
}

// A text on several lines is one text; in the other language it keeps its number of lines.
std::string PageTranslator::lines(std::string_view element) {
    std::vector<std::string> tags;
    std::string whole;
    for (auto at = element.find("<tspan"); at != std::string_view::npos;
         at = element.find("<tspan", at + 1)) {
        const auto end = element.find('>', at) + 1;
        tags.emplace_back(element.substr(at, end - at));
        whole += (whole.empty() ? "" : " ") +
                 unescaped(element.substr(end, element.find('<', end) - end));
    }
    const std::string made = phrases_.translated(whole, unknown);
    constexpr double longer = 1.18; // the room that the pictures leave
    constexpr std::string_view key = "data-letters=\"";
    const double letters =
        std::stod(std::string(element.substr(element.find(key) + key.size(), 4)));
    const std::vector<std::string> split =
        wrapped(made, static_cast<std::size_t>(longer * letters), tags.size());
    std::string result(element.substr(0, element.find('>') + 1));
    for (std::size_t i = 0; i < split.size(); ++i) {
        result += tags[i] + escape(split[i]) + "</tspan>";
    }
    return result + "</text>";
}

std::string PageTranslator::page(std::string_view html) {
    std::string result;
    result.reserve(html.size() + html.size() / 8);
    std::string_view closing;
    for (std::size_t at = 0; at < html.size();) {
        const auto open = std::min(html.find('<', at), html.size());
        const std::string_view between = html.substr(at, open - at);
        result += closing.empty() ? text(between) : std::string(between);
        if (open == html.size()) {
            break;
        }
        const auto end = std::min(html.find('>', open), html.size() - 1);
        const std::string_view one = html.substr(open, end - open + 1);
        constexpr std::string_view last = "</text>";
        if (one.starts_with("<text ") && one.find("data-letters=") != std::string_view::npos) {
            const auto after = std::min(html.find(last, open) + last.size(), html.size());
            result += lines(html.substr(open, after - open));
            at = after;
            continue;
        }
        result += tag(one);
        closing = closing.empty() ? closing_of(one) : one == closing ? "" : closing;
        at = end + 1;
    }
    return result;
}

} // namespace

TranslatedPage french_page(const std::string& html) {
    static const Phrases phrases(embedded_french());
    PageTranslator translator(phrases);
    TranslatedPage made;
    made.html = translator.page(html);
    made.unknown = std::move(translator.unknown);
    return made;
}

} // namespace embolink
