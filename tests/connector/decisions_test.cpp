// Readers' decisions from file to record: the list that goes out, spreadsheets of every kind that
// come back, and the program in between.
#include "connector/cli/candidates_file.hpp"
#include "connector/cli/command.hpp"
#include "connector/core/error.hpp"
#include "connector/pull/csv_rows.hpp"
#include "connector/pull/decision_file.hpp"
#include "connector/pull/pass_setup.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace embolink::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> cells(const CsvTable& table, std::size_t row) {
    return table.rows.at(row).cells;
}

TEST(CsvRows, CommasSemicolonsTabsAndExcelsFirstLine) {
    EXPECT_THAT(cells(parse_csv("a,b\n1,2\n"), 1), ElementsAre("1", "2"));
    EXPECT_THAT(cells(parse_csv("a;b\r\n1,5;2\r\n"), 1), ElementsAre("1,5", "2"));
    EXPECT_THAT(cells(parse_csv("a\tb\n1\t2"), 1), ElementsAre("1", "2"));
    const auto table = parse_csv("sep=;\na;b\n1;2\n");
    EXPECT_THAT(cells(table, 0), ElementsAre("a", "b"));
    EXPECT_EQ(table.rows[0].line, 2U);
}

TEST(CsvRows, QuotedCellsKeepWhatTheyHold) {
    const auto table = parse_csv("a,b\n\"x \"\"y\"\"\nz, w\",2\n\n,,\n3,\n");
    EXPECT_THAT(cells(table, 1), ElementsAre("x \"y\"\nz, w", "2"));
    EXPECT_EQ(table.rows[1].line, 2U);
    ASSERT_THAT(table.rows, SizeIs(3)) << "empty lines are no rows";
    EXPECT_EQ(table.rows[2].line, 6U);
    EXPECT_THAT(cells(table, 2), ElementsAre("3", ""));
}

TEST(CsvRows, AFaultCostsItsRow) {
    const auto table = parse_csv("a,b\n1,x\"y\n3,4\n");
    ASSERT_THAT(table.faults, SizeIs(1));
    EXPECT_EQ(table.faults[0].line, 2U);
    EXPECT_THAT(cells(table, 1), ElementsAre("3", "4"));
    const auto open = parse_csv("a,b\n1,2\n3,\"4\n5,6\n");
    ASSERT_THAT(open.faults, SizeIs(1));
    EXPECT_EQ(open.faults[0].line, 3U);
    EXPECT_THAT(open.rows, SizeIs(2));
}

TEST(CsvRows, WhatIsWrittenIsRead) {
    const std::vector<std::string> row = {"", "a,b", "q\"q", "line\nbreak"};
    EXPECT_EQ(cells(parse_csv("w,x,y,z\n" + csv_line(row)), 1), row);
}

class Folder : public testing::Test {
protected:
    std::string write(const std::string& name, const std::string& bytes) {
        const std::string path = (folder_.path() / name).string();
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }

