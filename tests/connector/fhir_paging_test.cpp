// A search from its first page to its last, by script: each habit of servers that has been met, and
// what a hostile one could do.
#include "connector/fhir/paging.hpp"
#include "tests/connector/fhir_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace {

using namespace embolink;
using namespace embolink::fhir;
using namespace embolink::fhir::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string first_url = base + "/Observation?patient=Patient%2F1&_count=200";

Search of_patient() {
    return {"Observation", "Observation", {{"patient", "Patient/1"}}, {"Patient/1"}};
}

PagingOptions small(int page_size) {
    PagingOptions options;
    options.form.page_size = page_size;
    return options;
}

// Plays a search against scripted answers and keeps what it did.
struct Play {
    std::vector<std::string> requests;
    std::vector<std::string> resources;
    Issues issues;
    int restarts = 0;
    PagingStep last;
    std::set<std::string> ignored;

    bool done() const { return last.next == PagingNext::done; }

    std::string error() const { return last.error ? describe(*last.error) : ""; }
};

using Server = std::function<Answer(const http::Request&)>;

Play play_with(const Server& server,
               PagingOptions options = {},
               const Search& search = of_patient(),
               const std::vector<std::string>& other_origins = {}) {
    Paging paging(ServerAddress(base, other_origins), search, options);
    Play play;
    std::optional<Answer> said;
    for (int turn = 0; turn < 1000; ++turn) {
        play.last = paging.resume(said ? &*said : nullptr);
        for (const std::string& one : references_of(play.last.resources)) {
            play.resources.push_back(one);
        }
        play.issues.insert(play.issues.end(), play.last.issues.begin(), play.last.issues.end());
        play.ignored = paging.ignored_parameters();
        if (play.last.next == PagingNext::done || play.last.next == PagingNext::failed) {
            return play;
        }
        play.restarts += play.last.next == PagingNext::restart ? 1 : 0;
        play.requests.push_back(line_of(play.last.request));
        said = server(play.last.request);
    }
    ADD_FAILURE() << "the search does not end";
    return play;
}

Play play(std::vector<Answer> answers,
          PagingOptions options = {},
          const Search& search = of_patient(),
          const std::vector<std::string>& other_origins = {}) {
    std::size_t at = 0;
    Play result = play_with(
        [&](const http::Request&) {
            return at < answers.size() ? answers[at++] : answer(500, json::object());
        },
        options,
        search,
        other_origins);
    EXPECT_EQ(at, answers.size()) << "not every answer was asked for";
    return result;
}

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

// --- the end of a search -------------------------------------------------------------------------

TEST(Paging, WithoutTotalTheLastLinkIsTheEnd) {
    EXPECT_TRUE(play({observations(1, 3)}, small(5)).done());
    // A full last page after a next link: this server gives links, so no link is no page.
    EXPECT_TRUE(
        play({observations(1, 5).next(base + "?p=2"), observations(6, 5)}, small(5)).done());
    PagingOptions gives_links = small(5);
    gives_links.next_links = NextLinks::given;
    EXPECT_TRUE(play({observations(1, 5)}, gives_links).done());
}

// Mosaic gICS and Medplum: total, no next links.
TEST(Paging, ATotalThatIsNotReachedAsksForBiggerPages) {
    const Play result =
        play({observations(1, 5).total(12), observations(1, 12).total(12)}, small(5));
    EXPECT_TRUE(result.done());
    EXPECT_EQ(result.restarts, 1);
    EXPECT_THAT(result.requests[1], HasSubstr("_count=12"));
    const Play doubled = play({observations(1, 5).total(6), observations(1, 6).total(6)}, small(5));
    EXPECT_THAT(doubled.requests[1], HasSubstr("_count=10"));
}

TEST(Paging, ATotalThatStaysOutOfReachIsAnError) {
    const Play result = play_with(
        [](const http::Request&) -> Answer { return observations(1, 5).total(12); }, small(5));
    EXPECT_THAT(result.error(), HasSubstr("the server lists 5 of 12"));
    EXPECT_EQ(result.last.error->kind(), ErrorKind::protocol);
    EXPECT_THAT(result.requests, SizeIs(3));
}

TEST(Paging, AResourceDeletedMeanwhileIsNoError) {
    const Play result = play({observations(1, 2).total(4).next(base + "?p=2"),
                              observations(3, 1).total(4),
                              observations(1, 3).total(3)},
                             small(2));
    EXPECT_TRUE(result.done());
}

TEST(Paging, ATotalReachedByRepetitionOnSeveralPagesIsNotBelieved) {
    // Offsets that shift give one resource twice and another never (HAPI issue 3608).
    const Play result = play({observations(1, 2).total(4).next(base + "?p=2"),
                              observations(2, 2).total(4),
                              observations(1, 4).total(4)},
                             small(2));
    EXPECT_TRUE(result.done());
    EXPECT_EQ(result.restarts, 1);
    // On one page nothing can shift: a server that counts a resource twice.
    const Play twice = play({observations(1, 2).with(resource("Observation", "o1")).total(3)});
    EXPECT_TRUE(twice.done());
    ASSERT_THAT(twice.issues, SizeIs(1));
    EXPECT_EQ(twice.issues[0].code, IssueCode::duplicate);
}

TEST(Paging, AFullPageWithoutLinkAndTotalIsCounted) {
    PagingOptions options = small(5);
    options.counts = true;
    const Play complete = play({observations(1, 5), Page().total(5)}, options);
    EXPECT_TRUE(complete.done());
    EXPECT_EQ(complete.requests[1],
              "GET " + base + "/Observation?patient=Patient%2F1&_summary=count");
    const Play more =
        play({observations(1, 5), Page().total(7), observations(1, 7), Page().total(7)}, options);
    EXPECT_TRUE(more.done());
    EXPECT_THAT(more.requests[2], HasSubstr("_count=10"));
    EXPECT_FALSE(play({observations(1, 5), refusal(400)}, options).done());
    // The bigger page is cut as well: what was counted is not forgotten.
    const Play cut = play_with(
        [](const http::Request& request) -> Answer {
            const bool counted = request.url.find("_summary") != std::string::npos;
            const bool bigger = request.url.find("_count=5") == std::string::npos;
            return counted ? Page().total(9) : observations(1, bigger ? 6 : 5);
        },
        options);
    EXPECT_THAT(cut.error(), HasSubstr("6 of 9"));
    // A page that is not full needs no count.
    EXPECT_TRUE(play({observations(1, 4)}, options).done());
}

TEST(Paging, AServerKnownToGiveNoLinksIsCountedEveryTime) {
    PagingOptions options = small(5);
    options.counts = true;
    options.next_links = NextLinks::never;
    EXPECT_TRUE(play({observations(1, 3), Page().total(3)}, options).done());
    // It cut the page at three without a word.
    const Play cut = play_with(
        [](const http::Request& request) -> Answer {
            return request.url.find("_summary") == std::string::npos ? observations(1, 3)
                                                                     : Page().total(4);
        },
        options);
    EXPECT_THAT(cut.error(), HasSubstr("3 of 4"));
}

TEST(Paging, AFullPageThatNobodyCountsAsksForBiggerOnes) {
    EXPECT_TRUE(play({observations(1, 5), observations(1, 5)}, small(5)).done());
    const Play never = play_with(
        [](const http::Request& request) -> Answer {
            const std::string count = request.url.substr(request.url.rfind('=') + 1);
            return observations(1, std::stoi(count));
        },
        small(5));
    EXPECT_THAT(never.error(), HasSubstr("may not be complete"));
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
