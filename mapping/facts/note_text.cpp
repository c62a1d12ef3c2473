#include "mapping/facts/note_text.hpp"

#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <chrono>

namespace embolink {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// "Z. n. TACE", "i.v. contrast": the point after one letter ends nothing.
bool ends_a_sentence(std::string_view text, std::size_t at) {
    const char c = text[at];
    if (c == ';' || c == '!' || c == '?' || c == '\n') {
        return true;
    }
    const bool spaced = at + 1 == text.size() || is_blank(text[at + 1]);
    const bool of_one_letter =
        at < 2 || is_blank(text[at - 2]) || text[at - 2] == '.' || text[at - 2] == '(';
    return c == '.' && spaced && !of_one_letter;
}

std::vector<std::string> sentences_of(std::string_view text) {
    std::vector<std::string> sentences(1);
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (ends_a_sentence(text, at)) {
            sentences.emplace_back();
        } else {
            sentences.back() += text[at];
        }
    }
    return sentences;
}

bool is_year(const std::string& word) {
    return word.size() == 4 && (word.starts_with("19") || word.starts_with("20")) &&
           word.find_first_not_of("0123456789") == std::string::npos;
}

bool names_another_year(std::string_view sentence, const std::optional<PartialDate>& performed) {
    if (!performed) {
        return false;
    }
    const auto year_of = [](Date date) {
        return static_cast<int>(std::chrono::year_month_day{date}.year());
    };
    const int first = year_of(performed->first);
    const int last = year_of(performed->last);
    return std::ranges::any_of(split_words(sentence), [&](const Word& word) {
        return is_year(word.folded) &&
               (std::stoi(word.folded) < first || std::stoi(word.folded) > last);
    });
}

} // namespace

std::vector<std::string> sentences_of_now(std::string_view note,
                                          const Terminology& terminology,
                                          const std::optional<PartialDate>& performed) {
    std::vector<std::string> sentences = sentences_of(note);
    std::erase_if(sentences, [&](const std::string& sentence) {
        return terminology.tells_another_time(sentence) || names_another_year(sentence, performed);
    });
    return sentences;
}

} // namespace embolink
