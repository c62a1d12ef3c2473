// Tiny patients for the derivation tables of the endpoint rules: days are counted from T0, every
// fact gets a resource of its own, and each record that is derived here is at once derived a second
// time from the resources that it cites (R9.6). A patient starts with one session on T0 and a CT of
// the liver two weeks before it.
#pragma once

#include "mapping/endpoints/patient_case.hpp"

#include <string>
#include <vector>

namespace embolink::testing {

// Day n from T0 = 2020-03-10.
Date day(int n);
PartialDate on(int n);                          // to the day
PartialDate at(int n, int hour);                // with a time (UTC)
PartialDate in_month(int year, unsigned month); // YYYY-MM
PartialDate in_year(int year);                  // YYYY

// The windows of the rules.
TrialDefinition rule_trial();
EndpointDefinition pfs_definition();
EndpointDefinition os_definition();
EndpointDefinition plain_definition(const std::string& param);
EndpointDefinition marker_definition(const std::string& param, const std::string& analyte);
const GradingTable& ctcae(); // mapping/definitions/grading/ctcae-v5.json

struct DrugGiven {
    int day = 0;
    DrugSource source = DrugSource::administration;
    std::string status = "completed";
    std::string concept_name;
    bool by_text = false;
    std::string key;
};

class TinyPatient {
public:
    TinyPatient();

    // Facts may be changed freely before anything is derived.
    PatientTimeline timeline;
    TrialDefinition trial = rule_trial();
    SiteConfig site;
    Date as_of = day(1000);

    // The id of the resource that the next fact gets; counted up.
    Origin next(const std::string& type);

    TinyPatient& session(int on_day);
    TinyPatient& read(int on_day, ResponseCategory category); // structured RECIST
    Assessment& assess(int on_day, AssessmentKind kind, ResponseCategory category);
    // The longest diameter of one lesion; the name "" tells none.
    TumourSize& size(int on_day, const std::string& lesion, const std::string& millimetres);
    TinyPatient& no_imaging(); // takes the baseline CT away
    Imaging& study(int on_day);
    Imaging& report(int on_day);
    DrugEvent& drug(const DrugGiven& given);
    ProcedureRow& procedure(int on_day, std::string_view concept_name);
    TinyPatient& died(const PartialDate& date);
    TinyPatient& died_some_day(); // deceasedBoolean
    TinyPatient& contact(const std::string& kind, int from, int to);
    LabResult& lab(int on_day, const std::string& analyte, const std::string& value);
    ClinicalEvent& event(int on_day, const std::string& term, int grade);
    Diagnosis& condition(int on_day, const std::string& adverse_term);

    EndpointRecord pfs() const;
    EndpointRecord os() const;
    EndpointRecord bor() const;
    EndpointRecord objective_response() const;
    EndpointRecord disease_control() const;
    EndpointRecord tox3() const;
    EndpointRecord baseline(const std::string& analyte) const;
    std::vector<JudgedAssessment> judged() const;
    std::optional<NewTherapy> new_therapy() const;
    // With the notes, and without the second derivation.
    Derived derive(const EndpointDefinition& definition) const;
    // What is left when only the cited resources, the first session and the Patient exist.
    TinyPatient only(const std::vector<RecordSource>& sources) const;

private:
    EndpointRecord checked(const EndpointDefinition& definition) const;
    int made_ = 0;
};

// "event progression 90 [flag,flag]", "censored no-assessment 0", "value SD [..]",
// "not-evaluable window-open": one line per record, for readable expectations.
std::string summary(const EndpointRecord& record);

// Short names for tables.
inline constexpr auto CR = ResponseCategory::complete_response;
inline constexpr auto PR = ResponseCategory::partial_response;
inline constexpr auto SD = ResponseCategory::stable_disease;
inline constexpr auto PD = ResponseCategory::progressive_disease;
inline constexpr auto NE = ResponseCategory::not_evaluable;
inline constexpr auto improved = ResponseCategory::unspecified_response;

} // namespace embolink::testing
