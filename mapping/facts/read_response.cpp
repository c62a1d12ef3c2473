// Response Observations (R4.1-R4.3, terminology 2.4). A RECIST value says by itself what it is;
// every other value needs a code that says that the Observation is a response.

#include "mapping/definitions.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/facts/observation_parts.hpp"
#include "mapping/facts/report_text.hpp"
#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace embolink {

namespace {

struct Meaning {
    std::string_view name;
    ResponseCategory category;
    bool trend;
};

constexpr std::array<Meaning, 11> meanings = {{
    {"complete-response", ResponseCategory::complete_response, false},
    {"partial-response", ResponseCategory::partial_response, false},
    {"stable-disease", ResponseCategory::stable_disease, false},
    {"progressive-disease", ResponseCategory::progressive_disease, false},
    {"not-evaluable", ResponseCategory::not_evaluable, false},
    {"trend-complete", ResponseCategory::complete_response, true},
    {"trend-partial", ResponseCategory::partial_response, true},
    {"trend-improved", ResponseCategory::unspecified_response, true},
    {"trend-stable", ResponseCategory::stable_disease, true},
    {"trend-worsened", ResponseCategory::progressive_disease, true},
    {"trend-undetermined", ResponseCategory::not_evaluable, true},
}};

constexpr std::array<std::string_view, 4> negative_answers = {"no", "n", "absent", "none"};
constexpr std::array<std::string_view, 3> negative_codes = {"N", "373067005", "2667000"};

std::vector<ConceptSet> evidence_of(const Reading& reading) {
    std::vector<ConceptSet> evidence;
    for (const Field& extension : reading.root.extensions("evidence-type")) {
        evidence.push_back(concepts_of(reading.terminology(),
                                       CodeDomain::evidence,
                                       read_coded_text(extension.at("valueCodeableConcept"))));
    }
    return evidence;
}

// R4.3: imaging as the evidence of the judgement.
bool has_imaging_evidence(const Reading& reading) {
    return std::ranges::any_of(evidence_of(reading), [](const ConceptSet& set) {
        return set.has(concepts::imaging_evidence);
    });
}

// R5.7: a laboratory rise alone.
bool has_only_laboratory_evidence(const Reading& reading) {
    const auto evidence = evidence_of(reading);
    return !evidence.empty() && std::ranges::all_of(evidence, [](const ConceptSet& set) {
        return set.has(concepts::laboratory_evidence);
    });
}

bool answers_yes(const Field& component) {
    if (const auto value = component.at("valueBoolean").boolean()) {
        return *value;
    }
    if (const auto number = component.at("valueInteger").number()) {
        return compare(*number, Decimal{"0"}) == std::strong_ordering::greater;
    }
    const CodedText coded = read_coded_text(component.at("valueCodeableConcept"));
    return !coded.empty() && !says_no(coded);
}

// R4.5: a coded new lesion beside the response, as a component.
bool has_new_lesion(const Reading& reading) {
    for (const Field& component : reading.root.all("component")) {
        const ConceptSet kind = concepts_of(reading.terminology(),
                                            CodeDomain::response_kind,
                                            read_coded_text(component.at("code")));
        if (kind.has(concepts::new_lesion) && answers_yes(component)) {
            return true;
        }
    }
    return false;
}

// The report that a final reading names as what it was derived from. R4 does not allow it there,
// and it is met all the same.
std::string report_behind(const Reading& reading, const ObservationFrame& frame) {
    if (frame.standing != Standing::accepted) {
        return {};
    }
    for (const std::string& reference : reading.root.references("derivedFrom")) {
        if (reference.starts_with("DiagnosticReport/")) {
            return reference;
        }
    }
    return {};
}

void add_assessment(const Reading& reading,
                    const ObservationFrame& frame,
                    const ResponseValue& value,
                    AssessmentKind kind) {
    Assessment assessment;
    assessment.origin = reading.origin;
    assessment.standing = frame.standing;
    assessment.kind = kind;
    assessment.category = value.category;
    assessment.new_lesion = has_new_lesion(reading);
    assessment.imaging_evidence = kind != AssessmentKind::trend || has_imaging_evidence(reading);
    assessment.laboratory_only =
        kind == AssessmentKind::trend && has_only_laboratory_evidence(reading);
    assessment.site = finding_site(reading);
    assessment.focus = lesions_in_focus(reading);
    assessment.effective = frame.effective;
    assessment.issued = frame.issued;
    assessment.imaging_studies = frame.imaging_studies;
    assessment.report = report_behind(reading, frame);
    if (!assessment.effective && !assessment.issued && assessment.imaging_studies.empty()) {
        reading.root.report_missing(
            "effective", Severity::warning, "R4.1: a response without a date of its own");
    }
    reading.add(std::move(assessment));
}

// DICOM CID 6147 tells of target and other lesions apart. Together they are an overall response by
// RECIST 1.1, table 1, as far as it goes: new lesions have a place of their own. Several words for
// the same lesions contradict.
ResponseFinding response_of_lesions(const ConceptSet& set) {
    const auto count = [&](std::initializer_list<std::string_view> names) {
        return std::ranges::count_if(names, [&](std::string_view name) { return set.coded(name); });
    };
    const auto target =
        count({"target-complete", "target-partial", "target-stable", "target-progressive"});
    const auto others =
        count({"non-target-complete", "non-target-stable", "non-target-progressive"});
    if (target > 1 || others > 1) {
        return {ResponseReading::contradictory, {}};
    }
    if (target + others == 0) {
        return {};
    }
    ResponseCategory category = ResponseCategory::stable_disease;
    if (set.coded("target-progressive") || set.coded("non-target-progressive")) {
        category = ResponseCategory::progressive_disease;
    } else if (set.coded("target-partial") ||
               (set.coded("target-complete") && set.coded("non-target-stable"))) {
        category = ResponseCategory::partial_response;
    } else if (set.coded("target-complete") || (target == 0 && set.coded("non-target-complete"))) {
        category = ResponseCategory::complete_response;
    }
    return {ResponseReading::understood, {category, true, false}};
}

// What the text seems to say, the worst first.
ResponseCategory category_of(const ReportFinding& finding) {
    return finding.any_progression()   ? ResponseCategory::progressive_disease
           : finding.stable            ? ResponseCategory::stable_disease
           : finding.response          ? ResponseCategory::unspecified_response
           : finding.partial_response  ? ResponseCategory::partial_response
           : finding.complete_response ? ResponseCategory::complete_response
                                       : ResponseCategory::not_evaluable;
}

} // namespace

