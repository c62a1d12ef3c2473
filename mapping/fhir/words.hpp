// Finding words and phrases in clinical free text: case and diacritics folded, whole words only,
// the longest phrase wins ("sans chimiotherapie" is one phrase, and the word inside it is not
// found). Simple negation and timing words ("no", "sans", "before") set the next few words aside,
// some ("not done", "aborted", "geplant") those before them; one that alone answers ("Liver
// metastases: none") those before the colon.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace embolink {

// One word of a text. `shout`: written in capitals (and digits) only, with at least two letters.
struct Word {
    std::string folded;
    bool shout = false;
    bool after_break = false; // punctuation that ends a thought stands before it
    bool after_dash = false;  // nothing but a hyphen or dash parts it from the word before
    bool after_colon = false; // a colon alone, with blanks
};

// Splits UTF-8 text at everything that is neither letter nor digit. Latin letters lose case and
// diacritics, ligatures and sharp s are written out; letters of other scripts stay as they are.
std::vector<Word> split_words(std::string_view text);

// The words of `text`, folded, joined by single blanks.
std::string fold(std::string_view text);

// What a text stands in. Words of planning ("scheduled", "geplant") set aside what a note says was
// done; in a plan (an order, an appointment) they set nothing aside.
enum class TextIn { record, plan };

// How many words of the same thought a negation sets aside.
struct Reach {
    std::size_t after = 0;
    std::size_t before = 0; // not across "and"
};

// The phrase at one place of a text.
struct PhraseMatch {
    std::size_t length = 0; // words
    const std::vector<std::string>& meanings;
    Reach reach;
};

// Phrases and what each stands for. A phrase written in capitals only ("NET", "CHE", "DEB") is an
// abbreviation: it is found only where the text has capitals too, because "net" is a word.
class PhraseIndex {
public:
    // `meanings`: what a text that holds the phrase carries; empty: the phrase only hides the
    // shorter ones inside it.
    void
    add(std::string_view phrase, const std::vector<std::string>& meanings, Reach reach = Reach{});

    // A phrase that sets aside what is said within its reach.
    void add_negation(std::string_view phrase, Reach reach);

    // One that does so everywhere but in a plan.
    void add_word_of_planning(std::string_view phrase, Reach reach);

    // Sorted and unique.
    std::vector<std::string> find(std::string_view text, TextIn of = TextIn::record) const;

    // The longest phrase that begins with that word, for readers with rules of their own. Valid as
    // long as the index is.
    std::optional<PhraseMatch> match(const std::vector<Word>& words, std::size_t at) const;

    bool empty() const { return phrases_.empty(); }

    // Every phrase that has a meaning: its folded words, and what it stands for.
    void for_each(const std::function<void(const std::string& phrase,
                                           const std::vector<std::string>& meanings)>& take) const;

private:
    struct Phrase {
        std::vector<std::string> words;
        std::vector<bool> shout;
        std::vector<std::string> meanings;
        Reach negates;
        bool of_planning = false;

        bool is_negation() const { return negates.after > 0 || negates.before > 0; }
    };

    void insert(Phrase phrase);
    void insert_negation(std::string_view text, Reach reach, bool of_planning);
    const Phrase* longest_at(const std::vector<Word>& words, std::size_t at) const;

    std::unordered_map<std::string, std::vector<Phrase>> phrases_; // by first word, longest first
};

} // namespace embolink
