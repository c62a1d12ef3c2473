// The page in another language: English is the source, and a catalogue gives each of its texts in
// the other one. The catalogue is a JSON list of [English, other]. "#" stands for a number, "{}"
// for a phrase that is translated in its turn; both come in the same order on both sides.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

// A text with "#" in the place of each of its numbers.
struct NumberedText {
    std::string text;
    std::vector<std::string> numbers;

    NumberedText part(std::size_t begin, std::size_t end) const;
};

class Phrases {
public:
    explicit Phrases(std::string_view catalogue);

    // A text that is not in the catalogue is taken apart at its sentences and clauses; what is left
    // stays as it is and is named in `unknown`.
    std::string translated(const std::string& text, std::set<std::string>& unknown) const;

private:
    struct Pattern {
        std::vector<std::string> literals; // one more than there are gaps
        std::string other;
        std::size_t letters = 0; // of the literals: more say more
    };

    enum class Which { specific, with_known_gaps, general };

    std::string piece(const NumberedText& text, int depth, std::set<std::string>& unknown) const;
    // Empty when no such pattern fits; no translation is empty.
    std::string by_pattern(const NumberedText& text,
                           Which which,
                           int depth,
                           std::set<std::string>& unknown) const;

    std::map<std::string, std::string> whole_;
    std::vector<Pattern> patterns_; // those with the most letters first
};

// The page that render_html() made, in French. `unknown`: the texts left in English.
struct TranslatedPage {
    std::string html;
    std::set<std::string> unknown;
};

TranslatedPage french_page(const std::string& html);

} // namespace embolink
