#include "mapping/text/read_report.hpp"

#include "mapping/text/report_segments.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace embolink {

namespace {

// A list item after a denial: "no new lesions, ascites, or progression".
constexpr std::size_t longest_item = 4;
constexpr std::size_t longest_list = 4;
// "Progression: none"
constexpr std::size_t longest_answer = 3;
// How near a condition stands that progresses without being a tumour.
constexpr std::size_t near_words = 5;
// "new hypervascular liver lesion"
constexpr std::size_t words_between = 3;

struct Token {
    std::size_t begin = 0; // words
    std::size_t end = 0;
    std::size_t clause = 0; // counts the words that end every reach
    ReportWords::Match match;

    bool is(ReportWord role) const {
        return std::ranges::find(match.roles, role) != match.roles.end();
    }
};

struct ReadSegment {
    ReportSegment segment;
    std::vector<Word> words;
    std::vector<Token> tokens;
    bool denied_before = false; // a denial of the segments before reaches its beginning

    bool has(ReportWord role) const {
        return std::ranges::any_of(tokens, [&](const Token& token) { return token.is(role); });
    }

    // The whole of it is one phrase of that kind.
    bool is_only(ReportWord role) const {
        return tokens.size() == 1 && tokens.front().is(role) &&
               tokens.front().end == words.size() && tokens.front().begin == 0;
    }
};

ReadSegment read_segment(ReportSegment segment, const ReportWords& known) {
    ReadSegment read{std::move(segment), {}, {}, false};
    read.words = split_words(read.segment.text);
    std::size_t clause = 0;
    for (std::size_t at = 0; at < read.words.size();) {
        auto match = known.at(read.words, at);
        if (match.length == 0) {
            ++at;
            continue;
        }
        Token token{at, at + match.length, clause, std::move(match)};
        clause += token.is(ReportWord::stop) ? 1 : 0;
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

// Whether something of that kind reaches the token, forward or back, within one clause.
bool reached(const ReadSegment& read, const Token& said, ReportWord role) {
    return std::ranges::any_of(read.tokens, [&](const Token& token) {
        if (!token.is(role) || token.clause != said.clause) {
            return false;
        }
        const Reach& reach = token.match.reach;
        return token.end <= said.begin
                   ? said.begin - token.end < reach.after
                   : said.end <= token.begin && token.begin - said.end < reach.before;
    });
}

// "New" says progression of a tumour word that stands near, on either side ("lésion nouvelle").
bool is_new_tumour(const ReadSegment& read, const Token& fresh) {
    return fresh.is(ReportWord::fresh) && std::ranges::any_of(read.tokens, [&](const Token& token) {
               const std::size_t between = token.end <= fresh.begin   ? fresh.begin - token.end
                                           : fresh.end <= token.begin ? token.begin - fresh.end
                                                                      : words_between + 1;
               return token.is(ReportWord::tumour) && token.clause == fresh.clause &&
                      between <= words_between;
           });
}

// "Response: PD": the word only says what is told behind it.
bool is_label(const ReadSegment& read, const Token& said) {
    return read.segment.after == ':' && said.end == read.words.size() &&
           said.is(ReportWord::response);
}

bool begins_with(const ReadSegment& read, ReportWord role) {
    return !read.tokens.empty() && read.tokens.front().begin == 0 && read.tokens.front().is(role);
}

// "Progression: none", "Progression? No."
bool answered_no(const ReadSegment& read, const ReadSegment* next) {
    return (read.segment.after == ':' || read.segment.after == '?') && next != nullptr &&
           next->words.size() <= longest_answer && begins_with(*next, ReportWord::answers_no);
}

bool denies_forward(const ReadSegment& read) {
    return std::ranges::any_of(read.tokens, [&](const Token& token) {
        return token.is(ReportWord::denied) && token.match.reach.after > 0 &&
               token.clause == (read.tokens.empty() ? 0 : read.tokens.back().clause);
    });
}

// A denial goes on over commas where the list ends in "or": until then the items are short.
void carry_denials(std::vector<ReadSegment>& segments) {
    for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
        const bool open = denies_forward(segments[i]) && segments[i].segment.after == ',';
        for (std::size_t j = i + 1; open && j < segments.size() && j <= i + longest_list; ++j) {
            if (begins_with(segments[j], ReportWord::goes_on)) {
                for (std::size_t k = i + 1; k <= j; ++k) {
                    segments[k].denied_before = true;
                }
            }
            // An "or" inside an item ends the list as well ("ascites, lesions or progression").
            const bool inside = segments[j].has(ReportWord::goes_on);
            if (inside && segments[j].words.size() <= longest_item + 1) {
                for (std::size_t k = i + 1; k <= j; ++k) {
                    segments[k].denied_before = true;
                }
            }
            if (segments[j].words.size() > longest_item || segments[j].segment.after != ',') {
                break;
            }
        }
    }
}

// Progression of an effusion is none of the tumour's.
bool is_of_no_tumour(const ReadSegment& read, const Token& said) {
    bool condition = false;
    for (const Token& token : read.tokens) {
        if (token.clause != said.clause) {
            continue;
        }
        if (token.is(ReportWord::tumour)) {
            return false;
        }
        const std::size_t distance = token.end <= said.begin
                                         ? said.begin - token.end
                                         : token.begin - std::min(said.end, token.begin);
        condition = condition || (token.is(ReportWord::no_tumour) && distance <= near_words);
    }
    return condition;
}

enum class Site { unstated, liver, elsewhere };

// The organ of the clause, else of the whole segment.
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

class Reader {
public:
    Reader(std::string_view text, const ReportWords& words) {
        for (ReportSegment& segment : split_report(text)) {
            segments_.push_back(read_segment(std::move(segment), words));
        }
        carry_denials(segments_);
    }

    ReportFinding run() {
        bool any_word = false;
        bool any_known = false;
        bool points_elsewhere = false;
        bool aside = false;
        for (std::size_t i = 0; i < segments_.size(); ++i) {
            const ReadSegment& read = segments_[i];
            any_word = any_word || !read.words.empty();
            any_known = any_known || !read.tokens.empty();
            points_elsewhere = points_elsewhere || read.has(ReportWord::told_elsewhere);
            aside = aside && !(read.segment.blank_line_before && content_aside_);
            if (is_heading(read)) {
                aside = read.is_only(ReportWord::aside_heading);
                content_aside_ = false;
                continue;
            }
            content_aside_ = content_aside_ || aside;
            if (!aside) {
                take(read, i + 1 < segments_.size() ? &segments_[i + 1] : nullptr);
            }
        }
        finding_.doubted = finding_.any_progression() && !surely_;
        const bool says = finding_.any_response();
        finding_.understanding = !any_word || (points_elsewhere && !says) ? TextUnderstanding::none
                                 : any_known                              ? TextUnderstanding::read
                                             : TextUnderstanding::unknown;
        return finding_;
    }

private:
    // "Indication:", or alone on its line; at the beginning of a line or sentence.
    static bool is_heading(const ReadSegment& read) {
        const bool marked = read.segment.after == ':' || read.segment.after == '\n';
        const bool begins = read.segment.before == '\n' || read.segment.before == '.';
        return marked && begins &&
               (read.is_only(ReportWord::aside_heading) || read.is_only(ReportWord::heading));
    }

    void take(const ReadSegment& read, const ReadSegment* next) {
        const bool no = answered_no(read, next);
        const bool asked = read.segment.after == '?' || read.segment.before == '?';
        for (const Token& said : read.tokens) {
            const bool fresh = is_new_tumour(read, said);
            if (!(is_said(said) || fresh) || is_label(read, said) ||
                reached(read, said, ReportWord::earlier) || is_of_no_tumour(read, said)) {
                continue;
            }
            const bool doubted = reached(read, said, ReportWord::doubted) || (asked && !no);
            const bool carried = read.denied_before && said.clause == 0;
            if (no || (!doubted && (carried || reached(read, said, ReportWord::denied)))) {
                deny(said);
            } else {
                affirm(said, doubted, site_of(read, said));
            }
        }
    }

    void deny(const Token& said) {
        const bool progression = said.is(ReportWord::progression) ||
                                 said.is(ReportWord::doubtful_progression) ||
                                 said.is(ReportWord::fresh);
        (progression ? finding_.stable : finding_.other) = true;
    }

    void affirm(const Token& said, bool doubted, Site site) {
        const bool doubtful = said.is(ReportWord::doubtful_progression);
        if (said.is(ReportWord::progression) || said.is(ReportWord::fresh) || doubtful) {
            (site == Site::elsewhere ? finding_.progression_elsewhere : finding_.progression) =
                true;
            surely_ = surely_ || (!doubted && !doubtful);
        } else if (said.is(ReportWord::complete_response)) {
            finding_.complete_response = true;
        } else if (said.is(ReportWord::partial_response)) {
            finding_.partial_response = true;
        } else if (said.is(ReportWord::response)) {
            finding_.response = true;
        } else {
            finding_.stable = true;
        }
    }

    std::vector<ReadSegment> segments_;
    ReportFinding finding_;
    bool surely_ = false;        // some progression is not doubted
    bool content_aside_ = false; // something stood under the heading that is left out
};

} // namespace

ReportFinding read_report_text(std::string_view text, const ReportWords& words) {
    return Reader(text, words).run();
}

} // namespace embolink
