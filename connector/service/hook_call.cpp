#include "connector/service/hook_call.hpp"

#include "connector/http/url.hpp"
#include "connector/service/answers.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/fhir/partial_date.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

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

void add(std::set<std::string>& to, const std::vector<std::string>& concepts) {
    to.insert(concepts.begin(), concepts.end());
}

std::set<std::string>
concepts_of(const JsonView& concept_value, CodeDomain domain, const Terminology& terminology) {
    std::set<std::string> found;
    for (const JsonView& coding : elements_of(concept_value, "coding")) {
        add(found,
            terminology.concepts(domain, text_of(coding, "system"), text_of(coding, "code")));
        add(found, terminology.concepts_in_text(domain, text_of(coding, "display"), TextIn::plan));
    }
    add(found, terminology.concepts_in_text(domain, text_of(concept_value, "text"), TextIn::plan));
    return found;
}

bool has(const std::set<std::string>& concepts, std::string_view name) {
    return concepts.count(std::string(name)) > 0;
}

std::set<std::string> concepts_under(const JsonView& resource,
                                     std::initializer_list<const char*> keys,
                                     CodeDomain domain,
                                     const Terminology& terminology) {
    std::set<std::string> found;
    for (const char* key : keys) {
        for (const JsonView& one : elements_of(resource, key)) {
            found.merge(concepts_of(one, domain, terminology));
        }
    }
    return found;
}

bool has_any(const std::set<std::string>& found, std::initializer_list<std::string_view> names) {
    return std::any_of(
        names.begin(), names.end(), [&](std::string_view name) { return has(found, name); });
}

// "CT for scheduled TACE" plans the CT.
TextIn reading_of(std::string_view text, const Terminology& terminology) {
    const auto exams = terminology.concepts_in_text(CodeDomain::imaging, text);
    const bool plans_exam = std::find(exams.begin(), exams.end(), "cross-sectional") != exams.end();
    return plans_exam ? TextIn::record : TextIn::plan;
}

void add_procedures_in(std::string_view text,
                       const Terminology& terminology,
                       std::set<std::string>& found) {
    add(found,
        terminology.concepts_in_text(CodeDomain::procedure, text, reading_of(text, terminology)));
}

std::set<std::string>
procedures_of(const JsonView& concept_value, const Terminology& terminology, std::string& words) {
    std::set<std::string> found;
    for (const JsonView& coding : elements_of(concept_value, "coding")) {
        add(found,
            terminology.concepts(
                CodeDomain::procedure, text_of(coding, "system"), text_of(coding, "code")));
        words.append(" ").append(text_of(coding, "display"));
    }
    words.append(" ").append(text_of(concept_value, "text"));
    return found;
}

// What is ordered stands in ServiceRequest.code: a laboratory test or a drug may have an
// embolization as its reason. An Appointment has no such element, its reason may be all that names
// it, and all its words are one: a "Consultation" for "TACE" is none.
std::set<std::string> planned_procedures(const JsonView& resource, const Terminology& terminology) {
    std::set<std::string> found;
    const std::string_view type = text_of(resource, "resourceType");
    if (type == "Appointment") {
        std::string words;
        for (const char* key : {"appointmentType", "serviceType", "reasonCode"}) {
            for (const JsonView& one : elements_of(resource, key)) {
                found.merge(procedures_of(one, terminology, words));
            }
        }
        words.append(" ").append(text_of(resource, "description"));
        add_procedures_in(words, terminology, found);
        return found;
    }
    const bool names_it = !member_of(resource, "code").is_null();
    if (!names_it && type != "ServiceRequest") {
        return found;
    }
    for (const JsonView& one : elements_of(resource, names_it ? "code" : "reasonCode")) {
        std::string words;
        found.merge(procedures_of(one, terminology, words));
        add_procedures_in(words, terminology, found);
    }
    return found;
}

// As the mapping reads what was done (R2.0, R3.2), but that an embolization of no named kind needs
// a site or a disease in the liver: of whoever is no patient of the cohort it may be that of any
// artery.
bool is_hepatic_embolization(const JsonView& resource, const Terminology& terminology) {
    const std::string_view words = text_of(resource, "description"); // of an Appointment
    const auto under = [&](std::initializer_list<const char*> keys, CodeDomain domain) {
        return concepts_under(resource, keys, domain, terminology);
    };
    const std::set<std::string> planned = planned_procedures(resource, terminology);
    const std::set<std::string> why = under({"reasonCode"}, CodeDomain::procedure);
    if (!has(planned, concepts::embolization) || has(why, "word/hemorrhage") ||
        has_any(planned,
                {"word/hemorrhage",
                 concepts::portal_vein_embolization,
                 concepts::radioembolization,
                 concepts::isolated_liver_perfusion,
                 concepts::other_arterial_embolization})) {
        return false;
    }
    std::set<std::string> sites =
        under({"code", "serviceType", "reasonCode", "bodySite"}, CodeDomain::body_site);
    add(sites, terminology.concepts_in_text(CodeDomain::body_site, words, TextIn::plan));
    if (has_any(planned, {concepts::hepatic_embolization, concepts::hepatic_chemoembolization}) ||
        has(sites, concepts::hepatic_site) ||
        has_any(under({"reasonCode"}, CodeDomain::condition),
                {concepts::liver_metastasis, concepts::hepatocellular_carcinoma})) {
        return true;
    }
    return !has(sites, concepts::other_site) && has_any(planned,
                                                        {concepts::chemoembolization,
                                                         concepts::bland_embolization,
                                                         concepts::drug_eluting_embolization});
}

