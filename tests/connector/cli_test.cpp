// The program as its users meet it: exit codes, what stands on standard output and standard error,
// and that no name, birth date or identifier of a patient leaves the input.
#include "connector/core/about.hpp"
#include "tests/support/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace {

using embolink::test::Outcome;
using embolink::test::read_text;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class Program : public embolink::test::Program {
protected:
    void make_hospital() const {
        ASSERT_EQ(run("--quiet synth --scenario audit_12 --output h").code, 0);
    }
};

TEST_F(Program, VersionAndHelpAreOnStandardOutput) {
    const Outcome version = run("--version");
    EXPECT_EQ(version.code, 0);
    EXPECT_THAT(version.out, HasSubstr(embolink::software_version()));
    EXPECT_THAT(version.out, HasSubstr(std::string(embolink::intended_use_en)));
    EXPECT_THAT(version.out, HasSubstr(std::string(embolink::intended_use_fr)));
    for (const char* command :
         {"", "derive", "explain", "unmapped", "audit", "synth", "analyze", "validate"}) {
        const Outcome help = run(std::string(command) + " --help");
        EXPECT_EQ(help.code, 0) << command;
        EXPECT_THAT(help.out, HasSubstr("Example")) << command;
        EXPECT_EQ(help.err, "") << command;
    }
}

TEST_F(Program, WrongUsageIsTwo) {
    folder.file("a.ndjson", "");
    for (const char* arguments : {"",
                                  "frobnicate",
                                  "derive",
                                  "derive --input a.ndjson --as-of 2024-02-30",
                                  "derive --input a.ndjson --trial nope",
                                  "derive --input a.ndjson --format xml",
                                  "derive --input a.ndjson --format csv",
                                  "derive --input a.ndjson --json",
                                  "derive --input a.ndjson --site gone.json",
                                  "derive --input a.ndjson --definitions gone",
                                  "audit --output x",
                                  "audit --output x --input a.ndjson --timeline a.ndjson",
                                  "audit --config c.json --compare 1 2 --export",
                                  "explain 1 --input a.ndjson",
                                  "--log-level loud derive --input a.ndjson"}) {
        const Outcome outcome = run(arguments);
        EXPECT_EQ(outcome.code, 2) << arguments;
        EXPECT_EQ(outcome.out, "") << arguments;
        EXPECT_NE(outcome.err, "") << arguments;
    }
}

// What was wrong, where, and what to do next: as for every other error.
TEST_F(Program, WrongUsageIsNamedWithItsPlaceAndTheWayOut) {
    struct Case {
        const char* arguments;
        std::vector<std::string> said;
    };

    folder.file("a.ndjson", "");
    const std::string commands = "derive, explain, unmapped, audit, check, run, serve, status, "
                                 "subscriptions, release, analyze, validate, synth, sandbox";
    for (const Case& one : std::vector<Case>{
             {"", {"no command is given", commands}},
             {"bogus", {"\"bogus\"", commands}},
             {"bogus --input a.ndjson", {"\"bogus\"", commands}},
             {"--bogus", {"\"--bogus\"", commands}},
             {"derive --input a.ndjson --format xml",
              {"where: embolink derive --format", "xml", "ndjson", "csv"}},
             {"derive --input a.ndjson --bogus", {"\"--bogus\"", "where: embolink derive"}},
             {"derive --input", {"where: embolink derive --input", "PATH"}},
             {"synth --output h --patients 0",
              {"where: embolink synth --patients", "0", "from 1 to 10000000"}},
             {"synth --output h --seed x",
              {"where: embolink synth --seed", "\"x\"", "whole number"}},
             {"synth --output h --seed -1", {"where: embolink synth --seed", "\"-1\""}},
             {"synth", {"--output is missing", "where: embolink synth --output"}},
             {"explain --input a.ndjson",
              {"PATIENT is missing", "where: embolink explain PATIENT", "Patient/<id>"}},
             {"derive --input a.ndjson --log-level loud", {"--log-level", "loud", "debug"}}}) {
        const Outcome outcome = run(one.arguments);
        EXPECT_EQ(outcome.code, 2) << one.arguments;
        EXPECT_EQ(outcome.err.rfind("embolink: ", 0), 0u) << one.arguments;
        EXPECT_THAT(outcome.err, HasSubstr("  do: ")) << one.arguments;
        for (const std::string& words : one.said) {
            EXPECT_THAT(outcome.err, HasSubstr(words)) << one.arguments;
        }
    }
}