bool says_no(const CodedText& answer) {
    return is_one_of(fold(answer.text), negative_answers) ||
           std::ranges::any_of(answer.codings, [](const Coding& coding) {
               return is_one_of(coding.code, negative_codes) ||
                      is_one_of(fold(coding.display), negative_answers);
           });
}

bool read_response_text(const Reading& reading, const ObservationFrame& frame, TextOf what) {
    ReportText said = read_observation_text_of(reading);
    const bool to_be_read =
        what != TextOf::image_finding && said.finding.understanding == TextUnderstanding::unknown;
    if (!said.finding.any_response() && !to_be_read) {
        return false;
    }
    Assessment assessment;
    assessment.origin = reading.origin;
    assessment.standing = Standing::candidate;
    assessment.kind = AssessmentKind::adjudicated; // what it would be, once somebody has read it
    assessment.category = category_of(said.finding);
    assessment.imaging_evidence = what != TextOf::trend || has_imaging_evidence(reading);
    assessment.effective = frame.effective;
    assessment.issued = frame.issued;
    assessment.imaging_studies = frame.imaging_studies;
    assessment.finding = said.finding;
    assessment.text = std::move(said.text);
    reading.set_aside("value[x]", "R4.4: a response as text, a candidate until somebody reads it");
    reading.add(std::move(assessment));
    return true;
}

