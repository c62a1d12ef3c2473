#include "mapping/fhir/terminology.hpp"

#include "mapping/definitions.hpp"
#include "mapping/fhir/terminology_tables.hpp"
#include "mapping/site.hpp"

#include <algorithm>
#include <set>

namespace embolink {

namespace {

constexpr std::array<std::string_view, code_domains> domain_names = {"procedure",
                                                                     "body-site",
                                                                     "drug",
                                                                     "route",
                                                                     "condition",
                                                                     "response",
                                                                     "response-kind",
                                                                     "evidence",
                                                                     "imaging",
                                                                     "analyte",
                                                                     "adverse-event",
                                                                     "grade",
                                                                     "covariate"};

constexpr std::size_t index_of(CodeDomain domain) {
    return static_cast<std::size_t>(domain);
}

// A system URI without the differences that mean nothing: http or https, a trailing slash, the
// edition that SNOMED URIs may carry.
std::string tidy_system(std::string_view system) {
    std::string tidy{system};
    if (tidy.starts_with("https://")) {
        tidy.erase(4, 1);
    }
    while (!tidy.empty() && tidy.back() == '/') {
        tidy.pop_back();
    }
    constexpr std::string_view snomed = "http://snomed.info/sct";
    if (tidy.starts_with(snomed) && tidy.size() > snomed.size() && tidy[snomed.size()] == '/') {
        tidy.resize(snomed.size());
    }
    return tidy;
}

// ICD codes are written with and without their dot, and in either case; other codes as they are.
std::string tidy_code(std::string_view system, std::string_view code) {
    std::string tidy{code};
    if (system.find("icd-") == std::string_view::npos) {
        return tidy;
    }
    std::erase(tidy, '.');
    std::ranges::transform(tidy, tidy.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return tidy;
}

void collect(const CodeTable::Meanings& meanings,
             const std::string& key,
             std::set<std::string>& into) {
    if (const auto row = meanings.find(key); row != meanings.end()) {
        into.insert(row->second.begin(), row->second.end());
    }
}

bool carries(const std::vector<std::string>& names, std::string_view concept_name) {
    return std::ranges::find(names, concept_name) != names.end();
}

std::vector<std::string> sorted(const std::set<std::string>& names) {
    return {names.begin(), names.end()};
}

} // namespace

std::string_view to_string(CodeDomain domain) {
    return domain_names[index_of(domain)];
}

std::optional<CodeDomain> code_domain_from(std::string_view name) {
    const auto row = std::ranges::find(domain_names, name);
    if (row == domain_names.end()) {
        return std::nullopt;
    }
    return static_cast<CodeDomain>(row - domain_names.begin());
}

std::string Terminology::Tables::key(std::string_view system, std::string_view code) const {
    const std::string tidy = tidy_system(system);
    const auto alias = systems.find(tidy);
    const std::string& name = alias == systems.end() ? tidy : alias->second;
    return name + "|" + tidy_code(name, code);
}

std::vector<std::string> Terminology::Tables::with_implied(const std::string& concept_name) const {
    std::set<std::string> names{concept_name};
    if (const auto row = implied.find(concept_name); row != implied.end()) {
        names.insert(row->second.begin(), row->second.end());
    }
    return sorted(names);
}

Terminology::Terminology() : tables_(std::make_shared<const Tables>()) {}

Terminology::Terminology(std::shared_ptr<const Tables> tables) : tables_(std::move(tables)) {}

std::vector<std::string>
Terminology::concepts(CodeDomain domain, std::string_view system, std::string_view code) const {
    const CodeTable& table = tables_->codes[index_of(domain)];
    if (code.empty()) {
        return {};
    }
    const std::string key = tables_->key(system, code);
    std::set<std::string> found;
    collect(table.site, key, found);
    if (found.empty() && !table.site.empty()) {
        collect(table.site, "*|" + std::string{code}, found);
    }
    if (!found.empty()) {
        return sorted(found);
    }
    collect(table.exact, key, found);
    if (table.under.empty()) {
        return sorted(found);
    }
    std::set<std::string> excluded;
    for (std::size_t length = key.rfind('|') + 2; length <= key.size(); ++length) {
        const std::string beginning = key.substr(0, length);
        collect(table.under, beginning, found);
        collect(table.not_under, beginning, excluded);
    }
    for (const std::string& name : excluded) {
        found.erase(name);
    }
    return sorted(found);
}

std::vector<KnownCode> Terminology::codes(CodeDomain domain, std::string_view concept_name) const {
    std::set<KnownCode> found;
    const auto take = [&](const CodeTable::Meanings& meanings, bool beginning) {
        for (const auto& [key, names] : meanings) {
            if (!carries(names, concept_name)) {
                continue;
            }
            const std::size_t bar = key.rfind('|');
            const std::string system = key.substr(0, bar);
            const std::string code = key.substr(bar + 1);
            found.insert({system, code, beginning});
            for (const auto& [alias, preferred] : tables_->systems) {
                if (preferred == system) {
                    found.insert({alias, code, beginning});
                }
            }
        }
    };
    const CodeTable& table = tables_->codes[index_of(domain)];
    take(table.exact, false);
    take(table.under, true);
    return {found.begin(), found.end()};
}

std::vector<std::string>
Terminology::concepts_in_text(CodeDomain domain, std::string_view text, TextIn of) const {
    return tables_->words[index_of(domain)].find(text, of);
}

bool Terminology::tells_another_time(std::string_view sentence) const {
    return !tables_->another_time.find(sentence).empty();
}

std::optional<UnitConversion> Terminology::convert(std::string_view analyte,
                                                   std::string_view property,
                                                   std::string_view unit) const {
    return tables_->units.convert(analyte, property, unit);
}

bool Terminology::is_public_system(std::string_view system) const {
    return tables_->systems.contains(tidy_system(system));
}

std::string Terminology::preferred_system(std::string_view system) const {
    const std::string key = tables_->key(system, "");
    return key.substr(0, key.find('|'));
}

bool Terminology::same_system(std::string_view a, std::string_view b) const {
    return a == b || tables_->key(a, "") == tables_->key(b, "");
}

std::vector<std::string> Terminology::concepts_of_domain(CodeDomain domain) const {
    std::vector<std::string> names;
    for (const auto& [name, domains] : tables_->domains_of) {
        if (domains.contains(domain)) {
            names.push_back(name);
        }
    }
    return names;
}

bool Terminology::knows(std::string_view name_or_code, std::string_view target_system) const {
    return !meanings_of(name_or_code, target_system).empty();
}

Terminology::Meanings Terminology::meanings_of(std::string_view name_or_code,
                                               std::string_view system) const {
    Meanings meanings;
    for (std::size_t at = 0; !system.empty() && at < code_domains; ++at) {
        const auto domain = static_cast<CodeDomain>(at);
        if (auto names = concepts(domain, system, name_or_code); !names.empty()) {
            meanings[domain] = std::move(names);
        }
    }
    const auto domains = tables_->domains_of.find(name_or_code);
    if (meanings.empty() && domains != tables_->domains_of.end()) {
        for (const CodeDomain domain : domains->second) {
            meanings[domain] = tables_->with_implied(std::string{name_or_code});
        }
    }
    return meanings;
}

Terminology Terminology::with_site(const SiteConfig& site) const {
    auto tables = std::make_shared<Tables>(*tables_);
    for (const SiteCode& code : site.codes) {
        const std::string key = code.system.empty() && !code.without_system
                                    ? "*|" + code.code
                                    : tables->key(code.system, code.code);
        for (const auto& [domain, names] : meanings_of(code.concept_name, code.target_system)) {
            auto& meanings = tables->codes[index_of(domain)].site[key];
            meanings.insert(meanings.end(), names.begin(), names.end());
        }
    }
    for (const SiteDrugName& drug : site.drug_names) {
        if (!tables->domains_of.contains(drug.concept_name)) {
            continue;
        }
        auto meanings = tables->with_implied(drug.concept_name);
        tables->words[index_of(CodeDomain::drug)].add(drug.name, meanings);
    }
    for (const SitePhrase& phrase : site.phrases) {
        for (const auto& [domain, names] : meanings_of(phrase.concept_name, phrase.target_system)) {
            tables->words[index_of(domain)].add(phrase.phrase, names);
        }
    }
    for (const SiteSpelling& spelling : site.unit_spellings) {
        tables->units.spellings[tidy_unit(spelling.written)] = spelling.unit;
    }
    return Terminology{std::move(tables)};
}

TerminologyBuilder::TerminologyBuilder() = default;

void TerminologyBuilder::set_units(UnitTable units) {
    tables_.units = std::move(units);
}

void TerminologyBuilder::declare(CodeDomain domain, const std::string& concept_name) {
    tables_.domains_of[concept_name].insert(domain);
}

void TerminologyBuilder::require(const std::string& where,
                                 CodeDomain domain,
                                 const std::string& name) const {
    const auto row = tables_.domains_of.find(name);
    if (row == tables_.domains_of.end() || !row->second.contains(domain)) {
        throw DefinitionError(where + ": \"" + name + "\" is no concept of the domain " +
                              std::string{to_string(domain)});
    }
}

void TerminologyBuilder::add_code(const std::string& where,
                                  CodeDomain domain,
                                  std::string_view system,
                                  std::string_view code,
                                  const std::string& concept_name) {
    require(where, domain, concept_name);
    auto& meanings = tables_.codes[index_of(domain)].exact[tables_.key(system, code)];
    const auto names = tables_.with_implied(concept_name);
    meanings.insert(meanings.end(), names.begin(), names.end());
}

void TerminologyBuilder::add_phrase(const std::string& where,
                                    CodeDomain domain,
                                    std::string_view phrase,
                                    const std::string& concept_name) {
    require(where, domain, concept_name);
    tables_.words[index_of(domain)].add(phrase, tables_.with_implied(concept_name));
}

Terminology TerminologyBuilder::build() const {
    return Terminology{std::make_shared<const Terminology::Tables>(tables_)};
}

} // namespace embolink
