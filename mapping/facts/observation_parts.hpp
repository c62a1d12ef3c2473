// An Observation as a response assessment and as a laboratory result. The frame is what both share,
// and what a report lends to the Observations it contains (R4.8).
#pragma once

#include "mapping/facts/reading.hpp"

namespace embolink {

struct ObservationFrame {
    Standing standing = Standing::accepted;
    std::optional<PartialDate> effective;
    std::optional<PartialDate> issued;
    std::vector<std::string> imaging_studies;
};

// What a report lends: used where the contained Observation says nothing itself.
struct ReportFrame {
    bool candidate = false; // the report is not accepted yet, so nothing in it is
    When effective;
    std::optional<PartialDate> issued;
    std::vector<std::string> imaging_studies;
    std::vector<std::string> contained_studies; // of the report, whoever in it refers to them
};

enum class TextOf {
    response,     // an Observation that is to be a response of imaging
    trend,        // an overall judgement, of images only with that evidence (R4.3)
    image_finding // any other Observation made on images
};

// R4.4: what the Observation says in words, as a candidate; false: nothing of a response. Words in
// no known language are left to a reader where they should be a response.
bool read_response_text(const Reading& reading, const ObservationFrame& frame, TextOf what);

// R4.7: where the finding is, by its bodySite. A site that no definition knows may lie in the
// liver: it stays unstated.
SiteFinding finding_site(const Reading& reading);

// What the finding is about: the Conditions and BodyStructures in focus, contained ones too.
std::vector<std::string> lesions_in_focus(const Reading& reading);

// An answer that denies what was asked.
bool says_no(const CodedText& answer);

// Each returns whether the Observation is one of its kind, with or without a usable value.
bool read_response(const Reading& reading, const ObservationFrame& frame);
// R4.5: a coded new lesion, seen on the images that the frame dates.
void add_new_lesion(const Reading& reading, const ObservationFrame& frame);

// R4.5: a coded new lesion in an Observation of its own.
bool read_new_lesion(const Reading& reading, const ObservationFrame& frame);
bool read_tumour_size(const Reading& reading, const ObservationFrame& frame);
// `element` is the Observation or one of its components.
bool read_lab(const Reading& reading, const Field& element, const ObservationFrame& frame);

// R5.8, R5.9: that the patient is dead. False, too, where it denies that or is of somebody else.
bool read_death(const Reading& reading, const ObservationFrame& frame);

// R10: grade, Ki-67 index, share of the liver that is tumour.
bool read_characteristic(const Reading& reading, const ObservationFrame& frame);

// `report` null: the Observation stands alone.
void read_observation_in(const Reading& reading, const ReportFrame* report);

// One response value out of its codings; used for conclusion codes too.
struct ResponseValue {
    ResponseCategory category = ResponseCategory::not_evaluable;
    bool recist = false; // the code itself belongs to RECIST
    bool trend = false;  // an overall judgement (R4.3)
};

enum class ResponseReading { unknown, contradictory, understood };

struct ResponseFinding {
    ResponseReading reading = ResponseReading::unknown;
    ResponseValue value;
};

ResponseFinding find_response(const Terminology& terminology, const CodedText& coded);

} // namespace embolink
