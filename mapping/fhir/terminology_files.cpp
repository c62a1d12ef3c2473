// FHIR terminology resources into tables. Only what the shipped files use is understood, and
// anything else in them is refused: a definition that is read half is worse than none.
//
//   CodeSystem  .../CodeSystem/concepts      every concept by domain, and what it implies
//               .../CodeSystem/drugs         ingredients: names, codes, concepts
//               .../CodeSystem/words-DOMAIN  designations of a concept are its words
//   ConceptMap  group.target .../CodeSystem/DOMAIN: code -> concept
//   ValueSet    id DOMAIN.CONCEPT: include and exclude by code or by beginning (is-a)
//   NamingSystem  uniqueId: the ways a system is written; the preferred one is ours

#include "mapping/definitions.hpp"
#include "mapping/fhir/terminology_tables.hpp"

#include <nlohmann/json.hpp>

namespace embolink {

namespace {

using nlohmann::json;

constexpr std::string_view ours = "https://embolink.org/fhir/CodeSystem/";
constexpr std::string_view words_prefix = "words-";

std::string text(const json& object, const char* key) {
    const auto member = object.find(key);
    return member == object.end() ? std::string{} : member->get<std::string>();
}

const json& list(const json& object, const char* key) {
    static const json none = json::array();
    const auto member = object.find(key);
    return member == object.end() ? none : *member;
}

CodeDomain domain_named(const std::string& where, std::string_view name) {
    if (const auto domain = code_domain_from(name)) {
        return *domain;
    }
    throw DefinitionError(where + ": \"" + std::string{name} + "\" is no domain of codes");
}

// "reach": words after it; "reach-before": words before it.
Reach reach_of(const json& entry) {
    Reach reach;
    for (const json& property : list(entry, "property")) {
        const bool before = text(property, "code") == "reach-before";
        (before ? reach.before : reach.after) = property.at("valueInteger").get<std::size_t>();
    }
    return reach;
}

} // namespace

// One resource at a time; `where` is the file and, in a Bundle, the entry.
struct TerminologyBuilder::Loader {
    TerminologyBuilder& builder;
    std::string where;

    void concepts(const json& system) {
        std::map<std::string, std::set<std::string>, std::less<>> direct;
        for (const json& group : system.at("concept")) {
            const CodeDomain domain = domain_named(where, text(group, "code"));
            for (const json& entry : list(group, "concept")) {
                const std::string name = text(entry, "code");
                builder.declare(domain, name);
                for (const json& property : list(entry, "property")) {
                    direct[name].insert(property.at("valueCode").get<std::string>());
                }
            }
        }
        close(direct);
    }

    // Everything reachable through "implies".
    void close(const std::map<std::string, std::set<std::string>, std::less<>>& direct) {
        for (const auto& [name, first] : direct) {
            std::vector<std::string> open(first.begin(), first.end());
            std::set<std::string>& all = builder.tables_.implied[name];
            while (!open.empty()) {
                const std::string next = std::move(open.back());
                open.pop_back();
                if (!builder.tables_.domains_of.contains(next)) {
                    throw DefinitionError(where + ": \"" + name + "\" implies \"" + next +
                                          "\", which is no concept");
                }
                if (next == name || !all.insert(next).second) {
                    continue;
                }
                if (const auto row = direct.find(next); row != direct.end()) {
                    open.insert(open.end(), row->second.begin(), row->second.end());
                }
            }
        }
    }

    void drugs(const json& system) {
        static const std::map<std::string, std::string> code_properties = {
            {"atc", "http://www.whocc.no/atc"},
            {"rxnorm", "http://www.nlm.nih.gov/research/umls/rxnorm"}};
        for (const json& drug : system.at("concept")) {
            const std::string ingredient = "ingredient/" + text(drug, "code");
            builder.declare(CodeDomain::drug, ingredient);
            std::set<std::string>& implied = builder.tables_.implied[ingredient];
            for (const json& property : list(drug, "property")) {
                if (text(property, "code") == "concept") {
                    const std::string name = text(property, "valueCode");
                    builder.require(where, CodeDomain::drug, name);
                    const auto names = builder.tables_.with_implied(name);
                    implied.insert(names.begin(), names.end());
                }
            }
            for (const json& property : list(drug, "property")) {
                if (const auto code = code_properties.find(text(property, "code"));
                    code != code_properties.end()) {
                    builder.add_code(where,
                                     CodeDomain::drug,
                                     code->second,
                                     text(property, "valueCode"),
                                     ingredient);
                }
            }
            for (const json& name : list(drug, "designation")) {
                builder.add_phrase(where, CodeDomain::drug, text(name, "value"), ingredient);
            }
        }
    }

