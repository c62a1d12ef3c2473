// The strict reader of trial files: every key is known, every part is there, every value has the
// right type; otherwise DefinitionError names file, JSON pointer and what was expected.
#include "mapping/endpoints/trial.hpp"

#include "mapping/definitions.hpp"
#include "mapping/endpoints/endpoint.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace embolink {

namespace {

using nlohmann::json;

[[noreturn]] void
refuse(const std::string& file, const std::string& pointer, const std::string& expected) {
    throw DefinitionError(file + ": " + (pointer.empty() ? "/" : pointer) + ": " + expected);
}

// One JSON object whose keys must all be asked for.
class Part {
public:
    Part(const std::string& file, std::string pointer, const json& value)
        : file_(file), pointer_(std::move(pointer)), value_(value) {
        if (!value.is_object()) {
            refuse(file_, pointer_, "expected an object");
        }
    }

    const std::string& file() const { return file_; }

    std::string at(const std::string& key) const { return pointer_ + "/" + key; }

    const json& required(const std::string& key) {
        known_.insert(key);
        const auto found = value_.find(key);
        if (found == value_.end()) {
            refuse(file_, at(key), "is missing");
        }
        return *found;
    }

    bool has(const std::string& key) {
        known_.insert(key);
        return value_.contains(key);
    }

    std::string text(const std::string& key) {
        const json& value = required(key);
        if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
            refuse(file_, at(key), "expected a text that is not empty");
        }
        return value.get<std::string>();
    }

    std::string optional_text(const std::string& key) { return has(key) ? text(key) : ""; }

    bool optional_bool(const std::string& key) {
        if (!has(key)) {
            return false;
        }
        const json& value = required(key);
        if (!value.is_boolean()) {
            refuse(file_, at(key), "expected true or false");
        }
        return value.get<bool>();
    }

    // An array with at least one element.
    const json& list(const std::string& key) {
        const json& value = required(key);
        if (!value.is_array() || value.empty()) {
            refuse(file_, at(key), "expected a list that is not empty");
        }
        return value;
    }

    std::vector<std::string> texts(const std::string& key) {
        std::vector<std::string> result;
        const json& values = list(key);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (!values[i].is_string()) {
                refuse(file_, at(key) + "/" + std::to_string(i), "expected a text");
            }
            result.push_back(values[i].get<std::string>());
        }
        return result;
    }

    void no_other_keys() const {
        for (const auto& [key, unused] : value_.items()) {
            if (known_.count(key) == 0) {
                refuse(file_, at(key), "is no key of this part");
            }
        }
    }

private:
    const std::string& file_;
    std::string pointer_;
    const json& value_;
    std::set<std::string> known_;
};

struct WindowKey {
    const char* key;
    WindowDays TrialWindows::*member;
};

constexpr std::array window_keys{
    WindowKey{"round_other_lobe", &TrialWindows::round_other_lobe},
    WindowKey{"round_unknown_lobe", &TrialWindows::round_unknown_lobe},
    WindowKey{"course_gap", &TrialWindows::course_gap},
    WindowKey{"interval_min", &TrialWindows::interval_min},
    WindowKey{"interval_max", &TrialWindows::interval_max},
    WindowKey{"tier_lookback", &TrialWindows::tier_lookback},
    WindowKey{"tier_resection", &TrialWindows::tier_resection},
    WindowKey{"history_needed", &TrialWindows::history_needed},
    WindowKey{"baseline_imaging", &TrialWindows::baseline_imaging},
    WindowKey{"assessment_gap", &TrialWindows::assessment_gap},
    WindowKey{"stable_disease_min", &TrialWindows::stable_disease_min},
    WindowKey{"early_progression", &TrialWindows::early_progression},
    WindowKey{"response_confirmation", &TrialWindows::response_confirmation},
    WindowKey{"toxicity", &TrialWindows::toxicity},
    WindowKey{"late_biliary", &TrialWindows::late_biliary},
    WindowKey{"laboratory_baseline", &TrialWindows::laboratory_baseline},
    WindowKey{"prolonged_stay", &TrialWindows::prolonged_stay},
    WindowKey{"transient_elevation", &TrialWindows::transient_elevation},
    WindowKey{"early_death", &TrialWindows::early_death},
    WindowKey{"marker_baseline", &TrialWindows::marker_baseline},
    WindowKey{"marker_response", &TrialWindows::marker_response},
    WindowKey{"analogue_lookback", &TrialWindows::analogue_lookback},
    WindowKey{"adult_years", &TrialWindows::adult_years},
};

