// R6.2, R7.1: the site's table of normal limits, in the units of the results.
#include "mapping/definitions.hpp"
#include "mapping/endpoints/site_limits.hpp"
#include "tests/support/pipeline.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace embolink {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

SiteLimit row(const std::string& system, const std::string& code, const std::string& unit) {
    SiteLimit limit;
    limit.system = system;
    limit.code = code;
    limit.unit = unit;
    limit.low = parse_decimal("1");
    limit.high = parse_decimal("20");
    return limit;
}

CanonicalLimits canonical(const std::vector<SiteLimit>& table) {
    return canonical_site_limits(test::test_definitions().terminology, table);
}

TEST(SiteLimits, AreConvertedToTheUnitOfTheResults) {
    const auto found = canonical({row("http://loinc.org", "14631-6", "umol/L")});
    ASSERT_THAT(found.limits, SizeIs(1));
    EXPECT_EQ(found.limits[0].quantity, "bilirubin|");
    EXPECT_EQ(found.limits[0].unit, "mg/dL");
    EXPECT_TRUE(found.limits[0].converted);
    EXPECT_EQ(to_significant(*found.limits[0].high, 6), "1.1694"); // 20 x 0.05847
    EXPECT_EQ(to_significant(*found.limits[0].low, 6), "0.05847");
    EXPECT_THAT(found.issues, IsEmpty());
}

TEST(SiteLimits, SpellingsAndPowersOfTenNeedNoTolerance) {
    const auto found = canonical({row("", "1695-6", "mg/24h"), row("", "1751-7", "g/dL")});
    ASSERT_THAT(found.limits, SizeIs(2));
    EXPECT_EQ(found.limits[0].unit, "mg/(24.h)");
    EXPECT_FALSE(found.limits[0].converted);
    EXPECT_EQ(to_significant(*found.limits[1].high, 6), "200"); // g/L
    EXPECT_FALSE(found.limits[1].converted);
}

TEST(SiteLimits, TheSitesOwnCodesAreUnderstood) {
    SiteConfig site;
    site.codes = {{"urn:lab", "GPT", "ALT|"}};
    const auto terminology = test::test_definitions().terminology.with_site(site);
    const auto found = canonical_site_limits(terminology, {row("urn:lab", "GPT", "U/L")});
    ASSERT_THAT(found.limits, SizeIs(1));
    EXPECT_EQ(found.limits[0].quantity, "ALT|");
}

TEST(SiteLimits, WhatIsNotUnderstoodIsLeftOutWithAnIssue) {
    const auto found = canonical({row("http://loinc.org", "1742-6", "mg/dL"),
                                  row("http://elsewhere.org", "1742-6", "furlong"),
                                  row("http://loinc.org", "1742-6", "U/L")});
    EXPECT_THAT(found.limits, SizeIs(1));
    ASSERT_THAT(found.issues, SizeIs(3));
    EXPECT_EQ(found.issues[0].expression, "site.uln_tables[0].unit");
    EXPECT_EQ(found.issues[1].expression, "site.uln_tables[1].code");
    EXPECT_EQ(found.issues[1].severity, Severity::warning);
    EXPECT_EQ(found.issues[2].expression, "site.uln_tables[1].unit");
}

TEST(SiteLimits, AnUnknownCodeStandsForEveryQuantityOfItsUnit) {
    const auto found = canonical({row("urn:lab", "ALAT", "U/L")});
    const auto is_alt = [](const SiteLimit& limit) { return limit.quantity == "ALT|"; };
    EXPECT_EQ(std::ranges::count_if(found.limits, is_alt), 1);
    EXPECT_TRUE(std::ranges::none_of(
        found.limits, [](const SiteLimit& limit) { return limit.quantity == "platelets|"; }));
    EXPECT_THAT(found.issues, SizeIs(1));
}

} // namespace
} // namespace embolink
