#include "analysis/report/trial_reference.hpp"

#include "analysis/report/embedded_text.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace embolink {

namespace {

using nlohmann::json;

TrialRate read_rate(const std::string& arm, const json& node) {
    TrialRate rate;
    rate.arm = arm;
    rate.rate = node.at("rate").get<double>();
    rate.randomised = node.at("randomised").get<int>();
    for (const json& item : node.at("scenarios")) {
        rate.scenarios.push_back({item.at("id").get<std::string>(),
                                  item.at("effective_n").get<double>(),
                                  item.at("text").get<std::string>()});
    }
    return rate;
}

// HAE first, as everywhere in the report.
std::vector<TrialRate> read_rates(const json& node) {
    std::vector<TrialRate> rates;
    for (const char* arm : {"HAE", "HACE"}) {
        rates.push_back(read_rate(arm, node.at(arm)));
    }
    return rates;
}

TrialProportion read_proportion(const json& node) {
    TrialProportion proportion;
    proportion.rate = node.at("rate").get<double>();
    for (const json& pair : node.at("feasible")) {
        proportion.feasible.push_back({pair.at(0).get<int>(), pair.at(1).get<int>()});
    }
    return proportion;
}

} // namespace

TrialReference trial_reference_from_json(std::string_view text) {
    try {
        const json node = json::parse(text);
        TrialReference reference;
        reference.trial = node.at("trial").get<std::string>();
        reference.citation = node.at("citation").get<std::string>();
        reference.limits = node.at("limits").get<std::string>();
        reference.prognosis = node.value("prognosis", "");
        reference.randomised = node.at("randomised").get<int>();
        reference.pfs24 = read_rates(node.at("pfs24"));
        reference.os24 = read_rates(node.at("os24"));
        reference.pfs24_p = node.at("pfs24").at("p").get<double>();
        reference.os24_p = node.at("os24").at("p").get<double>();
        reference.disease_control = read_proportion(node.at("disease_control"));
        reference.grade3 = read_proportion(node.at("grade3"));
        reference.treatment_death = read_proportion(node.at("treatment_death"));
        return reference;
    } catch (const json::exception& error) {
        throw std::invalid_argument(std::string("published reference: ") + error.what());
    }
}

TrialReference published_reference(std::string_view trial) {
    TrialReference reference = trial_reference_from_json(embedded_trial_reference());
    if (reference.trial != trial) {
        throw std::invalid_argument("no published reference is shipped for trial '" +
                                    std::string(trial) + "'; known: " + reference.trial);
    }
    return reference;
}

const TrialRate* find_rate(const std::vector<TrialRate>& rates, std::string_view arm) {
    for (const TrialRate& rate : rates) {
        if (rate.arm == arm) {
            return &rate;
        }
    }
    return nullptr;
}

const TrialScenario* find_scenario(const TrialRate& rate, std::string_view id) {
    for (const TrialScenario& scenario : rate.scenarios) {
        if (scenario.id == id) {
            return &scenario;
        }
    }
    return nullptr;
}

} // namespace embolink
