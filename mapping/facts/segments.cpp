#include "mapping/facts/segments.hpp"

#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace embolink {

namespace {

constexpr std::array<std::string_view, 8> roman = {
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii"};
constexpr std::array<std::string_view, 8> announcing = {
    "segment", "segments", "seg", "segs", "segmente", "segmenten", "couinaud", "sgt"};
constexpr std::array<std::string_view, 8> joining = {
    "and", "et", "und", "to", "a", "bis", "or", "s"};

// "iv", "4", "4b", "iva".
std::optional<int> segment_number(std::string_view word) {
    if (word.size() == 2 && (word[1] == 'a' || word[1] == 'b') && word[0] >= '1' &&
        word[0] <= '8') {
        word.remove_suffix(1);
    }
    if (word.size() == 1 && word[0] >= '1' && word[0] <= '8') {
        return word[0] - '0';
    }
    if (word == "iva" || word == "ivb") {
        return 4;
    }
    const auto place = std::ranges::find(roman, word);
    if (place == roman.end()) {
        return std::nullopt;
    }
    return static_cast<int>(place - roman.begin()) + 1;
}

// "s6" or "seg6": the number is glued to its word.
std::optional<int> glued_number(std::string_view word) {
    if (word.size() == 2 && word.front() == 's' && word[1] >= '1' && word[1] <= '8') {
        return word[1] - '0';
    }
    return std::nullopt;
}

Lobe lobe_of(int segment) {
    return segment >= 5 ? Lobe::right : segment >= 2 ? Lobe::left : Lobe::unknown;
}

} // namespace

Lobe join(Lobe a, Lobe b) {
    if (a == Lobe::unknown || a == b) {
        return b;
    }
    return b == Lobe::unknown ? a : Lobe::both;
}

Lobe lobe_of_segments(std::string_view text) {
    const std::vector<Word> words = split_words(text);
    Lobe lobe = Lobe::unknown;
    bool announced = false;
    std::optional<int> before;
    for (const Word& word : words) {
        if (std::ranges::find(announcing, word.folded) != announcing.end()) {
            announced = true;
            before.reset();
            continue;
        }
        const auto glued = glued_number(word.folded);
        const auto number = glued ? glued : announced ? segment_number(word.folded) : std::nullopt;
        if (!number) {
            announced = announced && std::ranges::find(joining, word.folded) != joining.end();
            continue;
        }
        announced = true;
        for (int segment = word.after_dash && before && *before < *number ? *before : *number;
             segment <= *number;
             ++segment) {
            lobe = join(lobe, lobe_of(segment));
        }
        before = number;
    }
    return lobe;
}

} // namespace embolink
