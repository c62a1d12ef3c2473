// ImagingStudy, and what it shares with imaging reports: which region is shown and how.

#include "mapping/definitions.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/facts/imaging_words.hpp"
#include "mapping/facts/reading.hpp"

#include <array>

namespace embolink {

namespace {

constexpr std::array<std::string_view, 1> available = {"available"};
constexpr std::array<std::string_view, 1> registered = {"registered"};

} // namespace

void ImagingEvidence::take(const Terminology& terminology, const CodedText& coded) {
    ConceptSet set = concepts_of(terminology, CodeDomain::imaging, coded);
    ConceptSet site;
    for (const Coding& coding : coded.codings) {
        add_coded(site, terminology.concepts(CodeDomain::body_site, coding.system, coding.code));
    }
    merge(set, site);
    take(set);
}

void ImagingEvidence::take_text(const Terminology& terminology, const std::string& text) {
    ConceptSet set;
    add_in_text(set, terminology.concepts_in_text(CodeDomain::imaging, text));
    take(set);
}

void ImagingEvidence::take(const ConceptSet& set) {
    abdominal = abdominal || set.has(concepts::abdominal_region) || set.has(concepts::hepatic_site);
    elsewhere = elsewhere || set.has("elsewhere-region");
    cross_sectional = cross_sectional || set.has("cross-sectional");
    imaging = imaging || set.has("imaging-exam") || set.has("cross-sectional");
}

ImagingRegion ImagingEvidence::region() const {
    return abdominal   ? ImagingRegion::liver_or_abdomen
           : elsewhere ? ImagingRegion::elsewhere
                       : ImagingRegion::unstated;
}

void read_imaging_study(const Reading& reading) {
    const Field& root = reading.root;
    const auto standing = standing_of(reading, {available, registered});
    if (!standing) {
        return;
    }
    const Terminology& terminology = reading.terminology();
    ImagingEvidence evidence;
    const auto take_coding = [&](const Field& field) {
        if (field) {
            evidence.take(terminology, CodedText{{read_coding(field)}, {}});
        }
    };
    for (const Field& modality : root.all("modality")) {
        take_coding(modality);
    }
    for (const Field& series : root.all("series")) {
        take_coding(series.at("modality"));
        take_coding(series.at("bodySite"));
        evidence.take_text(terminology, series.at("description").text());
    }
    for (const Field& code : root.all("procedureCode")) {
        evidence.take(terminology, read_coded_text(code));
    }
    evidence.take_text(terminology, root.at("description").text());
    Imaging imaging;
    imaging.origin = reading.origin;
    imaging.standing = *standing;
    imaging.region = evidence.region();
    imaging.cross_sectional = evidence.cross_sectional;
    imaging.date = root.at("started").date();
    if (!imaging.date) {
        root.report_missing("started", Severity::warning, "R4.1: an imaging study without a date");
    } else if (*standing == Standing::accepted) {
        reading.add_contact("imaging", {imaging.date, imaging.date});
    }
    reading.add(std::move(imaging));
}

std::vector<std::string> read_contained_studies(const Reading& reading) {
    std::vector<std::string> references;
    for (const Field& resource : reading.root.all("contained")) {
        if (resource.at("resourceType").text() != "ImagingStudy") {
            continue;
        }
        if (const auto origin = reading.origin_of(resource)) {
            read_imaging_study(
                Reading{reading.context, reading.scope, resource, *origin, reading.facts});
            references.push_back(origin->reference);
        }
    }
    return references;
}

} // namespace embolink
