// What a server shows that FHIR does not allow, or that says nothing of who the patient is: it must
// not end the write-back, nor hold it.
#include "connector/store/trim.hpp"
#include "connector/write_back/identity.hpp"
#include "tests/connector/write_back_play.hpp"

namespace {

using namespace embolink;
using namespace embolink::test;

const std::vector<json> odd_identifiers = {
    7,
    nullptr,
    "77",
    json::array({nullptr, 7, "x", json::array(), {{"system", nullptr}, {"value", 77}}})};

TEST_F(Writing, AnOddIdentifierOfThePatientEndsNothing) {
    for (const json& odd : odd_identifiers) {
        json other = patient;
        other["identifier"] = odd;
        WriteJob job = job_of({new_entry(progression())});
        job.patients = {patient_resource(other)};
        writer = std::make_unique<ChainWriter>(frame, job, false);
        writer->start();
        EXPECT_EQ(writer->answered(answer(200, other)).next, WriteNext::ask) << odd;
        // ... and another one is still another person.
        writer = std::make_unique<ChainWriter>(frame, job, false);
        writer->start();
        EXPECT_EQ(writer->answered(answer(200, patient)).next, WriteNext::done) << odd;
        EXPECT_EQ(entry().state, OutboxState::subject_changed);
    }
}

TEST_F(OtherTarget, OddIdentifiersAndIdsOfTheTargetEndNothing) {
    for (const json& odd : odd_identifiers) {
        json other = on_target;
        other["id"] = 9;
        other["identifier"] = odd;
        begin({new_entry(progression())});
        after_patients({other, on_target, {{"resourceType", 3}}});
        EXPECT_EQ(writer->answered(answer(200, searchset({other}))).next, WriteNext::send) << odd;
    }
    WriteJob job = job_of({new_entry(progression())});
    json with_number = patient;
    with_number["identifier"] = {{{"system", "urn:mrn"}, {"value", 77}}};
    job.patients = {patient_resource(with_number)};
    writer = std::make_unique<ChainWriter>(frame, job, false);
    writer->start();
    EXPECT_EQ(writer->answered(answer(200, with_number)).next, WriteNext::done);
    EXPECT_EQ(entry().state, OutboxState::no_target_patient);
}

// The store keeps no display of a link (privacy); the server still shows it.
TEST_F(Writing, TheDisplayOfALinkIsNoChangeOfThePatient) {
    json linked = patient;
    linked["link"] = {
        {{"type", "seealso"}, {"other", {{"reference", "Patient/2"}, {"display", "Doe, Jane"}}}}};
    WriteJob job = job_of({new_entry(progression())});
    job.patients = {patient_resource(trim_for_store(linked))};
    writer = std::make_unique<ChainWriter>(frame, job, false);
    writer->start();
    EXPECT_EQ(writer->answered(answer(200, linked)).next, WriteNext::ask);
    for (const auto& [pointer, value] : {std::pair{"/link/0/other/reference", "Patient/3"},
                                         std::pair{"/link/0/type", "replaced-by"}}) {
        json other = linked;
        other[json::json_pointer(pointer)] = value;
        EXPECT_NE(identity_hash(other), identity_hash(linked)) << pointer;
    }
}

} // namespace
