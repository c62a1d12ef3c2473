// What was read in a report's text (R4.4): a value that goes with the facts. The words are those of
// mapping/text.
#pragma once

#include <string>

namespace embolink {

// How far a text tells anything.
enum class TextUnderstanding {
    none,    // there is no text, or only a pointer to another ("see attached"), or one that cannot
             // be opened (a PDF)
    unknown, // there is, in words that no definition has
    read
};

struct ReportFinding {
    TextUnderstanding understanding = TextUnderstanding::none;
    bool progression = false;           // said or doubted, of the liver or of no named site
    bool progression_elsewhere = false; // said or doubted, of another organ
    bool doubted = false;               // every progression is doubted
    bool complete_response = false;
    bool partial_response = false;
    bool response = false; // of unknown kind
    bool stable = false;   // or free of progression
    bool other = false;    // a word of response that leaves open which ("no response")

    bool any_progression() const { return progression || progression_elsewhere; }

    // R4.4: "any response, progression included".
    bool any_response() const {
        return any_progression() || complete_response || partial_response || response || stable ||
               other;
    }

    // What a reader is asked to confirm: "PD", "PD?", "PR/SD", "unclear"; "" nothing is said.
    std::string proposal() const;

    // Texts of one report together.
    void join(const ReportFinding& more);

    friend bool operator==(const ReportFinding&, const ReportFinding&) = default;
};

} // namespace embolink
