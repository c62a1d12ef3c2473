#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

namespace embolink {

namespace {

// The next code point of valid UTF-8; a stray byte counts as itself.
char32_t take_code_point(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    char32_t point = more == 3   ? lead & 0x07U
                     : more == 2 ? lead & 0x0FU
                     : more == 1 ? lead & 0x1FU
                                 : lead;
    for (int i = 0; i < more && at < text.size(); ++i) {
        point = (point << 6) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
    }
    return point;
}

// Base letters of U+00C0..U+00FF; blanks are no letters, '+' are written out elsewhere.
constexpr std::string_view latin1_base = "aaaaaa+ceeeeiiiidnooooo ouuuuy++"
                                         "aaaaaa+ceeeeiiiidnooooo ouuuuy+y";
// Base letters of U+0100..U+017F.
constexpr std::string_view latin_extended_base =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii++jjkkkllllllllllnnnnnnnnnoooooo++"
    "rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(latin1_base.size() == 64 && latin_extended_base.size() == 128);

std::string spelled_out(char32_t point) {
    switch (point) {
    case 0x00C6:
    case 0x00E6:
        return "ae";
    case 0x00DE:
    case 0x00FE:
        return "th";
    case 0x00DF:
        return "ss";
    case 0x0132:
    case 0x0133:
        return "ij";
    case 0x0152:
    case 0x0153:
        return "oe";
    default:
        return {};
    }
}

// The code point as UTF-8.
std::string encoded(char32_t point) {
    const auto byte = [](char32_t value) { return static_cast<char>(value); };
    if (point < 0x800) {
        return {byte(0xC0U | (point >> 6)), byte(0x80U | (point & 0x3FU))};
    }
    if (point < 0x10000) {
        return {byte(0xE0U | (point >> 12)),
                byte(0x80U | ((point >> 6) & 0x3FU)),
                byte(0x80U | (point & 0x3FU))};
    }
    return {byte(0xF0U | (point >> 18)),
            byte(0x80U | ((point >> 12) & 0x3FU)),
            byte(0x80U | ((point >> 6) & 0x3FU)),
            byte(0x80U | (point & 0x3FU))};
}

// The folded letters of a code point; empty: it separates words.
std::string folded_letters(char32_t point) {
    if ((point >= 'a' && point <= 'z') || (point >= '0' && point <= '9')) {
        return {static_cast<char>(point)};
    }
    if (point >= 'A' && point <= 'Z') {
        return {static_cast<char>(point - 'A' + 'a')};
    }
    if (point < 0xC0) {
        return {};
    }
    if (const std::string letters = spelled_out(point); !letters.empty()) {
        return letters;
    }
    if (point <= 0xFF) {
        const char base = latin1_base[point - 0xC0];
        return base == ' ' ? std::string{} : std::string{base};
    }
    if (point <= 0x17F) {
        return {latin_extended_base[point - 0x100]};
    }
    const bool punctuation = (point >= 0x2000 && point <= 0x206F) || point == 0x3000;
    return punctuation ? std::string{} : encoded(point);
}

bool is_capital(char32_t point) {
    return (point >= 'A' && point <= 'Z') || (point >= 0xC0 && point <= 0xDE && point != 0xD7);
}

bool is_small(char32_t point) {
    return (point >= 'a' && point <= 'z') || (point >= 0xDF && point <= 0xFF && point != 0xF7);
}

bool ends_a_thought(char32_t point) {
    return point == '.' || point == ',' || point == ';' || point == ':' || point == '(' ||
           point == ')' || point == '\n' || point == '!' || point == '?';
}

bool is_dash(char32_t point) {
    return point == '-' || (point >= 0x2010 && point <= 0x2015) || point == 0x2212;
}

// "TACE and biopsy not done": the word before "and" is no longer spoken of.
bool joins(std::string_view word) {
    return word == "and" || word == "et" || word == "und";
}

bool is_colon_alone(std::u32string_view between) {
    return std::ranges::count(between, U':') == 1 && std::ranges::all_of(between, [](char32_t c) {
               return c == U':' || c == U' ' || c == U'\t' || c == U'\u00a0';
           });
}

// Collects the letters of one word.
struct WordBuilder {
    Word word;
    int capitals = 0;
    bool small = false;

