// What comes in: every shape of FHIR file, and every way in which one can be broken.
#include "connector/core/error.hpp"
#include "connector/pull/resource_stream.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace embolink;
using test::gzip;
using test::TempFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct Read {
    std::vector<std::string> references;
    std::vector<Resource> resources;
    Issues issues;
    StreamSummary summary;

    std::vector<std::string> issue_places(const std::string& root) const {
        std::vector<std::string> out;
        for (const Issue& issue : issues) {
            const auto at = issue.reference.find(root);
            out.push_back(at == std::string::npos ? issue.reference
                                                  : issue.reference.substr(at + root.size() + 1));
        }
        return out;
    }
};

Read read(const std::vector<std::string>& paths, const StreamOptions& options = {}) {
    Read out;
    ResourceSink sink;
    sink.resource = [&](const Resource& resource) {
        out.references.push_back(resource.source.reference());
        out.resources.push_back(resource);
    };
    sink.issue = [&](Issue issue) { out.issues.push_back(std::move(issue)); };
    out.summary = read_resources(find_inputs(paths), sink, options);
    return out;
}

std::string observation(const std::string& id) {
    return R"({"resourceType":"Observation","id":")" + id + R"("})";
}

TEST(ResourceStream, ReadsNdjsonWithBomCarriageReturnsAndEmptyLines) {
    const TempFolder folder;
    const Read got = read({folder.file("a.ndjson",
                                       "\xEF\xBB\xBF" + observation("1") + "\r\n\r\n   \n" +
                                           observation("2") + "\r\n" + observation("3"))});
    EXPECT_THAT(got.references, ElementsAre("Observation/1", "Observation/2", "Observation/3"));
    EXPECT_TRUE(got.issues.empty());
    EXPECT_EQ(got.summary.resources, 3u);
}

TEST(ResourceStream, ABrokenLineCostsThatLineOnlyAndIsNotRepeated) {
    const TempFolder folder;
    const Read got =
        read({folder.file("a.ndjson",
                          observation("1") + "\n{\"secret-name\": oops\n" + observation("2") +
                              "\n\"x\"\n" + "{\"a\":\"\xff\"}\n" + observation("3") + "\n")});
    EXPECT_THAT(got.references, ElementsAre("Observation/1", "Observation/2", "Observation/3"));
    EXPECT_THAT(got.issue_places(folder.path().string()),
                ElementsAre("a.ndjson:2", "a.ndjson:4", "a.ndjson:5"));
    for (const Issue& issue : got.issues) {
        EXPECT_EQ(issue.severity, Severity::fatal);
        EXPECT_THAT(issue.text, Not(HasSubstr("secret")));
        EXPECT_THAT(issue.text, Not(HasSubstr("oops")));
    }
    EXPECT_EQ(got.summary.faults, 3u);
}

TEST(ResourceStream, ABrokenFirstLineDoesNotTurnNdjsonIntoADocument) {
    const TempFolder folder;
    for (const char* name : {"a.ndjson", "a.json"}) {
        const Read got = read(
            {folder.file(name, "{\"cut\n" + observation("1") + "\n" + observation("2") + "\n")});
        EXPECT_THAT(got.references, ElementsAre("Observation/1", "Observation/2")) << name;
        EXPECT_EQ(got.issues.size(), 1u);
    }
}

TEST(ResourceStream, SaysThatTheLastLineIsCut) {
    const TempFolder folder;
    const Read got = read({folder.file("a.ndjson", observation("1") + "\n{\"resourceType\":\"Ob")});
    EXPECT_THAT(got.references, ElementsAre("Observation/1"));
    ASSERT_EQ(got.issues.size(), 1u);
    EXPECT_THAT(got.issues[0].text, HasSubstr("last line is cut"));
}

