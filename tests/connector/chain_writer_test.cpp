// The write-back machine by script: what it asks, what it sends, and what it makes of every answer.
#include "connector/http/url.hpp"
#include "connector/write_back/chain_writer.hpp"
#include "connector/write_back/identity.hpp"
#include "tests/connector/write_back_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace embolink;
using namespace embolink::test;
using nlohmann::json;
using testing::HasSubstr;

const json patient = {{"resourceType", "Patient"},
                      {"id", "1"},
                      {"identifier", {{{"system", "urn:mrn"}, {"value", "77"}}}}};

EndpointRecord progression() {
    return record_of("PFS", Event{"progression"});
}

EndpointRecord died() {
    return record_of("PFS", Event{"death"});
}

WriteJob job_of(const std::vector<OutboxEntry>& entries) {
    WriteJob job;
    job.chain.chain = "Patient/1";
    job.entries = entries;
    job.patients = {patient_resource(patient)};
    job.cohorts = {cohort_record()};
    return job;
}

json body_of(const WriteStep& step) {
    return json::parse(step.request.body);
}

// The Observation that a new entry is sent as.
json sent_observation(const OutboxEntry& entry) {
    const WriteFrame frame = same_server_frame();
    ChainWriter writer(frame, job_of({entry}), false);
    writer.start();
    writer.answered(answer(200, patient));
    return body_of(writer.answered(answer(200, searchset({}))))["entry"][0]["resource"];
}

json response(const std::vector<json>& entries) {
    return {{"resourceType", "Bundle"}, {"type", "transaction-response"}, {"entry", entries}};
}

json taken(const std::string& status, const json& resource) {
    return {{"response", {{"status", status}}}, {"resource", resource}};
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

TEST_F(Writing, CreatesConditionallyWithAProvenance) {
    begin({new_entry(progression())});
    const WriteStep step = after_looks({answer(200, searchset({}))});
    ASSERT_EQ(step.next, WriteNext::send);
    EXPECT_EQ(step.sending, std::vector<std::string>{entry().identifier});
    const json bundle = body_of(step);
    EXPECT_EQ(bundle["type"], "transaction");
    ASSERT_EQ(bundle["entry"].size(), 2u);
    EXPECT_EQ(bundle["entry"][0]["request"]["method"], "POST");
    EXPECT_THAT(bundle["entry"][0]["request"]["ifNoneExist"].get<std::string>(),
                HasSubstr(entry().identifier));
    EXPECT_EQ(bundle["entry"][1]["resource"]["resourceType"], "Provenance");
    EXPECT_EQ(bundle["entry"][1]["resource"]["target"][0]["reference"],
              bundle["entry"][0]["fullUrl"]);

    const json stored = as_stored(bundle["entry"][0]["resource"], "55", "1");
    const json created = response({taken("201 Created", stored), taken("201 Created", json())});
    EXPECT_EQ(writer->answered(answer(200, created)).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::settled);
    EXPECT_EQ(entry().server_id, "55");
    EXPECT_EQ(entry().server_version, "1");
    EXPECT_EQ(entry().sent_hash, own_elements_hash(stored));
    EXPECT_EQ(writer->counts().created, 1);
}

TEST_F(Writing, ADryRunSendsNothing) {
    begin({new_entry(progression())}, true);
    EXPECT_EQ(after_looks({answer(200, searchset({}))}).next, WriteNext::done);
    EXPECT_EQ(writer->counts().created, 1);
}

TEST_F(Writing, LooksBeforeItSendsAgainWhatItDoesNotKnow) {
    begin({new_entry(progression())});
    const WriteStep step = after_looks({answer(200, searchset({}))});
    const json stored = as_stored(body_of(step)["entry"][0]["resource"], "55", "1");
    WriteStep next = writer->unknown();
    ASSERT_EQ(next.next, WriteNext::ask) << "no second POST before a look";
    next = writer->answered(answer(200, searchset({stored})));
    EXPECT_EQ(next.next, WriteNext::done) << "it had arrived";
    EXPECT_EQ(entry().server_id, "55");
    EXPECT_EQ(entry().state, OutboxState::settled);
}

TEST_F(Writing, SendsAgainWhatHasNotArrived) {
    begin({new_entry(progression())});
    after_looks({answer(200, searchset({}))});
    writer->unknown();
    EXPECT_EQ(writer->answered(answer(200, searchset({}))).next, WriteNext::send);
}

TEST_F(Writing, GivesUpAfterAFewRoundsAndStaysUnknown) {
    begin({new_entry(progression())});
    WriteStep step = after_looks({answer(200, searchset({}))});
    for (int i = 0; i < 10 && step.next != WriteNext::done; ++i) {
        step = step.next == WriteNext::send ? writer->unknown()
                                            : writer->answered(answer(200, searchset({})));
    }
    EXPECT_EQ(step.next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::sending) << "the next run looks first";
    EXPECT_EQ(writer->counts().held, 1);
}

TEST_F(Writing, QuarantinesDoubles) {
    const OutboxEntry fresh = new_entry(progression());
    const json one = as_stored(sent_observation(fresh), "55", "1");
    const json two = as_stored(sent_observation(fresh), "56", "1");
    begin({fresh});
    EXPECT_EQ(after_looks({answer(200, searchset({one, two}))}).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::quarantined);
}

TEST_F(Writing, BelievesNoServerThatMatchesLoosely) {
    const json foreign = {{"resourceType", "Observation"},
                          {"id", "3"},
                          {"identifier", {{{"system", "x"}, {"value", "y"}}}}};
    begin({new_entry(progression())});
    EXPECT_EQ(after_looks({answer(200, searchset({foreign}))}).next, WriteNext::send);
}

OutboxEntry changed_entry(const json& stored) {
    OutboxEntry entry = written_entry(progression(), "55", stored);
    const OutboxEntry wanted = new_entry(died());
    entry.wanted = wanted.wanted;
    entry.wanted_fingerprint = wanted.wanted_fingerprint;
    entry.state = OutboxState::pending;
    return entry;
}

TEST_F(Writing, UpdatesByIdWithIfMatch) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    begin({changed_entry(stored)});
    const WriteStep step = after_looks({answer(200, stored)});
    ASSERT_EQ(step.next, WriteNext::send);
    const json request = body_of(step)["entry"][0]["request"];
    EXPECT_EQ(request["method"], "PUT");
    EXPECT_EQ(request["url"], "Observation/55");
    EXPECT_EQ(request["ifMatch"], "W/\"1\"");
}

