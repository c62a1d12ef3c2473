#include "connector/service/hook_call.hpp"

#include "connector/core/json_read.hpp"
#include "connector/service/answers.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/fhir/partial_date.hpp"
#include "mapping/fhir/resource.hpp"

#include <algorithm>
#include <set>

namespace embolink::service {
namespace {

using nlohmann::json;

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.';
    });
}

std::string without_last_slash(std::string url) {
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return url;
}

void add(std::set<std::string>& to, const std::vector<std::string>& concepts) {
    to.insert(concepts.begin(), concepts.end());
}

std::set<std::string>
concepts_of(const json& concept_value, CodeDomain domain, const Terminology& terminology) {
    std::set<std::string> found;
    for (const json* coding : elements_of(concept_value, "coding")) {
        add(found,
            terminology.concepts(domain, text_of(*coding, "system"), text_of(*coding, "code")));
        add(found, terminology.concepts_in_text(domain, text_of(*coding, "display")));
    }
    add(found, terminology.concepts_in_text(domain, text_of(concept_value, "text")));
    return found;
}

bool has(const std::set<std::string>& concepts, std::string_view name) {
    return concepts.count(std::string(name)) > 0;
}

// A code of embolization alone says nothing of the artery: then a site in the liver has to.
bool is_hepatic_embolization(const json& resource, const Terminology& terminology) {
    std::set<std::string> done;
    std::set<std::string> sites;
    for (const char* key : {"code", "serviceType", "reasonCode"}) {
        for (const json* one : elements_of(resource, key)) {
            done.merge(concepts_of(*one, CodeDomain::procedure, terminology));
            sites.merge(concepts_of(*one, CodeDomain::body_site, terminology));
        }
    }
    for (const json* site : elements_of(resource, "bodySite")) {
        sites.merge(concepts_of(*site, CodeDomain::body_site, terminology));
    }
    for (const auto other : {concepts::portal_vein_embolization, concepts::radioembolization}) {
        if (has(done, other)) {
            return false;
        }
    }
    return has(done, concepts::hepatic_embolization) ||
           (has(done, concepts::embolization) && has(sites, concepts::hepatic_site));
}

std::optional<Date> date_of(std::string_view text, const ZoneRule& zone) {
    const auto date = parse_partial_date(text, zone);
    return date ? std::optional(date->last) : std::nullopt;
}

// ServiceRequest.occurrence[x], Appointment.start and requestedPeriod (FHIR R4), the first that is
// a date.
std::optional<Date> planned_date(const json& resource, const ZoneRule& zone) {
    const json& timing = member_of(resource, "occurrenceTiming");
    std::vector<std::string_view> texts = {
        text_of(resource, "occurrenceDateTime"),
        text_of(member_of(resource, "occurrencePeriod"), "start"),
        text_of(member_of(member_of(timing, "repeat"), "boundsPeriod"), "start"),
        text_of(resource, "start")};
    for (const json* event : elements_of(timing, "event")) {
        if (event->is_string()) {
            texts.emplace_back(event->get_ref<const std::string&>());
        }
    }
    for (const json* period : elements_of(resource, "requestedPeriod")) {
        texts.push_back(text_of(*period, "start"));
    }
    for (const std::string_view text : texts) {
        if (const auto date = date_of(text, zone)) {
            return date;
        }
    }
    return std::nullopt;
}

// FHIR R4 Observation.effective[x]: of a collection over 24 hours its end is the day of the result.
std::optional<Date> result_date(const json& observation, const ZoneRule& zone) {
    const json& period = member_of(observation, "effectivePeriod");
    for (const std::string_view text : {text_of(observation, "effectiveDateTime"),
                                        text_of(observation, "effectiveInstant"),
                                        text_of(period, "end"),
                                        text_of(period, "start"),
                                        text_of(observation, "issued")}) {
        if (!text.empty()) {
            return date_of(text, zone);
        }
    }
    return std::nullopt;
}