ResponseFinding find_response(const Terminology& terminology, const CodedText& coded) {
    ConceptSet set;
    for (const Coding& coding : coded.codings) {
        add_coded(set, terminology.concepts(CodeDomain::response, coding.system, coding.code));
    }
    ResponseFinding finding;
    for (const Meaning& meaning : meanings) {
        if (!set.coded(meaning.name)) {
            continue;
        }
        const bool again = finding.reading == ResponseReading::understood;
        if (again && finding.value.category != meaning.category) {
            // RECIST beside a looser overall judgement: the more exact word stands.
            if (!finding.value.trend && meaning.trend) {
                continue;
            }
            return {ResponseReading::contradictory, {}};
        }
        finding = {ResponseReading::understood,
                   {meaning.category, set.coded("recist"), meaning.trend && !again}};
    }
    return finding.reading == ResponseReading::unknown ? response_of_lesions(set) : finding;
}

bool read_response(const Reading& reading, const ObservationFrame& frame) {
    const Field& root = reading.root;
    const Terminology& terminology = reading.terminology();
    const ConceptSet kind =
        concepts_of(terminology, CodeDomain::response_kind, read_coded_text(root.at("code")));
    const ConceptSet method =
        concepts_of(terminology, CodeDomain::response_kind, read_coded_text(root.at("method")));
    const Field value_field = root.at("valueCodeableConcept");
    const ResponseFinding found = find_response(terminology, read_coded_text(value_field));
    const bool says_response = kind.coded("response-assessment") || kind.has("recist-method") ||
                               method.has("recist-method");
    const bool says_trend = kind.coded("disease-trend");
    const bool is_recist = found.reading == ResponseReading::understood && found.value.recist;
    if (!says_response && !says_trend && !is_recist) {
        return false;
    }
    if (kind.has("best-response")) {
        reading.set_aside("code", "R4.1: a best response over time is no assessment of its date");
        return true;
    }
    if (found.reading == ResponseReading::contradictory) {
        value_field.report(
            Severity::error, IssueCode::conflict, "R4.1: codes of one response contradict");
        return true;
    }
    if (found.reading == ResponseReading::unknown) {
        // Lesion sizes and sums carry the method RECIST too and have a number.
        const bool measures = root.has("valueQuantity") || root.has("valueInteger");
        if (!measures &&
            !read_response_text(reading, frame, says_trend ? TextOf::trend : TextOf::response)) {
            root.report_missing("valueCodeableConcept",
                                Severity::error,
                                "R4.1: a response without a value that is known");
        }
        return !measures;
    }
    const bool trend = found.value.trend || (says_trend && !found.value.recist && !says_response);
    add_assessment(reading,
                   frame,
                   found.value,
                   trend ? AssessmentKind::trend : AssessmentKind::structured_recist);
    return true;
}

void add_new_lesion(const Reading& reading, const ObservationFrame& frame) {
    Characteristic found;
    found.origin = reading.origin;
    found.standing = frame.standing;
    found.kind = concepts::new_lesion;
    found.date = frame.effective ? frame.effective : frame.issued;
    found.imaging_studies = frame.imaging_studies;
    if (found.standing == Standing::candidate) {
        reading.set_aside("status", "R9.2: a new lesion that is not final");
    }
    reading.add(std::move(found));
}

bool read_new_lesion(const Reading& reading, const ObservationFrame& frame) {
    const ConceptSet kind = concepts_of(
        reading.terminology(), CodeDomain::response_kind, read_coded_text(reading.root.at("code")));
    if (!kind.has(concepts::new_lesion) || reading.root.has("valueString")) {
        return false; // what is said in words is for a reader (R4.4)
    }
    if (answers_yes(reading.root)) {
        add_new_lesion(reading, frame);
    }
    return true;
}

} // namespace embolink
