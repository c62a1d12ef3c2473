// Looking things up the other way round: what is known that resembles something which is not. For
// proposals (mapping/unmapped); no reader and no rule asks this.
#include "mapping/fhir/terminology_tables.hpp"

#include <algorithm>

namespace embolink {

namespace {

std::vector<std::string> sorted_unique(std::vector<std::string> names) {
    std::ranges::sort(names);
    const auto rest = std::ranges::unique(names);
    names.erase(rest.begin(), rest.end());
    return names;
}

constexpr std::size_t shortest_class = 3;

bool is_below(const CodeTable::Meanings& under, const std::string& key, std::size_t from) {
    for (std::size_t length = from; length <= key.size(); ++length) {
        if (under.contains(key.substr(0, length))) {
            return true;
        }
    }
    return false;
}

} // namespace

std::vector<std::string> Terminology::concepts_of_bare_code(CodeDomain domain,
                                                            std::string_view code) const {
    std::set<std::string> systems;
    for (const auto& [alias, preferred] : tables_->systems) {
        systems.insert(preferred);
    }
    const CodeTable& table = tables_->codes[static_cast<std::size_t>(domain)];
    std::vector<std::string> found;
    for (const std::string& system : systems) {
        const std::string key = tables_->key(system, code);
        const std::size_t begin = key.rfind('|') + 1;
        // "D" is a whole chapter of the ATC, and of a hospital's own code it tells nothing.
        const bool told = table.exact.contains(key) || table.site.contains(key) ||
                          is_below(table.under, key, begin + shortest_class);
        if (told) {
            const auto names = concepts(domain, system, code);
            found.insert(found.end(), names.begin(), names.end());
        }
    }
    return sorted_unique(std::move(found));
}

std::vector<KnownPhrase> Terminology::phrases(CodeDomain domain) const {
    std::vector<KnownPhrase> found;
    tables_->words[static_cast<std::size_t>(domain)].for_each(
        [&](const std::string& phrase, const std::vector<std::string>& meanings) {
            found.push_back({phrase, meanings});
        });
    std::ranges::sort(found);
    return found;
}

std::vector<std::string> Terminology::most_specific(std::vector<std::string> names) const {
    const std::vector<std::string> all = names;
    std::erase_if(names, [&](const std::string& name) {
        return std::ranges::any_of(all, [&](const std::string& other) {
            const auto row = tables_->implied.find(other);
            return other != name && row != tables_->implied.end() && row->second.contains(name);
        });
    });
    return sorted_unique(std::move(names));
}

bool Terminology::knows_unit(std::string_view unit) const {
    return std::ranges::any_of(tables_->units.measures, [&](const auto& row) {
        return row.second.accepts.contains(std::string{unit});
    });
}

std::vector<std::string> Terminology::units_of(std::string_view analyte_and_property) const {
    const auto row = tables_->units.measures.find(analyte_and_property);
    if (row == tables_->units.measures.end()) {
        return {};
    }
    std::vector<std::string> units{row->second.unit};
    for (const auto& [unit, conversion] : row->second.accepts) {
        if (unit != row->second.unit) {
            units.push_back(unit);
        }
    }
    return units;
}

std::vector<std::string> Terminology::spellings_of(std::string_view unit) const {
    std::vector<std::string> found{std::string{unit}};
    for (const auto& [spelling, meant] : tables_->units.spellings) {
        if (meant == unit) {
            found.push_back(spelling);
        }
    }
    return found;
}

} // namespace embolink
