// The configuration of a pass: every fault at once, secrets by reference, paths beside the file.
#include "connector/core/config.hpp"
#include "connector/core/error.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace {

using namespace embolink;
using testing::HasSubstr;

const std::string least =
    R"({"source": {"base_url": "http://127.0.0.1:1/fhir/"}, "store": {"sqlite": "s.sqlite"}})";

Config parsed(const std::string& text) {
    return parse_config(text, "/etc/embolink", "config.json");
}

std::string refusal(const std::string& text) {
    try {
        parsed(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::config);
        return std::string(error.what()) + "\n" + error.where();
    }
    return "accepted";
}

TEST(Config, NeedsOnlyAServerAndAStore) {
    const Config config = parsed(least);
    EXPECT_EQ(config.source.name, "ehr");
    EXPECT_EQ(config.source.server.base_url, "http://127.0.0.1:1/fhir") << "one slash less";
    EXPECT_EQ(config.target.server.base_url, config.source.server.base_url);
    EXPECT_TRUE(config.target.same_as_source);
    EXPECT_EQ(config.store, "/etc/embolink/s.sqlite");
    EXPECT_EQ(config.write_back.mode, WriteMode::dry_run) << "nothing is written by default";
    EXPECT_EQ(config.source.parallel, 4);
    EXPECT_TRUE(config.audit_directory.empty());
}

TEST(Config, TheReportIsInALanguageThatThereIs) {
    std::string text = least;
    text.insert(1, R"("audit": {"directory": "a"}, )");
    EXPECT_EQ(parsed(text).audit_language, "en");
    text = least;
    text.insert(1, R"("audit": {"directory": "a", "language": "fr"}, )");
    EXPECT_EQ(parsed(text).audit_language, "fr");
    text = least;
    text.insert(1, R"("audit": {"directory": "a", "language": "de"}, )");
    EXPECT_THAT(refusal(text), HasSubstr("/audit/language"));
}

TEST(Config, DecisionsOfReadersLieBesideIt) {
    EXPECT_TRUE(parsed(least).adjudications.empty());
    std::string text = least;
    text.insert(1, R"("adjudications": "decisions.csv", )");
    EXPECT_EQ(parsed(text).adjudications, "/etc/embolink/decisions.csv");
}

TEST(Config, NamesEveryFaultAtOnce) {
    const std::string text = refusal(R"({
        "source": {"base_url": "ftp://x", "paralel": 2, "overlap": "5 minutes", "parallel": 0},
        "write_back": {"mode": "yes"},
        "cohort": {"seed": "file"},
        "extra": 1})");
    EXPECT_THAT(text, HasSubstr("/source/base_url: "));
    EXPECT_THAT(text, HasSubstr("/source/paralel"));
    EXPECT_THAT(text, HasSubstr("/source/overlap: "));
    EXPECT_THAT(text, HasSubstr("/source/parallel: "));
    EXPECT_THAT(text, HasSubstr("/write_back/mode: "));
    EXPECT_THAT(text, HasSubstr("/cohort/file: "));
    EXPECT_THAT(text, HasSubstr("/store: "));
    EXPECT_THAT(text, HasSubstr("/extra"));
}

TEST(Config, RefusesASecretThatIsWrittenOut) {
    const std::string text = refusal(
        R"({"source": {"base_url": "https://e/f", "auth": {"kind": "bearer", "token": "s3cret"}},
            "store": {"sqlite": "s"}})");
    EXPECT_THAT(text, HasSubstr("/source/auth/token"));
    EXPECT_THAT(text, testing::Not(HasSubstr("s3cret")));
}

TEST(Config, RefusesUserAndQueryInABaseUrl) {
    for (const char* url : {"https://user:pw@e/f", "https://e/f?x=1", "e/f"}) {
        EXPECT_THAT(refusal(R"({"source": {"base_url": ")" + std::string(url) +
                            R"("}, "store": {"sqlite": "s"}})"),
                    HasSubstr("/source/base_url"))
            << url;
    }
}

TEST(Config, AsksForThePatientIdentifierOfAnotherTarget) {
    const std::string head =
        R"({"source": {"base_url": "https://e/f"}, "store": {"sqlite": "s"}, "target": )";
    EXPECT_THAT(refusal(head + R"({"base_url": "https://other/f"}})"),
                HasSubstr("/target/patient_identifier"));
    EXPECT_THAT(refusal(head + R"({"base_url": "https://e/f/", "patient_identifier": "x"}})"),
                HasSubstr("/target/base_url"));
    const Config config =
        parsed(head + R"({"base_url": "https://other/f", "patient_identifier": "urn:mrn"}})");
    EXPECT_FALSE(config.target.same_as_source);
    EXPECT_EQ(config.target.server.base_url, "https://other/f");
}

TEST(Config, ReadsSecretsWhereTheyStand) {
    const test::TempFolder folder;
    std::ofstream(folder.path() / "token") << "abc\n";
    AuthConfig auth;
    auth.kind = AuthKind::bearer;
    auth.token.file = folder.path() / "token";
    EXPECT_EQ(authorization(auth), "Bearer abc");
    std::ofstream(folder.path() / "token") << "renewed";
    EXPECT_EQ(authorization(auth), "Bearer renewed");
    std::ofstream(folder.path() / "token") << " \n";
    EXPECT_THROW(authorization(auth), Error);

    AuthConfig basic;
    basic.kind = AuthKind::basic;
    basic.user = "Aladdin";
    basic.password.environment = "EMBOLINK_TEST_PASSWORD";
    EXPECT_THROW(authorization(basic), Error);
    setenv("EMBOLINK_TEST_PASSWORD", "open sesame", 1);
    EXPECT_EQ(authorization(basic), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") << "RFC 7617 section 2";
}

TEST(Config, ReportsFaultsOfTheSitePartWithTheOthers) {
    EXPECT_THAT(refusal(R"({"source": {"base_url": "https://e/f"}, "store": {"sqlite": "s"},
                            "site": {"time_zone": "Mars/Olympus"}})"),
                HasSubstr("/time_zone"));
}

TEST(Config, TheExampleIsAccepted) {
    const Config config =
        load_config(std::string(EMBOLINK_SOURCE_DIR) + "/deploy/config.example.json");
    EXPECT_FALSE(config.target.same_as_source);
    EXPECT_EQ(config.write_back.mode, WriteMode::dry_run);
    EXPECT_EQ(config.site.config.time_zone, "Europe/Paris");
    // What the example shows as defaults are the defaults.
    const Config defaults = parsed(least);
    EXPECT_EQ(config.source.parallel, defaults.source.parallel);
    EXPECT_EQ(config.source.page_size, defaults.source.page_size);
    EXPECT_EQ(config.source.overlap, defaults.source.overlap);
    EXPECT_EQ(config.source.full_pull, defaults.source.full_pull);
    EXPECT_EQ(config.write_back.censoring_move_days, defaults.write_back.censoring_move_days);
}

} // namespace
