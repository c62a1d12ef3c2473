// The resource types the sandbox serves and what each can be searched by: one table that the
// search reads and the CapabilityStatement shows. Names and meanings are those of FHIR R4's
// registry of search parameters; a parameter that R4 does not define for a type is not here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace embolink::sandbox {

enum class ParameterKind { token, reference, date };

struct SearchParameter {
    std::string name;
    ParameterKind kind = ParameterKind::token;
    std::vector<std::string> paths; // elements of the resource; arrays on the way are opened
    std::string target;             // of references that lead to one type only: "Patient"
};

struct ServedType {
    std::string type;
    std::vector<SearchParameter> parameters; // without those of every type
};

const std::vector<ServedType>& served_types(); // sorted by name
const ServedType* find_served_type(std::string_view type);

// _id and _lastUpdated.
const std::vector<SearchParameter>& common_parameters();

// Of the type or of every type; nullptr: there is none.
const SearchParameter* find_parameter(const ServedType& type, std::string_view name);

} // namespace embolink::sandbox