    void add(char32_t point, const std::string& letters) {
        word.folded += letters;
        capitals += is_capital(point) ? 1 : 0;
        small = small || is_small(point);
    }
};

} // namespace

std::vector<Word> split_words(std::string_view text) {
    std::vector<Word> words;
    WordBuilder current;
    bool after_break = false;
    std::u32string between;
    const auto finish = [&] {
        if (!current.word.folded.empty()) {
            current.word.shout = current.capitals >= 2 && !current.small;
            current.word.after_break = after_break;
            current.word.after_dash = between.size() == 1 && is_dash(between.front());
            current.word.after_colon = is_colon_alone(between);
            words.push_back(std::move(current.word));
            after_break = false;
            between.clear();
        }
        current = {};
    };
    for (std::size_t at = 0; at < text.size();) {
        const char32_t point = take_code_point(text, at);
        if (point >= 0x300 && point <= 0x36F) { // a combining mark belongs to the letter before
            continue;
        }
        const std::string letters = folded_letters(point);
        if (!letters.empty()) {
            current.add(point, letters);
            continue;
        }
        finish();
        between += point;
        after_break = after_break || ends_a_thought(point);
    }
    finish();
    return words;
}

std::string fold(std::string_view text) {
    std::string folded;
    for (const Word& word : split_words(text)) {
        folded += (folded.empty() ? "" : " ") + word.folded;
    }
    return folded;
}

void PhraseIndex::insert(Phrase phrase) {
    if (phrase.words.empty()) {
        return;
    }
    auto& row = phrases_[phrase.words.front()];
    const auto same = std::ranges::find_if(row, [&](const Phrase& known) {
        return known.words == phrase.words && known.shout == phrase.shout;
    });
    if (same != row.end()) {
        same->meanings.insert(same->meanings.end(), phrase.meanings.begin(), phrase.meanings.end());
        same->negates.after = std::max(same->negates.after, phrase.negates.after);
        same->negates.before = std::max(same->negates.before, phrase.negates.before);
        same->of_planning = same->of_planning && phrase.of_planning;
        return;
    }
    row.push_back(std::move(phrase));
    std::ranges::stable_sort(
        row, [](const Phrase& a, const Phrase& b) { return a.words.size() > b.words.size(); });
}

void PhraseIndex::add(std::string_view text,
                      const std::vector<std::string>& meanings,
                      Reach reach) {
    Phrase phrase;
    for (Word& word : split_words(text)) {
        phrase.shout.push_back(word.shout);
        phrase.words.push_back(std::move(word.folded));
    }
    phrase.meanings = meanings;
    phrase.negates = reach;
    insert(std::move(phrase));
}

void PhraseIndex::add_negation(std::string_view text, Reach reach) {
    insert_negation(text, reach, false);
}

void PhraseIndex::add_word_of_planning(std::string_view text, Reach reach) {
    insert_negation(text, reach, true);
}

void PhraseIndex::insert_negation(std::string_view text, Reach reach, bool of_planning) {
    Phrase phrase;
    phrase.of_planning = of_planning;
    for (Word& word : split_words(text)) {
        phrase.shout.push_back(false);
        phrase.words.push_back(std::move(word.folded));
    }
    phrase.negates = reach;
    insert(std::move(phrase));
}

const PhraseIndex::Phrase* PhraseIndex::longest_at(const std::vector<Word>& words,
                                                   std::size_t at) const {
    const auto row = phrases_.find(words[at].folded);
    if (row == phrases_.end()) {
        return nullptr;
    }
    for (const Phrase& phrase : row->second) {
        if (at + phrase.words.size() > words.size()) {
            continue;
        }
        bool fits = true;
        for (std::size_t i = 0; fits && i < phrase.words.size(); ++i) {
            const Word& word = words[at + i];
            fits = word.folded == phrase.words[i] && (word.shout || !phrase.shout[i]);
        }
        if (fits) {
            return &phrase;
        }
    }
    return nullptr;
}

std::optional<PhraseMatch> PhraseIndex::match(const std::vector<Word>& words,
                                              std::size_t at) const {
    const Phrase* phrase = longest_at(words, at);
    if (phrase == nullptr) {
        return std::nullopt;
    }
    return PhraseMatch{phrase->words.size(), phrase->meanings, phrase->negates};
}

void PhraseIndex::for_each(
    const std::function<void(const std::string&, const std::vector<std::string>&)>& take) const {
    for (const auto& [first, phrases] : phrases_) {
        for (const Phrase& phrase : phrases) {
            std::string words;
            for (const std::string& word : phrase.words) {
                words += (words.empty() ? "" : " ") + word;
            }
            if (!phrase.meanings.empty()) {
                take(words, phrase.meanings);
            }
        }
    }
}

std::vector<std::string> PhraseIndex::find(std::string_view text, TextIn of) const {
    struct Hit {
        const Phrase* phrase;
        std::size_t end;
    };

    const std::vector<Word> words = split_words(text);
    std::vector<Hit> hits;
    std::size_t negated_until = 0;
    std::size_t first_in_reach = 0; // of `hits`: what a later negation may set aside
    for (std::size_t at = 0; at < words.size();) {
        std::size_t first_asked = hits.size(); // what stands before a colon
        if (words[at].after_break) {
            negated_until = 0;
            first_asked = words[at].after_colon ? first_in_reach : hits.size();
            first_in_reach = hits.size();
        }
        const Phrase* phrase = longest_at(words, at);
        if (phrase == nullptr) {
            first_in_reach = joins(words[at].folded) ? hits.size() : first_in_reach;
            ++at;
            continue;
        }
        const std::size_t next = at + phrase->words.size();
        if (phrase->of_planning && of == TextIn::plan) {
            at = next;
            continue;
        }
        if (phrase->is_negation()) {
            negated_until = std::max(negated_until, next + phrase->negates.after);
            while (hits.size() > first_in_reach && hits.back().end + phrase->negates.before > at) {
                hits.pop_back();
            }
            if (next == words.size() || words[next].after_break) {
                hits.resize(std::min(hits.size(), first_asked));
            }
        } else if (at >= negated_until) {
            hits.push_back({phrase, next});
        }
        at = next;
    }
    std::set<std::string> found;
    for (const Hit& hit : hits) {
        found.insert(hit.phrase->meanings.begin(), hit.phrase->meanings.end());
    }
    return {found.begin(), found.end()};
}

} // namespace embolink
