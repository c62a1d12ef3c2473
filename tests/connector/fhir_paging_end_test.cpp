// When a search is at its end: next links, totals, counts, and servers that have none of them.
#include "tests/connector/fhir_paging_play.hpp"

#include <gmock/gmock.h>

namespace {

using namespace embolink;
using namespace embolink::fhir;
using namespace embolink::fhir::test;
using testing::HasSubstr;
using testing::SizeIs;

TEST(PagingEnd, WithoutTotalTheLastLinkIsTheEnd) {
    EXPECT_TRUE(play({observations(1, 3)}, small(5)).done());
    // A full last page after a next link: this server gives links, so no link is no page.
    EXPECT_TRUE(
        play({observations(1, 5).next(base + "?p=2"), observations(6, 5)}, small(5)).done());
    PagingOptions gives_links = small(5);
    gives_links.next_links = NextLinks::given;
    EXPECT_TRUE(play({observations(1, 5)}, gives_links).done());
}

// Mosaic gICS and Medplum: total, no next links.
TEST(PagingEnd, ATotalThatIsNotReachedAsksForBiggerPages) {
    const Play result =
        play({observations(1, 5).total(12), observations(1, 12).total(12)}, small(5));
    EXPECT_TRUE(result.done());
    EXPECT_EQ(result.restarts, 1);
    EXPECT_THAT(result.requests[1], HasSubstr("_count=12"));
    const Play doubled = play({observations(1, 5).total(6), observations(1, 6).total(6)}, small(5));
    EXPECT_THAT(doubled.requests[1], HasSubstr("_count=10"));
}

TEST(PagingEnd, ATotalThatStaysOutOfReachIsAnError) {
    const Play result = play_with(
        [](const http::Request&) -> Answer { return observations(1, 5).total(12); }, small(5));
    EXPECT_THAT(result.error(), HasSubstr("the server lists 5 of 12"));
    EXPECT_EQ(result.last.error->kind(), ErrorKind::protocol);
    EXPECT_THAT(result.requests, SizeIs(3));
}

TEST(PagingEnd, AResourceDeletedMeanwhileIsNoError) {
    const Play result = play({observations(1, 2).total(4).next(base + "?p=2"),
                              observations(3, 1).total(4),
                              observations(1, 3).total(3)},
                             small(2));
    EXPECT_TRUE(result.done());
}

TEST(PagingEnd, ATotalReachedByRepetitionOnSeveralPagesIsNotBelieved) {
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

TEST(PagingEnd, AFullPageWithoutLinkAndTotalIsCounted) {
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

TEST(PagingEnd, AServerKnownToGiveNoLinksIsCountedEveryTime) {
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

TEST(PagingEnd, AFullPageThatNobodyCountsAsksForBiggerOnes) {
    EXPECT_TRUE(play({observations(1, 5), observations(1, 5)}, small(5)).done());
    const Play never = play_with(
        [](const http::Request& request) -> Answer {
            const std::string count = request.url.substr(request.url.rfind('=') + 1);
            return observations(1, std::stoi(count));
        },
        small(5));
    EXPECT_THAT(never.error(), HasSubstr("may not be complete"));
}

} // namespace
