#include "analysis/cases/case.hpp"

#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace embolink {
namespace {

using nlohmann::json;

struct Kind {
    std::string_view name;
    json (*run)(const json& input);
};

// In the order of their names.
constexpr Kind kinds[] = {{"bayes_binomial", bayes_binomial_case},
                          {"competing_risks", competing_risks_case},
                          {"cox", cox_case},
                          {"cox_firth", cox_firth_case},
                          {"cusum_sprt", cusum_sprt_case},
                          {"direct_standardisation", direct_standardisation_case},
                          {"fixed_time_two_groups", fixed_time_two_groups_case},
                          {"fixed_time_vs_published", fixed_time_vs_published_case},
                          {"funnel_limits", funnel_limits_case},
                          {"iptw", iptw_case},
                          {"km", km_case},
                          {"km_delayed_entry", km_delayed_entry_case},
                          {"logrank", logrank_case},
                          {"non_inferiority", non_inferiority_case},
                          {"one_sample_logrank", one_sample_logrank_case},
                          {"p_adjust", p_adjust_case},
                          {"proportion", proportion_case},
                          {"rmst", rmst_case},
                          {"turnbull", turnbull_case},
                          {"two_by_two", two_by_two_case}};

std::string all_kinds() {
    std::string names;
    for (const Kind& kind : kinds) {
        names += (names.empty() ? "" : ", ") + std::string(kind.name);
    }
    return names;
}

const Kind& kind_of(const json& object) {
    const auto given = object.find("kind");
    if (given == object.end() || !given->is_string()) {
        throw CaseError("a case names no kind", "/kind", "name one of: " + all_kinds());
    }
    const std::string name = given->get<std::string>();
    const auto* found = std::ranges::find(kinds, name, &Kind::name);
    if (found == std::end(kinds)) {
        throw CaseError(
            "there is no kind \"" + name + "\"", "/kind", "name one of: " + all_kinds());
    }
    return *found;
}

// The reference cases of Kaplan-Meier say which quantiles were asked for in their expected part
// alone.
json with_quantiles(json input, const json& object) {
    const auto expected = object.find("expected");
    if (input.contains("quantiles") || expected == object.end() || !expected->is_object()) {
        return input;
    }
    for (const json& group : *expected) {
        const json::json_pointer asked{"/quantiles/log-log/p"};
        if (group.is_object() && group.contains(asked)) {
            input["quantiles"] = group.at(asked);
            break;
        }
    }
    return input;
}

// Boost.Math throws where a function leaves what a double can hold: an answer about the data, too.
json answer(const Kind& kind, const json& input) {
    const auto out_of_range = [] {
        return refusal("out-of-range",
                       "The numbers are too large, too small or too far apart to compute with.");
    };
    try {
        return kind.run(input);
    } catch (const CaseError&) {
        throw;
    } catch (const std::domain_error&) {
        return out_of_range();
    } catch (const std::runtime_error&) { // overflow, no convergence
        return out_of_range();
    }
}

} // namespace

json analyze_case(const json& object) {
    if (!object.is_object()) {
        throw CaseError("a case is a JSON object", "", R"(write {"kind": ..., "input": {...}})");
    }
    const Kind& kind = kind_of(object);
    const auto input = object.find("input");
    if (input == object.end() || !input->is_object()) {
        throw CaseError("a case has no input", "/input", "give an object with the data");
    }
    json result = answer(kind, kind.name == "km" ? with_quantiles(*input, object) : *input);
    const bool refused = result.is_object() && result.contains("refused");
    if (refused) {
        return {{"kind", kind.name}, {"refused", result.at("refused")}};
    }
    return {{"kind", kind.name}, {"result", std::move(result)}};
}

std::vector<std::string> case_kinds() {
    std::vector<std::string> names;
    for (const Kind& kind : kinds) {
        names.emplace_back(kind.name);
    }
    return names;
}

} // namespace embolink
