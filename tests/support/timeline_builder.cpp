#include "tests/support/timeline_builder.hpp"

#include "mapping/endpoints/record_json.hpp"
#include "mapping/facts/concepts.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <tuple>

namespace embolink::testing {

namespace {

PatientCase make_case(const TinyPatient& patient,
                      const Course& course,
                      const std::vector<JudgedAssessment>& assessments) {
    return {
        patient.timeline, course, assessments, patient.trial, ctcae(), patient.site, patient.as_of};
}

std::vector<Date> progressions(const std::vector<JudgedAssessment>& judged, Date t0) {
    std::vector<Date> dates;
    for (const auto& assessment : judged) {
        if (assessment.category == PD && assessment.date > t0) {
            dates.push_back(assessment.date);
        }
    }
    return dates;
}

template <typename Facts>
void keep(Facts& facts, const std::set<std::string>& references) {
    std::erase_if(facts,
                  [&](const auto& fact) { return references.count(fact.origin.reference) == 0; });
}

// A timeline's rows come in order of date (mapping/timeline/timeline.hpp).
TinyPatient in_order(TinyPatient patient) {
    auto& rows = patient.timeline.procedures;
    std::sort(rows.begin(), rows.end(), [](const ProcedureRow& a, const ProcedureRow& b) {
        return std::tie(a.performed.start, a.origin) < std::tie(b.performed.start, b.origin);
    });
    return patient;
}

Course course_of(const TinyPatient& patient, const std::vector<JudgedAssessment>& judged) {
    const auto sessions = find_sessions(patient.timeline);
    if (sessions.empty()) {
        throw std::logic_error("a tiny patient needs a session");
    }
    return build_course(
        sessions, progressions(judged, sessions.front().date), patient.trial.windows);
}

std::vector<std::string> source_lines(const EndpointRecord& record) {
    std::vector<std::string> lines;
    for (const auto& source : record.sources) {
        lines.push_back(source.reference + " " + source.version + " " + source.role + " " +
                        source.rule);
    }
    return lines;
}

Derived call(const PatientCase& one, const EndpointDefinition& definition) {
    if (definition.kind == "time-to-event") {
        return derive_time_to_event(one, definition);
    }
    if (definition.kind == "baseline-marker") {
        return derive_baseline_marker(one, definition);
    }
    if (definition.param == "BOR") {
        return derive_best_response(one, definition);
    }
    if (definition.param == "OR") {
        return derive_objective_response(one, definition);
    }
    return definition.param == "DC" ? derive_disease_control(one, definition)
                                    : derive_grade3_toxicity(one, definition);
}

} // namespace

Date day(int n) {
    return plus_days(*date_from_iso("2020-03-10"), n);
}

PartialDate on(int n) {
    return {Precision::day, day(n), day(n), std::nullopt};
}

PartialDate at(int n, int hour) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(day(n).time_since_epoch()).count() +
        std::int64_t{3600} * hour;
    return {Precision::instant, day(n), day(n), seconds};
}

PartialDate in_month(int year, unsigned month) {
    using namespace std::chrono;
    const auto first = std::chrono::year{year} / std::chrono::month{month};
    return {Precision::month, sys_days{first / 1}, sys_days{first / last}, std::nullopt};
}

PartialDate in_year(int year) {
    using namespace std::chrono;
    const auto y = std::chrono::year{year};
    return {Precision::year, sys_days{y / 1 / 1}, sys_days{y / 12 / 31}, std::nullopt};
}

TrialDefinition rule_trial() {
    TrialDefinition trial;
    trial.id = "test";
    auto& windows = trial.windows;
    windows.round_other_lobe.days = 42;
    windows.round_unknown_lobe.days = 14;
    windows.course_gap.days = 150;
    windows.interval_min.days = 60;
    windows.interval_max.days = 150;
    windows.tier_lookback.days = 180;
    windows.tier_resection.days = 90;
    windows.history_needed.days = 365;
    windows.adult_years.days = 18;
    windows.baseline_imaging.days = 91;
    windows.assessment_gap.days = 212;
    windows.stable_disease_min.days = 42;
    windows.early_progression.days = 28;
    windows.toxicity.days = 30;
    windows.late_biliary.days = 90;
    windows.laboratory_baseline.days = 30;
    windows.marker_baseline.days = 90;
    return trial;
}

EndpointDefinition plain_definition(const std::string& param) {
    EndpointDefinition definition;
    definition.param = param;
    return definition;
}

EndpointDefinition pfs_definition() {
    auto definition = plain_definition("PFS");
    definition.kind = "time-to-event";
    definition.events = {"progression", "death"};
    definition.therapy_cut = true;
    definition.assessment_gap = true;
    definition.baseline_imaging = true;
    return definition;
}

