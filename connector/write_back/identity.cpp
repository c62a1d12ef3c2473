#include "connector/write_back/identity.hpp"

#include "connector/core/hash.hpp"
#include "connector/core/json_read.hpp"
#include "mapping/fhir/resource.hpp"
#include "mapping/outcomes/outcome.hpp"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <nlohmann/json.hpp>

#include <initializer_list>
#include <set>

namespace embolink {
namespace {

using nlohmann::json;

std::string hash_of_elements(const json& resource, std::initializer_list<const char*> keys) {
    json picked = json::object();
    for (const char* key : keys) {
        if (resource.is_object() && resource.contains(key)) {
            picked[key] = resource[key];
        }
    }
    return sha256_hex(canonical_json(picked));
}

// Of an Identifier, whatever stands there in its place.
json system_and_value(const json& identifier) {
    return json::array({member_of(identifier, "system"), member_of(identifier, "value")});
}

// What of a link tells who is meant. A copy in the store has lost the display (privacy), which says
// nothing that the reference does not.
json links_of(const json& patient) {
    json links = json::array();
    for (const json* link : elements_of(patient, "link")) {
        const json& other = member_of(*link, "other");
        links.push_back({{"type", member_of(*link, "type")},
                         {"reference", member_of(other, "reference")},
                         {"identifier", system_and_value(member_of(other, "identifier"))}});
    }
    return links;
}

// "Type/id" of a reference, whichever form a server keeps: relative, absolute or by identifier, of
// a version or not.
std::string named_resource(const json& reference) {
    std::string text(text_of(reference, "reference"));
    if (text.empty()) {
        text = text_of(member_of(reference, "identifier"), "value");
    }
    text = text.substr(0, text.find("/_history/"));
    const auto id = text.rfind('/');
    const auto type = id == std::string::npos || id == 0 ? id : text.rfind('/', id - 1);
    return type == std::string::npos ? text : text.substr(type + 1);
}

// The namespace of our names: a UUID of version 5 itself, over the identifier system's URL.
const boost::uuids::uuid& outcome_namespace() {
    static const boost::uuids::uuid value = boost::uuids::name_generator_sha1(
        boost::uuids::ns::url())("https://embolink.org/fhir/NamingSystem/outcome");
    return value;
}

} // namespace

std::string outcome_identifier(const std::string& source_name, const EndpointRecord& record) {
    boost::uuids::name_generator_sha1 generate(outcome_namespace());
    return boost::uuids::to_string(generate(outcome_name(source_name, record)));
}

std::string fingerprint(const EndpointRecord& record, const EndpointRecord* cohort) {
    return sha256_hex(outcome_fingerprint(record)) + "." +
           sha256_hex(outcome_links_fingerprint(cohort));
}

bool names_others(const std::string& fingerprint, const std::string& other) {
    const auto links = [](const std::string& text) {
        const std::size_t point = text.find('.');
        return point == std::string::npos ? "" : text.substr(point);
    };
    return links(fingerprint) != links(other);
}

std::string identity_hash(const json& patient) {
    json identifiers = json::array();
    for (const json* one : elements_of(patient, "identifier")) {
        identifiers.push_back(system_and_value(*one));
    }
    return sha256_hex(
        canonical_json(identifiers) + canonical_json(links_of(patient)) +
        hash_of_elements(patient,
                         {"active", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime"}));
}

std::string own_elements_hash(const json& observation) {
    json rest = observation;
    for (const char* key : {"id", "meta", "text", "status"}) {
        rest.erase(key);
    }
    return sha256_hex(canonical_json(rest));
}

std::string core_hash(const json& observation) {
    json references = json::object();
    for (const char* key : {"subject", "focus", "partOf", "derivedFrom"}) {
        std::set<std::string> named;
        for (const json* one : elements_of(observation, key)) {
            named.insert(named_resource(*one));
        }
        references[key] = named;
    }
    return sha256_hex(canonical_json(references) + hash_of_elements(observation,
                                                                    {"code",
                                                                     "effectiveDateTime",
                                                                     "effectivePeriod",
                                                                     "valueQuantity",
                                                                     "valueCodeableConcept",
                                                                     "valueBoolean",
                                                                     "dataAbsentReason",
                                                                     "component"}));
}

} // namespace embolink
