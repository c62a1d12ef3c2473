#include "mapping/text/read_report.hpp"

#include "mapping/text/report_reach.hpp"
#include "mapping/text/report_sizes.hpp"

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

class Reader {
public:
    Reader(std::string_view text, const ReportWords& words, bool of_other_exam) : words_(words) {
        std::size_t sentence = 0;
        for (ReportSegment& segment : split_report(text)) {
            segments_.push_back(read_segment(std::move(segment), words));
            ReadSegment& read = segments_.back();
            read.sentence = sentence;
            const char mark = read.segment.after;
            sentence += mark == '.' || mark == '?' || mark == '\n' ? 1 : 0;
        }
        carry_denials(segments_);
        const bool titled = !segments_.empty() && segments_.front().has(ReportWord::other_exam);
        // A PET "skull to thigh" shows the liver all the same.
        of_other_exam_ = (of_other_exam || titled) &&
                         std::ranges::none_of(segments_, [](const ReadSegment& read) {
                             return read.has(ReportWord::liver);
                         });
    }

    ReportFinding run() {
        bool any_word = false;
        bool any_known = false;
        bool points_elsewhere = false;
        bool aside = false;
        for (std::size_t i = 0; i < segments_.size(); ++i) {
            const ReadSegment& read = segments_[i];
            any_word = any_word || !read.words.empty();
            any_known = any_known || std::ranges::any_of(read.tokens, tells_language);
            points_elsewhere = points_elsewhere || read.has(ReportWord::told_elsewhere);
            aside = aside && !(read.segment.blank_line_before && content_aside_);
            if (is_heading(read)) {
                aside = read.is_only(ReportWord::aside_heading);
                content_aside_ = false;
                continue;
            }
            if (aside && !content_aside_) {
                first_aside_ = read.sentence;
            }
            aside = aside && (read.sentence == first_aside_ || findings_follow(i));
            content_aside_ = content_aside_ || aside;
            if (!aside) {
                take(i);
                take_sizes(i);
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

    // "Findings:" further on: until there everything belongs to the head of the report. Without it
    // nobody says where "Comparison: CT of January." ends, and one sentence is left out.
    bool findings_follow(std::size_t index) const {
        return std::any_of(segments_.begin() + static_cast<std::ptrdiff_t>(index),
                           segments_.end(),
                           [](const ReadSegment& read) {
                               return is_heading(read) && read.is_only(ReportWord::heading);
                           });
    }

    bool sentence_has(std::size_t sentence, ReportWord role) const {
        return std::ranges::any_of(segments_, [&](const ReadSegment& read) {
            return read.sentence == sentence && read.has(role);
        });
    }

    bool is_change_of_tumour(const ReadSegment& read, const Token& said) const {
        return is_change_of(read, said, ReportWord::tumour) ||
               (is_change_of_what_is_named_elsewhere(read, said) &&
                sentence_has(read.sentence, ReportWord::tumour));
    }

    bool is_change_of_node(const ReadSegment& read, const Token& said) const {
        return is_progression(said) && !is_change_of_tumour(read, said) &&
               is_change_of(read, said, ReportWord::node);
    }

    // "Bone metastases, progressive": a tumour of which only what follows the comma says something.
    bool is_told_of_before(std::size_t index) const {
        const ReadSegment& before = segments_[index - 1];
        return before.segment.after == ',' && before.has(ReportWord::tumour) &&
               !segments_[index].has(ReportWord::tumour) &&
               std::ranges::none_of(before.tokens, [](const Token& token) {
                   return is_said(token) || is_change(token);
               });
    }

    // "Bones: progression": what stands before the colon says where.
    Site site_under(std::size_t index, const Token& said) const {
        const Site site = site_of(segments_[index], said);
        const bool headed =
            index > 0 && (segments_[index - 1].segment.after == ':' || is_told_of_before(index));
        return site == Site::unstated && headed ? site_of(segments_[index - 1], said) : site;
    }

    // "No progression, but it cannot be excluded": said of what stands before the comma.
    static bool doubts_before(const ReadSegment* next) {
        return next != nullptr && std::ranges::none_of(next->tokens, is_said) &&
               std::ranges::any_of(next->tokens, [&](const Token& token) {
                   return is_open_exclusion(*next, token);
               });
    }

    // What is no progression and names neither tumour nor liver is told of another organ, where one
    // is named or the exam shows others only: "spleen unchanged", a mammography "without change".
    bool is_of_other_organ(const ReadSegment& read, const Token& said) const {
        if (sentence_has(read.sentence, ReportWord::tumour) || read.has(ReportWord::liver) ||
            said.is(ReportWord::complete_response) || said.is(ReportWord::partial_response)) {
            return false;
        }
        return of_other_exam_ || read.has(ReportWord::other_organ);
    }

    void take(std::size_t index) {
        const ReadSegment& read = segments_[index];
        const ReadSegment* next = index + 1 < segments_.size() ? &segments_[index + 1] : nullptr;
        const bool no = answered_no(read, next);
        const bool asked = read.segment.after == '?' || read.segment.before == '?';
        const bool open = read.segment.after == ',' && doubts_before(next);
        for (const Token& said : read.tokens) {
            const bool of_node = is_change_of_node(read, said);
            const bool speaks = is_said(said) || said.is(ReportWord::alters) ||
                                is_change_of_tumour(read, said) || of_node;
            if (!speaks || is_label(read, said) || is_bound(read, said) ||
                is_of_the_past(read, said) || is_of_no_tumour(read, said)) {
                continue;
            }
            const bool doubted = is_doubted(read, said) || open || (asked && !no);
            const bool carried = read.denied_before && said.clause == 0;
            const bool denied = no || (!doubted && (carried || is_denied(read, said)));
            // "No new lymph nodes" is said of healthy ones, too.
            if ((denied && of_node) ||
                ((denied || !is_progression(said)) && is_of_other_organ(read, said))) {
                continue;
            }
            if (!denied) {
                affirm(said, doubted, site_under(index, said));
            } else if (!(of_other_exam_ && is_change(said))) { // "no new mass" of the breast
                deny(said);
            }
        }
    }

    // "Now 45 mm (previously 30 mm)", of a tumour that the sentence or the one before names.
    void take_sizes(std::size_t index) {
        const std::size_t sentence = segments_[index].sentence;
        if (index > 0 && segments_[index - 1].sentence == sentence) {
            return;
        }
        const bool of_tumour = sentence_has(sentence, ReportWord::tumour) ||
                               (sentence > 0 && sentence_has(sentence - 1, ReportWord::tumour) &&
                                !sentence_has(sentence, ReportWord::other_organ));
        if (!of_tumour || sentence_has(sentence, ReportWord::no_tumour)) {
            return;
        }
        std::string text;
        bool elsewhere = false;
        bool liver = false;
        for (std::size_t i = index; i < segments_.size() && segments_[i].sentence == sentence;
             ++i) {
            const ReadSegment& read = segments_[i];
            elsewhere = elsewhere || read.has(ReportWord::other_organ);
            liver = liver || read.has(ReportWord::liver);
            text += read.segment.text + read.segment.after + ' ';
        }
        take_change(read_size_change(text, words_), elsewhere && !liver);
    }

    void take_change(SizeChange change, bool elsewhere) {
        if (change == SizeChange::larger || change == SizeChange::larger_some) {
            (elsewhere ? finding_.progression_elsewhere : finding_.progression) = true;
            surely_ = surely_ || change == SizeChange::larger;
        } else if (change == SizeChange::smaller) {
            finding_.response = true;
        } else if (change == SizeChange::same) {
            finding_.stable = true;
        }
    }

    void deny(const Token& said) {
        const bool as_it_was = is_progression(said) || said.is(ReportWord::alters);
        (as_it_was ? finding_.stable : finding_.other) = true;
    }

    void affirm(const Token& said, bool doubted, Site site) {
        if (is_progression(said)) {
            (site == Site::elsewhere ? finding_.progression_elsewhere : finding_.progression) =
                true;
            surely_ = surely_ || (!doubted && !said.is(ReportWord::doubtful_progression));
        } else if (said.is(ReportWord::complete_response)) {
            finding_.complete_response = true;
        } else if (said.is(ReportWord::partial_response)) {
            finding_.partial_response = true;
        } else if (said.is(ReportWord::response) || said.is(ReportWord::shrinks)) {
            finding_.response = true;
        } else if (said.is(ReportWord::stable)) {
            finding_.stable = true;
        }
    }

    const ReportWords& words_;
    std::vector<ReadSegment> segments_;
    ReportFinding finding_;
    bool of_other_exam_ = false;
    bool surely_ = false;         // some progression is not doubted
    bool content_aside_ = false;  // something stood under the heading that is left out
    std::size_t first_aside_ = 0; // sentence that stands first under it
};

} // namespace

ReportFinding
read_report_text(std::string_view text, const ReportWords& words, bool of_other_exam) {
    return Reader(text, words, of_other_exam).run();
}

bool names_other_exam(std::string_view title, const ReportWords& words) {
    return read_segment({std::string{title}, '\n', '\n', false}, words).has(ReportWord::other_exam);
}

} // namespace embolink
