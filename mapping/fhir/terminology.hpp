// Codes and words to concepts: FHIR ValueSets and ConceptMaps of mapping/definitions, plus the
// site's own. Systems are matched with their known aliases (terminology.md: urn:oid twins, trailing
// slashes, https). "Unknown code" and "known, but no member" are different answers.
#pragma once

#include "mapping/fhir/decimal.hpp"
#include "mapping/fhir/words.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

struct SiteConfig;

// What kind of code a look-up is about: each domain has its own value sets, so that a code or word
// means one thing (a liver code is a site on a Procedure and no disease).
enum class CodeDomain {
    procedure,
    body_site,
    drug,
    route,
    condition,
    response,      // RECIST and trend values -> response keys
    response_kind, // Observation.code / method that make it a response Observation
    evidence,      // R4.3 evidence type
    imaging,       // codes of imaging exams -> abdominal-region, cross-sectional
    analyte,       // LOINC -> "analyte|property" ("5-HIAA|rate-24h", "ALT|")
    adverse_event, // -> CTCAE term key
    grade,         // -> "1".."5"
    covariate      // R10: Observation codes, their values and priorities
};

struct UnitConversion {
    std::string unit;   // canonical
    Decimal factor;     // canonical = value * factor
    bool exact = false; // a mere respelling or power of ten: no tolerance needed
};

// A code as a search for it has to write it.
struct KnownCode {
    std::string system; // one of the known ways to write it
    std::string code;
    bool beginning = false; // stands for itself and everything that begins with it
    friend auto operator<=>(const KnownCode&, const KnownCode&) = default;
};

// Words and the concepts that they stand for.
struct KnownPhrase {
    std::string phrase;
    std::vector<std::string> concept_names;
    friend auto operator<=>(const KnownPhrase&, const KnownPhrase&) = default;
};

class Terminology {
public:
    Terminology();

    // Sorted concept names; empty when the code is unknown in this domain.
    std::vector<std::string>
    concepts(CodeDomain domain, std::string_view system, std::string_view code) const;

    // The other way round, for searches: every code of the definitions that carries the concept,
    // once for each known way to write its system. Sorted. Codes of the site are not among them.
    std::vector<KnownCode> codes(CodeDomain domain, std::string_view concept_name) const;

    // Concepts whose words or phrases stand in the text as whole words (case and diacritics
    // folded). Sorted. In a plan "scheduled TACE" is one, in a record it is none.
    std::vector<std::string>
    concepts_in_text(CodeDomain domain, std::string_view text, TextIn of = TextIn::record) const;

    // Whether a sentence of a note on a procedure speaks of another one: of the past, planned, or
    // only thought of.
    bool tells_another_time(std::string_view sentence) const;

    // A unit as written (UCUM code or spelling) for an analyte and property; nullopt: not
    // understood.
    std::optional<UnitConversion>
    convert(std::string_view analyte, std::string_view property, std::string_view unit) const;

    // A copy that also knows the site's codes and drug names. A code that the site maps has the
    // site's meaning only (R1.3: "unless the site says so"); its drug names come on top of ours.
    // Concept names that `knows` denies are left out.
    Terminology with_site(const SiteConfig& site) const;

    // Whether the system is one of the public ones that the definitions name (LOINC, SNOMED CT
    // ...), in any known spelling: a code of it that carries no concept means something else, while
    // a local code may mean anything.
    bool is_public_system(std::string_view system) const;

    // The name of a system that its aliases stand for; of a system without any, itself.
    std::string preferred_system(std::string_view system) const;

    // Whether two names of a system mean the same one.
    bool same_system(std::string_view a, std::string_view b) const;

    // The concepts of a domain, sorted.
    std::vector<std::string> concepts_of_domain(CodeDomain domain) const;

    // What a site file may map to: a code of `target_system` that carries any concept, or the name
    // of a concept or key of any domain.
    bool knows(std::string_view name_or_code, std::string_view target_system = {}) const;

    // Whether any measure of definitions/units.json accepts the unit.
    bool knows_unit(std::string_view unit) const;

    // The following serve proposals of maps (mapping/unmapped), never records.

    // Concepts that the code carries in whatever system; sorted.
    std::vector<std::string> concepts_of_bare_code(CodeDomain domain, std::string_view code) const;

    // The phrases of a domain, folded, each with what it stands for; sorted.
    std::vector<KnownPhrase> phrases(CodeDomain domain) const;

    // Without those that another of them implies.
    std::vector<std::string> most_specific(std::vector<std::string> names) const;

    // Units that an "analyte|property" accepts, the canonical one first; and how each is written.
    std::vector<std::string> units_of(std::string_view analyte_and_property) const;
    std::vector<std::string> spellings_of(std::string_view unit) const;

    struct Tables;
    explicit Terminology(std::shared_ptr<const Tables> tables);

private:
    // What a site's target means, by domain: a code of that system, else a name.
    using Meanings = std::map<CodeDomain, std::vector<std::string>>;
    Meanings meanings_of(std::string_view name_or_code, std::string_view system) const;

    std::shared_ptr<const Tables> tables_;
};

} // namespace embolink
