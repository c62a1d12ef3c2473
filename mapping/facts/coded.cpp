#include "mapping/facts/coded.hpp"

#include <algorithm>

namespace embolink {

namespace {

void insert_sorted(std::vector<std::string>& list, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        const auto place = std::ranges::lower_bound(list, name);
        if (place == list.end() || *place != name) {
            list.insert(place, name);
        }
    }
}

} // namespace

bool ConceptSet::coded(std::string_view name) const {
    return std::ranges::binary_search(by_code, name);
}

bool ConceptSet::in_text(std::string_view name) const {
    return std::ranges::binary_search(by_text, name);
}

bool DrugIdentity::known() const {
    return !concepts.by_code.empty() || !concepts.by_text.empty();
}

void add_coded(ConceptSet& set, const std::vector<std::string>& names) {
    insert_sorted(set.by_code, names);
}

void add_in_text(ConceptSet& set, const std::vector<std::string>& names) {
    insert_sorted(set.by_text, names);
}

void merge(ConceptSet& set, const ConceptSet& other) {
    insert_sorted(set.by_code, other.by_code);
    insert_sorted(set.by_text, other.by_text);
}

void remove_concept(ConceptSet& set, std::string_view name) {
    std::erase(set.by_code, name);
    std::erase(set.by_text, name);
}

std::vector<std::string>
texts_of(const Terminology& terminology, CodeDomain domain, const CodedText& coded) {
    std::vector<std::string> texts;
    if (!coded.text.empty()) {
        texts.push_back(coded.text);
    }
    for (const Coding& coding : coded.codings) {
        if (!coding.display.empty() &&
            terminology.concepts(domain, coding.system, coding.code).empty()) {
            texts.push_back(coding.display);
        }
    }
    return texts;
}

ConceptSet concepts_of(const Terminology& terminology, CodeDomain domain, const CodedText& coded) {
    ConceptSet set;
    for (const Coding& coding : coded.codings) {
        add_coded(set, terminology.concepts(domain, coding.system, coding.code));
    }
    for (const std::string& text : texts_of(terminology, domain, coded)) {
        add_in_text(set, terminology.concepts_in_text(domain, text));
    }
    return set;
}

bool is_known(const Terminology& terminology, CodeDomain domain, const CodedText& coded) {
    const ConceptSet set = concepts_of(terminology, domain, coded);
    return !set.by_code.empty() || !set.by_text.empty();
}

} // namespace embolink
