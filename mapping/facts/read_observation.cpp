#include "mapping/facts/observation_parts.hpp"

#include <array>

namespace embolink {

namespace {

constexpr std::array<std::string_view, 3> accepted = {"final", "amended", "corrected"};
constexpr std::array<std::string_view, 3> candidates = {"preliminary", "registered", "partial"};

std::vector<std::string> imaging_studies_of(const Field& root, const ReportFrame* report) {
    std::vector<std::string> studies;
    for (const char* key : {"derivedFrom", "partOf"}) {
        for (std::string& reference : root.references(key)) {
            if (reference.starts_with("ImagingStudy/")) {
                studies.push_back(std::move(reference));
            }
        }
    }
    if (report != nullptr && studies.empty()) {
        studies = report->imaging_studies;
    }
    return studies;
}

} // namespace

void read_observation_in(const Reading& reading, const ReportFrame* report) {
    const Field& root = reading.root;
    const auto standing = standing_of(reading, {accepted, candidates});
    if (!standing) {
        return;
    }
    When when = reading.when("effective");
    if (!when.start && !when.end && report != nullptr) {
        when = report->effective;
    }
    ObservationFrame frame;
    frame.standing = report != nullptr && report->candidate ? Standing::candidate : *standing;
    frame.effective = when.start ? when.start : when.end;
    frame.issued = root.at("issued").date();
    if (!frame.issued && report != nullptr) {
        frame.issued = report->issued;
    }
    frame.imaging_studies = imaging_studies_of(root, report);
    if (!read_response(reading, frame) && !read_lab(reading, root, frame)) {
        for (const Field& component : root.all("component")) {
            read_lab(reading, component, frame);
        }
    }
    if (frame.standing == Standing::accepted) { // R5.8: effective date of a final result
        reading.add_contact("result", when);
    }
}

void read_observation(const Reading& reading) {
    read_observation_in(reading, nullptr);
}

} // namespace embolink
