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
    doubted,              // "suspicious for", "DD"; likewise
    earlier,              // "previously", "Z. n."; likewise
    stop,                 // ends every reach: "and", "mais", "jedoch"
    goes_on,              // "or": a denial goes on after a comma
    answers_no,           // after a colon: "Progression: none"
    liver,
    other_organ,
    no_tumour, // what progresses without being a tumour: "effusion"
    tumour,
    fresh,          // "new": progression where a tumour word is near
    told_elsewhere, // "see attached report": this text is not the finding
    aside_heading,  // "Indication": what follows is a question or the past
    heading,        // "Findings": what follows is the finding
    hidden,         // holds a word of response and says none: "progression-free survival"
    known           // tells that the language is understood
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

    // The longest phrase that begins with that word; else a compound that ends as one of the words
    // of progression does ("Lebermetastasenprogress"). length 0: none.
    Match at(const std::vector<Word>& words, std::size_t index) const;

private:
    void add_phrase(const std::string& phrase, ReportWord role, Reach reach);

    PhraseIndex phrases_;
    std::vector<std::string> endings_;
};

} // namespace embolink
