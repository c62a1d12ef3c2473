// What servers refuse: what waits, what is tried again, and what is said of it.
#include "connector/write_back/refusal.hpp"
#include "tests/connector/write_back_play.hpp"

namespace {

using namespace embolink;
using namespace embolink::test;
using testing::HasSubstr;
using testing::Not;

const json no = {{"resourceType", "OperationOutcome"}};

TEST(Refusal, SpeaksOfTheContentOnlyWhereItSaysSo) {
    for (const int status : {401, 403, 404, 405, 408, 413, 421, 423, 425, 429, 500, 501, 503}) {
        EXPECT_EQ(refusal_of(status), Refusal::later) << status;
    }
    for (const int status : {400, 406, 415, 422}) {
        EXPECT_EQ(refusal_of(status), Refusal::of_content) << status;
    }
    for (const int status : {409, 410, 412}) {
        EXPECT_EQ(refusal_of(status), Refusal::conflict) << status;
    }
}

TEST_F(Writing, TriesAgainWhatWasRefusedOnTheWay) {
    for (const int status : {403, 404, 408, 423, 425, 429}) {
        begin({new_entry(progression())});
        after_looks({answer(200, searchset({}))});
        EXPECT_EQ(writer->answered(answer(status, no)).next, WriteNext::done);
        EXPECT_EQ(entry().state, OutboxState::pending) << status;
        ASSERT_EQ(writer->counts().put_off.size(), 1u) << status;
        EXPECT_THAT(writer->counts().put_off.begin()->first, HasSubstr(std::to_string(status)));
        // ... and of a single entry of a transaction.
        begin({new_entry(progression())});
        after_looks({answer(200, searchset({}))});
        const json refused = {{"response", {{"status", std::to_string(status)}}}};
        writer->answered(answer(200, response({refused, refused})));
        EXPECT_EQ(entry().state, OutboxState::pending) << status;
        EXPECT_EQ(writer->counts().put_off.size(), 1u) << status;
    }
    begin({new_entry(progression())});
    after_looks({answer(200, searchset({}))});
    writer->answered(answer(422, no));
    EXPECT_EQ(entry().state, OutboxState::refused);
    EXPECT_EQ(entry().refused_on, frame.today);
    EXPECT_EQ(entry().refused_by, frame.software_version);
    EXPECT_TRUE(writer->counts().put_off.empty()) << "sending again mends nothing";
}

TEST_F(Writing, SendsOneByOneWhatIsTooLargeTogether) {
    begin({new_entry(progression()), new_entry(record_of("OS", Event{"death"}))});
    after_looks({answer(200, searchset({})), answer(200, searchset({}))});
    const WriteStep step = writer->answered(answer(413, no));
    ASSERT_EQ(step.next, WriteNext::send);
    EXPECT_EQ(body_of(step)["entry"].size(), 2u) << "one outcome and its Provenance";
}

TEST_F(Writing, AServerInTroubleSaysNothingOfThePatient) {
    for (const int status : {403, 500, 503}) {
        begin({new_entry(progression())});
        writer->start();
        EXPECT_EQ(writer->answered(answer(status, no)).next, WriteNext::done);
        EXPECT_EQ(entry().state, OutboxState::pending) << status;
        EXPECT_EQ(writer->counts().put_off.size(), 1u);
    }
    for (const int status : {404, 410}) {
        begin({new_entry(progression())});
        writer->start();
        writer->answered(answer(status, no));
        EXPECT_EQ(entry().state, OutboxState::subject_changed) << status;
    }
}

TEST_F(Writing, SaysAllThatASearchOfObservationsMayHaveToSay) {
    begin({new_entry(progression())});
    writer->start();
    WriteStep step = writer->answered(answer(200, patient));
    EXPECT_THAT(step.request.url, Not(HasSubstr("category=")));
    step = writer->answered(answer(400, no));
    EXPECT_THAT(step.request.url, HasSubstr("derived-audit"));
    EXPECT_THAT(step.request.url, Not(HasSubstr("patient=")));
    step = writer->answered(answer(400, no));
    EXPECT_THAT(step.request.url, HasSubstr("derived-audit"));
    EXPECT_THAT(step.request.url, HasSubstr("patient=Patient"));
    EXPECT_EQ(writer->answered(answer(200, searchset({}))).next, WriteNext::send);
    EXPECT_EQ(writer->look_form(), LookForm::of_patient);

    WriteJob next = job_of({new_entry(progression())});
    next.look = writer->look_form();
    writer = std::make_unique<ChainWriter>(frame, next, false);
    writer->start();
    step = writer->answered(answer(200, patient));
    EXPECT_THAT(step.request.url, HasSubstr("patient=Patient")) << "learned once";
    EXPECT_EQ(writer->answered(answer(400, no)).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::pending);
    EXPECT_EQ(writer->counts().put_off.size(), 1u);
}

} // namespace