TEST_F(Program, UnreadableInputIsThreeAndSaysWhere) {
    folder.file("rubbish.ndjson", "name;birth date\nDupont;1950\n");
    folder.file("other.ndjson", "{\"param\": 1}\n");
    const Outcome missing = run("derive --input gone.ndjson");
    EXPECT_EQ(missing.code, 3);
    EXPECT_THAT(missing.err, HasSubstr("where: gone.ndjson"));
    EXPECT_THAT(missing.err, HasSubstr("do: "));
    const Outcome rubbish = run("derive --input rubbish.ndjson");
    EXPECT_EQ(rubbish.code, 3);
    EXPECT_THAT(rubbish.err, Not(HasSubstr("Dupont")));
    const Outcome other = run("audit --endpoints other.ndjson --output x");
    EXPECT_EQ(other.code, 3);
    EXPECT_THAT(other.err, HasSubstr("other.ndjson:1"));
}

TEST_F(Program, FaultsOfTheDataDoNotChangeTheExitCode) {
    make_hospital();
    std::ofstream(folder.path() / "h/resources/Observation.ndjson", std::ios::app) << "{cut";
    const Outcome outcome = run("derive --input h/resources --issues i.ndjson --output e.ndjson");
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(read_text(folder.path() / "i.ndjson"), HasSubstr("Observation.ndjson:"));
    EXPECT_THAT(outcome.err, HasSubstr("1 part of the input could not be read"));
}

TEST_F(Program, ResultsThatCannotBeWrittenAreFour) {
    make_hospital();
    EXPECT_EQ(run("--quiet derive --input h/resources --output gone/e.ndjson").code, 4);
    EXPECT_EQ(run("--quiet derive --input h/resources --output /dev/full").code, 4);
}

TEST_F(Program, AnInputWithoutCandidatesGivesNoRecordsAndSaysSo) {
    folder.file("a.ndjson", R"({"resourceType":"Patient","id":"1"})");
    const Outcome outcome = run("derive --input a.ndjson");
    EXPECT_EQ(outcome.code, 0);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr("0 candidates"));
    EXPECT_THAT(outcome.err, HasSubstr("no data cut"));
    EXPECT_THAT(outcome.err, Not(HasSubstr("1970")));
    const Outcome summary = run("derive --input a.ndjson --json --output e.ndjson");
    EXPECT_TRUE(json::parse(summary.out).at("as_of").is_null());
}

TEST_F(Program, AnAuditWithoutCandidatesSaysThatThereIsNothingToCompare) {
    folder.file("a.ndjson", R"({"resourceType":"Patient","id":"1"})");
    ASSERT_EQ(run("--quiet derive --input a.ndjson --output e.ndjson").code, 0);
    for (const char* given : {"--input a.ndjson", "--endpoints e.ndjson"}) {
        const Outcome audit = run(std::string("audit --output r ") + given);
        EXPECT_EQ(audit.code, 0) << given;
        const std::string page = read_text(folder.path() / "r/report.html");
        EXPECT_THAT(page, HasSubstr("no patient with an embolization")) << given;
        EXPECT_THAT(page, HasSubstr("no data cut")) << given;
        EXPECT_THAT(page, Not(HasSubstr("1970"))) << given;
        const json report = json::parse(read_text(folder.path() / "r/report.json"));
        EXPECT_TRUE(report["settings"]["as_of"].is_null()) << given;
        EXPECT_EQ(report["pfs_against_trial"][0]["decision"]["why_no_verdict"], "no-data-cut");
    }
    const Outcome cut = run("audit --output r --input a.ndjson --as-of 2024-12-31");
    EXPECT_EQ(cut.code, 0);
    EXPECT_THAT(read_text(folder.path() / "r/report.html"), HasSubstr("data cut 2024-12-31"));
}