std::optional<Date> date_of(std::string_view text, const ZoneRule& zone) {
    const auto date = parse_partial_date(text, zone);
    return date ? std::optional(date->last) : std::nullopt;
}

// ServiceRequest.occurrence[x], Appointment.start and requestedPeriod (FHIR R4), the first that is
// a date.
std::optional<Date> planned_date(const JsonView& resource, const ZoneRule& zone) {
    const JsonView timing = member_of(resource, "occurrenceTiming");
    std::vector<std::string_view> texts = {
        text_of(resource, "occurrenceDateTime"),
        text_of(member_of(resource, "occurrencePeriod"), "start"),
        text_of(member_of(member_of(timing, "repeat"), "boundsPeriod"), "start"),
        text_of(resource, "start")};
    for (const JsonView& event : elements_of(timing, "event")) {
        texts.push_back(event.text());
    }
    for (const JsonView& period : elements_of(resource, "requestedPeriod")) {
        texts.push_back(text_of(period, "start"));
    }
    for (const std::string_view text : texts) {
        if (const auto date = date_of(text, zone)) {
            return date;
        }
    }
    return std::nullopt;
}

// What a user selected, of order-select alone.
class Selections {
public:
    explicit Selections(const HookCall& call) : all_(call.hook != "order-select") {
        for (const JsonView& one : elements_of(call.context(), "selections")) {
            names_.insert(one.text());
        }
    }

    bool contains(const JsonView& resource) const {
        return all_ || names_.count(std::string(text_of(resource, "resourceType")) + "/" +
                                    std::string(text_of(resource, "id"))) > 0;
    }

private:
    bool all_;
    std::set<std::string_view> names_; // of the call's document: it may hold thousands
};

// A draft may lack its subject; one that names somebody else is not the call's patient's.
bool is_of_another(const JsonView& planned, const std::string& patient) {
    const JsonView subject = member_of(planned, "subject");
    bool somebody = !text_of(subject, "reference").empty();
    bool him = refers_to(subject, patient);
    for (const JsonView& one : elements_of(planned, "participant")) {
        const JsonView actor = member_of(one, "actor");
        somebody =
            somebody || text_of(actor, "reference").find("Patient/") != std::string_view::npos;
        him = him || refers_to(actor, patient);
    }
    return somebody && !him;
}

// Status of ServiceRequest and Appointment, and the modifier element doNotPerform.
bool is_still_planned(const JsonView& resource) {
    constexpr std::string_view over[] = {
        "revoked", "completed", "entered-in-error", "fulfilled", "cancelled", "noshow"};
    const JsonView not_to_do = member_of(resource, "doNotPerform");
    return elements_of(resource, "modifierExtension").empty() &&
           std::find(std::begin(over), std::end(over), text_of(resource, "status")) ==
               std::end(over) &&
           !not_to_do.is_true();
}

} // namespace

JsonView HookCall::context() const {
    return member_of(body->root(), "context");
}

JsonView HookCall::prefetch() const {
    return member_of(body->root(), "prefetch");
}

bool is_labelled(std::string_view type, const JsonView& meta) {
    const JsonView security = member_of(meta, "security");
    if (security.is_null() || type.empty()) {
        return false;
    }
    const json labelled = {{"resourceType", type},
                           {"meta", {{"security", json::parse(security.dump())}}}};
    const auto found = make_resource(std::make_shared<const json>(labelled), "");
    return found && (is_test_data(*found) || is_restricted(*found));
}

bool is_labelled(const JsonView& resource) {
    return is_labelled(text_of(resource, "resourceType"), member_of(resource, "meta"));
}

bool refers_to(const JsonView& reference, const std::string& patient) {
    std::string_view text = text_of(reference, "reference");
    text = text.substr(0, text.find("/_history/")); // FHIR R4 2.3.0.1: perhaps of one version
    return text == patient || (text.size() > patient.size() && text.ends_with(patient) &&
                               text[text.size() - patient.size() - 1] == '/');
}

std::string comparable_server(std::string url) {
    if (const auto parsed = http::parse_url(url)) {
        url = http::origin_of(*parsed) + parsed->target;
    }
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return url;
}

HookCall read_hook_call(const std::string& body, const std::string& hook) {
    HookCall call;
    call.body = read_document(body); // its depth is limited
    if (!call.body || !call.body->root().is_object()) {
        throw Refusal(400, "structure", "the body is no JSON object");
    }
    const JsonView parsed = call.body->root();
    call.hook = text_of(parsed, "hook");
    call.instance = text_of(parsed, "hookInstance");
    call.fhir_server = comparable_server(std::string(text_of(parsed, "fhirServer")));
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
    const Selections selections(call);
    std::vector<PlannedEmbolization> found;
    for (const char* bundle : {"draftOrders", "appointments"}) {
        for (const JsonView& entry : elements_of(member_of(call.context(), bundle), "entry")) {
            const JsonView resource = member_of(entry, "resource");
            if (selections.contains(resource) && is_still_planned(resource) &&
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

} // namespace embolink::service
