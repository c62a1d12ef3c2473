// What of a resource may be kept (architecture, privacy): everything that a reader of mapping/facts
// looks at and nothing that tells who somebody is beyond that, or that is bulk.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace embolink {

// A copy without
//   - names, telecoms, addresses, photos and contacts of people, with the extensions that hold
//     such, and what goes only by a person's name (Reference.display, Annotation.authorString);
//     a drug's name in medicationReference.display is read (R5.2) and stays;
//   - narratives (Narrative, not CodeableConcept.text);
//   - data of attachments, Binary, signatures and sampled signals, but plain text that a report
//     presents, which is read as its conclusion is (R4.4);
// in the resource and in whatever it contains. Lists keep their length, so that the paths in issues
// stay those of the resource as it came. read_facts gives the same for the copy, but for an issue
// about a narrative that stands where a text belongs. Free text that is read (notes) stays.
nlohmann::json trim_for_store(const nlohmann::json& resource);

// Of a resource whose labels forbid its use (R9.6): type, id and `meta` alone, by which it is
// recognised as restricted and counted.
nlohmann::json label_for_store(const nlohmann::json& resource);

} // namespace embolink
