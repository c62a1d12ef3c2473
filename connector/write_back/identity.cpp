#include "connector/write_back/identity.hpp"

#include "connector/core/hash.hpp"
#include "connector/core/json_read.hpp"
#include "mapping/fhir/resource.hpp"
#include "mapping/outcomes/outcome.hpp"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <nlohmann/json.hpp>

#include <initializer_list>

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

std::string fingerprint(const EndpointRecord& record) {
    return sha256_hex(outcome_fingerprint(record));
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
    return hash_of_elements(observation,
                            {"identifier",
                             "category",
                             "code",
                             "subject",
                             "focus",
                             "partOf",
                             "derivedFrom",
                             "device",
                             "effectiveDateTime",
                             "effectivePeriod",
                             "valueQuantity",
                             "valueCodeableConcept",
                             "valueBoolean",
                             "dataAbsentReason",
                             "component",
                             "note",
                             "performer",
                             "interpretation"});
}

std::string core_hash(const json& observation) {
    return hash_of_elements(observation,
                            {"code",
                             "effectiveDateTime",
                             "effectivePeriod",
                             "valueQuantity",
                             "valueCodeableConcept",
                             "valueBoolean",
                             "dataAbsentReason",
                             "component"});
}

} // namespace embolink
