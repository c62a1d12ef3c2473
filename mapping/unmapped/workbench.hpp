// The workbench for what a hospital's data say and nobody understands: collected while the input is
// read, grouped, and each proposal tried on the patients concerned, so that the one row of a map
// that changes most is at the top.
#pragma once

#include "mapping/rereading.hpp"
#include "mapping/unmapped/proposals.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace embolink {

// A row that a site map could have.
SiteConfig with_row(SiteConfig site, const NotUnderstood& what, const std::string& target);

// A proposal and what it would change.
struct TriedProposal {
    Proposal proposal;
    std::size_t patients = 0;
    std::size_t records = 0;
};

struct UnmappedGroup {
    NotUnderstood what; // `words` of one of the resources
    std::size_t resources = 0;
    std::size_t patients = 0;
    std::vector<std::string> references; // the first ones, sorted
    // The likeliest first; of those with one reason the one that changes most.
    std::vector<TriedProposal> proposals;
    // Whether code, text or unit may be shown: a code or unit looks like one; a text, which may
    // hold anything, even a name, is shared by enough patients.
    bool shareable = false;
    // The words beside a code, when they are shared likewise; else "".
    std::string shared_words;

    // At most, whichever of the proposals is right.
    std::size_t would_change_patients() const;
    std::size_t would_change_records() const;
};

// A text that at least so many patients have tells of none of them.
constexpr std::size_t shared_by_patients = 3;

class UnmappedCollector {
public:
    // As the Intake's frame: without the site's codes, and the site that has them.
    UnmappedCollector(const Definitions& definitions, SiteConfig site, ZoneRule zone);

    // Every resource that the Intake takes in. What concerns no one is kept no longer than needed:
    // public codes of results that resemble nothing are not kept at all.
    void look_at(const Resource& resource);

    // Tries every proposal. The one that changes most patients, then records, first; the order
    // depends on the data alone. `tried` is told how many of how many groups are done.
    std::vector<UnmappedGroup>
    rank(Rereading& rereading, const std::function<void(std::size_t, std::size_t)>& tried = {});

private:
    // The same thing with the same words and units beside it.
    struct Variant {
        NotUnderstood what;
        std::vector<Proposal> proposals;
        std::set<std::size_t> resources; // of kept_
    };

    using Seen = std::map<std::string, Variant>;

    void keep(const Resource& resource, const NotUnderstood& what, Variant& variant);
    std::set<std::string> concerned(const std::set<std::size_t>& resources,
                                    const Rereading& rereading,
                                    std::set<std::string>& references) const;
    UnmappedGroup group_of(const Seen& seen, const Rereading& rereading) const;
    TriedProposal
    try_one(const NotUnderstood& what, const Proposal& proposal, Rereading& rereading) const;

    const Definitions& definitions_;
    SiteConfig site_;
    ZoneRule zone_;
    Terminology terminology_;
    Proposer proposer_;
    std::vector<Resource> kept_;
    std::map<std::string, Seen> seen_; // by kind, element, system, code or text
    std::set<std::string> of_no_concern_;
    std::map<std::string, std::set<std::size_t>> of_row_; // resources that one row would touch
};

} // namespace embolink