TEST_F(Writing, KeepsAnEditOfSomebodyElse) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    json edited = as_stored(stored, "55", "2");
    edited["note"] = {{{"text", "I disagree"}}};
    begin({changed_entry(stored)});
    EXPECT_EQ(after_looks({answer(200, edited)}).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::edited);
    // A new version with the same elements is no edit.
    begin({changed_entry(stored)});
    EXPECT_EQ(after_looks({answer(200, as_stored(stored, "55", "2"))}).next, WriteNext::send);
}

TEST_F(Writing, KeepsAnEditThatCameInBetween) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    begin({changed_entry(stored)});
    after_looks({answer(200, stored)});
    WriteStep step = writer->answered(answer(412, {{"resourceType", "OperationOutcome"}}));
    ASSERT_EQ(step.next, WriteNext::ask);
    json edited = as_stored(stored, "55", "2");
    edited["note"] = {{{"text", "I disagree"}}};
    EXPECT_EQ(writer->answered(answer(200, edited)).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::edited);
}

TEST_F(Writing, WaitsForAReleaseOfWhatIsSignedOff) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    json signed_off = as_stored(stored, "55", "2");
    signed_off["status"] = "final";
    begin({changed_entry(stored)});
    EXPECT_EQ(after_looks({answer(200, signed_off)}).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::awaiting_release);
}

// Contracts section 5: signed off `final` by a release.
TEST_F(Writing, AReleaseSignsOffWhatIsPreliminary) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    begin_release({written_entry(progression(), "55", stored)});
    const WriteStep step = after_looks({answer(200, stored)});
    ASSERT_EQ(step.next, WriteNext::send);
    const json bundle = body_of(step);
    EXPECT_EQ(bundle["entry"][0]["resource"]["status"], "final");
    EXPECT_EQ(bundle["entry"][0]["request"]["ifMatch"], "W/\"1\"");
    EXPECT_EQ(bundle["entry"][1]["resource"]["agent"][1]["who"]["display"], "reader 2");
    json back = as_stored(bundle["entry"][0]["resource"], "55", "2");
    writer->answered(
        answer(200, response({taken("200 OK", back), taken("201 Created", json::object())})));
    EXPECT_EQ(entry().server_status, "final");
    EXPECT_EQ(entry().state, OutboxState::settled);
}

// ... and what was signed off, amended.
TEST_F(Writing, AReleaseAmendsWhatWasSignedOffAndHasChanged) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    json signed_off = as_stored(stored, "55", "2");
    signed_off["status"] = "final";
    OutboxEntry waiting = changed_entry(stored);
    waiting.state = OutboxState::awaiting_release;
    begin_release({waiting});
    const WriteStep step = after_looks({answer(200, signed_off)});
    ASSERT_EQ(step.next, WriteNext::send);
    EXPECT_EQ(body_of(step)["entry"][0]["resource"]["status"], "amended");
    EXPECT_EQ(body_of(step)["entry"][0]["request"]["ifMatch"], "W/\"2\"");
}

TEST_F(Writing, AReleaseKeepsAnEditOfSomebodyElse) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    json edited = as_stored(stored, "55", "2");
    edited["note"] = {{{"text", "I disagree"}}};
    begin_release({written_entry(progression(), "55", stored)});
    EXPECT_EQ(after_looks({answer(200, edited)}).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::edited);
}