TEST_F(Program, AnEmbolizationWithoutAnyDateHasNoCutEither) {
    folder.file("a.ndjson",
                R"({"resourceType":"Procedure","id":"1","status":"completed",)"
                R"("subject":{"reference":"Patient/1"},"code":{"coding":[{"system":)"
                R"("http://www.ama-assn.org/go/cpt","code":"37243"}]}})");
    const Outcome derived = run("derive --input a.ndjson --output e.ndjson");
    EXPECT_THAT(derived.err, HasSubstr("1 candidate "));
    EXPECT_THAT(read_text(folder.path() / "e.ndjson"), HasSubstr("date-imprecise"));
    EXPECT_THAT(read_text(folder.path() / "e.ndjson"), Not(HasSubstr("1970")));
    EXPECT_EQ(run("--quiet audit --endpoints e.ndjson --output r").code, 0);
    const std::string page = read_text(folder.path() / "r/report.html");
    EXPECT_THAT(page, HasSubstr("none is in the analysis set"));
    EXPECT_THAT(page, Not(HasSubstr("1970")));
    EXPECT_THAT(run("--quiet explain 1 --input a.ndjson").out, Not(HasSubstr("1970")));
}

TEST_F(Program, SummaryForProgramsIsJsonOnStandardOutput) {
    make_hospital();
    const Outcome outcome =
        run("derive --json --quiet --input h/resources --site h/site.json --output e.ndjson");
    ASSERT_EQ(outcome.code, 0);
    EXPECT_EQ(outcome.err, "");
    const json summary = json::parse(outcome.out);
    EXPECT_EQ(summary["included"], 12);
    EXPECT_EQ(summary["as_of"], "2022-01-05");
    EXPECT_EQ(summary["inputs"][0]["name"], "resources");
}

TEST_F(Program, AuditOfRecordsAndAuditOfResourcesGiveTheSameReport) {
    make_hospital();
    ASSERT_EQ(run("--quiet derive --input h/resources --site h/site.json --output e.ndjson "
                  "--timeline t.ndjson --issues i.ndjson")
                  .code,
              0);
    ASSERT_EQ(run("--quiet audit --endpoints e.ndjson --timeline t.ndjson --issues i.ndjson --site "
                  "h/site.json --output one")
                  .code,
              0);
    ASSERT_EQ(run("--quiet audit --input h/resources --site h/site.json --output two").code, 0);
    for (const char* name : {"endpoints.csv", "responses.csv", "patients.csv", "check.R"}) {
        EXPECT_EQ(read_text(folder.path() / "one" / name), read_text(folder.path() / "two" / name))
            << name;
    }
    json one = json::parse(read_text(folder.path() / "one/report.json"));
    json two = json::parse(read_text(folder.path() / "two/report.json"));
    EXPECT_EQ(one["r_check"], two["r_check"]);
    ASSERT_EQ(
        run("--quiet derive --format csv --input h/resources --site h/site.json --output csv").code,
        0);
    EXPECT_EQ(read_text(folder.path() / "csv/endpoints.csv"),
              read_text(folder.path() / "one/endpoints.csv"));
}

TEST_F(Program, AnExportNeedsASecretThatIsMadeOnceAndKept) {
    make_hospital();
    const std::string exported = "--quiet audit --input h/resources --site h/site.json --export ";
    const Outcome without = run(exported + "--output x");
    EXPECT_EQ(without.code, 2);
    EXPECT_THAT(without.err, HasSubstr("--export-key"));
    folder.file("short.key", "1234\n");
    EXPECT_EQ(run(exported + "--export-key short.key --output x").code, 2);
    ASSERT_EQ(run(exported + "--export-key export.key --output one").code, 0);
    const std::filesystem::path key = folder.path() / "export.key";
    const std::string secret = read_text(key);
    EXPECT_EQ(secret.size(), 65U);
    EXPECT_EQ(std::filesystem::status(key).permissions(), std::filesystem::perms(0600));
    ASSERT_EQ(run(exported + "--export-key export.key --output two").code, 0);
    EXPECT_EQ(read_text(key), secret);
    const std::string told = read_text(folder.path() / "one/export.json");
    EXPECT_EQ(read_text(folder.path() / "two/export.json"), told);
    EXPECT_THAT(told, Not(HasSubstr(secret.substr(0, 64))));
}

TEST_F(Program, ExplainTellsOnePatientsChain) {
    make_hospital();
    const Outcome derived = run("--quiet derive --input h/resources --site h/site.json");
    const json first = json::parse(derived.out.substr(0, derived.out.find('\n')));
    const std::string patient = first["patient"];
    const Outcome words =
        run("--quiet explain " + patient + " --input h/resources --site h/site.json");
    EXPECT_EQ(words.code, 0);
    EXPECT_THAT(words.out, HasSubstr(patient));
    EXPECT_THAT(words.out, HasSubstr("R3.1"));
    const Outcome unknown = run("--quiet explain nobody --input h/resources --site h/site.json");
    EXPECT_EQ(unknown.code, 2);
    EXPECT_THAT(unknown.err, HasSubstr("no record"));
}

// A record's chain holds what its own rules looked at, taken or set aside, and nothing else.
TEST_F(Program, ExplainOfOneRecordTellsOnlyFactsOfItsConcern) {
    make_hospital();
    ASSERT_EQ(run("--quiet derive --input h/resources --site h/site.json --output e.ndjson "
                  "--timeline t.ndjson")
                  .code,
              0);
    std::ifstream timeline(folder.path() / "t.ndjson");
    std::map<std::string, std::set<std::string>> set_aside; // kinds by patient
    for (std::string line; std::getline(timeline, line);) {
        const json entry = json::parse(line);
        if (entry.contains("set_aside_because")) {
            set_aside[entry["patient"]].insert(entry["kind"]);
        }
    }
    std::set<std::string> told;
    const std::map<std::string, std::set<std::string>> concern = {
        {"PFS", {"session", "assessment", "therapy", "death"}},
        {"OS", {"session", "contact", "death"}},
        {"TOX3", {"session", "toxicity"}},
        {"BASE-CGA", {"session", "marker"}}};
    int patients = 0;
    for (const auto& [patient, kinds] : set_aside) {
        if (kinds.size() < 2 || kinds.count("assessment") == 0 || ++patients > 2) {
            continue;
        }
        for (const auto& [param, own] : concern) {
            const json chain = json::parse(run("--json --quiet explain " + patient + " --param " +
                                               param + " --input h/resources --site h/site.json")
                                               .out);
            for (const json& entry : chain["timeline"]) {
                EXPECT_TRUE(own.count(entry["kind"]) == 1) << param << " " << entry;
                told.insert(param + (entry.contains("set_aside_because") ? " set aside" : ""));
            }
        }
    }
    EXPECT_EQ(told.count("PFS set aside"), 1u);
    EXPECT_EQ(told.count("PFS"), 1u);
}

TEST_F(Program, AnOptOutByIdentifierLeavesNoRecord) {
    make_hospital();
    std::ifstream patients(folder.path() / "h/resources/Patient.ndjson");
    std::string line;
    std::getline(patients, line);
    const json patient = json::parse(line);
    const std::string reference = "Patient/" + patient["id"].get<std::string>();
    const std::string token = patient["identifier"][0]["system"].get<std::string>() + "|" +
                              patient["identifier"][0]["value"].get<std::string>();
    json site = json::parse(read_text(folder.path() / "h/site.json"));
    const Outcome before = run("--quiet derive --input h/resources --site h/site.json");
    EXPECT_THAT(before.out, HasSubstr("\"" + reference + "\""));
    site["opt_out"] = {token};
    folder.file("h/opted.json", site.dump());
    const Outcome after = run("derive --json --input h/resources --site h/opted.json --output e");
    ASSERT_EQ(after.code, 0);
    EXPECT_EQ(read_text(folder.path() / "e").find("\"" + reference + "\""), std::string::npos);
    EXPECT_EQ(json::parse(after.out)["opted_out"], 1);
}

// What the Patient resources say of a person beyond the id, sex and the fact of death.
std::set<std::string> private_words(const std::filesystem::path& file) {
    std::set<std::string> words;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const json patient = json::parse(line);
        for (const json& name : patient.value("name", json::array())) {
            words.insert(name.value("family", ""));
            for (const json& given : name.value("given", json::array())) {
                words.insert(given.get<std::string>());
            }
        }
        for (const json& identifier : patient.value("identifier", json::array())) {
            words.insert(identifier.value("value", ""));
        }
        words.insert(patient.value("birthDate", ""));
    }
    words.erase("");
    return words;
}

TEST_F(Program, NoNameBirthDateOrIdentifierLeavesTheInput) {
    make_hospital();
    const Outcome derived =
        run("--log-level debug derive --input h/resources --site h/site.json --output e.ndjson "
            "--timeline t.ndjson --issues i.ndjson");
    ASSERT_EQ(derived.code, 0);
    const Outcome audited = run("--log-level debug audit --endpoints e.ndjson --timeline t.ndjson "
                                "--issues i.ndjson --site h/site.json --output a");
    ASSERT_EQ(audited.code, 0);
    std::string everything = derived.out + derived.err + audited.out + audited.err;
    for (const char* name : {"e.ndjson",
                             "t.ndjson",
                             "i.ndjson",
                             "a/report.html",
                             "a/report.json",
                             "a/endpoints.csv",
                             "a/responses.csv",
                             "a/patients.csv"}) {
        everything += read_text(folder.path() / name);
    }
    const std::set<std::string> words = private_words(folder.path() / "h/resources/Patient.ndjson");
    EXPECT_GT(words.size(), 20u);
    for (const std::string& word : words) {
        EXPECT_EQ(everything.find(word), std::string::npos) << word;
    }
}

} // namespace
