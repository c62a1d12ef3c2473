// Identities of one person, and what resources point to, read from scripted servers.
#include "connector/fhir/hydration.hpp"
#include "connector/fhir/links.hpp"
#include "tests/connector/fhir_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace {

using namespace embolink;
using namespace embolink::fhir;
using namespace embolink::fhir::test;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

json link(const std::string& type, const std::string& other) {
    return {{"type", type}, {"other", {{"reference", other}}}};
}

json patient(const std::string& id, const json& links = json::array()) {
    json body = resource("Patient", id, "");
    if (!links.empty()) {
        body["link"] = links;
    }
    return body;
}

// Holds Patients by id and answers reads of them and searches by link.
struct PatientServer {
    std::map<std::string, json> patients;
    std::map<std::string, Answer> odd; // by the whole URL
    std::vector<std::string> requests;

    void add(const json& body) { patients[body["id"]] = body; }

    Answer operator()(const http::Request& request) {
        requests.push_back(line_of(request));
        if (const auto found = odd.find(request.url); found != odd.end()) {
            return found->second;
        }
        const std::string below = request.url.substr(base.size());
        if (const auto query = below.find("?link=Patient%2F"); query != std::string::npos) {
            const auto from = query + 16;
            return linked_to("Patient/" + below.substr(from, below.find('&') - from));
        }
        const auto found = patients.find(below.substr(std::string("/Patient/").size()));
        return found == patients.end() ? refusal(404, "not-found") : answer(200, found->second);
    }

    Answer linked_to(const std::string& reference) const {
        Page page;
        for (const auto& [id, body] : patients) {
            if (body.dump().find("\"" + reference + "\"") != std::string::npos) {
                page = std::move(page).with(body);
            }
        }
        return page;
    }
};

struct Found {
    LinkGroup group;
    std::string error;
};

Found follow(PatientServer& server, const std::string& start, const LinkOptions& options = {}) {
    LinkClosure closure(ServerAddress(base), start, options);
    LinkStep step = closure.resume(nullptr);
    for (int turn = 0; turn < 500 && step.next == ReadNext::fetch; ++turn) {
        const Answer said = server(step.request);
        step = closure.resume(&said);
    }
    EXPECT_NE(step.next, ReadNext::fetch) << "does not end";
    if (step.next == ReadNext::failed) {
        return {{}, describe(*step.error)};
    }
    return {closure.group(), ""};
}

LinkOptions with_search() {
    LinkOptions options;
    options.link_search = true;
    return options;
}

TEST(Links, APatientAloneIsHisOwnChain) {
    PatientServer server;
    server.add(patient("1"));
    const LinkGroup group = follow(server, "Patient/1").group;
    EXPECT_EQ(group.chain, "Patient/1");
    EXPECT_THAT(group.members, ElementsAre("Patient/1"));
    EXPECT_THAT(references_of(group.patients), ElementsAre("Patient/1"));
    EXPECT_FALSE(group.unresolved);
    EXPECT_THAT(group.issues, IsEmpty());
    EXPECT_THAT(server.requests, ElementsAre("GET " + base + "/Patient/1"));
}

TEST(Links, FollowsMergesInBothDirectionsToTheSurvivor) {
    PatientServer server;
    server.add(patient("old", {link("replaced-by", "Patient/mid")}));
    server.add(patient("mid", {link("replaced-by", base + "/Patient/new")}));
    server.add(patient("new", {link("replaces", "Patient/other")}));
    server.add(patient("other", json::array()));
    for (const char* start : {"Patient/old", "Patient/mid", "Patient/new"}) {
        const LinkGroup group = follow(server, start).group;
        EXPECT_EQ(group.chain, "Patient/new") << start;
        EXPECT_FALSE(group.unresolved);
    }
    const LinkGroup whole = follow(server, "Patient/old").group;
    EXPECT_THAT(whole.members,
                ElementsAre("Patient/mid", "Patient/new", "Patient/old", "Patient/other"));
    EXPECT_THAT(whole.patients, SizeIs(4));
}

TEST(Links, SeeAlsoMergesNobody) {
    PatientServer server;
    server.add(patient("1", {link("seealso", "Patient/2"), link("refer", "Patient/3")}));
    server.add(patient("2", {link("seealso", "Patient/1")}));
    const LinkGroup group = follow(server, "Patient/1", with_search()).group;
    EXPECT_THAT(group.members, ElementsAre("Patient/1"));
    EXPECT_FALSE(group.unresolved);
}

