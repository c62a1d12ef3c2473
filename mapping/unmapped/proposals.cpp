#include "mapping/unmapped/proposals.hpp"

#include "mapping/fhir/terminology_tables.hpp"
#include "mapping/fhir/units.hpp"
#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace embolink {

namespace {

// Of the shorter of two words, from which on a slip of one letter, or of two, is a slip.
constexpr std::size_t one_slip_from = 5;
constexpr std::size_t two_slips_from = 9;
constexpr std::size_t slips_of_a_unit = 2;
constexpr std::size_t far = 100;

std::size_t edit_distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
            diagonal = above;
        }
    }
    return row[b.size()];
}

bool nearly_same(const std::string& a, const std::string& b) {
    const std::size_t shorter = std::min(a.size(), b.size());
    const std::size_t longer = std::max(a.size(), b.size());
    const std::size_t slips = shorter >= two_slips_from ? 2u : shorter >= one_slip_from ? 1u : 0u;
    return longer - shorter <= slips && a.front() == b.front() && edit_distance(a, b) <= slips;
}

// "5HIAA" is "5" and "hiaa": codes run letters and digits together.
std::vector<std::string> split_digits(const std::string& word) {
    std::vector<std::string> parts;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    for (const char c : word) {
        if (parts.empty() || digit(parts.back().back()) != digit(c)) {
            parts.emplace_back();
        }
        parts.back() += c;
    }
    return parts;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    for (const Word& word : split_words(text)) {
        words.push_back(word.folded);
        const auto parts = split_digits(word.folded);
        if (parts.size() > 1) {
            words.insert(words.end(), parts.begin(), parts.end());
        }
    }
    return words;
}

// How well a known name stands in the words: letters found, none when one of its words is missing.
struct Likeness {
    std::size_t letters = 0;
    bool exact = true;
};

Likeness likeness(const std::vector<std::string>& name, const std::vector<std::string>& words) {
    Likeness found;
    for (const std::string& wanted : name) {
        const bool same = std::ranges::find(words, wanted) != words.end();
        const bool nearly = same || std::ranges::any_of(words, [&](const std::string& word) {
                                return nearly_same(wanted, word);
                            });
        if (!nearly) {
            return {};
        }
        found.exact = found.exact && same;
        found.letters += wanted.size();
    }
    return found;
}

// A helper of the readers, which means nothing alone.
bool is_proposable(const std::string& name) {
    return !name.starts_with("word/") && !name.starts_with("severity/") && name != "recist" &&
           name != "not-an-endpoint";
}

struct Scored {
    Proposal proposal;
    std::size_t letters = 0;

    bool before(const Scored& other) const {
        if (proposal.reason != other.proposal.reason) {
            return proposal.reason < other.proposal.reason;
        }
        return letters != other.letters ? letters > other.letters
                                        : proposal.target < other.proposal.target;
    }
};

// Of one thing.
class Proposing {
public:
    Proposing(const NotUnderstood& what, const Terminology& terminology, const KnownNames& names)
        : what_(what), terminology_(terminology), names_(names),
          words_(words_of(what.words + " . " + what.code)) {}

    std::vector<Proposal> run(std::size_t most) {
        if (what_.kind == UnknownKind::unit) {
            units();
        } else {
            for (const CodeDomain domain : what_.domains) {
                same_code(domain);
                known_words(domain);
            }
            if (scored_.empty()) {
                what_the_element_allows();
            }
        }
        std::ranges::stable_sort(scored_,
                                 [](const Scored& a, const Scored& b) { return a.before(b); });
        std::vector<Proposal> best;
        for (const Scored& one : scored_) {
            const bool known = std::ranges::any_of(
                best, [&](const Proposal& other) { return other.target == one.proposal.target; });
            if (!known && best.size() < most) {
                best.push_back(one.proposal);
            }
        }
        return best;
    }

private:
    void add(const std::string& target, ProposalReason reason, std::size_t letters) {
        if (is_proposable(target) && fits(target)) {
            scored_.push_back({{target, reason}, letters});
        }
    }

    // A quantity whose units are none of those that the results have would make no fact.
    bool fits(const std::string& target) const {
        const std::size_t bar = target.find('|');
        if (bar == std::string::npos || what_.units.empty()) {
            return true;
        }
        return std::ranges::any_of(what_.units, [&](const std::string& unit) {
            return terminology_.convert(target.substr(0, bar), target.substr(bar + 1), unit)
                .has_value();
        });
    }

    void same_code(CodeDomain domain) {
        if (what_.code.empty()) {
            return;
        }
        for (const std::string& name :
             terminology_.most_specific(terminology_.concepts_of_bare_code(domain, what_.code))) {
            add(name, ProposalReason::same_code, what_.code.size());
        }
    }