    void words(const json& system, CodeDomain domain) {
        PhraseIndex& index = builder.tables_.words[static_cast<std::size_t>(domain)];
        for (const json& entry : system.at("concept")) {
            const std::string name = text(entry, "code");
            for (const json& designation : list(entry, "designation")) {
                const std::string phrase = text(designation, "value");
                if (name == "hides") {
                    index.add(phrase, {});
                } else if (name == "another-time") {
                    builder.tables_.another_time.add(phrase, {name});
                } else if (name == "this-time") {
                    builder.tables_.another_time.add(phrase, {});
                } else if (name == "sets-aside") {
                    index.add_negation(phrase, reach_of(entry));
                } else if (name == "plans") {
                    index.add_word_of_planning(phrase, reach_of(entry));
                } else {
                    builder.add_phrase(where, domain, phrase, name);
                }
            }
        }
    }

    void code_system(const json& system) {
        const std::string url = text(system, "url");
        if (!url.starts_with(ours)) {
            throw DefinitionError(where + ": /url does not begin with " + std::string{ours});
        }
        const std::string name = url.substr(ours.size());
        if (name == "concepts") {
            concepts(system);
        } else if (name == "drugs") {
            drugs(system);
        } else if (name.starts_with(words_prefix)) {
            words(system, domain_named(where, name.substr(words_prefix.size())));
        } else {
            throw DefinitionError(where + ": /url names no code system that is understood");
        }
    }

    void concept_map(const json& map) {
        for (const json& group : map.at("group")) {
            const std::string target = text(group, "target");
            if (!target.starts_with(ours)) {
                throw DefinitionError(where + ": /group/target does not begin with " +
                                      std::string{ours});
            }
            const CodeDomain domain = domain_named(where, target.substr(ours.size()));
            for (const json& element : group.at("element")) {
                for (const json& meaning : element.at("target")) {
                    builder.add_code(where,
                                     domain,
                                     text(group, "source"),
                                     text(element, "code"),
                                     text(meaning, "code"));
                }
            }
        }
    }

    void members(const json& set,
                 CodeDomain domain,
                 const std::string& name,
                 CodeTable::Meanings CodeTable::*beginnings) {
        CodeTable& table = builder.tables_.codes[static_cast<std::size_t>(domain)];
        const auto meanings = builder.tables_.with_implied(name);
        const std::string system = text(set, "system");
        for (const json& entry : list(set, "concept")) {
            builder.add_code(where, domain, system, text(entry, "code"), name);
        }
        for (const json& filter : list(set, "filter")) {
            if (text(filter, "op") != "is-a") {
                throw DefinitionError(where + ": only the filter is-a is understood");
            }
            auto& row = (table.*beginnings)[builder.tables_.key(system, text(filter, "value"))];
            row.insert(row.end(), meanings.begin(), meanings.end());
        }
    }

    void value_set(const json& set) {
        const std::string id = text(set, "id");
        const std::size_t dot = id.find('.');
        if (dot == std::string::npos) {
            throw DefinitionError(where + ": /id is not DOMAIN.CONCEPT");
        }
        const CodeDomain domain = domain_named(where, id.substr(0, dot));
        const std::string name = id.substr(dot + 1);
        builder.require(where, domain, name);
        const json& compose = set.at("compose");
        for (const json& include : compose.at("include")) {
            members(include, domain, name, &CodeTable::under);
        }
        for (const json& exclude : list(compose, "exclude")) {
            if (exclude.contains("concept")) {
                throw DefinitionError(where + ": exclude takes filters only");
            }
            members(exclude, domain, name, &CodeTable::not_under);
        }
    }

    void naming_system(const json& system) {
        std::string preferred;
        for (const json& id : system.at("uniqueId")) {
            if (id.value("preferred", false)) {
                preferred = text(id, "value");
            }
        }
        if (preferred.empty()) {
            throw DefinitionError(where + ": no uniqueId is preferred");
        }
        for (const json& id : system.at("uniqueId")) {
            // key() tidies the alias; what it gives back up to the bar is the tidied system.
            const std::string tidy = builder.tables_.key(text(id, "value"), "");
            builder.tables_.systems[tidy.substr(0, tidy.size() - 1)] = preferred;
        }
    }

    void resource(const json& object) {
        const std::string type = text(object, "resourceType");
        if (type == "CodeSystem") {
            code_system(object);
        } else if (type == "ConceptMap") {
            concept_map(object);
        } else if (type == "ValueSet") {
            value_set(object);
        } else if (type == "NamingSystem") {
            naming_system(object);
        } else if (type == "Bundle") {
            std::size_t at = 0;
            for (const json& entry : object.at("entry")) {
                Loader{builder, where + "/entry/" + std::to_string(at++)}.resource(
                    entry.at("resource"));
            }
        } else {
            throw DefinitionError(where + ": /resourceType is none that is understood");
        }
    }
};

void TerminologyBuilder::add_resource(const std::string& file, const json& resource) {
    try {
        Loader{*this, file}.resource(resource);
    } catch (const json::exception& fault) {
        throw DefinitionError(file + ": " + fault.what());
    }
}

} // namespace embolink
