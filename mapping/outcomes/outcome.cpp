#include "mapping/outcomes/outcome.hpp"

#include "mapping/endpoints/record_json.hpp"
#include "mapping/outcomes/references.hpp"
#include "mapping/records/caution_flags.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace embolink {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 7> params = {
    "PFS", "OS", "BOR", "DC", "TOX3", "RESP-5HIAA", "RESP-CGA"};

std::set<std::string> cautions_of(const EndpointRecord& record) {
    std::set<std::string> cautions;
    for (const std::string& flag : record.flags) {
        if (is_caution_flag(flag)) {
            cautions.insert(flag);
        }
    }
    return cautions;
}

template <class Keep>
std::set<std::string> references_of(const EndpointRecord& record, Keep keep) {
    std::set<std::string> references;
    for (const RecordSource& source : record.sources) {
        if (keep(source)) {
            references.insert(source.reference);
        }
    }
    return references;
}

bool is_follow_up(const RecordSource& source) {
    return source.role == "censor" || source.role == "assessment" || source.role == "contact";
}

std::set<std::string>
named(const EndpointRecord& cohort, std::string_view role, std::string_view type) {
    return references_of(cohort, [&](const RecordSource& source) {
        return source.role == role && resource_type(source.reference) == type;
    });
}

std::string reason_of(const RecordStatus& status) {
    return std::visit([](const auto& alternative) { return alternative.reason; }, status);
}

} // namespace

std::span<const std::string_view> written_params() {
    return params;
}

bool is_written(const EndpointRecord& record) {
    return std::ranges::find(params, record.param) != params.end() && !record.arm.empty() &&
           record.start.has_value();
}

std::string outcome_name(std::string_view source_name, const EndpointRecord& record) {
    return std::string{source_name} + "|" + record.trial + "|" + record.patient + "|" +
           std::to_string(record.course) + "|" + record.param;
}

std::string outcome_fingerprint(const EndpointRecord& record) {
    const auto* value = std::get_if<Value>(&record.status);
    const json parts = {
        {"arm", record.arm},
        {"start", record.start ? to_iso(*record.start) : ""},
        {"status", status_word(record.status)},
        {"date", record.date ? to_iso(*record.date) : ""},
        {"value", value != nullptr ? value_text(*value) + " " + value->unit : ""},
        {"reason", reason_of(record.status)},
        {"cautions", cautions_of(record)},
        {"sources", references_of(record, [](const RecordSource&) { return true; })},
    };
    return parts.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::set<std::string> named_diagnoses(const EndpointRecord& cohort) {
    return named(cohort, "diagnosis", "Condition");
}

std::set<std::string> named_sessions(const EndpointRecord& cohort) {
    return named(cohort, "start", "Procedure");
}

std::string outcome_links_fingerprint(const EndpointRecord* cohort) {
    if (cohort == nullptr) {
        return "";
    }
    const json parts = json::array({named_diagnoses(*cohort), named_sessions(*cohort)});
    return parts.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool only_censoring_moved(const EndpointRecord& before, const EndpointRecord& after) {
    const auto* old_status = std::get_if<Censored>(&before.status);
    const auto* new_status = std::get_if<Censored>(&after.status);
    if (old_status == nullptr || new_status == nullptr || *old_status != *new_status) {
        return false;
    }
    const auto others = [](const RecordSource& source) { return !is_follow_up(source); };
    return before.arm == after.arm && before.start == after.start && before.date && after.date &&
           *before.date <= *after.date && cautions_of(before) == cautions_of(after) &&
           references_of(before, others) == references_of(after, others);
}

} // namespace embolink
