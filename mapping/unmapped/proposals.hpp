// What something that is not understood might mean: by its code in other systems, by words that are
// known or nearly known, by what its element can say at all. A proposal is for people to judge; no
// record is ever made of one.
#pragma once

#include "mapping/unmapped/not_understood.hpp"

#include <string>
#include <vector>

namespace embolink {

enum class ProposalReason {
    same_code,     // another system has the code
    its_words,     // all words of a known name stand beside it
    nearly_words,  // the same but for a slip of the pen
    nearly_unit,   // a spelling of a unit that differs by little
    element_allows // nothing but what the element can say
};

std::string to_string(ProposalReason reason);

struct Proposal {
    std::string target; // a concept, or a unit
    ProposalReason reason = ProposalReason::its_words;
    friend bool operator==(const Proposal&, const Proposal&) = default;
};

// A name of something, in folded words, and the concepts that it stands for.
struct KnownName {
    std::vector<std::string> words;
    std::vector<std::string> concept_names;
};

using KnownNames = std::vector<std::vector<KnownName>>; // by domain

class Proposer {
public:
    explicit Proposer(Terminology terminology);

    // The best first, at most `most`.
    std::vector<Proposal> propose(const NotUnderstood& what, std::size_t most = 5) const;

private:
    Terminology terminology_;
    KnownNames names_;
};

// Names of quantities and responses that no definition lists, because no reader takes them for
// evidence. `concept_name` may be the beginning of several ("CgA|").
struct ProposalWords {
    CodeDomain domain;
    const char* phrase; // folded
    const char* concept_name;
};

const std::vector<ProposalWords>& proposal_words();

} // namespace embolink
