// Concepts of codes and texts, as every reader needs them.
#pragma once

#include "mapping/facts/facts.hpp"
#include "mapping/fhir/fields.hpp"
#include "mapping/fhir/terminology.hpp"

#include <string_view>
#include <vector>

namespace embolink {

// Keeps both lists sorted and unique.
void add_coded(ConceptSet& set, const std::vector<std::string>& names);
void add_in_text(ConceptSet& set, const std::vector<std::string>& names);
void merge(ConceptSet& set, const ConceptSet& other);
void remove_concept(ConceptSet& set, std::string_view name);

// Whose words count: a coding that the terminology knows speaks by its code, and its display adds
// nothing; the display of an unknown one is text like the CodeableConcept's own.
ConceptSet concepts_of(const Terminology& terminology, CodeDomain domain, const CodedText& coded);

// Texts of a CodeableConcept that count as text: its own, and displays of codes that no domain in
// `domain` knows.
std::vector<std::string>
texts_of(const Terminology& terminology, CodeDomain domain, const CodedText& coded);

// Whether any code or word of it is known in the domain.
bool is_known(const Terminology& terminology, CodeDomain domain, const CodedText& coded);

} // namespace embolink
