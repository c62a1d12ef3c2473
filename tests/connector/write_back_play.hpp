// The write-back machine played by script: the fixtures of its tests.
#pragma once

#include "connector/http/http.hpp"
#include "connector/write_back/chain_writer.hpp"
#include "tests/connector/write_back_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace embolink::test {

using nlohmann::json;

inline const json patient = {{"resourceType", "Patient"},
                             {"id", "1"},
                             {"identifier", {{{"system", "urn:mrn"}, {"value", "77"}}}}};

inline EndpointRecord progression() {
    return record_of("PFS", Event{"progression"});
}

inline EndpointRecord died() {
    return record_of("PFS", Event{"death"});
}

inline WriteJob job_of(const std::vector<OutboxEntry>& entries) {
    WriteJob job;
    job.chain.chain = "Patient/1";
    job.entries = entries;
    job.patients = {patient_resource(patient)};
    job.cohorts = {cohort_record()};
    return job;
}

inline json body_of(const WriteStep& step) {
    return json::parse(step.request.body);
}

// The Observation that a new entry is sent as.
inline json sent_observation(const OutboxEntry& entry) {
    const WriteFrame frame = same_server_frame();
    ChainWriter writer(frame, job_of({entry}), false);
    writer.start();
    writer.answered(answer(200, patient));
    return body_of(writer.answered(answer(200, searchset({}))))["entry"][0]["resource"];
}

inline json response(const std::vector<json>& entries) {
    return {{"resourceType", "Bundle"}, {"type", "transaction-response"}, {"entry", entries}};
}

inline json taken(const std::string& status, const json& resource) {
    return {{"response", {{"status", status}}}, {"resource", resource}};
}

// The answers to the looks at an outcome whose id on the target is known.
inline std::vector<fhir::Answer> known(const std::vector<json>& resources) {
    return {answer(200, resources.front()), answer(200, searchset(resources))};
}

class Writing : public testing::Test {
protected:
    // Past the Patient, and one answer for each entry that is looked up.
    WriteStep after_looks(const std::vector<fhir::Answer>& looks) {
        WriteStep step = writer->start();
        EXPECT_EQ(step.side, Side::source);
        EXPECT_EQ(step.request.url, "https://ehr.example/fhir/Patient/1");
        step = writer->answered(answer(200, patient));
        for (const fhir::Answer& look : looks) {
            EXPECT_EQ(step.next, WriteNext::ask);
            EXPECT_EQ(http::find_header(step.request.headers, "Cache-Control"), "no-cache");
            step = writer->answered(look);
        }
        return step;
    }

    void begin(const std::vector<OutboxEntry>& entries, bool dry_run = false) {
        writer = std::make_unique<ChainWriter>(frame, job_of(entries), dry_run);
    }

    void begin_release(const std::vector<OutboxEntry>& entries) {
        WriteJob job = job_of(entries);
        job.verifier = "reader 2";
        writer = std::make_unique<ChainWriter>(frame, std::move(job), false);
    }

    const OutboxEntry& entry() { return writer->entries().front(); }

    WriteFrame frame = same_server_frame();
    std::unique_ptr<ChainWriter> writer;
};

inline OutboxEntry changed_entry(const json& stored) {
    OutboxEntry entry = written_entry(progression(), "55", stored);
    const OutboxEntry wanted = new_entry(died());
    entry.wanted = wanted.wanted;
    entry.wanted_fingerprint = wanted.wanted_fingerprint;
    entry.state = OutboxState::pending;
    return entry;
}

class OtherTarget : public Writing {
protected:
    OtherTarget() {
        frame.target_base_url = "https://research.example/fhir";
        frame.same_server = false;
        frame.patient_identifier = "urn:mrn";
    }

    // Past the source's Patient and the target's; then the look at the outcome.
    WriteStep after_patients(const std::vector<json>& matches) {
        writer->start();
        const WriteStep step = writer->answered(answer(200, patient));
        EXPECT_EQ(step.side, Side::target);
        EXPECT_THAT(step.request.url, testing::HasSubstr("research.example/fhir/Patient/_search"));
        const WriteStep next = writer->answered(answer(200, searchset(matches)));
        // Others were shown: as if the body had been passed over, asked once more by GET.
        return next.request.method == "GET" &&
                       next.request.url.find("/Patient?") != std::string::npos
                   ? writer->answered(answer(200, searchset(matches)))
                   : next;
    }

    json on_target = {{"resourceType", "Patient"},
                      {"id", "t9"},
                      {"identifier", {{{"system", "urn:mrn"}, {"value", "77"}}}}};
};

} // namespace embolink::test