// FHIR R4 "Paging": the rest stands at another address.
bool has_more(const json& searchset) {
    const auto links = elements_of(searchset, "link");
    return std::any_of(links.begin(), links.end(), [](const json* link) {
        return text_of(*link, "relation") == "next";
    });
}

// FHIR R4 "Search": an OperationOutcome among the entries may say that something was kept back.
bool tells_of_a_fault(const json& resource) {
    const auto issues = elements_of(resource, "issue");
    return text_of(resource, "resourceType") == "OperationOutcome" &&
           std::any_of(issues.begin(), issues.end(), [](const json* issue) {
               return text_of(*issue, "severity") != "information";
           });
}

bool is_selected(const HookCall& call, const json& resource) {
    if (call.hook != "order-select") {
        return true;
    }
    const std::string name =
        std::string(text_of(resource, "resourceType")) + "/" + std::string(text_of(resource, "id"));
    for (const json* one : elements_of(call.context(), "selections")) {
        if (one->is_string() && one->get_ref<const std::string&>() == name) {
            return true;
        }
    }
    return false;
}

// `element`: an Observation or one of its components.
bool is_marker(const json& element, const Terminology& terminology) {
    for (const json* coding : elements_of(member_of(element, "code"), "coding")) {
        for (const std::string& name : terminology.concepts(
                 CodeDomain::analyte, text_of(*coding, "system"), text_of(*coding, "code"))) {
            if (name.rfind("5-HIAA|", 0) == 0 || name.rfind("CgA|", 0) == 0) {
                return true;
            }
        }
    }
    return false;
}

// A result that there is: not cancelled, not a mistake, not one that is still awaited.
bool is_result(const json& observation) {
    const std::string_view status = text_of(observation, "status");
    return status == "final" || status == "amended" || status == "corrected" ||
           status == "preliminary";
}

// FHIR R4 obs-6: a reason stands where there is no value.
bool is_measured(const json& element) {
    return member_of(element, "dataAbsentReason").is_null();
}

bool has_marker(const json& observation, const Terminology& terminology) {
    if (is_measured(observation) && is_marker(observation, terminology)) {
        return true;
    }
    const auto components = elements_of(observation, "component");
    return std::any_of(components.begin(), components.end(), [&](const json* one) {
        return is_measured(*one) && is_marker(*one, terminology);
    });
}

bool names(const json& reference, const std::string& patient) {
    const std::string_view text = text_of(reference, "reference");
    return text == patient || (text.size() > patient.size() && text.ends_with(patient) &&
                               text[text.size() - patient.size() - 1] == '/');
}

bool is_of(const json& observation, const std::string& patient) {
    return names(member_of(observation, "subject"), patient);
}

// A draft may lack its subject; one that names somebody else is not the call's patient's.
bool is_of_another(const json& planned, const std::string& patient) {
    const json& subject = member_of(planned, "subject");
    bool somebody = !text_of(subject, "reference").empty();
    bool him = names(subject, patient);
    for (const json* one : elements_of(planned, "participant")) {
        const json& actor = member_of(*one, "actor");
        somebody =
            somebody || text_of(actor, "reference").find("Patient/") != std::string_view::npos;
        him = him || names(actor, patient);
    }
    return somebody && !him;
}

// Status of ServiceRequest and Appointment, and the modifier element doNotPerform.
bool is_still_planned(const json& resource) {
    constexpr std::string_view over[] = {
        "revoked", "completed", "entered-in-error", "fulfilled", "cancelled", "noshow"};
    const json& not_to_do = member_of(resource, "doNotPerform");
    return elements_of(resource, "modifierExtension").empty() &&
           std::find(std::begin(over), std::end(over), text_of(resource, "status")) ==
               std::end(over) &&
           !(not_to_do.is_boolean() && not_to_do.get<bool>());
}

} // namespace

const json& HookCall::context() const {
    return member_of(*body, "context");
}

const json& HookCall::prefetch() const {
    return member_of(*body, "prefetch");
}

bool is_labelled(const json& resource) {
    // Looked at here and not kept.
    const auto found =
        make_resource(std::shared_ptr<const json>(std::shared_ptr<const json>(), &resource), "");
    return found && (is_test_data(*found) || is_restricted(*found));
}

