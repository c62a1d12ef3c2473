#include "mapping/unmapped/workbench.hpp"

#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace embolink {

namespace {

constexpr std::size_t references_shown = 5;
constexpr std::size_t proposals_tried = 5;
constexpr std::size_t longest_code = 40;
constexpr std::size_t longest_system = 100;
// Names of people are longer, most of them.
constexpr std::size_t longest_word_of_a_code = 5;
constexpr std::size_t longest_word_of_a_unit = 4;

// What one row of a map speaks of, wherever it stands.
std::string row_key(const NotUnderstood& what) {
    if (what.kind == UnknownKind::unit && !what.written.empty()) {
        return "unit|" + what.written;
    }
    return to_string(what.kind) + "|" + what.system + "|" + what.code + "|" + what.written;
}

std::string group_key(const NotUnderstood& what) {
    return row_key(what) + "|" + what.element + "|" + what.system + "|" + what.code;
}

bool is_printable(const std::string& text, const std::string& also) {
    return std::ranges::all_of(text, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               also.find(c) != std::string::npos;
    });
}

// In letters.
std::size_t longest_word(const std::string& text) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

// Codes have no blanks (FHIR's `code` may have single ones; names of people have them, too), and
// systems are addresses.
bool looks_like_code(const NotUnderstood& what) {
    const std::string& system = what.system;
    const bool address = system.empty() || system.starts_with("http://") ||
                         system.starts_with("https://") || system.starts_with("urn:");
    return address && system.size() <= longest_system && is_printable(system, ":/.-_~%+") &&
           what.code.size() <= longest_code && longest_word(what.code) <= longest_word_of_a_code &&
           is_printable(what.code, "-_.:/+*");
}

bool looks_like_unit(const std::string& unit) {
    return unit.size() <= 20 && longest_word(unit) <= longest_word_of_a_unit &&
           is_printable(unit, "*/.^%()[]{}-#'");
}

} // namespace

SiteConfig with_row(SiteConfig site, const NotUnderstood& what, const std::string& target) {
    if (what.kind == UnknownKind::text) {
        site.phrases.push_back({what.written, target});
    } else if (what.kind == UnknownKind::code) {
        site.codes.push_back({what.system, what.code, target, what.system.empty()});
    } else if (what.written.empty()) {
        site.unit_defaults.push_back({what.system, what.code, target});
    } else {
        site.unit_spellings.push_back({what.written, target});
    }
    return site;
}

std::size_t UnmappedGroup::would_change_patients() const {
    std::size_t most = 0;
    for (const TriedProposal& tried : proposals) {
        most = std::max(most, tried.patients);
    }
    return most;
}

std::size_t UnmappedGroup::would_change_records() const {
    std::size_t most = 0;
    for (const TriedProposal& tried : proposals) {
        most = std::max(most, tried.records);
    }
    return most;
}

UnmappedCollector::UnmappedCollector(const Definitions& definitions, SiteConfig site, ZoneRule zone)
    : definitions_(definitions), site_(std::move(site)), zone_(std::move(zone)),
      terminology_(definitions.terminology.with_site(site_)), proposer_(terminology_) {}

void UnmappedCollector::look_at(const Resource& resource) {
    for (const NotUnderstood& what : find_not_understood(resource, terminology_, site_, zone_)) {
        std::string variant = fold(what.words);
        for (const std::string& unit : what.units) {
            variant += "|" + unit;
        }
        const std::string group = group_key(what);
        if (of_no_concern_.contains(group + variant)) {
            continue;
        }
        Seen& seen = seen_[group];
        const auto known = seen.find(variant);
        if (known != seen.end()) {
            keep(resource, what, known->second);
            continue;
        }
        auto proposals = proposer_.propose(what, proposals_tried);
        // Most public codes of results are of no concern to any rule.
        if (proposals.empty() && what.element.starts_with("Observation") &&
            terminology_.is_public_system(what.system)) {
            of_no_concern_.insert(group + variant);
            continue;
        }
        keep(resource, what, seen[variant] = {what, std::move(proposals), {}});
    }
}

void UnmappedCollector::keep(const Resource& resource,
                             const NotUnderstood& what,
                             Variant& variant) {
    if (kept_.empty() || kept_.back().body != resource.body) {
        kept_.push_back(resource);
    }
    variant.resources.insert(kept_.size() - 1);
    of_row_[row_key(what)].insert(kept_.size() - 1);
}

