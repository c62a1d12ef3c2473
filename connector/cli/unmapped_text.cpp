#include "connector/cli/unmapped_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <tuple>

namespace embolink {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

bool may_show(const UnmappedGroup& group, RareTexts rare) {
    return group.shareable || rare == RareTexts::show;
}

std::string name_of(const UnmappedGroup& group, RareTexts rare) {
    const NotUnderstood& what = group.what;
    if (!may_show(group, rare)) {
        return to_string(what.kind) + " of few patients, not shown (--with-text shows it)";
    }
    const std::string of = what.system.empty() ? " without a system" : " of " + what.system;
    switch (what.kind) {
    case UnknownKind::code:
        return "code " + what.code + of +
               (group.shared_words.empty() ? "" : " (" + group.shared_words + ")");
    case UnknownKind::text:
        return "text \"" + what.written + "\"";
    case UnknownKind::unit:
        break;
    }
    return (what.written.empty() ? "no unit" : "unit " + what.written) + " for " + what.code + of;
}

std::string examples(const UnmappedGroup& group) {
    std::string list;
    for (const std::string& reference : group.references) {
        list += (list.empty() ? "" : ", ") + reference;
    }
    return list;
}

std::string effect(const TriedProposal& tried) {
    return counted(tried.records, "record", "records") + " of " +
           counted(tried.patients, "patient", "patients");
}

ordered_json target_json(const UnmappedGroup& group) {
    if (group.proposals.empty()) {
        return {{"equivalence", "unmatched"}, {"comment", "nothing is proposed"}};
    }
    std::string comment = "\"equivalent\" here would change " + effect(group.proposals.front());
    for (std::size_t at = 1; at < group.proposals.size(); ++at) {
        comment += (at == 1 ? "; or as " : ", ") + group.proposals[at].proposal.target + " " +
                   effect(group.proposals[at]);
    }
    return {{"code", group.proposals.front().proposal.target},
            {"equivalence", "unmatched"},
            {"comment", comment}};
}

// Source and target of the ConceptMap's group that the row belongs to.
std::pair<std::string, std::string> map_group_of(const NotUnderstood& what) {
    constexpr const char* concepts = "https://embolink.org/fhir/CodeSystem/concepts";
    if (what.kind == UnknownKind::unit) {
        return {"", ucum_system};
    }
    return {what.kind == UnknownKind::text ? local_text_system : what.system, concepts};
}

std::string code_of_row(const NotUnderstood& what) {
    return what.kind == UnknownKind::code ? what.code : what.written;
}

bool is_missing_unit(const NotUnderstood& what) {
    return what.kind == UnknownKind::unit && what.written.empty();
}

ordered_json concept_map_of(const std::vector<UnmappedGroup>& groups, RareTexts rare) {
    // One element per row of a map; several elements of resources may share it.
    std::vector<std::tuple<std::string, std::string, std::string>> done;
    std::vector<std::pair<std::pair<std::string, std::string>, ordered_json>> parts;
    for (const UnmappedGroup& group : groups) {
        if (!may_show(group, rare) || is_missing_unit(group.what)) {
            continue;
        }
        const auto place = map_group_of(group.what);
        const std::string code = code_of_row(group.what);
        const auto row = std::tuple(place.first, place.second, code);
        if (std::ranges::find(done, row) != done.end()) {
            continue;
        }
        done.push_back(row);
        auto part =
            std::ranges::find_if(parts, [&](const auto& one) { return one.first == place; });
        if (part == parts.end()) {
            ordered_json fresh = ordered_json::object();
            if (!place.first.empty()) {
                fresh["source"] = place.first;
            }
            fresh["target"] = place.second;
            fresh["element"] = ordered_json::array();
            part = parts.insert(parts.end(), {place, std::move(fresh)});
        }
        ordered_json element{{"code", code}};
        if (!group.shared_words.empty() && group.what.kind == UnknownKind::code) {
            element["display"] = group.shared_words;
        }
        element["target"] = ordered_json::array({target_json(group)});
        part->second["element"].push_back(std::move(element));
    }
    ordered_json map{{"resourceType", "ConceptMap"},
                     {"status", "draft"},
                     {"description",
                      "What embolink unmapped did not understand, that which changes most first. "
                      "An element counts once its target says \"equivalent\" instead of "
                      "\"unmatched\"."},
                     {"group", ordered_json::array()}};
    for (auto& [place, part] : parts) {
        map["group"].push_back(std::move(part));
    }
    return map;
}

std::string indented(const std::string& text) {
    std::string out;
    for (const char c : text) {
        out += c;
        out += c == '\n' ? "    " : "";
    }
    return out;
}

} // namespace

