// The words of imaging reports, one definition file per language (definitions/text/report-*.json):
// words of response, and what turns them around. All languages are one index: hospitals mix them,
// and a phrase of one language is rarely another thing in the next.
#pragma once

#include "mapping/fhir/words.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace embolink {

// What a phrase is to the reader. One phrase may be several ("history").
enum class ReportWord {
    progression,
    complete_response,
    partial_response,
    response, // of unknown kind
    stable,
    doubtful_progression, // "mixed response", "pseudoprogression"
    denied,               // "no evidence of", "ohne"; reaches some words on or back
    doubted,              // "possible", "DD"; likewise
    suspects,             // "suspicious for": doubt that may be denied itself; likewise
    excluded,             // "ruled out", "exclue": a denial, and doubt when negated; likewise
    earlier,              // "previously", "Z. n."; likewise
    negates,              // turns an exclusion into doubt: "cannot be excluded"
    compares,             // "than", "seit": the past behind it is only compared with
    stop,                 // ends every reach: "and", "mais", "jedoch"
    goes_on,              // "or": a denial goes on after a comma
    answers_no,           // after a colon: "Progression: none"
    liver,
    other_organ,
    no_tumour, // what progresses without being a tumour: "effusion"
    tumour,
    fresh,          // "new": progression where a tumour word is near
    grows,          // "increase": progression where a tumour word is not far
    node,           // "lymph node": like a tumour when it is new or grows, and no sign of none
    alters,         // "change": tells that all is as it was, where it is denied
    shrinks,        // "reduction": response where a tumour word is not far
    other_exam,     // "mammography": an exam that does not show the liver
    told_elsewhere, // "see attached report": this text is not the finding
    aside_heading,  // "Indication": what follows is a question or the past
    heading,        // "Findings": what follows is the finding
    hidden,         // holds a word of response and says none: "progression-free survival"
    known           // tells that the language is understood
};

// What a word tells of the size that stands beside it.
enum class SizeWord {
    former,  // "previously", "zuvor"
    current, // "now", "aktuell"
    becomes  // "to": joins two sizes that share a unit, and tells nothing else
};

class ReportWords {
public:
    // Throws DefinitionError with file and JSON pointer.
    void add(const std::string& file, const nlohmann::json& json);

    bool empty() const { return phrases_.empty(); }

    struct Match {
        std::size_t length = 0; // words
        std::vector<ReportWord> roles;
        Reach reach;
    };

    // The longest phrase that begins with that word, and what a compound ends as
    // ("Lebermetastasenprogress", "Nebennierenmetastase"). length 0: neither.
    Match at(const std::vector<Word>& words, std::size_t index) const;

    struct SizeMatch {
        std::size_t length = 0; // words; 0: none
        SizeWord word = SizeWord::becomes;
    };

    // The longest word of size that begins there.
    SizeMatch size_word_at(const std::vector<Word>& words, std::size_t index) const;

private:
    void add_phrase(const std::string& phrase, ReportWord role, Reach reach);

    void add_sizes(const std::string& file, const nlohmann::json& lists);

    struct Ending {
        std::string letters;
        ReportWord role;
    };

    PhraseIndex phrases_;
    PhraseIndex size_words_;
    std::vector<Ending> endings_;
};

} // namespace embolink