std::set<std::string> UnmappedCollector::concerned(const std::set<std::size_t>& resources,
                                                   const Rereading& rereading,
                                                   std::set<std::string>& references) const {
    std::set<std::string> patients;
    for (const std::size_t at : resources) {
        const auto whose = rereading.patients_of(kept_[at]);
        patients.insert(whose.begin(), whose.end());
        if (!whose.empty()) {
            references.insert(kept_[at].source.reference());
        }
    }
    return patients;
}

UnmappedGroup UnmappedCollector::group_of(const Seen& seen, const Rereading& rereading) const {
    UnmappedGroup group;
    std::set<std::string> patients;
    std::set<std::string> references;
    for (const auto& [key, variant] : seen) {
        const auto sharing = concerned(variant.resources, rereading, references);
        if (sharing.empty()) {
            continue;
        }
        if (patients.empty()) {
            group.what = variant.what;
        }
        patients.insert(sharing.begin(), sharing.end());
        if (group.shared_words.empty() && sharing.size() >= shared_by_patients) {
            group.shared_words = fold(variant.what.words);
        }
        for (const Proposal& proposal : variant.proposals) {
            if (std::ranges::none_of(group.proposals, [&](const TriedProposal& known) {
                    return known.proposal.target == proposal.target;
                })) {
                group.proposals.push_back({proposal});
            }
        }
    }
    std::ranges::stable_sort(
        group.proposals, {}, [](const TriedProposal& one) { return one.proposal.reason; });
    group.proposals.resize(std::min(group.proposals.size(), proposals_tried));
    group.resources = references.size();
    group.patients = patients.size();
    for (const std::string& reference : references) {
        if (group.references.size() < references_shown) {
            group.references.push_back(reference);
        }
    }
    const bool looks = group.what.kind != UnknownKind::text && looks_like_code(group.what) &&
                       looks_like_unit(group.what.written);
    group.shareable = looks || patients.size() >= shared_by_patients;
    return group;
}

TriedProposal UnmappedCollector::try_one(const NotUnderstood& what,
                                         const Proposal& proposal,
                                         Rereading& rereading) const {
    const auto frame =
        make_reading_frame(definitions_, with_row(site_, what, proposal.target), zone_);
    std::map<std::string, std::vector<Resource>> of_patient;
    std::set<std::string> taken; // the same version may have come twice
    for (const std::size_t at : of_row_.at(row_key(what))) {
        if (!taken.insert(kept_[at].source.reference() + kept_[at].content_hash).second) {
            continue;
        }
        for (const std::string& patient : rereading.patients_of(kept_[at])) {
            of_patient[patient].push_back(kept_[at]);
        }
    }
    TriedProposal tried{proposal};
    for (const auto& [patient, resources] : of_patient) {
        const std::size_t records =
            changes_between(rereading.before(patient), rereading.after(patient, *frame, resources))
                .size();
        tried.patients += records > 0 ? 1 : 0;
        tried.records += records;
    }
    return tried;
}

std::vector<UnmappedGroup>
UnmappedCollector::rank(Rereading& rereading,
                        const std::function<void(std::size_t, std::size_t)>& tried) {
    std::vector<UnmappedGroup> groups;
    std::map<std::string, TriedProposal> known; // by row and target: elements share rows
    std::size_t done = 0;
    for (const auto& [key, seen] : seen_) {
        UnmappedGroup group = group_of(seen, rereading);
        if (tried) {
            tried(++done, seen_.size());
        }
        if (group.resources == 0) {
            continue;
        }
        for (TriedProposal& proposal : group.proposals) {
            const std::string row = row_key(group.what) + "|" + proposal.proposal.target;
            auto found = known.find(row);
            if (found == known.end()) {
                found = known.emplace(row, try_one(group.what, proposal.proposal, rereading)).first;
            }
            proposal.patients = found->second.patients;
            proposal.records = found->second.records;
        }
        std::ranges::stable_sort(group.proposals, [](const auto& a, const auto& b) {
            return std::tuple(a.proposal.reason, b.patients, b.records) <
                   std::tuple(b.proposal.reason, a.patients, a.records);
        });
        groups.push_back(std::move(group));
    }
    std::ranges::stable_sort(groups, [](const UnmappedGroup& a, const UnmappedGroup& b) {
        return std::tuple(
                   a.would_change_patients(), a.would_change_records(), a.patients, a.resources) >
               std::tuple(
                   b.would_change_patients(), b.would_change_records(), b.patients, b.resources);
    });
    return groups;
}

} // namespace embolink