// Only the old record tells of the merge.
TEST(Links, FindsAMergeThatOnlyTheOtherRecordTells) {
    PatientServer server;
    server.add(patient("new"));
    server.add(patient("old", {link("replaced-by", "Patient/new")}));
    server.add(patient("older", {link("replaced-by", "Patient/old")}));
    EXPECT_THAT(follow(server, "Patient/new").group.members, ElementsAre("Patient/new"));
    const LinkGroup group = follow(server, "Patient/new", with_search()).group;
    EXPECT_THAT(group.members, ElementsAre("Patient/new", "Patient/old", "Patient/older"));
    EXPECT_EQ(group.chain, "Patient/new");
    EXPECT_THAT(server.requests,
                Contains("GET " + base + "/Patient?link=Patient%2Fnew&_count=200"));
}

LinkOptions with_suspects(const std::vector<std::string>& suspects) {
    LinkOptions options;
    options.suspects = suspects;
    return options;
}

// Without a search for links, the survivor alone would be unlinked in every other run.
TEST(Links, WhoeverWasLinkedBeforeIsAskedAgain) {
    PatientServer server;
    server.add(patient("new"));
    server.add(patient("old", {link("replaced-by", "Patient/new")}));
    server.add(patient("third", {link("replaced-by", "Patient/new")}));
    const auto options = with_suspects({"Patient/new", "Patient/old", "Patient/third"});
    for (const char* start : {"Patient/new", "Patient/old", "Patient/third"}) {
        const LinkGroup group = follow(server, start, options).group;
        EXPECT_EQ(group.chain, "Patient/new") << start;
        EXPECT_THAT(group.members, ElementsAre("Patient/new", "Patient/old", "Patient/third"));
        EXPECT_FALSE(group.unresolved);
    }
}

TEST(Links, WhoeverIsLinkedNoMoreIsNotOfTheGroup) {
    PatientServer server;
    server.add(patient("a", {link("replaced-by", "Patient/b")}));
    server.add(patient("b"));
    server.add(patient("freed"));
    const auto options = with_suspects({"Patient/a", "Patient/b", "Patient/freed", "Patient/gone"});
    const LinkGroup group = follow(server, "Patient/b", options).group;
    EXPECT_THAT(group.members, ElementsAre("Patient/a", "Patient/b"));
    EXPECT_THAT(references_of(group.patients), UnorderedElementsAre("Patient/a", "Patient/b"));
    EXPECT_THAT(group.missing, IsEmpty()) << "nobody of the group is missing";
    EXPECT_THAT(group.issues, IsEmpty());
    const LinkGroup freed = follow(server, "Patient/freed", options).group;
    EXPECT_EQ(freed.chain, "Patient/freed");
    EXPECT_THAT(freed.members, ElementsAre("Patient/freed"));
    EXPECT_THAT(references_of(freed.patients), ElementsAre("Patient/freed"));
}

TEST(Links, ASearchThatIgnoresTheLinkMergesNobody) {
    PatientServer server;
    server.add(patient("1"));
    server.odd[base + "/Patient?link=Patient%2F1&_count=200"] =
        Page().with(patient("8")).with(patient("9", {link("replaced-by", "Patient/8")}));
    EXPECT_THAT(follow(server, "Patient/1", with_search()).group.members, ElementsAre("Patient/1"));
    LinkOptions by_id = with_search();
    by_id.references = ReferenceForm::id_only;
    server.odd[base + "/Patient?link=1&_count=200"] = Page();
    EXPECT_EQ(follow(server, "Patient/1", by_id).error, "");
}

TEST(Links, AMissingPatientIsRecorded) {
    PatientServer server;
    server.add(patient("new", {link("replaces", "Patient/gone")}));
    server.odd[base + "/Patient/gone"] = refusal(410, "deleted");
    const LinkGroup group = follow(server, "Patient/new").group;
    EXPECT_EQ(group.chain, "Patient/new");
    EXPECT_THAT(group.missing, ElementsAre("Patient/gone"));
    EXPECT_THAT(group.members, ElementsAre("Patient/gone", "Patient/new")); // data may remain
    EXPECT_FALSE(group.unresolved);
    ASSERT_THAT(group.issues, SizeIs(1));
    EXPECT_EQ(group.issues[0].code, IssueCode::not_found);
    EXPECT_EQ(group.issues[0].reference, "Patient/gone");
    const LinkGroup nobody = follow(server, "Patient/404").group;
    EXPECT_THAT(nobody.missing, ElementsAre("Patient/404"));
    EXPECT_THAT(nobody.patients, IsEmpty());
}

