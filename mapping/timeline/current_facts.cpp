#include "mapping/timeline/current_facts.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <string_view>
#include <utility>

namespace embolink {

namespace {

// The seconds' fraction of an instant as written; two updates within one second are told apart.
std::string fraction_of(const std::string& instant) {
    const auto dot = instant.find('.');
    if (dot == std::string::npos) {
        return {};
    }
    auto end = instant.find_first_not_of("0123456789", dot + 1);
    end = end == std::string::npos ? instant.size() : end;
    std::string digits = instant.substr(dot + 1, end - dot - 1);
    digits.erase(digits.find_last_not_of('0') + 1);
    return digits;
}

// R9.3, first step only: greater is later; absent is earliest.
std::strong_ordering by_last_updated(const CurrentResource& a, const CurrentResource& b) {
    if (const auto order = a.last_updated_utc <=> b.last_updated_utc; order != 0) {
        return order;
    }
    return a.last_updated_fraction <=> b.last_updated_fraction;
}

std::strong_ordering by_rank_and_hash(const CurrentResource& a, const CurrentResource& b) {
    if (const auto order = a.status_rank <=> b.status_rank; order != 0) {
        return order;
    }
    return a.content_hash <=> b.content_hash;
}

CurrentResource to_current(ResourceFacts&& facts, Dropped dropped) {
    CurrentResource current;
    current.version = std::move(facts.version);
    current.patient = std::move(facts.patient);
    current.content_hash = std::move(facts.content_hash);
    current.last_updated_utc = facts.last_updated_utc;
    if (current.last_updated_utc) {
        current.last_updated_fraction = fraction_of(facts.source.last_updated);
    }
    current.status_rank = status_rank(facts.status);
    current.status = std::move(facts.status);
    current.dropped = dropped;
    if (dropped == Dropped::no) {
        current.facts = std::move(facts.facts);
        current.facts.shrink_to_fit();
        current.not_counted = std::move(facts.not_counted);
    }
    current.issues = std::move(facts.issues);
    return current;
}

} // namespace

int status_rank(const std::string& status) {
    struct Row {
        std::string_view status;
        int rank;
    };

    static constexpr std::array table{
        Row{"", 3},
        Row{"deleted", 7}, // no FHIR status: Resource::deleted
        Row{"entered-in-error", 6},
        Row{"corrected", 5},
        Row{"amended", 4},
        Row{"appended", 4},
        Row{"final", 3},
        Row{"completed", 3},
        Row{"finished", 3},
        Row{"active", 3},
        Row{"available", 3},
        Row{"not-done", 2},
        Row{"stopped", 2},
        Row{"cancelled", 2},
        Row{"in-progress", 1},
        Row{"arrived", 1},
        Row{"triaged", 1},
        Row{"onleave", 1},
        Row{"on-hold", 1},
    };
    const auto* row = std::find_if(table.begin(), table.end(), [&](const Row& candidate) {
        return candidate.status == status;
    });
    return row == table.end() ? 0 : row->rank;
}

void CurrentFacts::add(ResourceFacts facts, Dropped dropped) {
    ++taken_;
    if (dropped == Dropped::no && facts.last_known) {
        const Date known = facts.last_known->last;
        newest_known_ = std::max(newest_known_.value_or(known), known);
    }
    std::string key = facts.source.reference();
    if (facts.source.id.empty()) {
        key += "#" + facts.content_hash; // nothing else tells two such resources apart
    }
    CurrentResource candidate = to_current(std::move(facts), dropped);
    const auto [place, inserted] = resources_.try_emplace(std::move(key));
    CurrentResource& current = place->second;
    if (inserted) {
        current = std::move(candidate);
        return;
    }
    const auto order = by_last_updated(candidate, current);
    if (order > 0) {
        current = std::move(candidate);
    }
    if (order != 0 || candidate.content_hash == current.content_hash) {
        return;
    }
    if (by_rank_and_hash(candidate, current) > 0) {
        current = std::move(candidate);
    }
    current.version_conflict = true;
}

} // namespace embolink
