// BodyStructure (mCODE tumor, R4.7): where the lesion lies that a response or a size has in focus.

#include "mapping/definitions.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/facts/observation_parts.hpp"

namespace embolink {

namespace {

SiteFinding site_named(const Reading& reading, const Field& place) {
    const ConceptSet set =
        concepts_of(reading.terminology(), CodeDomain::body_site, read_coded_text(place));
    if (set.has(concepts::hepatic_site)) {
        return SiteFinding::hepatic_stated;
    }
    return set.has(concepts::other_site) ? SiteFinding::other_stated : SiteFinding::unstated;
}

} // namespace

SiteFinding finding_site(const Reading& reading) {
    return site_named(reading, reading.root.at("bodySite"));
}

std::vector<std::string> lesions_in_focus(const Reading& reading) {
    std::vector<std::string> lesions = reading.root.references("focus");
    std::erase_if(lesions, [](const std::string& reference) {
        return !reference.starts_with("Condition/") && !reference.starts_with("BodyStructure/") &&
               reference.find('#') == std::string::npos;
    });
    return lesions;
}

void read_body_structure(const Reading& reading) {
    // R4: `active` is a modifier, as a structure that was recorded in error is inactive.
    if (!reading.root.at("active").boolean().value_or(true)) {
        reading.set_aside("active", "R9.2: a body structure that is not in use");
        return;
    }
    reading.add(LesionPlace{reading.origin, site_named(reading, reading.root.at("location"))});
}

void read_contained_structures(const Reading& reading) {
    for (const Field& resource : reading.root.all("contained")) {
        if (resource.at("resourceType").text() != "BodyStructure") {
            continue;
        }
        if (const auto origin = reading.origin_of(resource)) {
            read_body_structure(
                Reading{reading.context, reading.scope, resource, *origin, reading.facts});
        }
    }
}

} // namespace embolink
