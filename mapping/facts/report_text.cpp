#include "mapping/facts/report_text.hpp"

#include "mapping/facts/imaging_words.hpp"
#include "mapping/fhir/text_bytes.hpp"
#include "mapping/fhir/words.hpp"
#include "mapping/site.hpp"
#include "mapping/text/read_report.hpp"

#include <algorithm>

namespace embolink {

namespace {

// A media type, in any case and with any parameters (RFC 6838).
bool is_plain_text(const std::string& type) {
    return fold(type).starts_with("text plain") && type.find('/') == 4;
}

// Whether codes or words of the exam name a region without the liver.
bool is_of_other_exam(const Reading& reading) {
    const CodedText code = read_coded_text(reading.root.at("code"));
    ImagingEvidence evidence;
    evidence.take(reading.terminology(), code);
    if (evidence.region() != ImagingRegion::unstated) {
        return evidence.region() == ImagingRegion::elsewhere;
    }
    const ReportWords& words = reading.context.definitions.report_words;
    return names_other_exam(code.text, words) ||
           std::ranges::any_of(code.codings, [&](const Coding& coding) {
               return names_other_exam(coding.display, words);
           });
}

class Gatherer {
public:
    explicit Gatherer(const Reading& reading, bool of_other_exam = false)
        : reading_(reading), of_other_exam_(of_other_exam) {}

    void take(const std::string& text) {
        if (text.empty()) {
            return;
        }
        gathered_.finding.join(
            read_report_text(text, reading_.context.definitions.report_words, of_other_exam_));
        if (reading_.context.keep_report_text) {
            gathered_.text += (gathered_.text.empty() ? "" : "\n") + text;
        }
    }

    void take_text(const Field& element) {
        if (element) {
            take(element.text());
        }
    }

    // A concept that only its text tells; codes are read elsewhere.
    void take_concept(const Field& element) {
        const CodedText coded = read_coded_text(element);
        for (const std::string& text :
             texts_of(reading_.terminology(), CodeDomain::response, coded)) {
            take(text);
        }
    }

    void take_notes() {
        for (const Field& note : reading_.root.each("note")) {
            take_text(note.at("text"));
        }
    }

    // Plain text only; anything else cannot be opened and is then no text.
    void take_attachment(const Field& attachment) {
        const Field data = attachment.at("data");
        if (!data || !is_plain_text(attachment.at("contentType").text())) {
            return;
        }
        const auto bytes = decode_base64(data.text());
        if (!bytes) {
            data.report(Severity::error, IssueCode::value, "R4.4: an attached text is no base64");
            return;
        }
        take(to_utf8(*bytes));
    }

    ReportText finish() { return std::move(gathered_); }

private:
    const Reading& reading_;
    bool of_other_exam_;
    ReportText gathered_;
};

} // namespace

ReportText read_report_text_of(const Reading& reading) {
    Gatherer gatherer(reading, is_of_other_exam(reading));
    if (!reading.context.site.read_report_text) {
        return gatherer.finish();
    }
    gatherer.take_text(reading.root.at("conclusion"));
    for (const Field& code : reading.root.all("conclusionCode")) {
        gatherer.take_concept(code);
    }
    gatherer.take_notes();
    for (const Field& attachment : reading.root.all("presentedForm")) {
        gatherer.take_attachment(attachment);
    }
    return gatherer.finish();
}

ReportText read_observation_text_of(const Reading& reading) {
    Gatherer gatherer(reading);
    if (!reading.context.site.read_report_text) {
        return gatherer.finish();
    }
    if (const Field value = reading.root.at("valueCodeableConcept")) {
        gatherer.take_concept(value);
    }
    gatherer.take_text(reading.root.at("valueString"));
    gatherer.take_notes();
    return gatherer.finish();
}

} // namespace embolink