TEST(Links, WhoeverWasReplacedByNobodyIsUnresolved) {
    PatientServer server;
    server.add(patient("b", {link("replaced-by", "Patient/a")}));
    const LinkGroup lost = follow(server, "Patient/b").group;
    EXPECT_TRUE(lost.unresolved);
    EXPECT_EQ(lost.chain, "Patient/a"); // the first by name, from wherever one starts
    server.add(patient("c", {link("replaced-by", "https://other.example/r4/Patient/1")}));
    const LinkGroup away = follow(server, "Patient/c").group;
    EXPECT_TRUE(away.unresolved);
    EXPECT_THAT(away.members, ElementsAre("Patient/c")); // ids of another server are other people
    EXPECT_THAT(away.issues, SizeIs(1));
}

TEST(Links, ContradictionsHaveOneNameFromEveryStart) {
    PatientServer server;
    server.add(patient("x", {link("replaced-by", "Patient/y")}));
    server.add(patient("y", {link("replaced-by", "Patient/x")}));
    for (const char* start : {"Patient/x", "Patient/y"}) {
        const LinkGroup group = follow(server, start).group;
        EXPECT_TRUE(group.unresolved);
        EXPECT_EQ(group.chain, "Patient/x");
        EXPECT_THAT(group.patients, SizeIs(2));
    }
}

TEST(Links, AServerThatShowsTheSurvivorInPlaceOfTheOldOneTellsOfAMerge) {
    PatientServer server;
    server.odd[base + "/Patient/old"] = answer(200, patient("new"));
    server.add(patient("new"));
    const LinkGroup group = follow(server, "Patient/old").group;
    EXPECT_EQ(group.chain, "Patient/new");
    EXPECT_THAT(group.members, ElementsAre("Patient/new", "Patient/old"));
    EXPECT_THAT(references_of(group.patients), ElementsAre("Patient/new"));
    EXPECT_FALSE(group.unresolved);
}

TEST(Links, AChainWithoutEndIsCut) {
    PatientServer server;
    for (int i = 0; i < 300; ++i) {
        const std::string next = "Patient/p" + std::to_string(i + 1);
        server.add(patient("p" + std::to_string(i), {link("replaced-by", next)}));
    }
    const LinkGroup group = follow(server, "Patient/p0").group;
    EXPECT_THAT(group.members, SizeIs(50));
    EXPECT_TRUE(group.unresolved);
    EXPECT_THAT(group.issues.back().text, HasSubstr("more than 50"));
}

TEST(Links, RefusalsStopAndCutAnswersAreAskedForAgain) {
    PatientServer server;
    server.odd[base + "/Patient/1"] = refusal(403, "forbidden");
    EXPECT_THAT(follow(server, "Patient/1").error, HasSubstr("HTTP 403 (error/forbidden)"));
    server.odd[base + "/Patient/1"] = raw(200, R"({"resourceType":"Pat)");
    server.requests.clear();
    EXPECT_THAT(follow(server, "Patient/1").error, HasSubstr("no Patient that can be read"));
    EXPECT_THAT(server.requests, SizeIs(3));
    server.odd[base + "/Patient/1"] = answer(200, outcome("warning", "processing"));
    EXPECT_THAT(follow(server, "Patient/1").error, Not(IsEmpty()));
    server.odd.clear();
    server.add(patient("1"));
    server.odd[base + "/Patient?link=Patient%2F1&_count=200"] = refusal(500, "exception");
    EXPECT_THAT(follow(server, "Patient/1", with_search()).error, HasSubstr("HTTP 500"));
}

// --- what resources point to ---------------------------------------------------------------------

struct Hydrated {
    std::vector<std::string> resources;
    std::vector<std::string> gone;
    std::vector<std::string> requests;
    Issues issues;
    std::string error;
};

Hydrated hydrate(const std::map<std::string, Answer>& server,
                 const std::vector<std::string>& wanted,
                 const std::set<std::string>& known = {},
                 HydrationOptions options = {}) {
    Hydration hydration(
        ServerAddress(base),
        {"Patient/1"},
        wanted,
        [known](const std::string& reference) { return known.contains(reference); },
        options);
    Hydrated all;
    std::optional<Answer> said;
    for (int turn = 0; turn < 500; ++turn) {
        const HydrationStep step = hydration.resume(said ? &*said : nullptr);
        all.issues.insert(all.issues.end(), step.issues.begin(), step.issues.end());
        if (step.resource) {
            all.resources.push_back(step.resource->source.reference());
        }
        if (!step.gone.empty()) {
            all.gone.push_back(step.gone);
        }
        if (step.next != ReadNext::fetch) {
            all.error = step.error ? describe(*step.error) : "";
            return all;
        }
        const std::string below = step.request.url.substr(base.size() + 1);
        all.requests.push_back(below);
        const auto found = server.find(below);
        said = found == server.end() ? refusal(404, "not-found") : found->second;
    }
    ADD_FAILURE() << "does not end";
    return all;
}

