#include "mapping/outcomes/codes.hpp"

#include "mapping/explain/explain.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/records/caution_flags.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace embolink {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 19> reasons = {
    // events
    "progression",
    "death",
    // censoring
    "no-baseline-imaging",
    "no-assessment", // also of DC: not evaluable
    "last-adequate-assessment",
    "new-anticancer-therapy",
    "missed-assessments",
    "last-known-alive",
    // not evaluable
    "death-date-unknown",
    "response-unspecified",
    "no-safety-data",
    "window-open",
    "baseline-not-elevated",
    "baseline-missing",
    "baseline-stale",
    "uln-missing",
    "no-follow-up",
    "assay-changed",
    "indeterminate",
};

// The sentences that `explain` uses are the displays: one wording for people everywhere.
OutcomeCodeSystem make_reasons() {
    OutcomeCodeSystem system{"https://embolink.org/fhir/CodeSystem/outcome-reason", {}};
    for (const std::string_view code : reasons) {
        system.codes.push_back({code, words_for_reason(code)});
    }
    return system;
}

OutcomeCodeSystem make_cautions() {
    OutcomeCodeSystem system{"https://embolink.org/fhir/CodeSystem/caution-flag", {}};
    for (const std::string_view code : caution_flags()) {
        system.codes.push_back({code, words_for_flag(code)});
    }
    return system;
}

} // namespace

const OutcomeCodeSystem& outcome_codes() {
    static const OutcomeCodeSystem system{
        "https://embolink.org/fhir/CodeSystem/outcome",
        {{"PFS", "Progression-free survival"},
         {"OS", "Overall survival"},
         {"BOR", "Best overall response"},
         {"DC", "Disease control"},
         {"TOX3", "Toxicity of grade 3 or more within 30 days of a session"},
         {"RESP-5HIAA", "Biochemical response of urinary 5-HIAA"},
         {"RESP-CGA", "Biochemical response of chromogranin A"}}};
    return system;
}

const OutcomeCodeSystem& component_codes() {
    static const OutcomeCodeSystem system{
        "https://embolink.org/fhir/CodeSystem/outcome-component",
        {{"arm", "How the first session was done"},
         {"start", "T0: date of the first session of the course"},
         {"event", "The event happened (false: censored)"},
         {"reason", "Kind of event, or reason of censoring"},
         {"date", "Analysis date: date of the event, of censoring or of the response"},
         {"left", "Last date free of progression"},
         {"right", "Date on which progression was first seen"},
         {"caution", "The value could well be otherwise"},
         {"as-of", "Clinical cut: nothing dated later was known"},
         {"rules-version", "Rules and definitions that made the value"}}};
    return system;
}

const OutcomeCodeSystem& reason_codes() {
    static const OutcomeCodeSystem system = make_reasons();
    return system;
}

const OutcomeCodeSystem& caution_codes() {
    static const OutcomeCodeSystem system = make_cautions();
    return system;
}

const OutcomeCodeSystem& arm_codes() {
    static const OutcomeCodeSystem system{
        "https://embolink.org/fhir/CodeSystem/arm",
        {{"HAE", "Hepatic artery embolization without chemotherapy"},
         {"HACE", "Hepatic artery chemoembolization"},
         {"HACE-DEB", "Hepatic artery chemoembolization with drug-eluting beads"},
         {"UNDETERMINED", "Arm not determined"}}};
    return system;
}

const OutcomeCodeSystem& response_codes() {
    static const OutcomeCodeSystem system{"https://embolink.org/fhir/CodeSystem/best-response",
                                          {{"CR", "Complete response"},
                                           {"PR", "Partial response"},
                                           {"SD", "Stable disease"},
                                           {"PD", "Progressive disease"},
                                           {"NE", "Not evaluable"}}};
    return system;
}

const OutcomeCodeSystem& category_codes() {
    static const OutcomeCodeSystem system{
        "https://embolink.org/fhir/CodeSystem/outcome-category",
        {{"derived-audit", "Derived by software for audit of outcomes"}}};
    return system;
}

const OutcomeCodeSystem& activity_codes() {
    static const OutcomeCodeSystem system{
        "https://embolink.org/fhir/CodeSystem/provenance-activity",
        {{"derive-outcomes", "Derivation of outcomes from the clinical record"}}};
    return system;
}

const OutcomeCodeSystem& tag_codes() {
    static const OutcomeCodeSystem system{tag_system, {{derived_tag_code, "Derived by embolink"}}};
    return system;
}

const OutcomeCodeSystem& trial_codes() {
    static const OutcomeCodeSystem system{
        "https://embolink.org/fhir/CodeSystem/trial",
        {{"maire-2012", "Maire F et al. Neuroendocrinology 2012;96(4):294-300"}}};
    return system;
}

std::vector<const OutcomeCodeSystem*> all_outcome_code_systems() {
    return {&outcome_codes(),
            &component_codes(),
            &reason_codes(),
            &caution_codes(),
            &arm_codes(),
            &response_codes(),
            &category_codes(),
            &activity_codes(),
            &tag_codes(),
            &trial_codes()};
}

json coding(const OutcomeCodeSystem& system, std::string_view code) {
    const auto row = std::ranges::find(system.codes, code, &OutcomeCode::code);
    if (row == system.codes.end()) {
        return nullptr;
    }
    return {{"system", system.url}, {"code", row->code}, {"display", row->display}};
}

json concept_of(const OutcomeCodeSystem& system, std::string_view code) {
    json one = coding(system, code);
    if (one.is_null()) {
        return {{"text", code}};
    }
    return {{"coding", json::array({std::move(one)})}};
}

std::string_view data_absent_reason(std::string_view reason) {
    if (reason == "window-open") {
        return "temp-unknown"; // will be known when the window has run its days
    }
    if (reason == "baseline-not-elevated") {
        return "not-applicable"; // what was normal cannot respond
    }
    return "unknown";
}

} // namespace embolink
