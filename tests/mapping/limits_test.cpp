// R6.2: which of a result's own ranges is the patient's.
#include "mapping/endpoints/limits.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>

namespace embolink::testing {
namespace {

// ALT 201 on day 5: grade 3 above a limit of 40.
TinyPatient with_ranges(std::vector<PartialRange> ranges) {
    TinyPatient patient;
    patient.lab(5, "ALT", "201").partial_ranges = std::move(ranges);
    return patient;
}

PartialRange range(const char* sex, const char* from, const char* to, const char* high) {
    PartialRange one;
    one.sex = sex;
    one.from_years = *from == 0 ? std::nullopt : parse_decimal(from);
    one.to_years = *to == 0 ? std::nullopt : parse_decimal(to);
    one.high = parse_decimal(high);
    return one;
}

std::string tox3(const TinyPatient& patient) {
    return summary(patient.tox3());
}

TEST(OwnRange, R6_2_OfThePatientsSex) {
    auto patient = with_ranges({range("male", "", "", "50"), range("female", "", "", "40")});
    EXPECT_EQ(tox3(patient), "not-evaluable no-safety-data") << "sex unknown";
    patient.timeline.person->sex = "female";
    EXPECT_EQ(tox3(patient), "value true");
    patient.timeline.person->sex = "male";
    EXPECT_EQ(tox3(patient), "value false");
}

TEST(OwnRange, R6_2_OfThePatientsAgeInCompletedYears) {
    auto patient = with_ranges({range("", "18", "60", "40"), range("", "61", "", "50")});
    EXPECT_EQ(tox3(patient), "not-evaluable no-safety-data") << "birth unknown";
    const auto born = [&](const char* iso) {
        const auto date = *date_from_iso(iso);
        patient.timeline.person->birth = PartialDate{Precision::day, date, date, std::nullopt};
        return tox3(patient);
    };
    EXPECT_EQ(born("1959-03-16"), "value true");  // 60 until the day after the result
    EXPECT_EQ(born("1959-03-15"), "value false"); // 61 on the day of the result, 2020-03-15
    EXPECT_EQ(born("2003-01-01"), "not-evaluable no-safety-data");
    patient.timeline.person->birth = in_month(1959, 3);
    EXPECT_EQ(tox3(patient), "not-evaluable no-safety-data");
}

TEST(OwnRange, R6_2_TheFirstYearOfLifeIsAnAge) {
    auto patient = with_ranges({range("", "0", "17", "40")});
    patient.timeline.person->birth = on(-100);
    EXPECT_EQ(tox3(patient), "value true");
    patient.timeline.person->birth = on(6); // the day after the result
    EXPECT_EQ(tox3(patient), "not-evaluable no-safety-data");
}

TEST(OwnRange, R6_2_AnAgeThatIsOpenToOneSideIsMoreSpecificThanNone) {
    for (const auto& [from, to] : {std::pair{"18", ""}, {"", "99"}}) {
        auto patient = with_ranges({range("", "", "", "50"), range("", from, to, "40")});
        patient.timeline.person->birth = on(-20000);
        EXPECT_EQ(tox3(patient), "value true");
    }
}

TEST(OwnRange, R6_2_TheMoreSpecificOne) {
    auto patient = with_ranges({range("", "", "", "50"), range("female", "", "", "40")});
    EXPECT_EQ(tox3(patient), "value false");
    patient.timeline.person->sex = "female";
    EXPECT_EQ(tox3(patient), "value true");
}

TEST(OwnRange, R6_2_TwoOfOneKindThatDifferAreNone) {
    auto patient = with_ranges({range("female", "", "", "40"), range("female", "", "", "50")});
    patient.timeline.person->sex = "female";
    EXPECT_EQ(tox3(patient), "not-evaluable no-safety-data");
    patient.timeline.labs.front().partial_ranges.back().high = parse_decimal("40.0");
    EXPECT_EQ(tox3(patient), "value true");
}

TEST(OwnRange, R9_6_ThePatientIsASourceThen) {
    auto patient = with_ranges({range("female", "", "", "40")});
    patient.timeline.person->sex = "female";
    const auto sources = patient.tox3().sources;
    EXPECT_THAT(sources,
                ::testing::Contains(::testing::Field(&RecordSource::reference, "Patient/p")));
}

TEST(OwnRange, R6_2_TheSitesTableWhereNoneIsThePatients) {
    auto patient = with_ranges({range("male", "", "", "50")});
    patient.timeline.person->sex = "female";
    auto& alt = patient.timeline.labs.front();
    alt.unit = "U/L";
    alt.limit_keys = {"|1742-6"};
    patient.site.limits = {
        {"", "1742-6", "U/L", "", std::nullopt, parse_decimal("40"), "ALT|", false}};
    EXPECT_EQ(tox3(patient), "value true");
}

// 100 is below a lower limit of 150: grade 1.
TEST(OwnRange, R6_2_TheSitesTableGivesTheOneLimitThatTheResultDoesNot) {
    TinyPatient patient;
    auto& platelets = patient.lab(5, "platelets", "100");
    platelets.unit = ctcae().lab_for("platelets")->unit;
    platelets.upper_limit = parse_decimal("400");
    platelets.limit_keys = {"|777-3"};
    const auto graded = [&] { return summary(patient.record("TOX-ULN")); };
    EXPECT_EQ(graded(), "not-evaluable no-safety-data");
    patient.site.limits = {{"",
                            "777-3",
                            platelets.unit,
                            "",
                            parse_decimal("150"),
                            parse_decimal("300"),
                            "platelets|",
                            false}};
    EXPECT_EQ(graded(), "value 1 [term:platelets-decreased]");
}

} // namespace
} // namespace embolink::testing
