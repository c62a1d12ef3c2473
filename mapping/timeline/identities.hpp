// Merge links between Patient resources (R9.5): who is one person, and who cannot be told.
#pragma once

#include "mapping/facts/facts.hpp"

#include <map>
#include <string>
#include <vector>

namespace embolink {

// One patient after merge links. An unresolvable or contradictory group is never united: each of
// its members stays a patient of its own, with `unresolved` set (each is excluded, R1.3).
struct Identity {
    std::string patient;              // the survivor, "Patient/<id>"
    std::vector<std::string> members; // sorted, survivor included
    std::vector<std::string> group;   // the whole link group, sorted: opt-outs hold for all of it
    bool unresolved = false;
    std::vector<Origin> link_origins; // Patient resources whose links made the group
};

// Every patient reference of the input; null: known only by reference, without a Patient resource.
using KnownPatients = std::map<std::string, const Person*>;

// What somebody decided about two patients: their links no longer count, and `same` makes `target`
// the survivor of `patient`.
struct IdentityDecision {
    Origin origin;
    std::string patient;
    std::string target;
    bool same = false;
};

// 1. replaced-by and replaces are one relation, "A was replaced by B"; refer and seealso are none.
// 2. Groups are its connected components.
// 3. The survivor is the one member that nothing replaced. None or several, a cycle, or a
//    replaced-by whose target has no Patient resource: unresolved.
// 4. Decisions come before all links of the patients that they name; one that names an unknown
//    patient has no effect.
// Sorted by patient.
std::vector<Identity> resolve_identities(const KnownPatients& patients,
                                         const std::vector<IdentityDecision>& decisions = {});

} // namespace embolink