EndpointDefinition os_definition() {
    auto definition = plain_definition("OS");
    definition.kind = "time-to-event";
    definition.events = {"death"};
    return definition;
}

EndpointDefinition marker_definition(const std::string& param, const std::string& analyte) {
    auto definition = plain_definition(param);
    definition.kind = "baseline-marker";
    definition.marker = analyte;
    return definition;
}

const GradingTable& ctcae() {
    static const GradingTable table = [] {
        const std::string name = "grading/ctcae-v5.json";
        std::ifstream file(EMBOLINK_SOURCE_DIR "/mapping/definitions/" + name);
        return parse_grading(name, nlohmann::json::parse(file));
    }();
    return table;
}

TinyPatient::TinyPatient() {
    timeline.patient = "Patient/p";
    timeline.person = Person{};
    timeline.person->origin = {"Patient/p", "1"};
    session(0);
    auto& baseline = study(-14);
    baseline.origin.reference = "ImagingStudy/baseline";
}

Origin TinyPatient::next(const std::string& type) {
    return {type + "/" + std::to_string(++made_), "1"};
}

TinyPatient& TinyPatient::session(int on_day) {
    auto& row = procedure(on_day, concepts::hepatic_embolization);
    row.concepts.by_code.emplace_back(concepts::embolization);
    std::sort(row.concepts.by_code.begin(), row.concepts.by_code.end());
    row.site = SiteFinding::hepatic_stated;
    contact("procedure", on_day, on_day);
    timeline.contacts.back().origin = row.origin;
    return *this;
}

TinyPatient& TinyPatient::read(int on_day, ResponseCategory category) {
    assess(on_day, AssessmentKind::structured_recist, category);
    return *this;
}

Assessment& TinyPatient::assess(int on_day, AssessmentKind kind, ResponseCategory category) {
    Assessment assessment;
    assessment.origin = next("Observation");
    assessment.kind = kind;
    assessment.category = category;
    assessment.effective = on(on_day);
    timeline.assessments.push_back(assessment);
    return timeline.assessments.back();
}

TumourSize&
TinyPatient::size(int on_day, const std::string& lesion, const std::string& millimetres) {
    TumourSize size;
    size.origin = next("Observation");
    size.lesion = lesion;
    size.millimetres = *parse_decimal(millimetres);
    size.effective = on(on_day);
    timeline.sizes.push_back(size);
    return timeline.sizes.back();
}

TinyPatient& TinyPatient::no_imaging() {
    timeline.imaging.clear();
    return *this;
}

Imaging& TinyPatient::study(int on_day) {
    Imaging imaging;
    imaging.origin = next("ImagingStudy");
    imaging.region = ImagingRegion::liver_or_abdomen;
    imaging.cross_sectional = true;
    imaging.date = on(on_day);
    timeline.imaging.push_back(imaging);
    return timeline.imaging.back();
}

Imaging& TinyPatient::report(int on_day) {
    auto& imaging = study(on_day);
    imaging.origin.reference = "DiagnosticReport/" + std::to_string(made_);
    imaging.is_report = true;
    return imaging;
}

DrugEvent& TinyPatient::drug(const DrugGiven& given) {
    DrugEvent drug;
    drug.origin = next("Drug");
    drug.source = given.source;
    drug.status = given.status;
    drug.start = on(given.day);
    auto& known = given.by_text ? drug.drug.concepts.by_text : drug.drug.concepts.by_code;
    known = {given.concept_name};
    drug.drug.key = given.key;
    timeline.drugs.push_back(drug);
    return timeline.drugs.back();
}

ProcedureRow& TinyPatient::procedure(int on_day, std::string_view concept_name) {
    ProcedureRow row;
    row.origin = next("Procedure");
    row.status = "completed";
    row.performed.start = on(on_day);
    row.performed.end = on(on_day);
    row.concepts.by_code.emplace_back(concept_name);
    timeline.procedures.push_back(row);
    return timeline.procedures.back();
}

TinyPatient& TinyPatient::died(const PartialDate& date) {
    timeline.person->deceased = true;
    timeline.person->death = date;
    return *this;
}

TinyPatient& TinyPatient::died_some_day() {
    timeline.person->deceased = true;
    return *this;
}

TinyPatient& TinyPatient::contact(const std::string& kind, int from, int to) {
    Contact contact;
    contact.origin = next("Encounter");
    contact.kind = kind;
    contact.when = {on(from), on(to)};
    timeline.contacts.push_back(contact);
    return *this;
}

