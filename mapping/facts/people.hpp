// Who did it and where: for "the context of the procedure" (R3.2).
#pragma once

#include "mapping/fhir/fields.hpp"

#include <string>
#include <vector>

namespace embolink {

struct People {
    std::vector<std::string> performers_and_places; // performer.actor, onBehalfOf and location
    std::vector<std::string> roles;                 // performer.function as "system|code"
};

People read_people(const Field& resource);

} // namespace embolink
