// Every encoding of a response that the definitions know (terminology 2.4), one row each.

#include "tests/support/reading.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

using test::all;
using test::only;
using test::read;
using test::resource;

constexpr const char* ncit = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl";
constexpr const char* snomed = "http://snomed.info/sct";
constexpr const char* dicom = "http://dicom.nema.org/resources/ontology/DCM";
constexpr const char* loinc = "http://loinc.org";
constexpr auto CR = ResponseCategory::complete_response;
constexpr auto PR = ResponseCategory::partial_response;
constexpr auto SD = ResponseCategory::stable_disease;
constexpr auto PD = ResponseCategory::progressive_disease;
constexpr auto NE = ResponseCategory::not_evaluable;
constexpr auto improved = ResponseCategory::unspecified_response;
constexpr auto structured = AssessmentKind::structured_recist;
constexpr auto trend = AssessmentKind::trend;

std::string coding(const std::string& system, const std::string& code) {
    return R"({"system": ")" + system + R"(", "code": ")" + code + R"("})";
}

// The code of the Observation, its value and what they mean.
struct Encoding {
    const char* system;
    const char* code;
    const char* value_system;
    const char* value;
    ResponseCategory category;
    AssessmentKind kind;
};

ResourceFacts observation(const Encoding& encoding) {
    return read(resource("Observation",
                         R"("status": "final", "effectiveDateTime": "2020-05-08",
        "code": {"coding": [)" +
                             coding(encoding.system, encoding.code) +
                             R"(]}, "valueCodeableConcept": {"coding": [)" +
                             coding(encoding.value_system, encoding.value) + "]}"));
}

class ResponseEncoding : public testing::TestWithParam<Encoding> {};

TEST_P(ResponseEncoding, R4_2_IsUnderstood) {
    const Encoding& encoding = GetParam();
    const auto assessment = only<Assessment>(observation(encoding));
    EXPECT_EQ(assessment.category, encoding.category);
    EXPECT_EQ(assessment.kind, encoding.kind);
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ResponseEncoding,
    testing::Values(
        // RECIST and iRECIST under NCIt's overall response and under a DICOM code
        Encoding{ncit, "C96613", ncit, "C159715", CR, structured},
        Encoding{ncit, "C96613", ncit, "C159547", PR, structured},
        Encoding{ncit, "C96613", ncit, "C159546", SD, structured},
        Encoding{ncit, "C96613", ncit, "C159716", PD, structured},
        Encoding{ncit, "C96613", ncit, "C4870", CR, structured},
        Encoding{ncit, "C96613", ncit, "C18058", PR, structured},
        Encoding{ncit, "C96613", ncit, "C35571", PD, structured},
        Encoding{ncit, "C96613", ncit, "C62222", NE, structured},
        Encoding{ncit, "C96613", ncit, "C142357", CR, structured},
        Encoding{ncit, "C96613", ncit, "C142358", PR, structured},
        Encoding{ncit, "C96613", ncit, "C142359", SD, structured},
        Encoding{ncit, "C96613", ncit, "C142360", PD, structured},
        Encoding{ncit, "C96613", ncit, "C142356", PD, structured},
        Encoding{dicom, "112048", ncit, "C159546", SD, structured},
        Encoding{dicom, "112048", dicom, "112041", CR, structured},
        Encoding{dicom, "112048", dicom, "112042", PR, structured},
        Encoding{dicom, "112048", dicom, "112043", PD, structured},
        Encoding{dicom, "112048", dicom, "112044", SD, structured},
        Encoding{dicom, "112048", dicom, "112045", CR, structured},
        Encoding{dicom, "112048", dicom, "112046", SD, structured},
        Encoding{dicom, "112048", dicom, "112047", PD, structured},
        // mCODE disease status, STU4 and STU1
        Encoding{loinc, "97509-4", snomed, "268910001", improved, trend},
        Encoding{loinc, "97509-4", snomed, "359746009", SD, trend},
        Encoding{loinc, "97509-4", snomed, "271299001", PD, trend},
        Encoding{loinc, "97509-4", snomed, "709137006", NE, trend},
        Encoding{loinc, "97509-4", snomed, "550991000124107", CR, trend},
        Encoding{loinc, "97509-4", snomed, "551001000124108", PR, trend},
        Encoding{loinc, "97509-4", snomed, "103338009", CR, trend},
        Encoding{loinc, "97509-4", snomed, "103337004", PR, trend},
        Encoding{loinc, "88040-1", snomed, "268910001", improved, trend},
        Encoding{loinc, "88040-1", snomed, "271299001", PD, trend},
        // MII and oBDS: overall clinical judgement (R4.3)
        Encoding{loinc, "21976-6", snomed, "419835002", PD, trend},
        Encoding{snomed, "396432002", snomed, "260388006", SD, trend},
        Encoding{snomed, "396432002", snomed, "550991000124107", CR, trend},
        Encoding{snomed, "396432002", snomed, "551001000124108", PR, trend},
        Encoding{snomed, "396432002", snomed, "84190002", improved, trend},
        Encoding{snomed, "396432002", snomed, "1259237005", PD, trend}),
    [](const auto& test) {
        std::string name = std::string(test.param.code) + "_" + test.param.value;
        for (char& c : name) {
            c = c == '-' ? '_' : c;
        }
        return name;
    });

// RECIST 1.1, table 1: target and other lesions in one value.
TEST(LesionResponses, TogetherTheyAreTheOverallResponse) {
    const auto both = [](const char* target, const char* other) {
        return all<Assessment>(read(
            resource("Observation",
                     R"("status": "final", "effectiveDateTime": "2020-05-08",
            "code": {"coding": [)" +
                         coding(dicom, "112048") + R"(]}, "valueCodeableConcept": {"coding": [)" +
                         coding(dicom, target) + ", " + coding(dicom, other) + "]}")));
    };
    EXPECT_EQ(both("112041", "112045").front().category, CR);
    EXPECT_EQ(both("112041", "112046").front().category, PR);
    EXPECT_EQ(both("112041", "112047").front().category, PD);
    EXPECT_EQ(both("112042", "112045").front().category, PR);
    EXPECT_EQ(both("112042", "112046").front().category, PR);
    EXPECT_EQ(both("112043", "112045").front().category, PD);
    EXPECT_EQ(both("112044", "112045").front().category, SD);
    EXPECT_EQ(both("112044", "112047").front().category, PD);
    EXPECT_TRUE(both("112041", "112043").empty()) << "two words for the target lesions";
}

} // namespace
} // namespace embolink
