// Reads the grading table. Strict: an unknown key, a wrong type, a threshold out of order or a term
// named twice is a DefinitionError with its place in the file.
#include "mapping/endpoints/grading.hpp"

#include "mapping/definitions.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace embolink {
namespace {

using nlohmann::json;

// A value and where it stands, for errors.
struct Node {
    const std::string& file;
    std::string pointer;
    const json& value;

    [[noreturn]] void fail(const std::string& expected) const {
        throw DefinitionError(file + ": " + (pointer.empty() ? "/" : pointer) + ": expected " +
                              expected);
    }

    const Node& object(const std::set<std::string>& known) const {
        if (!value.is_object()) {
            fail("an object");
        }
        for (const auto& [key, ignored] : value.items()) {
            if (known.count(key) == 0) {
                Node{file, pointer + "/" + key, ignored}.fail("no such key here");
            }
        }
        return *this;
    }

    bool has(const std::string& key) const { return value.contains(key); }

    Node at(const std::string& key) const {
        if (!value.contains(key)) {
            fail("the key \"" + key + "\"");
        }
        return {file, pointer + "/" + key, value.at(key)};
    }

    std::string text() const {
        if (!value.is_string()) {
            fail("a string");
        }
        return value.get<std::string>();
    }

    std::string word() const {
        auto word_text = text();
        if (word_text.empty()) {
            fail("a string that is not empty");
        }
        return word_text;
    }

    bool flag(const std::string& key, bool otherwise) const {
        if (!has(key)) {
            return otherwise;
        }
        const auto node = at(key);
        if (!node.value.is_boolean()) {
            node.fail("true or false");
        }
        return node.value.get<bool>();
    }

    int grade() const {
        if (!value.is_number_integer() || value.get<int>() < 1 || value.get<int>() > 4) {
            fail("a grade from 1 to 4");
        }
        return value.get<int>();
    }

    // As a string, so that no digit is lost.
    Decimal positive_decimal() const {
        const auto decimal = parse_decimal(text());
        if (!decimal || compare(*decimal, Decimal{}) <= 0) {
            fail("a positive decimal as a string");
        }
        return *decimal;
    }

