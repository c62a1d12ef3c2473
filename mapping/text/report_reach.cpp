#include "mapping/text/report_reach.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace embolink {

namespace {

// How near a condition stands that progresses without being a tumour.
constexpr std::size_t near_words = 5;
// "new hypervascular liver lesion"
constexpr std::size_t words_after_new = 3;
// "increase in the number and size of the known liver metastases"
constexpr std::size_t words_after_change = 8;
// "cannot be entirely excluded", "n'est pas formellement exclue"
constexpr std::size_t words_after_negation = 4;
// "1.5 cm"
constexpr std::size_t words_of_size = 3;
// "than on the prior study"
constexpr std::size_t words_after_comparison = 3;

// "segments 5 and 6": the "and" parts nothing.
bool joins_numbers(const std::vector<Word>& words, std::size_t at) {
    const auto is_number = [](const Word& word) {
        return word.folded.find_first_not_of("0123456789ivab") == std::string::npos;
    };
    return at > 0 && at + 1 < words.size() && is_number(words[at - 1]) && is_number(words[at + 1]);
}

// How many words stand between; `beyond` where the two overlap.
std::size_t distance(const Token& one, const Token& other, std::size_t beyond) {
    return one.end <= other.begin   ? other.begin - one.end
           : other.end <= one.begin ? one.begin - other.end
                                    : beyond;
}

bool reaches(const Token& token, const Token& said) {
    const Reach& reach = token.match.reach;
    return token.end <= said.begin
               ? said.begin - token.end < reach.after
               : said.end <= token.begin && token.begin - said.end < reach.before;
}

// Whether something of that kind stands in the few words before, in the same clause.
bool follows(const ReadSegment& read, const Token& token, ReportWord role, std::size_t words) {
    return std::ranges::any_of(read.tokens, [&](const Token& before) {
        return before.is(role) && before.clause == token.clause && before.end <= token.begin &&
               token.begin - before.end < words;
    });
}

// Whether something of that kind reaches the token, forward or back, within one clause.
bool reached(const ReadSegment& read, const Token& said, ReportWord role) {
    return std::ranges::any_of(read.tokens, [&](const Token& token) {
        return token.is(role) && token.clause == said.clause && reaches(token, said);
    });
}

// "... but cannot be excluded": it reaches back over what parts them, to the finding before it.
bool is_not_excluded(const ReadSegment& read, const Token& said) {
    return std::ranges::any_of(read.tokens, [&](const Token& token) {
        return is_open_exclusion(read, token) && token.clause >= said.clause &&
               reaches(token, said);
    });
}

} // namespace

bool Token::is(ReportWord role) const {
    return std::ranges::find(match.roles, role) != match.roles.end();
}

bool ReadSegment::has(ReportWord role) const {
    return std::ranges::any_of(tokens, [&](const Token& token) { return token.is(role); });
}

bool ReadSegment::is_only(ReportWord role) const {
    return tokens.size() == 1 && tokens.front().is(role) && tokens.front().end == words.size() &&
           tokens.front().begin == 0;
}

ReadSegment read_segment(ReportSegment segment, const ReportWords& known) {
    ReadSegment read{std::move(segment), {}, {}, false, 0};
    read.words = split_words(read.segment.text);
    std::size_t clause = 0;
    for (std::size_t at = 0; at < read.words.size();) {
        auto match = known.at(read.words, at);
        if (match.length == 0) {
            ++at;
            continue;
        }
        Token token{at, at + match.length, clause, std::move(match)};
        clause += token.is(ReportWord::stop) && !joins_numbers(read.words, at) ? 1 : 0;
        at = token.end;
        read.tokens.push_back(std::move(token));
    }
    return read;
}

bool is_said(const Token& token) {
    return token.is(ReportWord::progression) || token.is(ReportWord::complete_response) ||
           token.is(ReportWord::partial_response) || token.is(ReportWord::response) ||
           token.is(ReportWord::stable) || token.is(ReportWord::doubtful_progression);
}

bool is_change(const Token& token) {
    return token.is(ReportWord::fresh) || token.is(ReportWord::grows) ||
           token.is(ReportWord::shrinks);
}

