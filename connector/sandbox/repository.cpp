#include "connector/sandbox/repository.hpp"

#include "connector/sandbox/references.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

constexpr std::size_t lengthy_id_size = 88;

// The id of the resource's subject or patient, "" when it has none.
std::string subject_id(const json& body) {
    for (const char* key : {"subject", "patient"}) {
        const auto found = body.find(key);
        if (found == body.end() || !found->is_object()) {
            continue;
        }
        const auto reference = found->find("reference");
        if (reference != found->end() && reference->is_string()) {
            return split_reference(reference->get<std::string>()).id;
        }
    }
    return {};
}

json stamped(json body, const std::string& id, int number, Instant updated) {
    body["id"] = id;
    json& meta = body["meta"];
    if (!meta.is_object()) {
        meta = json::object();
    }
    meta["versionId"] = std::to_string(number);
    meta["lastUpdated"] = instant_text(updated);
    return body;
}

} // namespace

std::string lengthy_id(std::string text) {
    if (text.size() < lengthy_id_size) {
        text += '-';
        text.resize(lengthy_id_size, 'e');
    }
    return text;
}

const Repository::Chain* Repository::find(const std::string& type, const std::string& id) const {
    const auto shelf = shelves_.find(type);
    if (shelf == shelves_.end()) {
        return nullptr;
    }
    const auto place = shelf->second.places.find(id);
    if (place == shelf->second.places.end()) {
        return nullptr;
    }
    const Chain& chain = shelf->second.chains[place->second];
    return chain.versions.empty() ? nullptr : &chain;
}

const std::vector<Version>* Repository::versions(const std::string& type,
                                                 const std::string& id) const {
    const Chain* chain = find(type, id);
    return chain == nullptr ? nullptr : &chain->versions;
}

const Version* Repository::current(const std::string& type, const std::string& id) const {
    const Chain* chain = find(type, id);
    return chain == nullptr ? nullptr : &chain->versions.back();
}

const Version* Repository::alive(const std::string& type, const std::string& id) const {
    const Version* version = current(type, id);
    return version != nullptr && version->body ? version : nullptr;
}

std::vector<std::string> Repository::ids(const std::string& type) const {
    std::vector<std::string> out;
    const auto shelf = shelves_.find(type);
    if (shelf != shelves_.end()) {
        for (const Chain& chain : shelf->second.chains) {
            if (!chain.versions.empty()) {
                out.push_back(chain.id);
            }
        }
    }
    return out;
}

std::vector<std::string> Repository::ids_of_subject(const std::string& type,
                                                    const std::string& subject_id) const {
    const auto shelf = shelves_.find(type);
    if (shelf == shelves_.end()) {
        return {};
    }
    const auto listed = shelf->second.by_subject.find(subject_id);
    if (listed == shelf->second.by_subject.end()) {
        return {};
    }
    std::vector<std::size_t> places = listed->second;
    std::sort(places.begin(), places.end());
    std::vector<std::string> out;
    for (const std::size_t place : places) {
        if (!shelf->second.chains[place].versions.empty()) {
            out.push_back(shelf->second.chains[place].id);
        }
    }
    return out;
}

std::string Repository::new_id(const std::string& type) {
    for (;;) {
        std::string id = std::to_string(++last_id_);
        if (ids_ == IdStyle::lengthy) {
            id = lengthy_id(std::move(id));
        }
        if (find(type, id) == nullptr) {
            return id;
        }
    }
}

const Version& Repository::append(const std::string& type, const std::string& id, Version version) {
    Shelf& shelf = shelves_[type];
    const auto [place, fresh] = shelf.places.try_emplace(id, shelf.chains.size());
    if (fresh) {
        shelf.chains.push_back({id, {}});
    }
    if (version.body) {
        const std::string subject = sandbox::subject_id(*version.body);
        if (!subject.empty()) {
            std::vector<std::size_t>& listed = shelf.by_subject[subject];
            if (fresh || std::find(listed.begin(), listed.end(), place->second) == listed.end()) {
                listed.push_back(place->second);
            }
        }
    }
    if (changing_) {
        journal_.emplace_back(type, place->second);
    }
    latest_ = std::max(latest_, version.updated);
    std::vector<Version>& versions = shelf.chains[place->second].versions;
    versions.push_back(std::move(version));
    return versions.back();
}

const Version&
Repository::put(const std::string& type, const std::string& id, json body, Instant now) {
    const Version* last = current(type, id);
    const int number = last == nullptr ? 1 : last->number + 1;
    const Instant updated = std::max(now, latest_);
    auto stored = std::make_shared<const json>(stamped(std::move(body), id, number, updated));
    return append(type, id, {number, updated, std::move(stored)});
}

const Version& Repository::remove(const std::string& type, const std::string& id, Instant now) {
    const Version* last = current(type, id);
    const int number = last == nullptr ? 1 : last->number + 1;
    return append(type, id, {number, std::max(now, latest_), nullptr});
}

void Repository::restore(const std::string& type,
                         const std::string& id,
                         json body,
                         Instant updated) {
    const Version* last = current(type, id);
    const int number = last == nullptr ? 1 : last->number + 1;
    auto stored = std::make_shared<const json>(stamped(std::move(body), id, number, updated));
    append(type, id, {number, updated, std::move(stored)});
}

void Repository::take_back() {
    while (!journal_.empty()) {
        const auto& [type, place] = journal_.back();
        shelves_[type].chains[place].versions.pop_back();
        journal_.pop_back();
    }
}

Change::Change(Repository& repository) : repository_(repository) {
    assert(!repository_.changing_);
    repository_.changing_ = true;
}

Change::~Change() {
    if (!kept_) {
        repository_.take_back();
    }
    repository_.journal_.clear();
    repository_.changing_ = false;
}

void Change::keep() {
    kept_ = true;
}

} // namespace embolink::sandbox