    std::vector<Node> items() const {
        if (!value.is_array() || value.empty()) {
            fail("a list that is not empty");
        }
        std::vector<Node> nodes;
        for (std::size_t i = 0; i < value.size(); ++i) {
            nodes.push_back({file, pointer + "/" + std::to_string(i), value[i]});
        }
        return nodes;
    }
};

GradeThreshold parse_baseline_threshold(const Node& node) {
    node.object({"grade", "above_baseline", "from_baseline"});
    GradeThreshold threshold;
    threshold.grade = node.at("grade").grade();
    threshold.kind = ThresholdKind::baseline_multiple;
    threshold.inclusive = node.has("from_baseline");
    if (threshold.inclusive == node.has("above_baseline")) {
        node.fail("exactly one of above_baseline, from_baseline");
    }
    threshold.bound =
        node.at(threshold.inclusive ? "from_baseline" : "above_baseline").positive_decimal();
    return threshold;
}

GradeThreshold parse_threshold(const Node& node) {
    node.object({"grade", "above_uln", "above", "below", "below_lln", "at_least"});
    GradeThreshold threshold;
    threshold.grade = node.at("grade").grade();
    threshold.at_least = node.flag("at_least", false);
    const auto bounds =
        std::count_if(node.value.items().begin(), node.value.items().end(), [](const auto& item) {
            return item.key() != "grade" && item.key() != "at_least";
        });
    if (bounds != 1) {
        node.fail("exactly one of above_uln, above, below, below_lln");
    }
    if (node.has("below_lln")) {
        if (!node.flag("below_lln", false) || threshold.grade != 1) {
            node.fail("below_lln: true, and only for grade 1");
        }
        threshold.kind = ThresholdKind::absolute_below;
        return threshold;
    }
    if (node.has("below")) {
        if (threshold.grade == 1) {
            node.fail("below_lln for grade 1");
        }
        threshold.kind = ThresholdKind::absolute_below;
        threshold.bound = node.at("below").positive_decimal();
        return threshold;
    }
    const bool multiple = node.has("above_uln");
    threshold.kind = multiple ? ThresholdKind::upper_multiple : ThresholdKind::absolute_above;
    threshold.bound = node.at(multiple ? "above_uln" : "above").positive_decimal();
    return threshold;
}

// Grades rise, and with them the bounds in the direction of the term.
void check_order(const Node& node, const std::vector<GradeThreshold>& thresholds) {
    for (std::size_t i = 1; i < thresholds.size(); ++i) {
        const auto& before = thresholds[i - 1];
        const auto& after = thresholds[i];
        const bool falling = after.kind == ThresholdKind::absolute_below;
        const bool has_bounds = !(falling && before.grade == 1);
        const auto order = compare(before.bound, after.bound);
        const bool bounds_rise = !has_bounds || (falling ? order > 0 : order < 0);
        if (before.kind != after.kind || before.grade > after.grade || !bounds_rise) {
            node.fail("thresholds of one kind in order of grade");
        }
    }
}

void parse_baseline(const Node& node, LabTerm& term) {
    node.object({"rule", "thresholds"});
    static const std::map<std::string, BaselineRule> rules = {
        {"instead-if-abnormal", BaselineRule::instead_if_abnormal},
        {"besides", BaselineRule::besides},
        {"perhaps-if-abnormal", BaselineRule::perhaps_if_abnormal}};
    const auto rule = rules.find(node.at("rule").text());
    if (rule == rules.end()) {
        node.at("rule").fail("\"instead-if-abnormal\", \"besides\" or \"perhaps-if-abnormal\"");
    }
    term.baseline_rule = rule->second;
    const auto thresholds = node.at("thresholds");
    for (const auto& threshold : thresholds.items()) {
        term.by_baseline.push_back(parse_baseline_threshold(threshold));
    }
    check_order(thresholds, term.by_baseline);
}

LabTerm parse_lab(const Node& node) {
    node.object({"term", "name", "meddra", "analyte", "unit", "thresholds", "baseline"});
    LabTerm term;
    term.term = node.at("term").word();
    term.name = node.at("name").word();
    term.meddra = node.at("meddra").text();
    term.analyte = node.at("analyte").word();
    term.unit = node.at("unit").text();
    const auto thresholds = node.at("thresholds");
    for (const auto& threshold : thresholds.items()) {
        term.thresholds.push_back(parse_threshold(threshold));
    }
    check_order(thresholds, term.thresholds);
    if (node.has("baseline")) {
        parse_baseline(node.at("baseline"), term);
    }
    const bool absolute = term.thresholds.front().kind != ThresholdKind::upper_multiple;
    if (absolute == term.unit.empty()) {
        node.fail(absolute ? "a unit for absolute bounds" : "no unit for multiples of the limit");
    }
    return term;
}

ClinicalTerm parse_clinical(const Node& node) {
    node.object({"term", "name", "meddra", "least_grade", "biliary_or_abscess", "gradable"});
    ClinicalTerm term;
    term.term = node.at("term").word();
    term.name = node.at("name").word();
    term.meddra = node.at("meddra").text();
    term.least_grade = node.at("least_grade").grade();
    term.biliary_or_abscess = node.flag("biliary_or_abscess", false);
    term.gradable = node.flag("gradable", true);
    return term;
}

} // namespace

const LabTerm* GradingTable::lab_for(const std::string& analyte) const {
    const auto found = std::find_if(
        labs.begin(), labs.end(), [&](const LabTerm& lab) { return lab.analyte == analyte; });
    return found == labs.end() ? nullptr : &*found;
}

GradingTable parse_grading(const std::string& file, const json& document) {
    const Node root{file, "", document};
    root.object({"version", "source", "least_grades", "labs", "clinical"});
    GradingTable table;
    table.version = root.at("version").word();
    root.at("source").word();
    std::set<std::string> terms;
    std::set<std::string> analytes;
    for (const auto& node : root.at("labs").items()) {
        table.labs.push_back(parse_lab(node));
        if (!terms.insert(table.labs.back().term).second ||
            !analytes.insert(table.labs.back().analyte).second) {
            node.fail("a term and an analyte that stand nowhere else");
        }
    }
    for (const auto& node : root.at("clinical").items()) {
        auto term = parse_clinical(node);
        if (!terms.insert(term.term).second) {
            node.fail("a term that stands nowhere else");
        }
        table.clinical.emplace(term.term, std::move(term));
    }
    return table;
}

} // namespace embolink
