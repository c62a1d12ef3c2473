#include "mapping/timeline/identities.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace embolink {

namespace {

struct LinkGraph {
    std::map<std::string, std::set<std::string>> replaced_by; // A -> its successors
    std::map<std::string, std::set<std::string>> neighbours;  // both directions
    std::set<std::string> dead_ends;                          // replaced-by leads to nobody known
};

bool has_resource(const KnownPatients& patients, const std::string& reference) {
    const auto found = patients.find(reference);
    return found != patients.end() && found->second != nullptr;
}

LinkGraph build_graph(const KnownPatients& patients) {
    LinkGraph graph;
    std::vector<std::pair<std::string, std::string>> absent; // who was replaced, and by whom
    for (const auto& [reference, person] : patients) {
        if (person == nullptr) {
            continue;
        }
        for (const PatientLink& link : person->links) {
            if (link.type != LinkType::replaced_by && link.type != LinkType::replaces) {
                continue; // R9.5: seealso (and refer) merges nothing
            }
            const bool forward = link.type == LinkType::replaced_by;
            const std::string& old_one = forward ? reference : link.other;
            const std::string& new_one = forward ? link.other : reference;
            graph.replaced_by[old_one].insert(new_one);
            graph.neighbours[old_one].insert(new_one);
            graph.neighbours[new_one].insert(old_one);
            if (forward && !has_resource(patients, link.other)) {
                absent.emplace_back(reference, link.other);
            }
        }
    }
    // Servers delete the one in the middle: whoever replaced him says so himself.
    for (const auto& [replaced, by] : absent) {
        if (graph.replaced_by.count(by) == 0) {
            graph.dead_ends.insert(replaced);
        }
    }
    return graph;
}

void cut_link(LinkGraph& graph, const std::string& a, const std::string& b) {
    for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, a}}) {
        graph.neighbours[from].erase(to);
        if (const auto found = graph.replaced_by.find(from); found != graph.replaced_by.end()) {
            found->second.erase(to);
            if (found->second.empty()) {
                graph.replaced_by.erase(found);
            }
        }
    }
}

// Whether the decision is about patients that are there. `different` takes the link between the two
// away; `same` all links of the patient, who is then replaced by the target.
bool decide(LinkGraph& graph, const KnownPatients& patients, const IdentityDecision& decision) {
    if (patients.count(decision.patient) == 0 ||
        (decision.same && patients.count(decision.target) == 0)) {
        return false;
    }
    graph.dead_ends.erase(decision.patient);
    if (!decision.same) {
        cut_link(graph, decision.patient, decision.target);
        return true;
    }
    const std::set<std::string> others = graph.neighbours[decision.patient];
    for (const std::string& other : others) {
        cut_link(graph, decision.patient, other);
    }
    graph.replaced_by[decision.patient].insert(decision.target);
    graph.neighbours[decision.patient].insert(decision.target);
    graph.neighbours[decision.target].insert(decision.patient);
    return true;
}

std::vector<std::string> component_of(const std::string& start, const LinkGraph& graph) {
    std::set<std::string> seen{start};
    std::vector<std::string> open{start};
    while (!open.empty()) {
        const std::string node = open.back();
        open.pop_back();
        const auto found = graph.neighbours.find(node);
        if (found == graph.neighbours.end()) {
            continue;
        }
        for (const std::string& next : found->second) {
            if (seen.insert(next).second) {
                open.push_back(next);
            }
        }
    }
    return {seen.begin(), seen.end()};
}

// Takes away nodes that nothing replaced until none is left (Kahn): what remains is a cycle.
bool has_cycle(const std::vector<std::string>& members, const LinkGraph& graph) {
    std::set<std::string> left(members.begin(), members.end());
    bool progress = true;
    while (progress && !left.empty()) {
        progress = false;
        for (auto node = left.begin(); node != left.end();) {
            const auto successors = graph.replaced_by.find(*node);
            const bool stays =
                successors != graph.replaced_by.end() &&
                std::any_of(successors->second.begin(),
                            successors->second.end(),
                            [&](const std::string& next) { return left.count(next) > 0; });
            progress = progress || !stays;
            node = stays ? std::next(node) : left.erase(node);
        }
    }
    return !left.empty();
}

// The one member that nothing replaced; "" when the group has no single one or contradicts itself.
std::string survivor_of(const std::vector<std::string>& members, const LinkGraph& graph) {
    std::vector<std::string> survivors;
    for (const std::string& member : members) {
        if (graph.dead_ends.count(member) > 0) {
            return {};
        }
        if (graph.replaced_by.count(member) == 0) {
            survivors.push_back(member);
        }
    }
    if (survivors.size() != 1 || has_cycle(members, graph)) {
        return {};
    }
    return survivors.front();
}

std::vector<Origin> origins_of_links(const std::vector<std::string>& members,
                                     const KnownPatients& patients) {
    std::vector<Origin> origins;
    for (const std::string& member : members) {
        if (has_resource(patients, member)) {
            origins.push_back(patients.at(member)->origin);
        }
    }
    return origins;
}

std::vector<Origin>
origins_of_decisions(const std::vector<std::string>& members,
                     const std::map<std::string, std::vector<Origin>>& decided) {
    std::vector<Origin> origins;
    for (const std::string& member : members) {
        if (const auto found = decided.find(member); found != decided.end()) {
            origins.insert(origins.end(), found->second.begin(), found->second.end());
        }
    }
    std::sort(origins.begin(), origins.end());
    origins.erase(std::unique(origins.begin(), origins.end()), origins.end());
    return origins;
}

} // namespace

std::vector<Identity> resolve_identities(const KnownPatients& patients,
                                         const std::vector<IdentityDecision>& decisions) {
    LinkGraph graph = build_graph(patients);
    std::map<std::string, std::vector<Origin>> decided; // by both patients
    for (const IdentityDecision& decision : decisions) {
        if (decide(graph, patients, decision)) {
            decided[decision.patient].push_back(decision.origin);
            decided[decision.target].push_back(decision.origin);
        }
    }
    std::vector<Identity> identities;
    std::set<std::string> done;
    for (const auto& [reference, person] : patients) {
        if (done.count(reference) > 0) {
            continue;
        }
        const std::vector<std::string> group = component_of(reference, graph);
        done.insert(group.begin(), group.end());
        std::vector<Origin> origins = origins_of_decisions(group, decided);
        if (group.size() == 1 && graph.replaced_by.count(reference) == 0) {
            identities.push_back({reference, group, group, false, origins});
            continue;
        }
        const std::vector<Origin> links = origins_of_links(group, patients);
        origins.insert(origins.end(), links.begin(), links.end());
        const std::string survivor = survivor_of(group, graph);
        if (!survivor.empty()) {
            identities.push_back({survivor, group, group, false, origins});
            continue;
        }
        for (const std::string& member : group) {
            if (patients.count(member) > 0) {
                identities.push_back({member, {member}, group, true, origins});
            }
        }
    }
    std::ranges::sort(identities, {}, &Identity::patient);
    return identities;
}

} // namespace embolink