TEST(ResourceStream, LeavesOutALineOverTheLimitAndGoesOn) {
    const TempFolder folder;
    StreamOptions options;
    options.limit_bytes = 1000;
    const std::string longer(700'000, 'x');
    const Read got =
        read({folder.file("a.ndjson",
                          observation("1") + "\n{\"x\":\"" + longer + "\"}\n" + observation("2") +
                              "\n{\"y\":\"" + std::string(1500, 'y') + "\"}\n" + observation("3"))},
             options);
    EXPECT_THAT(got.references, ElementsAre("Observation/1", "Observation/2", "Observation/3"));
    EXPECT_THAT(got.issue_places(folder.path().string()), ElementsAre("a.ndjson:2", "a.ndjson:4"));
}

TEST(ResourceStream, ReadsIndentedDocumentsAndArrays) {
    const TempFolder folder;
    const std::string single = folder.file("one.json",
                                           "{\n  \"resourceType\": \"Patient\",\n"
                                           "  \"id\": \"p\"\n}\n");
    const std::string array =
        folder.file("two.json", "[\n" + observation("1") + ",\n" + observation("2") + "\n]\n");
    EXPECT_THAT(read({single}).references, ElementsAre("Patient/p"));
    EXPECT_THAT(read({array}).references, ElementsAre("Observation/1", "Observation/2"));
}

TEST(ResourceStream, InflatesSeveralMembersAndNamesDamage) {
    const TempFolder folder;
    const std::string whole = gzip(observation("1") + "\n" + observation("2").substr(0, 9)) +
                              gzip(observation("2").substr(9) + "\n");
    EXPECT_THAT(read({folder.file("a.ndjson.gz", whole)}).references,
                ElementsAre("Observation/1", "Observation/2"));

    const Read cut = read({folder.file(
        "cut.gz", gzip(observation("1") + "\n" + std::string(300, ' ')).substr(0, 40))});
    ASSERT_FALSE(cut.issues.empty());
    EXPECT_THAT(cut.issues.back().text, HasSubstr("compressed data is cut"));

    const Read rubbish =
        read({folder.file("rubbish.gz", gzip(observation("1") + "\n") + "not gzip at all")});
    EXPECT_THAT(rubbish.references, ElementsAre("Observation/1"));
    ASSERT_EQ(rubbish.issues.size(), 1u);
    EXPECT_THAT(rubbish.issues[0].text, HasSubstr("damaged"));
}

TEST(ResourceStream, InflatesMoreThanOneBufferHolds) {
    const TempFolder folder;
    std::string text;
    for (int i = 0; i < 30'000; ++i) {
        text += observation(std::to_string(i)) + "\n";
    }
    const Read got = read({folder.file("a.ndjson.gz", gzip(text))});
    EXPECT_EQ(got.references.size(), 30'000u);
    EXPECT_EQ(got.references.back(), "Observation/29999");
}

TEST(ResourceStream, FindsFilesInFoldersToAnyDepthInOneOrder) {
    const TempFolder folder;
    folder.file("b/2.ndjson", observation("2"));
    folder.file("a/deep/1.json", observation("1"));
    folder.file("c.ndjson.gz", gzip(observation("3")));
    folder.file("notes.txt", "not read");
    const Read got = read({folder.path().string()});
    EXPECT_THAT(got.references, ElementsAre("Observation/1", "Observation/2", "Observation/3"));
    EXPECT_EQ(got.summary.files, 3u);
    ASSERT_EQ(got.summary.digests.size(), 1u);
    EXPECT_EQ(got.summary.digests[0].name, folder.path().filename().string());
    EXPECT_EQ(got.summary.digests[0].sha256.size(), 64u);
}

TEST(ResourceStream, AMissingPathOrAnEmptyFolderStopsTheRun) {
    const TempFolder folder;
    for (const std::string& path :
         {(folder.path() / "nothing.ndjson").string(), folder.path().string()}) {
        try {
            find_inputs({path});
            FAIL() << path;
        } catch (const Error& error) {
            EXPECT_EQ(exit_code(error.kind()), 3);
            EXPECT_EQ(error.where(), path);
            EXPECT_FALSE(error.remedy().empty());
        }
    }
}

TEST(ResourceStream, GivesTheSameHashToOneContentInAnyShape) {
    const TempFolder folder;
    const Read line = read({folder.file("a.ndjson",
                                        R"({"id":"1","resourceType":"Observation",)"
                                        R"("valueQuantity":{"value":1.10}})")});
    const Read indented = read({folder.file("b.json",
                                            "{\n \"resourceType\": \"Observation\",\n \"id\": "
                                            "\"1\",\n \"valueQuantity\": {\"value\": 1.10}\n}")});
    const Read other = read({folder.file("c.json",
                                         R"({"id":"1","resourceType":"Observation",)"
                                         R"("valueQuantity":{"value":1.1}})")});
    ASSERT_EQ(line.resources.size(), 1u);
    ASSERT_EQ(indented.resources.size(), 1u);
    EXPECT_EQ(line.resources[0].content_hash, indented.resources[0].content_hash);
    EXPECT_NE(line.resources[0].content_hash, other.resources[0].content_hash);
}

TEST(ResourceStream, AKeyThatStandsTwiceIsAnIssue) {
    const TempFolder folder;
    const Read got =
        read({folder.file("a.ndjson", R"({"resourceType":"Patient","id":"1","id":"2"})")});
    EXPECT_THAT(got.references, ElementsAre("Patient/2"));
    ASSERT_EQ(got.issues.size(), 1u);
    EXPECT_EQ(got.issues[0].severity, Severity::warning);
}

TEST(Bundle, EntriesOfATransactionFindEachOtherByFullUrl) {
    const TempFolder folder;
    const Read got = read({folder.file("b.json", R"({
      "resourceType": "Bundle", "type": "transaction", "entry": [
        {"fullUrl": "urn:uuid:aa", "resource": {"resourceType": "Patient", "id": "p1"},
         "request": {"method": "POST", "url": "Patient"}},
        {"fullUrl": "urn:uuid:bb", "resource": {"resourceType": "Observation",
           "subject": {"reference": "urn:uuid:aa"},
           "hasMember": [{"reference": "urn:uuid:bb"}, {"reference": "urn:uuid:zz"}]},
         "request": {"method": "POST", "url": "Observation"}},
        {"request": {"method": "DELETE", "url": "Observation/9"}},
        {"request": {"method": "GET", "url": "Observation?code=1"}}
      ]})")});
    ASSERT_THAT(got.references, ElementsAre("Patient/p1", "Observation/bb"));
    const nlohmann::json& body = *got.resources[1].body;
    EXPECT_EQ(body["subject"]["reference"], "Patient/p1");
    EXPECT_EQ(body["hasMember"][0]["reference"], "Observation/bb");
    EXPECT_EQ(body["hasMember"][1]["reference"], "urn:uuid:zz");
    EXPECT_THAT(got.issue_places(folder.path().string()),
                ElementsAre("b.json#/entry/2", "b.json#/entry/3"));
}

TEST(Bundle, AHistoryTellsWhatWasDeleted) {
    const TempFolder folder;
    const Read got = read({folder.file("b.json", R"({
      "resourceType": "Bundle", "type": "history", "entry": [
        {"resource": {"resourceType": "Observation", "id": "9"}},
        {"request": {"method": "DELETE", "url": "https://x.org/fhir/Observation/9/_history/3"},
         "response": {"status": "204", "lastModified": "2020-01-02T03:04:05Z"}},
        {"request": {"method": "DELETE", "url": "Observation/8"}},
        {"request": {"method": "DELETE", "url": "Observation?identifier=7"}}
      ]})")});
    ASSERT_THAT(got.references, ElementsAre("Observation/9", "Observation/9", "Observation/8"));
    EXPECT_FALSE(got.resources[0].deleted);
    EXPECT_TRUE(got.resources[1].deleted);
    EXPECT_EQ(got.resources[1].source.last_updated, "2020-01-02T03:04:05Z");
    EXPECT_TRUE(got.resources[2].deleted);
    ASSERT_EQ(got.issues.size(), 3U);
    EXPECT_EQ(got.issues[0].severity, Severity::information);
    EXPECT_EQ(got.issues[1].severity, Severity::warning);
    EXPECT_EQ(got.issues[2].severity, Severity::warning);
}

TEST(Bundle, NestedBundlesGiveTheirEntriesAndMessagesAreLeftOut) {
    const TempFolder folder;
    const Read got = read({folder.file("b.json", R"({
      "resourceType": "Bundle", "type": "batch-response", "entry": [
        {"resource": {"resourceType": "Bundle", "type": "searchset", "entry": [
            {"resource": {"resourceType": "Observation", "id": "1"}, "search": {"mode": "match"}},
            {"resource": {"resourceType": "OperationOutcome"}, "search": {"mode": "outcome"}}]},
         "response": {"status": "200"}},
        {"response": {"status": "404"}},
        {"resource": {"resourceType": "Observation"}},
        {"resource": {"id": "no type"}},
        {"note": "empty"}
      ]})")});
    EXPECT_THAT(got.references, ElementsAre("Observation/1"));
    std::vector<Severity> severities;
    for (const Issue& issue : got.issues) {
        severities.push_back(issue.severity);
    }
    EXPECT_THAT(severities,
                ElementsAre(Severity::information,
                            Severity::information,
                            Severity::fatal,
                            Severity::fatal,
                            Severity::fatal));
}

TEST(Bundle, TheEndlesslyNestedIsRefused) {
    const TempFolder folder;
    std::string text = observation("1");
    for (int i = 0; i < 20; ++i) {
        text = R"({"resourceType":"Bundle","entry":[{"resource":)" + text + "}]}";
    }
    const Read got = read({folder.file("b.json", text)});
    EXPECT_TRUE(got.references.empty());
    EXPECT_EQ(got.issues.size(), 1u);
}

} // namespace
