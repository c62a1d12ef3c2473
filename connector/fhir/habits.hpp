// How one server answers where servers differ. The defaults are what FHIR R4 promises; `check` and
// the start of a run find out what really holds (probe.hpp).
#pragma once

#include "connector/fhir/search.hpp"

#include <map>
#include <string>

namespace embolink::fhir {

enum class ReferenceForm {
    type_and_id, // patient=Patient/1, which R4 always allows
    id_only      // patient=1
};

enum class TokenForm {
    system_and_code, // code=http://snomed.info/sct|57238002
    code_only        // the server refuses systems or finds nothing with them (OpenEMR)
};

enum class NextLinks { unknown, given, never };

struct TypeHabits {
    bool answered = true; // false: this type cannot be searched by patient
    // "" is the one of R4: `patient`, and `subject` for AdverseEvent, which has no `patient`.
    std::string patient_param;
    bool last_updated = true; // `_lastUpdated` is understood and the resources carry it
};

struct ServerHabits {
    std::map<std::string, TypeHabits> types; // a type that is not here has the defaults
    bool observation_by_category = false;    // Observation is refused without a category (Epic)
    ReferenceForm references = ReferenceForm::type_and_id;
    TokenForm tokens = TokenForm::system_and_code;
    NextLinks next_links = NextLinks::unknown;
    bool counts = false;      // `_summary=count` answers with a total
    bool post_search = false; // POST _search works
    bool link_search = false; // Patient?link=Patient/1 works
    bool identifiers = true;  // Patient?identifier=system|value works

    TypeHabits of(const std::string& type) const {
        const auto found = types.find(type);
        return found == types.end() ? TypeHabits{} : found->second;
    }
};

} // namespace embolink::fhir
