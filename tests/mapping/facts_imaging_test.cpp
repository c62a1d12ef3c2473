// Imaging studies and imaging reports: region, technique, date (R4.1, R5.6, R9.2).

#include "tests/support/reading.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

using test::all;
using test::only;
using test::read;
using test::resource;

Imaging study(std::string_view more, std::string_view status = "available") {
    return only<Imaging>(
        read(resource("ImagingStudy",
                      R"("status": ")" + std::string{status} +
                          R"(", "started": "2020-01-27T09:00:00+01:00")" + std::string{more})));
}

TEST(ImagingReader, RegionsByCodeAndByWord) {
    EXPECT_EQ(
        study(
            R"(, "series": [{"bodySite": {"system": "http://snomed.info/sct", "code": "10200004"}}])")
            .region,
        ImagingRegion::liver_or_abdomen);
    EXPECT_EQ(
        study(
            R"(, "series": [{"bodySite": {"system": "http://snomed.info/sct", "code": "51185008", "display": "Thorax"}}])")
            .region,
        ImagingRegion::elsewhere);
    EXPECT_EQ(study(R"(, "description": "TDM thoraco-abdomino-pelvienne")").region,
              ImagingRegion::liver_or_abdomen);
    EXPECT_EQ(study(R"(, "description": "CT chest")").region, ImagingRegion::elsewhere);
    EXPECT_EQ(study(R"(, "description": "CT chest and abdomen")").region,
              ImagingRegion::liver_or_abdomen);
    EXPECT_EQ(study("").region, ImagingRegion::unstated);
}

TEST(ImagingReader, TechniquesByModality) {
    EXPECT_TRUE(
        study(
            R"(, "modality": [{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "CT"}])")
            .cross_sectional);
    EXPECT_TRUE(
        study(
            R"(, "series": [{"modality": {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "MR"}}])")
            .cross_sectional);
    EXPECT_FALSE(
        study(
            R"(, "modality": [{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "US"}])")
            .cross_sectional);
}

TEST(ImagingReader, StatusesAndContacts) {
    const auto facts =
        read(resource("ImagingStudy", R"("status": "available", "started": "2020-01-27")"));
    EXPECT_EQ(only<Contact>(facts).kind, "imaging");
    const auto candidate =
        read(resource("ImagingStudy", R"("status": "registered", "started": "2020-01-27")"));
    EXPECT_EQ(only<Imaging>(candidate).standing, Standing::candidate);
    EXPECT_TRUE(all<Contact>(candidate).empty());
    for (const char* status : {"cancelled", "entered-in-error", "unknown"}) {
        EXPECT_TRUE(
            read(resource("ImagingStudy",
                          std::string{R"("status": ")"} + status + R"(", "started": "2020-01-27")"))
                .facts.empty())
            << status;
    }
}

TEST(ImagingReader, AReportIsImagingByCategoryCodeStudyOrWord) {
    const auto reports = [](std::string_view more) {
        return all<Imaging>(
                   read(resource("DiagnosticReport",
                                 R"("status": "final", "effectiveDateTime": "2020-01-27", )" +
                                     std::string{more})))
            .size();
    };
    EXPECT_EQ(
        reports(
            R"("category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "RAD"}]}])"),
        1U);
    EXPECT_EQ(reports(R"("code": {"coding": [{"system": "http://loinc.org", "code": "41806-1"}]})"),
              1U);
    EXPECT_EQ(reports(R"("imagingStudy": [{"reference": "ImagingStudy/1"}])"), 1U);
    EXPECT_EQ(reports(R"("code": {"text": "IRM du foie"})"), 1U);
    EXPECT_EQ(
        reports(
            R"("category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB"}]}],
        "code": {"text": "Liver panel"})"),
        0U);
    EXPECT_EQ(reports(R"("code": {"text": "Liver function tests"})"), 0U);
}

TEST(ImagingReader, AppendedReportsStandAndReportsAreNoContacts) {
    const auto facts =
        read(resource("DiagnosticReport", R"("status": "appended", "issued": "2020-01-28T00:00:00Z",
        "effectivePeriod": {"start": "2020-01-27"}, "code": {"text": "CT abdomen"})"));
    const auto report = only<Imaging>(facts);
    EXPECT_TRUE(report.is_report);
    EXPECT_EQ(test::shown(report.date), "2020-01-27");
    EXPECT_EQ(report.region, ImagingRegion::liver_or_abdomen);
    EXPECT_TRUE(all<Contact>(facts).empty());
}

// R0.1: the calendar date is the hospital's.
TEST(ImagingReader, TheSitesZoneMovesTheDate) {
    const ZoneRule hour_east = [](std::int64_t utc) {
        return Date{std::chrono::floor<std::chrono::days>(
            std::chrono::sys_seconds{std::chrono::seconds{utc + 3600}})};
    };
    const auto facts = test::read_in_zone(
        resource("ImagingStudy", R"("status": "available", "started": "2020-01-27T23:30:00Z")"),
        hour_east);
    EXPECT_EQ(to_iso(only<Imaging>(facts).date->first), "2020-01-28");
}

} // namespace
} // namespace embolink
