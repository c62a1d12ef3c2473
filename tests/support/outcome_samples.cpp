#include "tests/support/outcome_samples.hpp"

#include "mapping/endpoints/record_json.hpp"
#include "mapping/outcomes/codes.hpp"
#include "mapping/outcomes/outcome.hpp"
#include "mapping/records/caution_flags.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <stdexcept>

namespace embolink::test {

namespace {

using nlohmann::json;

Date day(const std::string& iso) {
    return date_from_iso(iso).value();
}

std::string uuid(std::size_t number) {
    const std::string digits = std::to_string(number);
    return "2b1c9a3e-7f10-5d42-9c1e-" + std::string(12 - digits.size(), '0') + digits;
}

class Samples {
public:
    void add(json resource) {
        resource["id"] = "sample-" + std::to_string(list_.size());
        list_.push_back(std::move(resource));
    }

    void add(const EndpointRecord& record, OutcomeContext context) {
        context.identifier = uuid(list_.size());
        add(outcome_observation(record, context));
    }

    std::vector<json> take() { return std::move(list_); }

private:
    std::vector<json> list_;
};

// The outcomes of one patient after the other, and a Provenance for each.
void add_hand_patients(Samples& samples) {
    std::map<std::string, std::vector<EndpointRecord>> patients;
    for (EndpointRecord& record : hand_records()) {
        if (is_written(record) || record.param == "COHORT") {
            patients[record.patient].push_back(std::move(record));
        }
    }
    for (const auto& [patient, records] : patients) {
        if (records.size() == 1) {
            continue; // excluded: only COHORT
        }
        for (const EndpointRecord& record : records) {
            if (is_written(record)) {
                samples.add(record, outcome_context(&records.front()));
            }
        }
        samples.add(outcome_provenance(records, provenance_context()));
    }
}

// What no hand-worked patient has: biochemical responses, the other reasons, every caution flag.
void add_rare_values(Samples& samples) {
    for (const char* param : {"RESP-5HIAA", "RESP-CGA"}) {
        samples.add(dated(outcome_record(param, Value{true, "", ""}), "2020-06-01"),
                    outcome_context());
        samples.add(outcome_record(param, Value{false, "", ""}), outcome_context());
    }
    for (const char* reason : {"baseline-not-elevated",
                               "baseline-missing",
                               "baseline-stale",
                               "uln-missing",
                               "no-follow-up",
                               "assay-changed",
                               "indeterminate"}) {
        samples.add(outcome_record("RESP-CGA", NotEvaluable{reason}), outcome_context());
    }
    samples.add(outcome_record("DC", NotEvaluable{"response-unspecified"}), outcome_context());
    EndpointRecord doubtful = outcome_record("BOR", Value{"SD", "", ""});
    for (const std::string_view flag : caution_flags()) {
        doubtful.flags.emplace_back(flag);
    }
    samples.add(doubtful, outcome_context());
}

// Statuses after the first one, and the ways a target wants references.
void add_states_and_links(Samples& samples) {
    const EndpointRecord cohort = cohort_record();
    const EndpointRecord pfs = dated(outcome_record("PFS", Event{"death"}), "2021-02-09");
    for (const char* status : {"final", "amended"}) {
        OutcomeContext context = outcome_context(&cohort);
        context.status = status;
        samples.add(pfs, context);
    }
    const EndpointRecord unknown = outcome_record("OS", NotEvaluable{"death-date-unknown"});
    for (const EndpointRecord& record : {pfs, unknown}) {
        OutcomeContext context = outcome_context(&cohort);
        context.identifier = uuid(0);
        samples.add(retracted_observation(outcome_observation(record, context)));
    }
    for (const LinkStyle style : {LinkStyle::absolute, LinkStyle::identifier, LinkStyle::none}) {
        OutcomeContext context = outcome_context(&cohort);
        context.link = link_as(style);
        samples.add(pfs, context);
        ProvenanceContext trail = provenance_context();
        trail.link = link_as(style);
        trail.verifier = "reader 2";
        trail.targets = {"urn:uuid:" + uuid(1), "urn:uuid:" + uuid(2)};
        samples.add(outcome_provenance({cohort, pfs}, trail));
    }
}

} // namespace

ReferenceLink link_as(LinkStyle style) {
    return [style](const std::string& reference) -> std::optional<json> {
        switch (style) {
        case LinkStyle::relative:
            return json{{"reference", reference}};
        case LinkStyle::absolute:
            return json{{"reference", "https://ehr.example.org/fhir/" + reference}};
        case LinkStyle::identifier:
            return json{
                {"identifier", {{"system", "https://ehr.example.org/fhir"}, {"value", reference}}}};
        case LinkStyle::none:
            break;
        }
        return std::nullopt;
    };
}

OutcomeContext outcome_context(const EndpointRecord* cohort) {
    OutcomeContext context;
    context.identifier = uuid(0);
    context.subject = "Patient/p";
    context.status = "preliminary";
    context.software_version = "0.1.0";
    context.notes = {"what it is for", "à quoi cela sert"};
    context.link = link_as(LinkStyle::relative);
    context.cohort = cohort;
    return context;
}

ProvenanceContext provenance_context() {
    ProvenanceContext context;
    context.targets = {"Observation/55/_history/3", "Observation/56/_history/1"};
    context.recorded = "2026-11-25T19:04:05.123Z";
    context.software_version = "0.1.0";
    context.link = link_as(LinkStyle::relative);
    return context;
}

EndpointRecord outcome_record(const std::string& param, RecordStatus status) {
    EndpointRecord record;
    record.trial = "maire-2012";
    record.trial_version = "1.0.0";
    record.rules_version = "R1+0123456789ab";
    record.patient = "Patient/p";
    record.as_of = day("2023-06-30");
    record.param = param;
    record.arm = "HACE";
    record.start = day("2020-02-10");
    record.status = std::move(status);
    record.sources = {{"DiagnosticReport/r#c", "4", "assessment", "R4.6"},
                      {"Encounter/e", "1", "censor", "R5.8"},
                      {"Observation/o", "sha256:00ff", "assessment", "R4.2"}};
    return record;
}

EndpointRecord dated(EndpointRecord record, const std::string& iso_date) {
    record.date = day(iso_date);
    record.days = days_between(*record.start, *record.date);
    return record;
}

EndpointRecord cohort_record() {
    EndpointRecord record = outcome_record("COHORT", Value{"included", "", ""});
    record.sources = {{"Condition/liver", "2", "diagnosis", "R1.2"},
                      {"Condition/net", "1", "diagnosis", "R1.2"},
                      {"Observation/before", "1", "tier", "R1.4"},
                      {"Patient/p", "7", "patient", "R9.5"},
                      {"Procedure/first", "1", "arm", "R3.2a"},
                      {"Procedure/first", "1", "start", "R3.1"},
                      {"Procedure/second", "1", "session", "R2.1"}};
    return record;
}

std::vector<EndpointRecord> hand_records() {
    std::ifstream file(EMBOLINK_SOURCE_DIR "/tests/scenarios/hand/golden.txt");
    std::vector<EndpointRecord> records;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("{\"trial\"")) {
            records.push_back(record_from_json_line(line));
        }
    }
    if (records.empty()) {
        throw std::runtime_error("tests/scenarios/hand/golden.txt holds no records");
    }
    return records;
}

std::vector<json> outcome_samples() {
    Samples samples;
    add_hand_patients(samples);
    add_rare_values(samples);
    add_states_and_links(samples);
    return samples.take();
}

} // namespace embolink::test