Answer panel(const std::string& id, const std::vector<std::string>& members) {
    json body = resource("Observation", id);
    for (const std::string& member : members) {
        body["hasMember"].push_back({{"reference", member}});
    }
    return answer(200, body);
}

TEST(Hydration, ReadsUntilNothingNewIsNamed) {
    const std::map<std::string, Answer> server{
        {"Observation/a", panel("a", {"Observation/b", "Observation/known"})},
        {"Observation/b", panel("b", {"Observation/a", "Observation/c"})},
        {"Observation/c", panel("c", {})},
        {"Medication/m", answer(200, resource("Medication", "m", ""))}};
    const Hydrated all =
        hydrate(server, {"Observation/a", "Medication/m", "Observation/a"}, {"Observation/known"});
    EXPECT_THAT(all.requests,
                ElementsAre("Observation/a", "Medication/m", "Observation/b", "Observation/c"));
    EXPECT_EQ(all.resources, all.requests);
    EXPECT_THAT(all.issues, IsEmpty());
    EXPECT_THAT(hydrate(server, {}).requests, IsEmpty());
}

TEST(Hydration, WhatIsGoneOrForbiddenIsAnIssue) {
    const std::map<std::string, Answer> server{
        {"Medication/410", refusal(410, "deleted")},
        {"Specimen/403", refusal(403, "forbidden")},
        {"Location/400", refusal(400)},
        {"Medication/m", answer(200, resource("Medication", "m", ""))}};
    const Hydrated all = hydrate(
        server,
        {"Medication/410", "Medication/404", "Specimen/403", "Location/400", "Medication/m"});
    EXPECT_THAT(all.resources, ElementsAre("Medication/m"));
    EXPECT_THAT(all.gone, ElementsAre("Medication/410", "Medication/404"));
    ASSERT_THAT(all.issues, SizeIs(4));
    EXPECT_EQ(all.issues[0].reference, "Medication/410");
    EXPECT_EQ(all.issues[2].code, IssueCode::security);
}

TEST(Hydration, TakesNoResourceOfAnotherPatient) {
    const Hydrated all = hydrate(
        {{"Observation/a", panel("a", {"Observation/theirs"})},
         {"Observation/theirs", answer(200, resource("Observation", "theirs", "Patient/2"))},
         {"Medication/x", answer(200, resource("Medication", "y", ""))}},
        {"Observation/a", "Medication/x"});
    EXPECT_THAT(all.resources, ElementsAre("Observation/a"));
    ASSERT_THAT(all.issues, SizeIs(2));
    EXPECT_EQ(all.issues[0].code, IssueCode::conflict); // another id than was asked for
    EXPECT_EQ(all.issues[1].code, IssueCode::security);
    EXPECT_EQ(all.issues[1].reference, "Observation/theirs");
}

TEST(Hydration, IsBoundedInNumberAndDepth) {
    std::map<std::string, Answer> endless;
    for (int i = 0; i < 100; ++i) {
        const std::string id = "n" + std::to_string(i);
        endless["Observation/" + id] = panel(id, {"Observation/n" + std::to_string(i + 1)});
    }
    const Hydrated deep = hydrate(endless, {"Observation/n0"});
    EXPECT_THAT(deep.resources, SizeIs(8));
    EXPECT_THAT(deep.issues, SizeIs(1));
    HydrationOptions few;
    few.most = 3;
    few.deepest = 50;
    const Hydrated many = hydrate(endless, {"Observation/n0"}, {}, few);
    EXPECT_THAT(many.resources, SizeIs(3));
    EXPECT_THAT(many.issues, SizeIs(1));
}

TEST(Hydration, StopsWhereTheServerFailsAndAsksForCutAnswersAgain) {
    EXPECT_THAT(hydrate({{"Medication/m", refusal(500, "exception")}}, {"Medication/m"}).error,
                HasSubstr("HTTP 500"));
    EXPECT_THAT(hydrate({{"Medication/m", refusal(401, "login")}}, {"Medication/m"}).error,
                HasSubstr("HTTP 401"));
    const Hydrated cut = hydrate({{"Medication/m", raw(200, "{\"resou")}}, {"Medication/m"});
    EXPECT_THAT(cut.requests, SizeIs(3));
    EXPECT_THAT(cut.error, HasSubstr("cannot be read"));
}

} // namespace
