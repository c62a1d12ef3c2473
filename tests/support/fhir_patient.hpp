// Builds one patient's FHIR resources for derivation tests, in days from T0. Every verb adds plain
// R4 JSON, so that a test runs the whole mapping: readers, timeline and rules.
#pragma once

#include "mapping/records/date.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace embolink::test {

// Day 0 of every scenario.
Date scenario_t0();
std::string on_day(int day); // "2012-01-10" for 0

// RECIST values of terminology 2.4 ("CR", "PR", "SD", "PD", "NE").
std::string recist_code(std::string_view category);

class FhirPatient {
public:
    explicit FhirPatient(std::string id = "p1");

    // Patient
    FhirPatient& born(std::string date);
    FhirPatient& died(int day);
    FhirPatient& deceased(nlohmann::json value); // true, "2012-05", "2012"

    // Conditions
    FhirPatient& midgut_tumour();    // C7A.012
    FhirPatient& liver_metastasis(); // C7B.02
    FhirPatient& condition(std::string system, std::string code, int onset_day = -300);

    // Procedures; `extra` is merged into the resource
    FhirPatient& chemoembolization(int day, nlohmann::json extra = {});  // SNOMED 314617008
    FhirPatient& embolization_37243(int day, nlohmann::json extra = {}); // CPT, hepatic artery
    FhirPatient&
    procedure(std::string system, std::string code, int day, nlohmann::json extra = {});

    // Drugs
    FhirPatient& administration(std::string name, int day, nlohmann::json extra = {});
    FhirPatient& statement(std::string atc, int day, nlohmann::json extra = {});
    FhirPatient& request(std::string atc, int day, nlohmann::json extra = {});
    static nlohmann::json intra_arterial();

    // Imaging and responses
    FhirPatient& ct(int day); // ImagingStudy of the abdomen
    FhirPatient& ct_report(int day,
                           nlohmann::json extra = {}); // DiagnosticReport, no coded response
    FhirPatient& response(std::string_view category, int day, nlohmann::json extra = {});
    FhirPatient& trend(std::string snomed, int day, bool imaging_evidence);

    // Laboratory and events
    FhirPatient& lab(std::string loinc,
                     std::string value,
                     std::string unit,
                     int day,
                     std::string high = "",
                     nlohmann::json extra = {});
    FhirPatient& adverse_event(std::string ncit_grade, int day, nlohmann::json extra = {});
    FhirPatient& encounter(int day);
    FhirPatient& in_hospital(int from, int to, nlohmann::json extra = {}); // both days included

    FhirPatient& add(nlohmann::json resource); // id and subject are filled in when absent
    std::vector<nlohmann::json> resources() const;

    const std::string& id() const { return id_; }

private:
    std::string next_id(std::string_view type);

    std::string id_;
    nlohmann::json patient_;
    std::vector<nlohmann::json> rest_;
    int counter_ = 0;
};

// An included patient of arm HACE with history, baseline imaging and nothing after day 0.
FhirPatient included(std::string id = "p1");

} // namespace embolink::test
