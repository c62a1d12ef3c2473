// One search parameter with its value, understood, and whether a resource meets it (FHIR R4
// search, 3.1.1.4).
#pragma once

#include "connector/sandbox/instants.hpp"
#include "connector/sandbox/references.hpp"
#include "connector/sandbox/search_parameters.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace embolink::sandbox {

// "system|code", "|code" (a code without system), "system|" (any code of it), "code".
struct WantedToken {
    std::optional<std::string> system; // nullopt: any or none
    std::optional<std::string> code;   // nullopt: any
};

struct WantedReference {
    LiteralReference literal; // type may be ""
    std::string text;         // an absolute URL or URN, when it is no literal
};

struct WantedDate {
    DatePrefix prefix = DatePrefix::eq;
    Interval interval;
};

using Wanted = std::variant<WantedToken, WantedReference, WantedDate>;

struct Criterion {
    const SearchParameter* parameter = nullptr;
    std::vector<Wanted> any_of; // the parts of a comma list
};

// `modifier` is what follows the colon; only a type name on a reference is known. `bases` are this
// server's own addresses. Throws Refusal (400) for anything else and for a value that cannot be
// understood or is empty: a filter that is passed over in silence is worse.
Criterion make_criterion(const SearchParameter& parameter,
                         const std::string& modifier,
                         const std::string& value,
                         const std::vector<std::string>& bases);

// Splits at a character unless a backslash stands before it (FHIR R4 search, 3.1.1.4.0.1); the
// backslashes stay.
std::vector<std::string> split_unescaped(const std::string& text, char at);

// Here and below the resource is one of the repository's: its references carry none of the server's
// addresses.
bool meets(const nlohmann::json& resource, const Criterion& criterion);

// What a parameter of the kind date finds in it; what is no date is left out.
std::vector<Interval> dates_of(const nlohmann::json& resource, const SearchParameter& parameter);

} // namespace embolink::sandbox
