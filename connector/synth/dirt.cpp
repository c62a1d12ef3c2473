#include "connector/synth/dirt.hpp"

#include "connector/synth/chart.hpp"
#include "connector/synth/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace embolink::synth {
namespace {

struct Spellings {
    std::string_view unit;
    std::array<std::string_view, 3> also;
};

constexpr std::array spellings{
    Spellings{"U/L", {"UI/L", "IU/L", "U/l"}},
    Spellings{"mg/dL", {"mg/dl", "mg/100mL", "mg%"}},
    Spellings{"umol/L", {"\u00b5mol/L", "\u03bcmol/l", "umol/l"}},
    Spellings{"10*9/L", {"10^9/L", "G/L", "Gpt/L"}},
    Spellings{"10*3/uL", {"K/uL", "10^3/uL", "x10*3/uL"}},
    Spellings{"mg/(24.h)", {"mg/24 h", "mg/jour", "mg/day"}},
    Spellings{"umol/(24.h)", {"\u00b5mol/24 h", "\u03bcmol/d", "umol/24hr"}},
    Spellings{"umol/mmol", {"\u00b5mol/mmol", "umol/mmol creat", "umol/mmol{creat}"}},
    Spellings{"ng/mL", {"ng/ml", "ug/l", "\u00b5g/L"}},
    Spellings{"nmol/L", {"nmol/l", "nmol/L", "pmol/mL"}},
};

struct Alias {
    std::string_view system;
    std::string_view also;
};

constexpr std::array aliases{
    Alias{snomed, "urn:oid:2.16.840.1.113883.6.96"},
    Alias{loinc, "urn:oid:2.16.840.1.113883.6.1"},
    Alias{ncit, "urn:oid:2.16.840.1.113883.3.26.1.1"},
    Alias{cpt, "urn:oid:2.16.840.1.113883.6.12"},
    Alias{atc, "http://fhir.de/CodeSystem/bfarm/atc"},
    Alias{rxnorm, "urn:oid:2.16.840.1.113883.6.88"},
    Alias{"http://hl7.org/fhir/sid/icd-10", "http://fhir.de/CodeSystem/bfarm/icd-10-gm"},
    Alias{"http://dicom.nema.org/resources/ontology/DCM", "urn:oid:1.2.840.10008.2.16.4"},
};

constexpr std::string_view local_chart = "https://synthetic.example/codes/chart";

bool is_one_of(const std::string& text, std::initializer_list<const char*> list) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_laboratory(const Json& resource) {
    return resource["resourceType"] == "Observation" && resource.contains("valueQuantity") &&
           !is_one_of(resource["valueQuantity"].value("unit", ""), {"%", "mm", "cm"});
}

void use_aliases(Json& node, Draws& draws) {
    if (node.is_object() && node.contains("system") && node["system"].is_string() &&
        node.contains("code") && !node.contains("value")) {
        for (const Alias& alias : aliases)
            if (node["system"] == alias.system && draws.chance(0.15)) {
                node["system"] = alias.also;
                break;
            }
        return;
    }
    if (node.is_structured())
        for (Json& child : node)
            use_aliases(child, draws);
}

// Where nothing but its site tells the lesion, a department writes it in one way at every
// examination. Null: no such site.
Json lesion_site(const Json& resource) {
    const bool measured = resource["resourceType"] == "Observation" &&
                          resource.contains("bodySite") &&
                          (resource.contains("valueQuantity") || resource.contains("component"));
    return measured && !resource.contains("focus") ? resource["bodySite"] : Json();
}

// "10.0" as a French or German clerk types it. Three decimals could be thousands: left as they are.
std::string with_comma(const std::string& decimal) {
    const std::size_t point = decimal.find('.');
    if (point == std::string::npos || decimal.size() - point == 4)
        return decimal;
    return decimal.substr(0, point) + "," + decimal.substr(point + 1);
}

std::string spelled(const std::string& unit, Draws& draws) {
    for (const Spellings& one : spellings)
        if (one.unit == unit)
            return std::string{draws.pick(one.also)};
    return unit;
}

void respell(Json& quantity, const std::string& unit) {
    quantity["unit"] = unit;
    quantity.erase("system");
    quantity.erase("code");
}

// A laboratory system writes a result and its range in one way.
void reword_unit(Json& resource, Draws& draws) {
    const std::string unit = resource["valueQuantity"]["unit"];
    const std::string other = spelled(unit, draws);
    respell(resource["valueQuantity"], other);
    if (!resource.contains("referenceRange"))
        return;
    for (Json& range : resource["referenceRange"])
        for (const char* end : {"low", "high"})
            if (range.contains(end))
                respell(range[end], other);
}

void write_as_text(Json& resource, Draws& draws) {
    const Json quantity = resource["valueQuantity"];
    const char* blank = draws.chance(0.3) ? "\u00a0" : " ";
    std::string decimal = plain_number(quantity["value"]);
    if (draws.chance(0.5))
        decimal = with_comma(decimal);
    resource.erase("valueQuantity");
    resource["valueString"] =
        quantity.value("comparator", "") + decimal + blank + quantity["unit"].get<std::string>();
}

// What a drug level should be is no limit of normal.
void add_therapeutic_range(Json& resource, Draws& draws) {
    if (!resource.contains("referenceRange") || resource["referenceRange"].empty())
        return;
    Json range = resource["referenceRange"].front();
    range["type"] =
        concept_of("http://terminology.hl7.org/CodeSystem/referencerange-meaning", "therapeutic");
    for (const char* end : {"low", "high"})
        if (range.contains(end))
            range[end]["value"] = number("7777");
    Json& ranges = resource["referenceRange"];
    ranges.insert(draws.chance(0.5) ? ranges.begin() : ranges.end(), range);
}

// Whatever its modifier says, these limits are not what they seem (HL7 Europe writes comparators of
// limits so).
void add_modified_range(Json& resource, Draws& draws) {
    if (!resource.contains("referenceRange") || resource["referenceRange"].empty())
        return;
    Json range = resource["referenceRange"].front();
    range["modifierExtension"] = Json::array(
        {{{"url", "https://synthetic.example/extension/limit-comparator"}, {"valueCode", "<"}}});
    for (const char* end : {"low", "high"})
        if (range.contains(end))
            range[end]["value"] = number("7777");
    Json& ranges = resource["referenceRange"];
    ranges.insert(draws.chance(0.5) ? ranges.begin() : ranges.end(), range);
}

void add_local_code(Json& resource, Draws& draws) {
    if (!resource.contains("code") || !resource["code"].contains("coding"))
        return;
    Json& codings = resource["code"]["coding"];
    codings.insert(draws.chance(0.5) ? codings.begin() : codings.end(),
                   coding(local_chart, "C" + std::to_string(draws.between(100, 999))));
}

void refer_otherwise(Json& resource, Draws& draws) {
    const bool version = draws.chance(0.5);
    if (!resource.contains("subject"))
        return;
    Json& subject = resource["subject"]["reference"];
    const std::string plain = subject;
    subject = version ? plain + "/_history/3" : "https://ehr.synthetic.example/fhir/" + plain;
}

Json renamed(const Json& resource, const char* suffix) {
    Json copy = resource;
    std::string id = resource["id"];
    if (id.size() > 60)
        id = id.substr(0, 60);
    copy["id"] = id + suffix;
    return copy;
}

// A value that would change every record that took it.
void exaggerate(Json& resource) {
    if (resource.contains("valueQuantity"))
        resource["valueQuantity"]["value"] = number("99999");
    if (resource.contains("valueString"))
        resource["valueString"] = "99999 U/L";
    if (resource.contains("valueCodeableConcept") && resource["code"].contains("coding") &&
        resource["code"]["coding"].front()["code"] == "C96613")
        resource["valueCodeableConcept"] = concept_of(ncit, "C159716");
}

// The word of each type for what never counted.
std::optional<std::string> void_status(const std::string& type) {
    if (type == "Observation" || type == "DiagnosticReport" || type == "ImagingStudy" ||
        type == "Encounter")
        return "cancelled";
    if (type == "Procedure" || type == "MedicationAdministration")
        return "not-done";
    if (type == "MedicationRequest" || type == "MedicationDispense")
        return "cancelled";
    return std::nullopt;
}

void enter_in_error(Json& resource) {
    if (resource["resourceType"] == "Condition") {
        resource["verificationStatus"] = concept_of(
            "http://terminology.hl7.org/CodeSystem/condition-ver-status", "entered-in-error");
    } else if (resource.contains("status")) {
        resource["status"] = "entered-in-error";
    }
}

void label_as_test(Json& resource) {
    resource["meta"]["security"] =
        Json::array({coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST")});
}

void mark_as_own(Json& resource) {
    resource["identifier"] =
        Json::array({{{"system", "https://embolink.org/fhir/NamingSystem/outcome"},
                      {"value", "00000000-0000-5000-8000-000000000000"}}});
}

void put_under_modifier(Json& resource) {
    resource["modifierExtension"] = Json::array(
        {{{"url", "https://synthetic.example/extension/meant-otherwise"}, {"valueBoolean", true}}});
}

Json of_unread_type(const Json& resource) {
    Json flag;
    flag["resourceType"] = "Flag";
    flag["id"] = renamed(resource, ".flag")["id"];
    flag["status"] = "active";
    flag["code"] = text_concept("asks for a window seat");
    flag["subject"] = resource["subject"];
    return flag;
}

} // namespace

void Dirt::reword(Json& resource) {
    if (level_ < 2)
        return;
    const bool laboratory = is_laboratory(resource);
    if (laboratory && draws_.chance(0.3))
        reword_unit(resource, draws_);
    if (laboratory && draws_.chance(0.15))
        add_therapeutic_range(resource, draws_);
    if (laboratory && draws_.chance(0.1))
        add_modified_range(resource, draws_);
    if (laboratory && draws_.chance(0.2))
        write_as_text(resource, draws_);
    const Json site = lesion_site(resource);
    use_aliases(resource, draws_);
    if (!site.is_null())
        resource["bodySite"] = site;
    if (draws_.chance(0.1))
        add_local_code(resource, draws_);
    if (draws_.chance(0.05))
        refer_otherwise(resource, draws_);
    if (draws_.chance(0.1))
        resource["extension"].push_back({{"url", "https://synthetic.example/extension/shelf"},
                                         {"valueString", "third from the left"}});
}

std::vector<Json> Dirt::beside(const Json& resource) {
    std::vector<Json> rows;
    const std::string type = resource["resourceType"];
    if (level_ < 3 || !resource.contains("subject") || !draws_.chance(0.12))
        return rows;
    switch (draws_.between(0, 7)) {
    case 0: {
        Json row = renamed(resource, ".error");
        exaggerate(row);
        enter_in_error(row);
        if (type == "Condition" || row.contains("status"))
            rows.push_back(row);
        break;
    }
    case 1:
        if (const auto status = void_status(type)) {
            Json row = renamed(resource, ".void");
            exaggerate(row);
            row["status"] = *status;
            rows.push_back(row);
        }
        break;
    case 2: {
        Json row = renamed(resource, ".test");
        exaggerate(row);
        label_as_test(row);
        rows.push_back(row);
        break;
    }
    case 3:
        if (type == "Observation") {
            Json row = renamed(resource, ".own");
            exaggerate(row);
            mark_as_own(row);
            rows.push_back(row);
        }
        break;
    case 4: {
        Json row = renamed(resource, ".modified");
        exaggerate(row);
        put_under_modifier(row);
        rows.push_back(row);
        break;
    }
    case 5: {
        Json row = renamed(resource, ".nobody");
        exaggerate(row);
        row.erase("subject");
        rows.push_back(row);
        break;
    }
    case 6:
        if (is_laboratory(resource)) {
            Json row = renamed(resource, ".unitless");
            exaggerate(row);
            for (const char* key : {"unit", "system", "code"})
                row["valueQuantity"].erase(key);
            rows.push_back(row);
        }
        break;
    default:
        rows.push_back(of_unread_type(resource));
    }
    return rows;
}

} // namespace embolink::synth
