#include "connector/fhir/search_plan.hpp"

#include <date/date.h>

#include <algorithm>
#include <optional>
#include <sstream>

namespace embolink::fhir {

namespace {

using Instant = date::sys_time<std::chrono::milliseconds>;

std::optional<Instant> parse_instant(std::string_view text) {
    std::istringstream in{std::string(text)};
    Instant instant;
    in >> date::parse("%FT%TZ", instant);
    return in.fail() ? std::nullopt : std::optional(instant);
}

Search search_of(const std::string& type, const std::string& identity, const ServerHabits& habits) {
    return {type, type, by_patient(type, identity, habits), {identity}};
}

} // namespace

const std::vector<std::string>& searched_types() {
    static const std::vector<std::string> types = {"Procedure",
                                                   "Condition",
                                                   "Observation",
                                                   "DiagnosticReport",
                                                   "ImagingStudy",
                                                   "MedicationAdministration",
                                                   "MedicationRequest",
                                                   "MedicationStatement",
                                                   "MedicationDispense",
                                                   "AdverseEvent",
                                                   "Encounter"};
    return types;
}

const std::vector<std::string>& observation_categories() {
    static const std::vector<std::string> categories = {"laboratory",
                                                        "imaging",
                                                        "exam",
                                                        "procedure",
                                                        "survey",
                                                        "therapy",
                                                        "activity",
                                                        "vital-signs",
                                                        "social-history"};
    return categories;
}

std::string reference_value(const std::string& reference, ReferenceForm form) {
    return form == ReferenceForm::type_and_id ? reference
                                              : reference.substr(reference.find('/') + 1);
}

http::Query
by_patient(const std::string& type, const std::string& identity, const ServerHabits& habits) {
    std::string name = habits.of(type).patient_param;
    if (name.empty()) {
        name = type == "AdverseEvent" ? "subject" : "patient"; // R4 search parameters
    }
    return {{std::move(name), reference_value(identity, habits.references)}};
}

std::vector<Search> plan_searches(const std::string& identity, const ServerHabits& habits) {
    std::vector<Search> plan;
    for (const std::string& type : searched_types()) {
        if (!habits.of(type).answered) {
            continue;
        }
        const Search whole = search_of(type, identity, habits);
        if (type != "Observation" || !habits.observation_by_category) {
            plan.push_back(whole);
            continue;
        }
        for (const std::string& category : observation_categories()) {
            Search part = whole;
            part.name += "|" + category;
            part.query.emplace_back("category", category);
            plan.push_back(std::move(part));
        }
    }
    return plan;
}

Search only_since(Search search,
                  const ServerHabits& habits,
                  std::string_view since,
                  std::chrono::milliseconds overlap) {
    const std::optional<Instant> instant = parse_instant(since);
    if (instant && habits.of(search.type).last_updated) {
        // With milliseconds and `ge`: without them "greater than" skips a whole second (HAPI).
        search.query.emplace_back("_lastUpdated",
                                  "ge" + date::format("%FT%TZ", *instant - overlap));
    }
    return search;
}

bool is_incremental(const Search& search) {
    return std::ranges::any_of(
        search.query, [](const auto& parameter) { return parameter.first == "_lastUpdated"; });
}

} // namespace embolink::fhir
