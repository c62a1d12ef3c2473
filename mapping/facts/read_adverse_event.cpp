// AdverseEvent in its four shapes (terminology 2.5): the research profile with ae-grade and a
// status as modifier extension, the CTCAE draft guide, the German dataset's severity 1-5, and plain
// R4 with mild, moderate, severe (R6.4).

#include "mapping/definitions.hpp"
#include "mapping/facts/reading.hpp"
#include "mapping/fhir/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace embolink {

namespace {

constexpr std::array<std::string_view, 3> severity_words = {"mild", "moderate", "severe"};

struct Grade {
    std::optional<int> value; // 0-5
    bool from_severity = false;
};

// "3" or "Grade 3" and nothing else.
std::optional<int> grade_in_text(const std::string& text) {
    std::string folded = fold(text);
    for (const std::string_view word : {"grade ", "grad ", "ctcae ", "g"}) {
        if (folded.starts_with(word)) {
            folded.erase(0, word.size());
        }
    }
    if (folded.size() == 1 && folded.front() >= '0' && folded.front() <= '5') {
        return folded.front() - '0';
    }
    return std::nullopt;
}

std::optional<int> grade_of(const Reading& reading, const CodedText& coded) {
    for (const Coding& coding : coded.codings) {
        for (const std::string& name :
             reading.terminology().concepts(CodeDomain::grade, coding.system, coding.code)) {
            if (name.size() == 1) {
                return name.front() - '0';
            }
        }
    }
    return grade_in_text(coded.text);
}

// valueCodeableConcept, and the simpler values that are seen in its place.
std::optional<int> grade_of_extension(const Reading& reading, const Field& extension) {
    if (const Field coded = extension.at("valueCodeableConcept")) {
        return grade_of(reading, read_coded_text(coded));
    }
    if (const Field coding = extension.at("valueCoding")) {
        return grade_of(reading, CodedText{{read_coding(coding)}, {}});
    }
    for (const char* key : {"valueCode", "valueString"}) {
        if (const Field value = extension.at(key)) {
            return grade_in_text(value.text());
        }
    }
    if (const auto number = extension.at("valueInteger").number()) {
        return grade_in_text(number->text);
    }
    return std::nullopt;
}

// German dataset: the severity element carries the CTCAE grade itself as "1".."5", or "K": none.
Grade grade_of_severity(const Reading& reading, const CodedText& severity) {
    for (const Coding& coding : severity.codings) {
        if (coding.code.size() == 1) {
            const auto grade = coding.code == "K" ? std::optional(0) : grade_in_text(coding.code);
            if (grade) {
                return {grade, false};
            }
        }
        for (const std::string& name :
             reading.terminology().concepts(CodeDomain::grade, coding.system, coding.code)) {
            if (name.starts_with("severity/")) {
                return {name.back() - '0', true};
            }
            if (name.size() == 1) {
                return {name.front() - '0', false};
            }
        }
    }
    const std::string word = fold(severity.text);
    for (int grade = 1; grade <= 3; ++grade) {
        if (word == severity_words[static_cast<std::size_t>(grade - 1)]) {
            return {grade, true};
        }
    }
    return {grade_in_text(severity.text), false};
}

Grade read_grade(const Reading& reading) {
    const Field& root = reading.root;
    for (const char* url : {"/ae-grade", "/ctcae-grade"}) {
        for (const Field& extension : root.extensions(url)) {
            if (const auto grade = grade_of_extension(reading, extension)) {
                return {grade, false};
            }
            extension.report(
                Severity::error, IssueCode::code_invalid, "R6.4: a grade that is not known");
        }
    }
    const CodedText severity = read_coded_text(root.at("severity"));
    const Grade grade = grade_of_severity(reading, severity);
    if (!grade.value && !severity.empty()) {
        root.at("severity")
            .report(Severity::error, IssueCode::code_invalid, "R6.4: a severity that is not known");
    }
    return grade;
}

// Collects causality codes anywhere below: the profile hides them at several depths.
void collect_causality(const Reading& reading, const nlohmann::json& value, ConceptSet& found) {
    if (value.is_array()) {
        for (const auto& element : value) {
            collect_causality(reading, element, found);
        }
    } else if (value.is_object()) {
        const auto code = value.find("code");
        const auto system = value.find("system");
        if (code != value.end() && code->is_string() && system != value.end() &&
            system->is_string()) {
            add_coded(found,
                      reading.terminology().concepts(CodeDomain::grade,
                                                     system->get_ref<const std::string&>(),
                                                     code->get_ref<const std::string&>()));
        }
        for (const auto& member : value) {
            collect_causality(reading, member, found);
        }
    }
}

// R6.4: left out only when nothing else on the event says that a relation is possible.
bool is_not_related(const Reading& reading) {
    ConceptSet found;
    for (const Field& suspect : reading.root.all("suspectEntity")) {
        collect_causality(reading, *suspect.value(), found);
    }
    for (const Field& extension : reading.root.extensions("suspect-entity")) {
        collect_causality(reading, *extension.value(), found);
    }
    return found.coded("not-related") && !found.coded("related");
}

// CTCAE term key, else something that names it for display.
std::string read_term(const Reading& reading) {
    const CodedText event = read_coded_text(reading.root.at("event"));
    const ConceptSet terms = concepts_of(reading.terminology(), CodeDomain::adverse_event, event);
    if (!terms.by_code.empty()) {
        return terms.by_code.front();
    }
    if (!terms.by_text.empty()) {
        return terms.by_text.front();
    }
    if (event.empty()) {
        reading.root.report_missing("event", Severity::warning, "R6.4: an event without a name");
        return "unnamed";
    }
    reading.root.at("event").report(
        Severity::information, IssueCode::code_invalid, "R6.4: a term that is not known");
    for (const Coding& coding : event.codings) {
        if (!coding.code.empty()) {
            return coding.code;
        }
    }
    return fold(event.text);
}

bool is_left_out(const Reading& reading) {
    for (const Field& extension : reading.root.all("modifierExtension")) {
        if (extension.at("valueCode").text() == "entered-in-error") {
            reading.set_aside("modifierExtension", "R9.2: entered in error");
            return true;
        }
    }
    if (reading.root.at("actuality").text() == "potential") {
        reading.set_aside("actuality", "R6.4: did not happen");
        return true;
    }
    return false;
}

} // namespace

