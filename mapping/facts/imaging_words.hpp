// Which region an imaging exam shows, gathered from its codes and words (R5.6).
#pragma once

#include "mapping/facts/coded.hpp"

#include <string>

namespace embolink {

struct ImagingEvidence {
    bool abdominal = false;
    bool elsewhere = false;
    bool cross_sectional = false;
    bool imaging = false; // anything says that it is imaging at all

    // Codes and words of exams, and coded body sites.
    void take(const Terminology& terminology, const CodedText& coded);
    void take_text(const Terminology& terminology, const std::string& text);

    ImagingRegion region() const;

private:
    void take(const ConceptSet& set);
};

} // namespace embolink
