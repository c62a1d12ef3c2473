// A search from its first page to its last, by script: each habit of servers that has been met, and
// what a hostile one could do.
#include "tests/connector/fhir_paging_play.hpp"

#include <gmock/gmock.h>

namespace {

using namespace embolink;
using namespace embolink::fhir;
using namespace embolink::fhir::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(Paging, AsksStrictlyAndTakesOnePage) {
    Paging paging(ServerAddress(base), of_patient(), {});
    const PagingStep step = paging.resume(nullptr);
    EXPECT_EQ(line_of(step.request), "GET " + first_url);
    EXPECT_EQ(http::find_header(step.request.headers, "prefer"), "handling=strict");
    EXPECT_EQ(http::find_header(step.request.headers, "accept"), "application/fhir+json");
    const Play result = play({observations(1, 2)});
    EXPECT_TRUE(result.done());
    EXPECT_THAT(result.resources, ElementsAre("Observation/o1", "Observation/o2"));
    EXPECT_THAT(result.issues, IsEmpty());
}

TEST(Paging, FollowsNextLinksAsWritten) {
    // HAPI's are on the base URL; the odd escaping must come back byte for byte.
    const std::string link = base + "?_getpages=a%2Db&x=%7c|y&_count=5";
    const Play result = play({observations(1, 1).next(link), observations(2, 1)});
    EXPECT_THAT(result.requests, ElementsAre("GET " + first_url, "GET " + link));
    EXPECT_TRUE(result.done());
    EXPECT_THAT(result.resources, ElementsAre("Observation/o1", "Observation/o2"));
}

TEST(Paging, ResolvesRelativeLinksAgainstThePage) {
    const Play result = play({observations(1, 1).next("?page=2"),
                              observations(2, 1).next("/other/Observation?page=3"),
                              observations(3, 1).next("Observation?page=4"),
                              observations(4, 1)});
    EXPECT_THAT(result.requests,
                ElementsAre("GET " + first_url,
                            "GET " + base + "/Observation?page=2",
                            "GET http://fhir.example/other/Observation?page=3",
                            "GET http://fhir.example/other/Observation?page=4"));
}

TEST(Paging, DoesNotFollowLinksToOtherServers) {
    const std::string away = "https://evil.example/steal?patient=Patient%2F1";
    const Play result = play({observations(1, 1).next(away)});
    EXPECT_FALSE(result.done());
    EXPECT_EQ(result.last.error->kind(), ErrorKind::protocol);
    EXPECT_THAT(result.error(), HasSubstr("https://evil.example:443"));
    EXPECT_THAT(result.error(), Not(HasSubstr("steal")));
    EXPECT_THAT(result.error(), Not(HasSubstr("Patient")));
    // Another port or scheme is another origin, too.
    EXPECT_FALSE(play({observations(1, 1).next("http://fhir.example:8080/r4?p=2")}).done());
    EXPECT_FALSE(play({observations(1, 1).next("https://fhir.example/r4?p=2")}).done());
    EXPECT_FALSE(play({observations(1, 1).next("file:///etc/passwd")}).done());
}

TEST(Paging, FollowsLinksToAnOriginThatTheSiteNames) {
    const Play result =
        play({observations(1, 1).next("http://inner:8080/fhir?page=2"), observations(2, 1)},
             {},
             of_patient(),
             {"http://inner:8080"});
    EXPECT_TRUE(result.done());
    EXPECT_THAT(result.requests, SizeIs(2));
}

TEST(Paging, ShortAndEmptyPagesWithANextLinkGoOn) {
    const Play result = play({observations(1, 1).next(base + "?p=2"),
                              Page().next(base + "?p=3"),
                              observations(2, 1).next(base + "?p=4"),
                              Page()});
    EXPECT_TRUE(result.done());
    EXPECT_THAT(result.resources, SizeIs(2));
}

TEST(Paging, LinksInACircleAreAnErrorUntilTheTotalIsReached) {
    const std::string link = base + "?p=2";
    const Play circle = play({observations(1, 1).next(link), observations(2, 1).next(link)});
    EXPECT_THAT(circle.error(), HasSubstr("circle"));
    EXPECT_FALSE(play({observations(1, 1).next(first_url)}).done());
    const Play complete =
        play({observations(1, 1).next(link).total(2), observations(2, 1).next(link).total(2)});
    EXPECT_TRUE(complete.done());
    EXPECT_THAT(complete.resources, SizeIs(2));
}

TEST(Paging, LinksThatBringNothingNewEnd) {
    int page = 0;
    PagingOptions options;
    options.barren_pages = 5;
    const Play result = play_with(
        [&](const http::Request&) -> Answer {
            return observations(1, 2).next(base + "?p=" + std::to_string(++page));
        },
        options);
    EXPECT_THAT(result.error(), HasSubstr("without anything new"));
    EXPECT_THAT(result.requests, SizeIs(6));
}

TEST(Paging, PagesAndBytesAreBounded) {
    int page = 0;
    const Server endless = [&](const http::Request&) -> Answer {
        ++page;
        return observations(page, 1).next(base + "?p=" + std::to_string(page));
    };
    PagingOptions options;
    options.page_limit = 7;
    EXPECT_THAT(play_with(endless, options).error(), HasSubstr("does not end"));
    EXPECT_EQ(page, 8);
    options.page_limit = 1000;
    options.byte_limit = 2000;
    EXPECT_THAT(play_with(endless, options).error(), HasSubstr("does not end"));
    EXPECT_LT(page, 30);
}

TEST(Paging, AForgottenCursorBeginsTheSearchAgain) {
    for (const int status : {410, 404}) {
        const Play result = play({observations(1, 1).next(base + "?p=2"),
                                  refusal(status, "not-found"),
                                  observations(1, 1).next(base + "?p=2"),
                                  observations(2, 1)});
        EXPECT_TRUE(result.done()) << status;
        EXPECT_EQ(result.restarts, 1);
        EXPECT_EQ(result.requests[2], "GET " + first_url);
        // What came before comes again; whoever keeps it knows it by reference.
        EXPECT_THAT(result.resources,
                    ElementsAre("Observation/o1", "Observation/o1", "Observation/o2"));
    }
}

TEST(Paging, ACursorForgottenAgainAndAgainIsAnError) {
    int turn = 0;
    const Play result = play_with([&](const http::Request&) -> Answer {
        return ++turn % 2 == 1 ? Answer(observations(1, 1).next(base + "?p=2")) : refusal(410);
    });
    EXPECT_EQ(result.last.error->kind(), ErrorKind::http);
    EXPECT_EQ(result.last.status, 410);
    EXPECT_EQ(result.restarts, 2);
}

TEST(Paging, ARefusedFirstPageIsNoForgottenCursor) {
    const Play result = play({refusal(404, "not-supported")});
    EXPECT_EQ(result.last.error->kind(), ErrorKind::http);
    EXPECT_EQ(result.last.status, 404);
    EXPECT_THAT(result.error(), HasSubstr("HTTP 404 (error/not-supported)"));
    EXPECT_THAT(result.error(), Not(HasSubstr("Jane")));
    EXPECT_THAT(result.error(), Not(HasSubstr("Patient")));
}

TEST(Paging, OutcomeEntriesAreSaidAndNoResources) {
    const Play result =
        play({observations(1, 1)
                  .with(outcome("warning", "processing"), "outcome")
                  .with(outcome("information", "suppressed"), "")
                  .next(base + "?p=2"),
              observations(2, 1).with(outcome("warning", "processing"), "outcome")});
    EXPECT_TRUE(result.done());
    EXPECT_THAT(result.resources, SizeIs(2));
    ASSERT_THAT(result.issues, SizeIs(2)); // each once
    EXPECT_EQ(result.issues[0].severity, Severity::warning);
    EXPECT_EQ(result.issues[0].text, "the server adds: warning/processing");
    EXPECT_EQ(result.issues[1].severity, Severity::information);
    EXPECT_THAT(result.issues[1].text, Not(HasSubstr("Jane")));
}

TEST(Paging, AnOutcomeThatSaysIncompleteIsAnError) {
    for (const auto& [severity, code] : std::vector<std::pair<std::string, std::string>>{
             {"warning", "incomplete"}, {"warning", "timeout"}, {"error", "processing"}}) {
        const Play result = play({observations(1, 1).with(outcome(severity, code), "outcome")});
        EXPECT_THAT(result.error(), HasSubstr(severity + "/" + code));
        EXPECT_EQ(result.last.error->kind(), ErrorKind::protocol);
    }
}

TEST(Paging, IncludedResourcesComeButAreNotCounted) {
    const json drug = resource("Medication", "m", "");
    const Play result = play({observations(1, 1).with(drug, "include").total(2).next(base + "?p=2"),
                              observations(2, 1).with(drug, "include").total(2)});
    EXPECT_TRUE(result.done());
    EXPECT_THAT(result.resources, ElementsAre("Observation/o1", "Medication/m", "Observation/o2"));
    // One match and one include are not the two that the server counts.
    EXPECT_FALSE(play_with([&](const http::Request&) -> Answer {
                     return observations(1, 1).with(drug, "include").total(2);
                 }).done());
}

TEST(Paging, EntriesThatCannotBeTakenAreIssues) {
    const Play result = play({Page()
                                  .with({{"resourceType", "Observation"}})
                                  .with({{"id", "x"}})
                                  .entry({{"fullUrl", base + "/Observation/9"}})
                                  .entry("text")
                                  .with(resource("Observation", "o1"), "")});
    EXPECT_TRUE(result.done());
    EXPECT_THAT(result.resources, ElementsAre("Observation/o1"));
    ASSERT_THAT(result.issues, SizeIs(4));
    EXPECT_EQ(result.issues[0].code, IssueCode::required);
    EXPECT_EQ(result.issues[0].reference, "search Observation, page 1#/entry/0");
    EXPECT_EQ(result.issues[1].code, IssueCode::structure);
    EXPECT_EQ(result.issues[3].reference, "search Observation, page 1#/entry/3");
}

TEST(Paging, ACopyListedTwiceComesOnceAndAChangedOneAgain) {
    json changed = resource("Observation", "o1");
    changed["status"] = "amended";
    const Play result =
        play({observations(1, 1).with(resource("Observation", "o1")).with(changed)});
    EXPECT_THAT(result.resources, ElementsAre("Observation/o1", "Observation/o1"));
}

TEST(Paging, DecimalsKeepTheirDigitsAndCountInTheHash) {
    const auto body = [](const char* number) {
        return raw(200,
                   std::string(R"({"resourceType":"Bundle","entry":[{"resource":)") +
                       R"({"resourceType":"Observation","id":"o","subject":{"reference":)" +
                       R"("Patient/1"},"valueQuantity":{"value":)" + number + "}}}]}");
    };
    Paging one(ServerAddress(base), of_patient(), {});
    Paging two(ServerAddress(base), of_patient(), {});
    one.resume(nullptr);
    two.resume(nullptr);
    const Answer long_one = body("1.10");
    const Answer short_one = body("1.1");
    const Resource with_zero = one.resume(&long_one).resources.at(0);
    const Resource without = two.resume(&short_one).resources.at(0);
    EXPECT_THAT(canonical_json(*with_zero.body), HasSubstr(":1.10}"));
    EXPECT_NE(with_zero.content_hash, without.content_hash);
}

TEST(Paging, ResourcesOfOthersAreLeftOut) {
    const Play result =
        play({observations(1, 1)
                  .with(resource("Observation", "foreign", "Patient/2"))
                  .with(resource("Observation", "nobody", ""))
                  .with(resource("Observation", "elsewhere", "http://other.example/r4/Patient/1"))
                  .with(resource("Observation", "absolute", base + "/Patient/1"))
                  .with(resource("Patient", "2", ""), "include")});
    EXPECT_THAT(result.resources, ElementsAre("Observation/o1", "Observation/absolute"));
    ASSERT_THAT(result.issues, SizeIs(1));
    EXPECT_EQ(result.issues[0].code, IssueCode::security);
    EXPECT_THAT(result.issues[0].text, HasSubstr("4 resources"));
    Search seed = of_patient();
    seed.subjects.clear(); // no search of one patient: nothing is set aside
    EXPECT_THAT(play({observations(1, 1).with(resource("Observation", "x", "Patient/2"))}, {}, seed)
                    .resources,
                SizeIs(2));
}

TEST(Paging, ParametersThatTheServerForgotAreReported) {
    Search search = of_patient();
    search.query.emplace_back("category", "laboratory");
    const Play forgot = play(
        {observations(1, 1).self(base + "/Observation?patient:Patient=1&_count=20")}, {}, search);
    EXPECT_THAT(forgot.ignored, ElementsAre("category"));
    const std::string whole = base + "/Observation?category=laboratory&patient.identifier=x";
    EXPECT_THAT(play({observations(1, 1).self(whole)}, {}, search).ignored, IsEmpty());
    // No self link, or one without any query, says nothing.
    EXPECT_THAT(play({observations(1, 1)}, {}, search).ignored, IsEmpty());
    EXPECT_THAT(play({observations(1, 1).self(base + "/Observation")}, {}, search).ignored,
                IsEmpty());
    // HAPI answers a POST with a self link that lacks the parameters.
    PagingOptions post;
    post.form.post_only = true;
    EXPECT_THAT(play({observations(1, 1).self(base + "/Observation?_x=1")}, post, search).ignored,
                IsEmpty());
}

TEST(Paging, LongSearchesGoByPostWhereItIsAnswered) {
    Search search{"seed", "Procedure", {{"code", std::string(3000, 'x')}}, {}};
    const Play posted = play({Page()}, {}, search);
    EXPECT_THAT(posted.requests[0], HasSubstr("POST " + base + "/Procedure/_search code=xxx"));
    EXPECT_THAT(posted.requests[0], HasSubstr("&_count=200"));
    PagingOptions no_post;
    no_post.form.post_answered = false;
    EXPECT_THAT(play({Page()}, no_post, search).requests[0], HasSubstr("GET " + base));
}

// --- bodies that cannot be read ------------------------------------------------------------------

TEST(Paging, ABodyThatCannotBeReadIsAskedForAgain) {
    const Answer cut = raw(200, R"({"resourceType":"Bundle","entry":[{"reso)");
    const Play result =
        play({observations(1, 1).next(base + "?p=2"), cut, cut, observations(2, 1)});
    EXPECT_TRUE(result.done());
    EXPECT_EQ(result.requests[2], "GET " + base + "?p=2");
    EXPECT_EQ(result.restarts, 0);
    for (const Answer& bad : {cut,
                              raw(200, "<Bundle/>", "application/fhir+xml"),
                              answer(200, outcome("information", "informational")),
                              answer(200, {{"resourceType", "Bundle"}, {"entry", "none"}}),
                              raw(200, "")}) {
        const Play failed = play_with([&](const http::Request&) { return bad; });
        EXPECT_EQ(failed.last.error->kind(), ErrorKind::protocol);
        EXPECT_THAT(failed.requests, SizeIs(3));
        EXPECT_THAT(failed.error(), Not(HasSubstr("Jane")));
    }
}

} // namespace