// {"days": 42, "assumed": true}; adult_years counts years and says so: {"years": 18}.
WindowDays parse_window(Part part, const std::string& unit) {
    constexpr int most = 36525; // a century of days: beyond it is a slip of the pen
    const json& number = part.required(unit);
    if (!number.is_number_integer() || number.get<std::int64_t>() < 1 ||
        number.get<std::int64_t>() > most) {
        refuse(part.file(), part.at(unit), "expected a whole number from 1 to 36525");
    }
    WindowDays window{number.get<int>(), part.optional_bool("assumed")};
    part.optional_text("source");
    part.no_other_keys();
    return window;
}

TrialWindows parse_windows(Part part) {
    TrialWindows windows;
    for (const auto& [key, member] : window_keys) {
        const bool years = member == &TrialWindows::adult_years;
        windows.*member = parse_window(Part(part.file(), part.at(key), part.required(key)),
                                       years ? "years" : "days");
    }
    part.no_other_keys();
    if (windows.interval_min.days > windows.interval_max.days) {
        refuse(part.file(), part.at("interval_min"), "is greater than interval_max");
    }
    return windows;
}

constexpr std::array<std::string_view, 7> evidence_kinds{"procedure-code",
                                                         "procedure-text",
                                                         "intra-arterial-drug",
                                                         "drug-in-context",
                                                         "instillation-code",
                                                         "charted-drugs",
                                                         "complete-feed"};

ArmEvidence parse_evidence(Part part) {
    ArmEvidence evidence;
    evidence.kind = part.text("kind");
    if (std::find(evidence_kinds.begin(), evidence_kinds.end(), evidence.kind) ==
        evidence_kinds.end()) {
        refuse(part.file(), part.at("kind"), "is no kind of evidence for an arm");
    }
    evidence.concepts = part.texts("concepts");
    evidence.flag = part.optional_text("flag");
    evidence.rule = part.text("rule");
    evidence.hepatic_site_needed = part.optional_bool("hepatic_site_needed");
    part.no_other_keys();
    return evidence;
}

std::vector<ArmDefinition> parse_arms(Part& trial) {
    std::vector<ArmDefinition> arms;
    const json& list = trial.list("arms");
    for (std::size_t i = 0; i < list.size(); ++i) {
        Part part(trial.file(), trial.at("arms") + "/" + std::to_string(i), list[i]);
        ArmDefinition arm;
        arm.code = part.text("code");
        arm.name = part.text("name");
        const json& rungs = part.list("evidence");
        for (std::size_t j = 0; j < rungs.size(); ++j) {
            arm.evidence.push_back(parse_evidence(
                Part(part.file(), part.at("evidence") + "/" + std::to_string(j), rungs[j])));
        }
        part.no_other_keys();
        const bool twice = std::any_of(arms.begin(), arms.end(), [&](const ArmDefinition& other) {
            return other.code == arm.code;
        });
        if (twice) {
            refuse(part.file(), part.at("code"), "names an arm twice");
        }
        arms.push_back(std::move(arm));
    }
    return arms;
}

