#include "connector/write_back/decision.hpp"

#include "connector/core/json_read.hpp"
#include "connector/write_back/identity.hpp"

#include <nlohmann/json.hpp>

namespace embolink {
namespace {

using nlohmann::json;

// To sign off is no edit, and to take back has its own rule. Whoever makes it anything else
// (cancelled, unknown, preliminary again) means something by it.
bool status_of_others(const OutboxEntry& entry, const std::string& status) {
    return !entry.server_status.empty() && status != entry.server_status &&
           !is_signed_off(status) && status != "entered-in-error";
}

// A later version than the one that was settled, with other content of our own elements. A server
// without versions is judged by content alone.
bool edited_by_others(const OutboxEntry& entry, const Found& found) {
    if (entry.sent_hash.empty() || found.as_wanted) {
        return false;
    }
    const bool same_version = !found.version.empty() && found.version == entry.server_version;
    return !same_version && (status_of_others(entry, found.status()) ||
                             own_elements_hash(*found.resource) != entry.sent_hash);
}

} // namespace

void Found::take(const json& observation) {
    const std::string_view its_id = text_of(observation, "id");
    if (count > 0 && id == its_id) {
        return; // the look by id was first, and indexes lag
    }
    ++count;
    resource = std::make_shared<const json>(observation);
    id = its_id;
    version = text_of(member_of(observation, "meta"), "versionId");
}

std::string Found::status() const {
    return resource ? std::string(text_of(*resource, "status")) : "";
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
    if (entry.forget && entry.wanted.empty()) {
        return {Act::retract, {}, ""};
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
    if (status == "entered-in-error" && !entry.server_status.empty() &&
        entry.server_status != "entered-in-error") {
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
