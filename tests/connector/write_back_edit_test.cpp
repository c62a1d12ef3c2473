// What the target holds of an outcome: ours as it was, ours as it is to be, or somebody else's
// edit.
#include "connector/write_back/identity.hpp"
#include "tests/connector/write_back_play.hpp"

namespace {

using namespace embolink;
using namespace embolink::test;

EndpointRecord with_another_source() {
    EndpointRecord record = progression();
    record.sources.push_back({"Observation/8", "1", "event", "R5.1"});
    return record;
}

// An update whose only change is what the outcome is derived from, of unknown fate.
OutboxEntry sending_another_source(const json& stored) {
    OutboxEntry entry = written_entry(progression(), "55", stored);
    const OutboxEntry wanted = new_entry(with_another_source());
    entry.wanted = wanted.wanted;
    entry.wanted_fingerprint = wanted.wanted_fingerprint;
    entry.state = OutboxState::sending;
    return entry;
}

TEST_F(Writing, AnUpdateThatWasLostIsSentAgainThoughOnlySourcesChanged) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    begin({sending_another_source(stored)});
    WriteStep step = after_looks(known({stored}));
    ASSERT_EQ(step.next, WriteNext::send) << "version 1 is the one before the update";
    EXPECT_EQ(body_of(step)["entry"][0]["resource"]["derivedFrom"].size(), 1u);
    // A server without versions is judged by what the outcome names.
    json unversioned = stored;
    unversioned["meta"].erase("versionId");
    begin({sending_another_source(stored)});
    EXPECT_EQ(after_looks(known({unversioned})).next, WriteNext::send);
    // It has arrived.
    const json arrived = as_stored(sent_observation(new_entry(with_another_source())), "55", "2");
    begin({sending_another_source(stored)});
    EXPECT_EQ(after_looks(known({arrived})).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::settled);
    EXPECT_EQ(entry().server_version, "2");
}

TEST(CoreHash, NamesResourcesInWhateverForm) {
    const auto observation = [](const json& reference) {
        return json{{"derivedFrom", {reference}}};
    };
    const std::string hash = core_hash(observation({{"reference", "Observation/8"}}));
    for (const json& same : std::vector<json>{
             {{"reference", "https://ehr.example/fhir/Observation/8"}},
             {{"reference", "Observation/8/_history/3"}},
             {{"type", "Observation"},
              {"identifier", {{"value", "https://ehr.example/fhir/Observation/8"}}}}}) {
        EXPECT_EQ(core_hash(observation(same)), hash) << same;
    }
    EXPECT_NE(core_hash(observation({{"reference", "Observation/9"}})), hash);
    EXPECT_NE(core_hash(json::object()), hash);
    EXPECT_NE(core_hash({{"focus", {{{"reference", "Observation/8"}}}}}), hash);
}

TEST_F(Writing, WhateverAPersonChangesIsKept) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    const json edits = {{"bodySite", {{"text", "liver"}}},
                        {"method", {{"text", "by eye"}}},
                        {"extension", {{{"url", "urn:x"}, {"valueBoolean", true}}}},
                        {"encounter", {{"reference", "Encounter/1"}}},
                        {"issued", "2024-06-30T10:00:00Z"},
                        {"hasMember", {{{"reference", "Observation/3"}}}},
                        {"status", "cancelled"}};
    for (const auto& [key, value] : edits.items()) {
        json edited = as_stored(stored, "55", "2");
        edited[key] = value;
        begin({changed_entry(stored)});
        EXPECT_EQ(after_looks(known({edited})).next, WriteNext::done) << key;
        EXPECT_EQ(entry().state, OutboxState::edited) << key;
    }
    json by_the_server = as_stored(stored, "55", "2");
    by_the_server["text"] = {{"status", "generated"}, {"div", "<div/>"}};
    by_the_server["meta"]["source"] = "#abc";
    begin({changed_entry(stored)});
    EXPECT_EQ(after_looks(known({by_the_server})).next, WriteNext::send) << "no person's doing";
}

// R9.6: opting out is the patient's word, and goes before a clinician's.
TEST_F(Writing, WhoOptedOutIsTakenBackThoughSignedOffOrEdited) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    json signed_off = as_stored(stored, "55", "2");
    signed_off["status"] = "final";
    json edited = as_stored(stored, "55", "2");
    edited["note"] = {{{"text", "I disagree"}}};
    for (const json& there : {signed_off, edited}) {
        OutboxEntry gone = written_entry(progression(), "55", stored);
        gone.wanted.clear();
        gone.wanted_fingerprint.clear();
        gone.state = OutboxState::pending;
        begin({gone});
        EXPECT_EQ(after_looks(known({there})).next, WriteNext::done) << "no longer derived";
        gone.forget = true;
        begin({gone});
        const WriteStep step = after_looks(known({there}));
        ASSERT_EQ(step.next, WriteNext::send);
        EXPECT_EQ(body_of(step)["entry"][0]["resource"]["status"], "entered-in-error");
    }
}

TEST_F(Writing, WhatAPersonTookBackStaysTakenBack) {
    const json stored = as_stored(sent_observation(new_entry(progression())), "55", "1");
    json taken_back = as_stored(stored, "55", "3");
    taken_back["status"] = "entered-in-error";
    OutboxEntry signed_off = changed_entry(stored);
    signed_off.server_status = "final";
    begin({signed_off});
    EXPECT_EQ(after_looks(known({taken_back})).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::edited);
}

} // namespace
