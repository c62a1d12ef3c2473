// Procedure rows, Conditions and drugs made in one line, for the tests of sessions, cohort and arm.
#pragma once

#include "mapping/facts/concepts.hpp"
#include "tests/support/timeline_builder.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace embolink::testing {

using Names = std::vector<std::string_view>;

// ConceptSet keeps its names sorted.
inline std::vector<std::string> sorted(const Names& names) {
    std::vector<std::string> out(names.begin(), names.end());
    std::sort(out.begin(), out.end());
    return out;
}

// A completed row; `coded` concepts. Sites and lobes are set by the caller.
inline ProcedureRow row(const std::string& id, const PartialDate& start, const Names& coded) {
    ProcedureRow made;
    made.origin = {"Procedure/" + id, "1"};
    made.status = "completed";
    made.performed.start = start;
    made.concepts.by_code = sorted(coded);
    return made;
}

// A hepatic artery embolization that says so, of one lobe.
inline ProcedureRow hepatic(const std::string& id, int on_day, Lobe lobe = Lobe::unknown) {
    ProcedureRow made = row(id, on(on_day), {concepts::embolization});
    made.site = SiteFinding::hepatic_stated;
    made.lobe = lobe;
    return made;
}

inline Diagnosis condition(const std::string& id, const Names& coded, const Names& text = {}) {
    Diagnosis made;
    made.origin = {"Condition/" + id, "1"};
    made.concepts.by_code = sorted(coded);
    made.concepts.by_text = sorted(text);
    return made;
}

inline DrugEvent administration(const std::string& id,
                                int on_day,
                                const Names& coded,
                                Route route = Route::intra_arterial) {
    DrugEvent made;
    made.origin = {"MedicationAdministration/" + id, "1"};
    made.status = "completed";
    made.start = on(on_day);
    made.drug.concepts.by_code = sorted(coded);
    made.route = route;
    return made;
}

} // namespace embolink::testing