bool is_progression(const Token& token) {
    return token.is(ReportWord::progression) || token.is(ReportWord::doubtful_progression) ||
           token.is(ReportWord::fresh) || token.is(ReportWord::grows);
}

bool is_of_the_past(const ReadSegment& read, const Token& said) {
    return std::ranges::any_of(read.tokens, [&](const Token& token) {
        return token.is(ReportWord::earlier) && token.clause == said.clause &&
               reaches(token, said) &&
               !follows(read, token, ReportWord::compares, words_after_comparison);
    });
}

bool is_open_exclusion(const ReadSegment& read, const Token& token) {
    return token.is(ReportWord::excluded) &&
           follows(read, token, ReportWord::negates, words_after_negation);
}

bool is_denied(const ReadSegment& read, const Token& said) {
    return reached(read, said, ReportWord::denied) || reached(read, said, ReportWord::excluded);
}

bool is_doubted(const ReadSegment& read, const Token& said) {
    return reached(read, said, ReportWord::doubted) || is_not_excluded(read, said) ||
           std::ranges::any_of(read.tokens, [&](const Token& token) {
               return token.is(ReportWord::suspects) && token.clause == said.clause &&
                      reaches(token, said) && !is_denied(read, token);
           });
}

bool is_change_of(const ReadSegment& read, const Token& said, ReportWord what) {
    const std::size_t longest = said.is(ReportWord::fresh) ? words_after_new : words_after_change;
    return is_change(said) && std::ranges::any_of(read.tokens, [&](const Token& token) {
               return token.is(what) && token.clause == said.clause &&
                      distance(token, said, longest + 1) <= longest;
           });
}

bool is_change_of_what_is_named_elsewhere(const ReadSegment& read, const Token& said) {
    return is_change(said) && read.words.size() <= words_after_change &&
           !read.has(ReportWord::tumour) && !read.has(ReportWord::other_organ) &&
           !read.has(ReportWord::no_tumour);
}

bool is_bound(const ReadSegment& read, const Token& said) {
    const auto begins_size = [&](std::size_t at) {
        const std::size_t end = std::min(at + words_of_size, read.words.size());
        return at < end && read.words[at].folded.front() >= '0' &&
               read.words[at].folded.front() <= '9' &&
               std::any_of(
                   read.words.begin() + static_cast<std::ptrdiff_t>(at),
                   read.words.begin() + static_cast<std::ptrdiff_t>(end),
                   [](const Word& word) { return word.folded == "mm" || word.folded == "cm"; });
    };
    return std::ranges::any_of(read.tokens, [&](const Token& token) {
        return token.begin == said.end && token.is(ReportWord::compares) && begins_size(token.end);
    });
}

bool tells_language(const Token& token) {
    return std::ranges::any_of(token.match.roles, [](ReportWord role) {
        return role != ReportWord::earlier && role != ReportWord::compares &&
               role != ReportWord::negates;
    });
}

bool is_label(const ReadSegment& read, const Token& said) {
    return read.segment.after == ':' && said.end == read.words.size() &&
           said.is(ReportWord::response);
}

bool is_of_no_tumour(const ReadSegment& read, const Token& said) {
    bool condition = false;
    for (const Token& token : read.tokens) {
        if (token.clause != said.clause) {
            continue;
        }
        if (token.is(ReportWord::tumour)) {
            return false;
        }
        condition = condition || (token.is(ReportWord::no_tumour) &&
                                  distance(token, said, near_words + 1) <= near_words);
    }
    return condition;
}

Site site_of(const ReadSegment& read, const Token& said) {
    for (const bool whole : {false, true}) {
        bool liver = false;
        bool other = false;
        for (const Token& token : read.tokens) {
            if (whole || token.clause == said.clause) {
                liver = liver || token.is(ReportWord::liver);
                other = other || token.is(ReportWord::other_organ);
            }
        }
        if (liver || other) {
            return liver ? Site::liver : Site::elsewhere;
        }
    }
    return Site::unstated;
}

} // namespace embolink
