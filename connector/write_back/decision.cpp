#include "connector/write_back/decision.hpp"

#include "connector/write_back/identity.hpp"

#include <nlohmann/json.hpp>

namespace embolink {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* key) {
    return object.is_object() && object.contains(key) && object[key].is_string()
               ? object[key].get<std::string>()
               : std::string();
}

// A later version than the one that was settled, with other content of our own elements. A server
// without versions is judged by content alone.
bool edited_by_others(const OutboxEntry& entry, const Found& found) {
    if (entry.sent_hash.empty() || found.as_wanted) {
        return false;
    }
    const bool same_version = !found.version.empty() && found.version == entry.server_version;
    return !same_version && own_elements_hash(*found.resource) != entry.sent_hash;
}

} // namespace

void Found::take(const json& observation) {
    ++count;
    resource = std::make_shared<const json>(observation);
    id = text_of(observation, "id");
    const auto meta = observation.find("meta");
    version = meta == observation.end() ? "" : text_of(*meta, "versionId");
}

std::string Found::status() const {
    return resource ? text_of(*resource, "status") : "";
}

bool is_signed_off(const std::string& status) {
    return status == "final" || status == "amended" || status == "corrected";
}

Decision decide(const OutboxEntry& entry, const Found& found, Release release) {
    if (found.count > 1) {
        return {Act::hold,
                OutboxState::quarantined,
                std::to_string(found.count) + " resources of the target carry the identifier"};
    }
    const std::string status = found.status();
    const bool there = found.count == 1;
    if (entry.wanted.empty() && (!there || status == "entered-in-error")) {
        return {};
    }
    if (!there) {
        return {Act::create, {}, ""};
    }
    if (edited_by_others(entry, found)) {
        return {Act::hold, OutboxState::edited, "somebody else changed what was written"};
    }
    const bool same = found.as_wanted ||
                      (!entry.wanted.empty() && entry.sent_fingerprint == entry.wanted_fingerprint);
    if (is_signed_off(status) && same) {
        return {};
    }
    if (is_signed_off(status) && release == Release::no) {
        return {Act::hold,
                OutboxState::awaiting_release,
                "signed off on the server; the derivation has changed since"};
    }
    // Taken back by a person, not by us.
    if (status == "entered-in-error" && entry.server_status == "preliminary") {
        return {Act::hold, OutboxState::edited, "somebody else marked it entered-in-error"};
    }
    if (entry.wanted.empty()) {
        return {Act::retract, {}, ""};
    }
    return same && status == "preliminary" && release == Release::no
               ? Decision{}
               : Decision{Act::update, {}, ""};
}

} // namespace embolink