TEST_F(Writing, RetractsWhatIsNoLongerDerived) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    OutboxEntry gone = written_entry(progression(), "55", stored);
    gone.wanted.clear();
    gone.wanted_fingerprint.clear();
    gone.state = OutboxState::pending;
    begin({gone});
    const WriteStep step = after_looks({answer(200, stored)});
    ASSERT_EQ(step.next, WriteNext::send);
    const json bundle = body_of(step);
    ASSERT_EQ(bundle["entry"].size(), 1u);
    EXPECT_EQ(bundle["entry"][0]["resource"]["status"], "entered-in-error");
    json back = as_stored(bundle["entry"][0]["resource"], "55", "2");
    EXPECT_EQ(writer->answered(answer(200, response({taken("200 OK", back)}))).next,
              WriteNext::done);
    EXPECT_EQ(entry().server_status, "entered-in-error");
    EXPECT_EQ(entry().state, OutboxState::settled);
    EXPECT_EQ(writer->counts().retracted, 1);
}

TEST_F(Writing, WritesNothingWhenThePatientHasChanged) {
    begin({new_entry(progression())});
    writer->start();
    json other = patient;
    other["identifier"][0]["value"] = "78";
    EXPECT_EQ(writer->answered(answer(200, other)).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::subject_changed);
    // A new version of the same person does no harm.
    begin({new_entry(progression())});
    writer->start();
    EXPECT_EQ(writer->answered(answer(200, as_stored(patient, "1", "9"))).next, WriteNext::ask);
}

TEST_F(Writing, IsolatesTheOneThatTheServerRefuses) {
    begin({new_entry(progression()), new_entry(record_of("OS", Event{"death"}))});
    WriteStep step = after_looks({answer(200, searchset({})), answer(200, searchset({}))});
    ASSERT_EQ(body_of(step)["entry"].size(), 3u);
    step = writer->answered(answer(422, {{"resourceType", "OperationOutcome"}}));
    ASSERT_EQ(step.next, WriteNext::send);
    ASSERT_EQ(body_of(step)["entry"].size(), 2u) << "one outcome and its Provenance";
    step = writer->answered(answer(422, {{"resourceType", "OperationOutcome"}}));
    ASSERT_EQ(step.next, WriteNext::send);
    const json stored = as_stored(body_of(step)["entry"][0]["resource"], "56", "1");
    step = writer->answered(answer(200, response({taken("201", stored), taken("201", json())})));
    EXPECT_EQ(step.next, WriteNext::done);
    EXPECT_EQ(writer->entries()[0].state, OutboxState::refused);
    EXPECT_THAT(writer->entries()[0].note, HasSubstr("422"));
    EXPECT_EQ(writer->entries()[1].state, OutboxState::settled);
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
        EXPECT_THAT(step.request.url, HasSubstr("research.example/fhir/Patient?identifier="));
        return writer->answered(answer(200, searchset(matches)));
    }

    json on_target = {{"resourceType", "Patient"},
                      {"id", "t9"},
                      {"identifier", {{{"system", "urn:mrn"}, {"value", "77"}}}}};
};

TEST_F(OtherTarget, FindsTheSubjectByTheSharedIdentifier) {
    begin({new_entry(progression())});
    after_patients({on_target});
    const WriteStep step = writer->answered(answer(200, searchset({})));
    const json observation = body_of(step)["entry"][0]["resource"];
    EXPECT_EQ(observation["subject"]["reference"], "Patient/t9");
    EXPECT_EQ(observation["partOf"][0]["reference"], "https://ehr.example/fhir/Procedure/5");
}

TEST_F(OtherTarget, WritesNothingWithoutExactlyOneSubject) {
    json second = on_target;
    second["id"] = "t10";
    json other_value = on_target;
    other_value["identifier"][0]["value"] = "770";
    for (const std::vector<json>& matches : {std::vector<json>{},
                                             std::vector<json>{on_target, second},
                                             std::vector<json>{other_value}}) {
        begin({new_entry(progression())});
        EXPECT_EQ(after_patients(matches).next, WriteNext::done);
        EXPECT_EQ(entry().state, OutboxState::no_target_patient);
    }
}

TEST_F(OtherTarget, NamesSourcesByIdentifierWhereReferencesAreRefused) {
    begin({new_entry(progression())});
    after_patients({on_target});
    writer->answered(answer(200, searchset({})));
    const WriteStep step = writer->answered(answer(400, {{"resourceType", "OperationOutcome"}}));
    ASSERT_EQ(step.next, WriteNext::send);
    const json part_of = body_of(step)["entry"][0]["resource"]["partOf"][0];
    EXPECT_FALSE(part_of.contains("reference"));
    EXPECT_EQ(part_of["identifier"]["value"], "https://ehr.example/fhir/Procedure/5");
}

} // namespace