LabResult& TinyPatient::lab(int on_day, const std::string& analyte, const std::string& value) {
    LabResult lab;
    lab.origin = next("Observation");
    lab.analyte = analyte;
    lab.value = parse_decimal(value).value();
    lab.effective = on(on_day);
    timeline.labs.push_back(lab);
    return timeline.labs.back();
}

ClinicalEvent& TinyPatient::event(int on_day, const std::string& term, int grade) {
    ClinicalEvent event;
    event.origin = next("AdverseEvent");
    event.term = term;
    event.grade = grade;
    event.date = on(on_day);
    timeline.events.push_back(event);
    return timeline.events.back();
}

Diagnosis& TinyPatient::condition(int on_day, const std::string& adverse_term) {
    Diagnosis condition;
    condition.origin = next("Condition");
    condition.adverse_term = adverse_term;
    condition.onset = on(on_day);
    timeline.diagnoses.push_back(condition);
    return timeline.diagnoses.back();
}

std::vector<JudgedAssessment> TinyPatient::judged() const {
    return judge_assessments(timeline, day(0), trial.windows);
}

std::optional<NewTherapy> TinyPatient::new_therapy() const {
    const auto patient = in_order(*this);
    const auto assessments = patient.judged();
    const auto course = course_of(patient, assessments);
    return first_new_therapy(make_case(patient, course, assessments));
}

Derived TinyPatient::derive(const EndpointDefinition& definition) const {
    const auto patient = in_order(*this);
    const auto assessments = patient.judged();
    const auto course = course_of(patient, assessments);
    return call(make_case(patient, course, assessments), definition);
}

TinyPatient TinyPatient::only(const std::vector<RecordSource>& sources) const {
    std::set<std::string> references;
    for (const auto& source : sources) {
        references.insert(source.reference);
    }
    for (const auto& row : timeline.procedures) { // COHORT cites the first session
        if (row.performed.start && row.performed.start->first == day(0)) {
            references.insert(row.origin.reference);
        }
    }
    auto rest = *this;
    keep(rest.timeline.diagnoses, references);
    keep(rest.timeline.procedures, references);
    keep(rest.timeline.drugs, references);
    keep(rest.timeline.assessments, references);
    keep(rest.timeline.sizes, references);
    keep(rest.timeline.imaging, references);
    keep(rest.timeline.candidate_reports, references);
    keep(rest.timeline.labs, references);
    keep(rest.timeline.events, references);
    keep(rest.timeline.contacts, references);
    std::erase_if(rest.timeline.study_dates,
                  [&](const auto& entry) { return references.count(entry.first) == 0; });
    return rest;
}

EndpointRecord TinyPatient::checked(const EndpointDefinition& definition) const {
    const auto record = derive(definition).record;
    const auto again = only(record.sources).derive(definition).record;
    EXPECT_EQ(summary(again), summary(record)) << "not derivable from the sources it cites";
    EXPECT_EQ(source_lines(again), source_lines(record));
    return record;
}

EndpointRecord TinyPatient::pfs() const {
    return checked(pfs_definition());
}

EndpointRecord TinyPatient::os() const {
    return checked(os_definition());
}

EndpointRecord TinyPatient::bor() const {
    return checked(plain_definition("BOR"));
}

EndpointRecord TinyPatient::objective_response() const {
    return checked(plain_definition("OR"));
}

EndpointRecord TinyPatient::disease_control() const {
    return checked(plain_definition("DC"));
}

EndpointRecord TinyPatient::tox3() const {
    return checked(plain_definition("TOX3"));
}

EndpointRecord TinyPatient::baseline(const std::string& analyte) const {
    return checked(marker_definition("BASE-" + analyte, analyte));
}

std::string summary(const EndpointRecord& record) {
    std::ostringstream text;
    if (const auto* event = std::get_if<Event>(&record.status)) {
        text << "event " << event->reason;
    } else if (const auto* censored = std::get_if<Censored>(&record.status)) {
        text << "censored " << censored->reason;
    } else if (const auto* missing = std::get_if<NotEvaluable>(&record.status)) {
        text << "not-evaluable " << missing->reason;
    } else {
        const auto& value = std::get<Value>(record.status);
        text << "value " << value_text(value) << (value.unit.empty() ? "" : " ") << value.unit;
    }
    if (record.days) {
        text << " " << *record.days;
    }
    if (record.left) {
        text << " left " << days_between(day(0), *record.left) << " right "
             << days_between(day(0), *record.right);
    }
    for (std::size_t i = 0; i < record.flags.size(); ++i) {
        text << (i == 0 ? " [" : ",") << record.flags[i];
    }
    return text.str() + (record.flags.empty() ? "" : "]");
}

} // namespace embolink::testing