std::string group_text(const UnmappedGroup& group, std::size_t rank, RareTexts rare) {
    std::string text = std::to_string(rank) + ". " + name_of(group, rare) + "\n   " +
                       group.what.element + ", in " +
                       counted(group.resources, "resource", "resources") + " of " +
                       counted(group.patients, "patient", "patients") + ": " + examples(group) +
                       (group.resources > group.references.size() ? ", ..." : "") + "\n";
    if (group.proposals.empty()) {
        return text + "   nothing is proposed\n";
    }
    for (const TriedProposal& tried : group.proposals) {
        text += "   as " + tried.proposal.target + " (" + to_string(tried.proposal.reason) +
                "): " + (tried.records == 0 ? "changes nothing" : "changes " + effect(tried)) +
                "\n";
    }
    return text;
}

json group_json(const UnmappedGroup& group, RareTexts rare) {
    const NotUnderstood& what = group.what;
    json out{
        {"kind", to_string(what.kind)},
        {"element", what.element},
        {"resources", group.resources},
        {"patients", group.patients},
        {"references", group.references},
        {"would_change",
         {{"patients", group.would_change_patients()}, {"records", group.would_change_records()}}},
        {"proposals", json::array()}};
    const auto put = [&](const char* key, const std::string& text) {
        if (!text.empty()) {
            out[key] = text;
        }
    };
    if (may_show(group, rare)) {
        put("system", what.system);
        put("code", what.code);
        put(what.kind == UnknownKind::unit ? "unit" : "text", what.written);
        put("display", group.shared_words);
    } else {
        out["hidden"] = true;
    }
    put("quantity", what.quantity);
    for (const TriedProposal& tried : group.proposals) {
        out["proposals"].push_back({{"target", tried.proposal.target},
                                    {"because", to_string(tried.proposal.reason)},
                                    {"patients", tried.patients},
                                    {"records", tried.records}});
    }
    return out;
}

std::string skeleton_text(const std::vector<UnmappedGroup>& groups, RareTexts rare) {
    std::string text =
        "// Rows for a site file, written by embolink unmapped. To accept one, change its\n"
        "// \"unmatched\" to \"equivalent\" and see that the target is right; a row of "
        "unit_defaults\n"
        "// counts without its //. Then: embolink unmapped --accept THIS_FILE shows what changes.\n"
        "{\n    \"concept_maps\": [\n        ";
    text += indented(indented(concept_map_of(groups, rare).dump(2)));
    text += "\n    ],\n    \"unit_defaults\": [\n";
    for (const UnmappedGroup& group : groups) {
        if (!is_missing_unit(group.what) || !may_show(group, rare) || group.proposals.empty()) {
            continue;
        }
        ordered_json row = ordered_json::object();
        if (!group.what.system.empty()) {
            row["system"] = group.what.system;
        }
        row["code"] = group.what.code;
        row["unit"] = group.proposals.front().proposal.target;
        text += "        // would change " + effect(group.proposals.front()) + "\n        // " +
                row.dump() + "\n";
    }
    return text + "    ]\n}\n";
}

std::string changes_text(const std::vector<RecordChange>& changes,
                         const std::vector<std::string>& params) {
    std::map<std::string, std::size_t> of_param;
    std::string list;
    std::size_t patients = 0;
    std::string last;
    for (const RecordChange& change : changes) {
        ++of_param[change.param];
        patients += change.patient != last ? 1 : 0;
        last = change.patient;
        list += "  " + change.patient + " " + change.param + ":";
        for (const std::string& field : change.fields) {
            list += " " + field;
        }
        list += "\n";
    }
    std::string text = counted(changes.size(), "record", "records") + " of " +
                       counted(patients, "patient", "patients") + " would change\n";
    for (const std::string& param : params) {
        if (const auto row = of_param.find(param); row != of_param.end()) {
            text += "  " + param + " " + std::to_string(row->second) + "\n";
        }
    }
    return list.empty() ? text : text + "Which, and in what:\n" + list;
}

std::string to_json_line(const RecordChange& change) {
    return ordered_json{
        {"patient", change.patient}, {"param", change.param}, {"changes", change.fields}}
        .dump();
}

} // namespace embolink
