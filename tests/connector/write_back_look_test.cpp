// The looks: doubles, lagging indexes, patients who are gone, and numbers that stand in no URL.
#include "connector/fhir/search.hpp"
#include "connector/fhir/seed.hpp"
#include "tests/connector/write_back_play.hpp"

namespace {

using namespace embolink;
using namespace embolink::test;
using testing::HasSubstr;
using testing::Not;

const json no = {{"resourceType", "OperationOutcome"}};

TEST_F(Writing, ADoubleOfWhatHasAKnownIdIsNoticed) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    const json twice = as_stored(stored, "dup1", "1");
    begin({changed_entry(stored)});
    EXPECT_EQ(after_looks(known({stored, twice})).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::quarantined);
}

TEST_F(Writing, AnIndexThatLagsHidesNothingThatHasAKnownId) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    begin({changed_entry(stored)});
    const WriteStep step = after_looks({answer(200, stored), answer(200, searchset({}))});
    ASSERT_EQ(step.next, WriteNext::send);
    EXPECT_EQ(body_of(step)["entry"][0]["request"]["method"], "PUT");
}

TEST_F(Writing, WhatExistsByAConditionalCreationIsReadByItsId) {
    begin({new_entry(progression())});
    WriteStep step = after_looks({answer(200, searchset({}))});
    const json stored = as_stored(body_of(step)["entry"][0]["resource"], "55", "1");
    const json found = {{"response", {{"status", "200 OK"}, {"location", "Observation/55"}}}};
    step = writer->answered(answer(200, response({found, taken("201", json())})));
    ASSERT_EQ(step.next, WriteNext::ask);
    EXPECT_THAT(step.request.url, HasSubstr("Observation/55"));
    writer->answered(answer(200, stored));
    EXPECT_EQ(writer->answered(answer(200, searchset({}))).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::settled);
    EXPECT_EQ(writer->counts().created, 0);
}

TEST_F(Writing, ACreationThatIsSentAgainBringsNoSecondProvenance) {
    begin({new_entry(progression())});
    WriteStep step = after_looks({answer(200, searchset({}))});
    const json found = {{"response", {{"status", "200"}}}};
    writer->answered(answer(200, response({found, taken("201", json())})));
    step = writer->answered(answer(200, searchset({}))); // the index lags
    ASSERT_EQ(step.next, WriteNext::send);
    EXPECT_EQ(body_of(step)["entry"].size(), 1u);
}

TEST_F(Writing, ACreationWithoutAnIdIsLookedUp) {
    begin({new_entry(progression())});
    WriteStep step = after_looks({answer(200, searchset({}))});
    const json stored = as_stored(body_of(step)["entry"][0]["resource"], "55", "1");
    const json bare = {{"response", {{"status", "201 Created"}}}};
    step = writer->answered(answer(200, response({bare, bare})));
    ASSERT_EQ(step.next, WriteNext::ask);
    EXPECT_THAT(step.request.url, HasSubstr("identifier="));
    EXPECT_EQ(writer->answered(answer(200, searchset({stored}))).next, WriteNext::done);
    EXPECT_EQ(entry().server_id, "55");
    EXPECT_EQ(entry().state, OutboxState::settled);
    EXPECT_EQ(writer->counts().created, 1);
}

TEST_F(Writing, NothingIsWrittenOfAPatientWhomTheStoreHasLost) {
    WriteJob job = job_of({new_entry(progression())});
    job.patients.clear();
    writer = std::make_unique<ChainWriter>(frame, job, false);
    EXPECT_EQ(writer->start().next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::subject_changed);
    // ... but taken back.
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    job.entries = {written_entry(progression(), "55", stored)};
    job.entries[0].wanted.clear();
    job.entries[0].wanted_fingerprint.clear();
    writer = std::make_unique<ChainWriter>(frame, job, false);
    EXPECT_EQ(writer->start().next, WriteNext::ask);
}

TEST_F(OtherTarget, ANumberStandsInAUrlOnlyWhereNothingElseIsTaken) {
    for (const fhir::Answer& refusal :
         {answer(405, no), answer(404, no), answer(200, no), answer(200, searchset({patient}))}) {
        begin({new_entry(progression())});
        writer->start();
        WriteStep step = writer->answered(answer(200, patient));
        EXPECT_EQ(step.request.method, "POST");
        EXPECT_THAT(step.request.url, Not(HasSubstr("77")));
        EXPECT_THAT(step.request.body, HasSubstr("77"));
        json other = patient;
        other["identifier"][0]["value"] = "78";
        step = writer->answered(refusal.body == answer(200, searchset({patient})).body
                                    ? answer(200, searchset({other}))
                                    : refusal);
        EXPECT_THAT(step.request.url, HasSubstr("/Patient?identifier=urn"));
        EXPECT_EQ(writer->answered(answer(200, searchset({on_target}))).next, WriteNext::ask);
        EXPECT_FALSE(writer->search_by_post());
    }
}

TEST(IdentifierSearch, OfACohortFileGoesByPost) {
    const fhir::Search search = fhir::identifier_search({1, "", "urn:mrn|77"});
    fhir::SearchForm form;
    const http::Request request = fhir::begin_search("https://ehr.example/fhir", search, form, {});
    EXPECT_EQ(request.method, "POST");
    EXPECT_THAT(request.url, Not(HasSubstr("77")));
    form.post_answered = false;
    EXPECT_EQ(fhir::begin_search("https://ehr.example/fhir", search, form, {}).method, "GET");
}

} // namespace