    void known_words(CodeDomain domain) {
        for (const KnownName& name : names_[static_cast<std::size_t>(domain)]) {
            const Likeness found = likeness(name.words, words_);
            if (found.letters == 0) {
                continue;
            }
            for (const std::string& concept_name : name.concept_names) {
                add(concept_name,
                    found.exact ? ProposalReason::its_words : ProposalReason::nearly_words,
                    found.letters);
            }
        }
    }

    // Where the element says one kind of thing only.
    void what_the_element_allows() {
        const auto only = [&](CodeDomain domain) {
            return what_.domains.size() == 1 && what_.domains.front() == domain;
        };
        if (only(CodeDomain::drug)) {
            add("not-antineoplastic", ProposalReason::element_allows, 3);
            add("antineoplastic", ProposalReason::element_allows, 2);
            // As therapy after T0 (R5.2).
            for (const char* name :
                 {"anticancer-chemotherapy", "anticancer-targeted", "anticancer-other"}) {
                add(name, ProposalReason::element_allows, 1);
            }
        } else if (only(CodeDomain::response)) {
            for (const char* name : {"progressive-disease",
                                     "stable-disease",
                                     "partial-response",
                                     "complete-response",
                                     "not-evaluable"}) {
                add(name, ProposalReason::element_allows, 1);
            }
        } else if (only(CodeDomain::route)) {
            add("intra-arterial-route", ProposalReason::element_allows, 1);
        } else if (only(CodeDomain::body_site)) {
            add("hepatic-site", ProposalReason::element_allows, 1);
        } else if (only(CodeDomain::evidence)) {
            add("imaging-evidence", ProposalReason::element_allows, 1);
        }
    }

    // The nearest spelling first, then the order of the measure, whose own unit leads.
    void units() {
        std::size_t rank = 99;
        for (const std::string& unit : terminology_.units_of(what_.quantity)) {
            std::size_t distance = what_.written.empty() ? far : what_.written.size();
            for (const std::string& spelling : terminology_.spellings_of(unit)) {
                distance = std::min(distance, edit_distance(tidy_unit(spelling), what_.written));
            }
            const bool near = !what_.written.empty() && distance <= slips_of_a_unit;
            scored_.push_back(
                {{unit, near ? ProposalReason::nearly_unit : ProposalReason::element_allows},
                 near ? 100 * (far - distance) + rank : rank});
            --rank;
        }
    }

    const NotUnderstood& what_;
    const Terminology& terminology_;
    const KnownNames& names_;
    std::vector<std::string> words_;
    std::vector<Scored> scored_;
};

std::vector<std::string> folded_words(const std::string& name) {
    std::vector<std::string> words;
    for (Word& word : split_words(name)) {
        words.push_back(std::move(word.folded));
    }
    return words;
}

// Phrases that the definitions give, the names of the concepts themselves, and our own.
std::vector<KnownName> names_of(const Terminology& terminology, CodeDomain domain) {
    std::vector<KnownName> names;
    for (const KnownPhrase& known : terminology.phrases(domain)) {
        names.push_back(
            {folded_words(known.phrase), terminology.most_specific(known.concept_names)});
    }
    const std::vector<std::string> all = terminology.concepts_of_domain(domain);
    for (const std::string& name : all) {
        if (!name.starts_with("ingredient/")) {
            names.push_back({folded_words(name), {name}});
        }
    }
    for (const ProposalWords& known : proposal_words()) {
        if (known.domain != domain) {
            continue;
        }
        KnownName name{folded_words(known.phrase), {}};
        std::ranges::copy_if(all, std::back_inserter(name.concept_names), [&](const auto& one) {
            return one.starts_with(known.concept_name);
        });
        names.push_back(std::move(name));
    }
    return names;
}

} // namespace

std::string to_string(ProposalReason reason) {
    constexpr std::array<const char*, 5> words = {"the same code in another system",
                                                  "by its words",
                                                  "nearly its words",
                                                  "nearly its spelling",
                                                  "what the element can say"};
    return words[static_cast<std::size_t>(reason)];
}

Proposer::Proposer(Terminology terminology) : terminology_(std::move(terminology)) {
    for (std::size_t domain = 0; domain < code_domains; ++domain) {
        names_.push_back(names_of(terminology_, static_cast<CodeDomain>(domain)));
    }
}

std::vector<Proposal> Proposer::propose(const NotUnderstood& what, std::size_t most) const {
    return Proposing(what, terminology_, names_).run(most);
}

} // namespace embolink