// Two arms at least, each one of the trial's.
std::vector<std::string> parse_crossover(Part& trial, const std::vector<ArmDefinition>& arms) {
    const auto codes = trial.texts("crossover");
    if (codes.size() < 2) {
        refuse(trial.file(), trial.at("crossover"), "expected two arms at least");
    }
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const bool known = std::any_of(arms.begin(), arms.end(), [&](const ArmDefinition& arm) {
            return arm.code == codes[i];
        });
        if (!known) {
            refuse(trial.file(), trial.at("crossover") + "/" + std::to_string(i), "is no arm");
        }
    }
    return codes;
}

void check_events(Part& part, const std::vector<std::string>& events) {
    for (const std::string& event : events) {
        if (event != "progression" && event != "death") {
            refuse(part.file(), part.at("events"), "expected \"progression\" or \"death\"");
        }
    }
}

EndpointDefinition parse_endpoint(Part part) {
    EndpointDefinition endpoint;
    endpoint.param = part.text("param");
    endpoint.kind = part.text("kind");
    if (!is_endpoint_kind(endpoint.kind)) {
        refuse(part.file(), part.at("kind"), "is no kind of endpoint that this program knows");
    }
    endpoint.label = part.text("label");
    if (endpoint.kind == "time-to-event") {
        endpoint.events = part.texts("events");
        check_events(part, endpoint.events);
        endpoint.therapy_cut = part.optional_bool("therapy_cut");
        endpoint.assessment_gap = part.optional_bool("assessment_gap");
        endpoint.baseline_imaging = part.optional_bool("baseline_imaging");
        endpoint.liver_progression = part.optional_bool("liver_progression");
        endpoint.clinical_progression = part.optional_bool("clinical_progression");
        endpoint.interval_bounds = part.optional_bool("interval_bounds");
    }
    const bool looks_for = endpoint.kind == "drug-before" || endpoint.kind == "procedure-before";
    if (looks_for || endpoint.kind == "agent") {
        endpoint.concepts = part.texts("concepts");
    }
    if (looks_for || endpoint.kind == "urgency") {
        endpoint.feeds = part.texts("feeds");
    }
    if (endpoint.kind == "worst-toxicity") {
        endpoint.own_baseline = part.optional_bool("own_baseline");
    }
    if (endpoint.kind == "baseline-marker" || endpoint.kind == "marker-response") {
        endpoint.marker = part.text("marker");
    }
    part.no_other_keys();
    return endpoint;
}

std::vector<EndpointDefinition> parse_endpoints(Part& trial) {
    std::vector<EndpointDefinition> endpoints;
    std::set<std::string> params;
    const json& list = trial.list("endpoints");
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string pointer = trial.at("endpoints") + "/" + std::to_string(i);
        endpoints.push_back(parse_endpoint(Part(trial.file(), pointer, list[i])));
        if (!params.insert(endpoints.back().param).second) {
            refuse(trial.file(), pointer + "/param", "names a param twice");
        }
    }
    if (endpoints.front().kind != "cohort") {
        refuse(trial.file(), trial.at("endpoints") + "/0/kind", "expected \"cohort\" first");
    }
    return endpoints;
}

} // namespace

TrialDefinition parse_trial(const std::string& file, const nlohmann::json& value) {
    Part part(file, "", value);
    TrialDefinition trial;
    trial.id = part.text("id");
    trial.version = part.text("version");
    trial.citation = part.text("citation");
    trial.doi = part.text("doi");
    trial.windows = parse_windows(Part(file, part.at("windows"), part.required("windows")));
    trial.arms = parse_arms(part);
    trial.undetermined_arm = part.text("undetermined_arm");
    if (part.has("crossover")) {
        trial.crossover = parse_crossover(part, trial.arms);
    }
    trial.endpoints = parse_endpoints(part);
    trial.analogue_change_is_therapy = part.optional_bool("analogue_change_is_therapy");
    part.no_other_keys();
    return trial;
}

TrialDefinition with_course_gap(TrialDefinition trial, int days) {
    trial.windows.course_gap.days = days;
    return trial;
}

} // namespace embolink