void read_adverse_event(const Reading& reading) {
    if (is_left_out(reading)) {
        return;
    }
    const Field& root = reading.root;
    ClinicalEvent event;
    event.origin = reading.origin;
    event.term = read_term(reading);
    const Grade grade = read_grade(reading);
    event.grade = grade.value;
    event.grade_from_severity = grade.from_severity;
    const ConceptSet outcome =
        concepts_of(reading.terminology(), CodeDomain::grade, read_coded_text(root.at("outcome")));
    if (outcome.coded("fatal")) { // what grade 5 means
        event.grade = 5;
        event.grade_from_severity = false;
    }
    event.not_related = is_not_related(reading);
    if (event.not_related) {
        reading.set_aside("suspectEntity", "R6.4: not related");
    }
    const auto& clinical = reading.context.definitions.grading.clinical;
    const auto term = clinical.find(event.term);
    event.biliary_or_abscess = term != clinical.end() && term->second.biliary_or_abscess;
    event.date = root.at("date").date();
    if (!event.date) {
        event.date = root.at("detected").date();
    }
    if (!event.date) {
        root.report_missing("date", Severity::error, "R6.1: an event without a date");
    } else if (!event.date->to_the_day()) {
        root.report_missing(
            "date", Severity::error, "R6.1: an event without a day lies in no toxicity window");
    }
    if (!event.grade) {
        root.report_missing("severity", Severity::warning, "R6.4: an event without a grade");
    }
    reading.add(std::move(event));
}

} // namespace embolink
