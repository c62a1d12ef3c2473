// The words of one segment of a report, and what stands in whose reach (R4.4). Internal to
// mapping/text.
#pragma once

#include "mapping/text/report_segments.hpp"
#include "mapping/text/report_words.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace embolink {

// A phrase that is known.
struct Token {
    std::size_t begin = 0; // words
    std::size_t end = 0;
    std::size_t clause = 0; // counts the words that end every reach
    ReportWords::Match match;

    bool is(ReportWord role) const;
};

struct ReadSegment {
    ReportSegment segment;
    std::vector<Word> words;
    std::vector<Token> tokens;
    bool denied_before = false; // a denial of the segments before reaches its beginning
    std::size_t sentence = 0;   // counts those of the report

    bool has(ReportWord role) const;

    // The whole of it is one phrase of that kind.
    bool is_only(ReportWord role) const;
};

ReadSegment read_segment(ReportSegment segment, const ReportWords& known);

// A word of response, by itself.
bool is_said(const Token& token);

// A word of change, which says something only beside a tumour.
bool is_change(const Token& token);

// Of either kind.
bool is_progression(const Token& token);

// "Response: PD": the word only says what is told behind it.
bool is_label(const ReadSegment& read, const Token& said);

// Words that only set others in relation are those of too many languages ("precedente").
bool tells_language(const Token& token);

// "Larger than 10 mm" tells of a bound.
bool is_bound(const ReadSegment& read, const Token& said);

// A word of change near a word of that kind, on either side ("lésion nouvelle").
bool is_change_of(const ReadSegment& read, const Token& said, ReportWord what);

// A word of change in a short segment that names nothing that changes: "(new since the prior)".
bool is_change_of_what_is_named_elsewhere(const ReadSegment& read, const Token& said);

// Told of the past; an exam of the past that is only compared with ("larger than on the prior
// study") tells nothing of the finding.
bool is_of_the_past(const ReadSegment& read, const Token& said);

bool is_denied(const ReadSegment& read, const Token& said);

// "Suspicious for" is a doubt unless it is denied itself; an exclusion is one when it is.
bool is_doubted(const ReadSegment& read, const Token& said);

// "Cannot be excluded", "n'est pas exclue".
bool is_open_exclusion(const ReadSegment& read, const Token& token);

// Progression of an effusion is none of the tumour's.
bool is_of_no_tumour(const ReadSegment& read, const Token& said);

enum class Site { unstated, liver, elsewhere };

// The organ of the clause, else of the whole segment.
Site site_of(const ReadSegment& read, const Token& said);

} // namespace embolink