    std::string read(const std::string& name) const {
        std::ifstream file(folder_.path() / name, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }

    TempFolder folder_;
};

using DecisionFiles = Folder;
using DecisionProgram = Folder;

TEST_F(DecisionFiles, ASpreadsheetOfGermanExcel) {
    const auto file = read_decision_file(write(
        "liste.csv",
        "Patient;Date;Reference;Kind;Proposed;Decision;Reader;Reason;Decided at\r\n"
        "Patient/1;08.05.2020;DiagnosticReport/1;response;PD?;PD;Dr. M\xfcller;;01.06.2020\r\n"
        "Patient/2;;DiagnosticReport/2;response;;;;;\r\n"));
    ASSERT_THAT(file.decisions, SizeIs(1));
    EXPECT_EQ(file.decisions[0].reader, "Dr. M\xc3\xbcller");
    EXPECT_EQ(to_iso(*file.decisions[0].date), "2020-05-08");
    EXPECT_TRUE(file.decisions[0].decided_utc);
    EXPECT_EQ(file.undecided, 1U);
    EXPECT_THAT(file.issues, IsEmpty());
}

TEST_F(DecisionFiles, ByteOrderMarkAndNdjson) {
    const auto csv = read_decision_file(
        write("a.csv", "\xef\xbb\xbfpatient,kind,target,value,reader\n1,arm,,HAE,R\n"));
    const auto ndjson = read_decision_file(write(
        "a.ndjson",
        "{\"patient\": \"1\", \"kind\": \"arm\", \"value\": \"HAE\", \"reader\": \"R\"}\n\n{\n"));
    ASSERT_THAT(csv.decisions, SizeIs(1));
    ASSERT_THAT(ndjson.decisions, SizeIs(1));
    EXPECT_EQ(csv.decisions[0].origin, ndjson.decisions[0].origin);
    ASSERT_THAT(ndjson.issues, SizeIs(1));
    EXPECT_EQ(ndjson.issues[0].reference, "a.ndjson:3");
}

TEST_F(DecisionFiles, BadRowsAreIssuesWithFileAndLine) {
    const auto file = read_decision_file(write("a.csv",
                                               "patient,kind,target,value,reader\n"
                                               "1,arm,,HAE,R,more\n"
                                               "1,opinion,,HAE,R\n"
                                               "1,arm,,x\"y,R\n"
                                               "1,arm,,HACE,R\n"));
    EXPECT_THAT(file.decisions, SizeIs(1));
    std::vector<std::string> places;
    for (const Issue& issue : file.issues) {
        places.push_back(issue.reference);
    }
    EXPECT_THAT(places, testing::UnorderedElementsAre("a.csv:2", "a.csv:3", "a.csv:4"));
}

TEST_F(DecisionFiles, WhatIsNoListIsRefused) {
    for (const char* bytes : {"name,age\nx,1\n",
                              "\xff\xfe"
                              "p\0",
                              "just text"}) {
        EXPECT_THROW(read_decision_file(write("x.csv", bytes)), Error);
    }
    EXPECT_THROW(read_decision_file((folder_.path() / "none.csv").string()), Error);
    EXPECT_THAT(read_decision_file(write("empty.csv", "\n")).decisions, IsEmpty());
}

TEST_F(DecisionFiles, TheListHidesTextUnlessAsked) {
    OpenItem item;
    item.patient = "Patient/1";
    item.reference = "DiagnosticReport/1";
    item.proposed = "PD?";
    item.text = "=HYPERLINK(\"x\")";
    write_candidates((folder_.path() / "a.csv").string(), {item}, TextColumn::leave_out);
    EXPECT_THAT(read("a.csv"), testing::Not(HasSubstr("HYPERLINK")));
    write_candidates((folder_.path() / "b.csv").string(), {item}, TextColumn::write);
    EXPECT_THAT(read("b.csv"), HasSubstr("\"'=HYPERLINK(\"\"x\"\")\""));
    const auto mode = std::filesystem::status(folder_.path() / "b.csv").permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// R0.3: a patient is derived again when adjudications changed.
TEST_F(DecisionFiles, AreWhatAPassDerivesWith) {
    const auto setup_with = [&](const std::string& list) {
        Config config;
        config.source.server.base_url = "http://127.0.0.1:1/fhir";
        if (!list.empty()) {
            config.adjudications = write("list.csv", list);
        }
        return pass_setup(config, {}, current_instant(), CommonOptions{}.log());
    };
    const std::string header = "patient,kind,value,reader\n";
    const auto none = setup_with("");
    EXPECT_EQ(none.derivation_key, none.definitions.rules_version);
    const auto one = setup_with(header + "1,arm,HAE,R\n");
    EXPECT_THAT(one.decisions, SizeIs(1));
    EXPECT_NE(one.derivation_key, none.derivation_key);
    EXPECT_EQ(setup_with(header + "\n\"1\",arm,HAE,R\n").derivation_key, one.derivation_key)
        << "saved anew, but the same";
    EXPECT_NE(setup_with(header + "1,arm,HACE,R\n").derivation_key, one.derivation_key);
}

constexpr const char* resources =
    R"({"resourceType":"Patient","id":"p1","birthDate":"1950-01-01"}
{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},"onsetDateTime":"2010-01-01","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"C7A.012"}]}}
{"resourceType":"Condition","id":"c2","subject":{"reference":"Patient/p1"},"onsetDateTime":"2010-01-01","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"C7B.02"}]}}
{"resourceType":"ImagingStudy","id":"i1","status":"available","subject":{"reference":"Patient/p1"},"started":"2011-12-20","description":"CT abdomen"}
{"resourceType":"Procedure","id":"e1","status":"completed","subject":{"reference":"Patient/p1"},"performedDateTime":"2012-01-10","code":{"coding":[{"system":"http://snomed.info/sct","code":"314617008"}]}}
{"resourceType":"DiagnosticReport","id":"r1","status":"final","subject":{"reference":"Patient/p1"},"effectiveDateTime":"2012-04-10","code":{"text":"CT abdomen"},"conclusion":"Progression of liver metastases, secretword."}
)";

int run_program(const std::string& arguments) {
    const int status =
        std::system((std::string{EMBOLINK_PROGRAM} + " " + arguments + " 2>/dev/null").c_str());
    return WEXITSTATUS(status);
}

TEST_F(DecisionProgram, TheListGoesOutAndComesBack) {
    const std::string in = write("in.ndjson", resources);
    const auto path = [&](const char* name) { return (folder_.path() / name).string(); };
    ASSERT_EQ(run_program("derive --input " + in + " --output " + path("before.ndjson") +
                          " --candidates " + path("open.csv") + " --timeline " +
                          path("timeline.ndjson")),
              0);
    EXPECT_THAT(read("before.ndjson"), HasSubstr("pd-candidate-unresolved"));
    std::string list = read("open.csv");
    const std::string row =
        R"("Patient/p1","2012-04-10","DiagnosticReport/r1","response","PD","","","","","")";
    ASSERT_THAT(list, HasSubstr(row));
    for (const char* file : {"before.ndjson", "open.csv", "timeline.ndjson"}) {
        EXPECT_THAT(read(file), testing::Not(HasSubstr("secretword"))) << file;
    }
    list.replace(
        list.find(row),
        row.size(),
        R"("Patient/p1","2012-04-10","DiagnosticReport/r1","response","PD","PD","R1","","","")");
    const std::string decided = write("decided.csv", list);
    ASSERT_EQ(run_program("derive --input " + in + " --adjudications " + decided + " --output " +
                          path("after.ndjson")),
              0);
    EXPECT_THAT(read("after.ndjson"), HasSubstr(R"("param":"PFS")"));
    EXPECT_THAT(read("after.ndjson"), HasSubstr(R"("reason":"progression")"));
    EXPECT_THAT(read("after.ndjson"), HasSubstr(R"({"reference":"Adjudication/)"));
    EXPECT_THAT(read("after.ndjson"), testing::Not(HasSubstr("candidate-unresolved")));
    ASSERT_EQ(run_program("explain p1 --input " + in + " --adjudications " + decided + " > " +
                          path("why.txt")),
              0);
    EXPECT_THAT(read("why.txt"), HasSubstr("response PD about DiagnosticReport/r1"));
    ASSERT_EQ(run_program("explain p1 --input " + in + " > " + path("open.txt")), 0);
    EXPECT_THAT(read("open.txt"), HasSubstr("Open, for a reader to decide:"));
    EXPECT_THAT(read("open.txt"),
                HasSubstr("PFS: with every open item as progression event on 2012-04-10, day 91"));
    ASSERT_EQ(run_program("derive --input " + in + " --candidates " + path("text.csv") +
                          " --with-text --output " + path("x.ndjson")),
              0);
    EXPECT_THAT(read("text.csv"), HasSubstr("secretword"));
}

TEST_F(DecisionProgram, OptionsThatDoNotFit) {
    const std::string in = write("in.ndjson", resources);
    EXPECT_EQ(run_program("derive --input " + in + " --with-text"), 2);
    EXPECT_EQ(run_program("derive --input " + in + " --adjudications " + in), 0)
        << "lines that are no decisions are issues";
    EXPECT_EQ(run_program("derive --input " + in + " --adjudications none.csv"), 3);
    EXPECT_EQ(run_program("audit --endpoints " + in + " --adjudications " + in + " --output x"), 2);
}

} // namespace
} // namespace embolink::test