HookCall read_hook_call(const std::string& body, const std::string& hook) {
    HookCall call;
    call.body = parse_json(body).value; // its depth is limited
    if (!call.body || !call.body->is_object()) {
        throw Refusal(400, "structure", "the body is no JSON object");
    }
    const json& parsed = *call.body;
    call.hook = text_of(parsed, "hook");
    call.instance = text_of(parsed, "hookInstance");
    call.fhir_server = without_last_slash(std::string(text_of(parsed, "fhirServer")));
    call.access_token = text_of(member_of(parsed, "fhirAuthorization"), "access_token");
    if (call.hook != hook) {
        throw Refusal(400, "invalid", "\"hook\" is not that of the service");
    }
    if (call.instance.empty() || call.instance.size() > 128) {
        throw Refusal(400, "required", "\"hookInstance\" is missing");
    }
    std::string_view patient = text_of(call.context(), "patientId");
    if (patient.rfind("Patient/", 0) == 0) { // seen, though the specification wants the id alone
        patient.remove_prefix(8);
    }
    if (!is_id(patient)) {
        throw Refusal(400, "required", "\"context.patientId\" is missing or no id");
    }
    call.patient = "Patient/" + std::string(patient);
    return call;
}

std::vector<PlannedEmbolization> planned_embolizations(const HookCall& call,
                                                       const Terminology& terminology,
                                                       const ZoneRule& zone,
                                                       Date today) {
    std::vector<PlannedEmbolization> found;
    for (const char* bundle : {"draftOrders", "appointments"}) {
        for (const json* entry : elements_of(member_of(call.context(), bundle), "entry")) {
            const json& resource = member_of(*entry, "resource");
            if (is_selected(call, resource) && is_still_planned(resource) &&
                !is_of_another(resource, call.patient) &&
                is_hepatic_embolization(resource, terminology)) {
                const auto date = planned_date(resource, zone);
                found.push_back({date.value_or(today), date.has_value()});
            }
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::optional<std::vector<Date>> marker_dates(const json& searchset,
                                              const Terminology& terminology,
                                              const ZoneRule& zone,
                                              const std::string& patient) {
    if (text_of(searchset, "resourceType") != "Bundle" || has_more(searchset)) {
        return std::nullopt;
    }
    std::vector<Date> dates;
    for (const json* entry : elements_of(searchset, "entry")) {
        const json& resource = member_of(*entry, "resource");
        if (tells_of_a_fault(resource)) {
            return std::nullopt;
        }
        const bool counts =
            text_of(resource, "resourceType") == "Observation" && !is_labelled(resource) &&
            elements_of(resource, "modifierExtension").empty() &&
            has_marker(resource, terminology) && is_result(resource) && is_of(resource, patient);
        const auto date = result_date(resource, zone);
        if (counts && date) {
            dates.push_back(*date);
        }
    }
    std::sort(dates.begin(), dates.end());
    return dates;
}

std::string marker_search(const Terminology& terminology,
                          const std::vector<SiteCode>& of_site,
                          const std::string& patient) {
    std::string codes;
    const auto is_marker = [](const std::string& name) {
        return name.starts_with("5-HIAA|") || name.starts_with("CgA|");
    };
    for (const SiteCode& one : of_site) {
        const auto meant =
            terminology.concepts(CodeDomain::analyte, one.target_system, one.concept_name);
        if (is_marker(one.concept_name) || std::ranges::any_of(meant, is_marker)) {
            codes += (codes.empty() ? "" : ",") + one.system + "|" + one.code;
        }
    }
    for (const std::string& name : terminology.concepts_of_domain(CodeDomain::analyte)) {
        if (!is_marker(name)) {
            continue;
        }
        for (const KnownCode& code : terminology.codes(CodeDomain::analyte, name)) {
            if (code.system == "http://loinc.org") {
                codes += (codes.empty() ? "" : ",") + code.system + "|" + code.code;
            }
        }
    }
    return "Observation?patient=" + patient + "&code=" + codes;
}

} // namespace embolink::service
