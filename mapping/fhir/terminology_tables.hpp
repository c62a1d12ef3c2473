// What a Terminology holds inside, and the builder that fills it from definition files
// (terminology_files.cpp) and from the grading table. Not for rules or readers.
#pragma once

#include "mapping/fhir/terminology.hpp"
#include "mapping/fhir/units.hpp"
#include "mapping/fhir/words.hpp"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace embolink {

constexpr std::size_t code_domains = 13;

// "body-site"; the names used in definition files.
std::string_view to_string(CodeDomain domain);
std::optional<CodeDomain> code_domain_from(std::string_view name);

// Codes of one domain. Keys are "system|code", both normalised.
struct CodeTable {
    using Meanings = std::unordered_map<std::string, std::vector<std::string>>;
    Meanings exact;
    Meanings under;     // the code and everything that begins with it (ICD-10, ATC, OPS)
    Meanings not_under; // what is taken out of `under` again
    Meanings site;      // the site's word is the last; system "*" is any
};

struct Terminology::Tables {
    // Written in any known way -> the name used in keys.
    std::unordered_map<std::string, std::string> systems;
    std::array<CodeTable, code_domains> codes;
    std::array<PhraseIndex, code_domains> words;
    PhraseIndex another_time; // in notes on procedures
    std::map<std::string, std::set<CodeDomain>, std::less<>> domains_of;
    std::map<std::string, std::set<std::string>, std::less<>> implied; // closed, without itself
    UnitTable units;

    std::string key(std::string_view system, std::string_view code) const;
    // The concept and everything it implies, sorted.
    std::vector<std::string> with_implied(const std::string& concept_name) const;
};

// Fills tables; every add_* throws DefinitionError with `where` when a name is not declared.
class TerminologyBuilder {
public:
    TerminologyBuilder();

    // A FHIR CodeSystem, ValueSet, ConceptMap, NamingSystem or Bundle of these. Order matters only
    // so far that concepts are declared before they are used: call in the order of load_order().
    void add_resource(const std::string& file, const nlohmann::json& resource);
    void set_units(UnitTable units);

    void declare(CodeDomain domain, const std::string& concept_name);
    void add_code(const std::string& where,
                  CodeDomain domain,
                  std::string_view system,
                  std::string_view code,
                  const std::string& concept_name);
    void add_phrase(const std::string& where,
                    CodeDomain domain,
                    std::string_view phrase,
                    const std::string& concept_name);

    Terminology build() const;

    struct Loader; // terminology_files.cpp

private:
    void require(const std::string& where, CodeDomain domain, const std::string& name) const;

    Terminology::Tables tables_;
};

} // namespace embolink
