// One search from its first page to its last, without I/O: told what the server answered, says what
// to fetch next. A search ends complete or with an Error, never silently short.
//
//   1. Next links are followed as they are written, resolved against the URL of the page that held
//      them (RFC 3986), and only to allowed origins. Pages are never built by hand.
//   2. A cursor that the server has forgotten (404, 410) begins the search again.
//   3. A body that cannot be read is asked for once more: it may have been cut on the way.
//   4. Where the next links end, the server's own total is compared with what came. A server that
//      shows no next link though more exists, or cut a page short, is asked for bigger pages.
//
// Restarts give resources again that came before; whoever keeps them knows them by reference.
// Hostile servers meet limits on pages, bytes, restarts and pages that bring nothing new.
#pragma once

#include "connector/core/error.hpp"
#include "connector/fhir/answer.hpp"
#include "connector/fhir/habits.hpp"
#include "connector/fhir/search.hpp"
#include "connector/fhir/searchset.hpp"
#include "connector/fhir/server_address.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace embolink::fhir {

struct PagingOptions {
    SearchForm form;
    NextLinks next_links = NextLinks::unknown;         // as ServerHabits
    bool counts = false;                               // as ServerHabits
    int page_limit = 20'000;                           // all restarts together
    std::uint64_t byte_limit = std::uint64_t{4} << 30; // bodies, all restarts together
    int barren_pages = 20;                             // in a row, with next link and nothing new
    int restarts = 2;
    int repeats = 2; // of a page that cannot be read
    int growths = 2; // times that bigger pages are asked for
};

PagingOptions paging_options(const ServerHabits& habits, const SearchForm& form);

enum class PagingNext {
    fetch,   // `request`
    restart, // `request`, which is the search's first one again
    done,    // everything there is has been given out
    failed   // `error`
};

struct PagingStep {
    PagingNext next = PagingNext::done;
    http::Request request;
    std::optional<Error> error;
    int status = 0; // with `failed`, when an HTTP status was the reason

    // What the page brought: matches and included resources, each copy once since the last start.
    std::vector<Resource> resources;
    Issues issues;
};

class Paging {
public:
    Paging(ServerAddress server, Search search, PagingOptions options);

    // nullptr begins. Not to be called after done or failed.
    PagingStep resume(const Answer* answer);

    const Search& search() const { return search_; }

    // Parameters that the server's self links leave out: it took no notice of them, so that more
    // has come than was asked for. Not known of a search by POST.
    const std::set<std::string>& ignored_parameters() const { return ignored_; }

private:
    enum class Asked { first, next, count };

    PagingStep begin(PagingNext next);
    PagingStep fetch(http::Request request, Asked asked, PagingStep step);
    PagingStep fail(ErrorKind kind, const std::string& what, std::string remedy, PagingStep step);
    PagingStep unreadable(const std::string& fault);
    PagingStep refused(const Answer& answer);
    void take(const SearchPage& page, PagingStep& step);
    void take_entry(const SearchEntry& entry, int& foreign, PagingStep& step);
    void note_ignored(const SearchPage& page);
    PagingStep after_page(const SearchPage& page, PagingStep step);
    PagingStep follow(const std::string& link, PagingStep step);
    PagingStep stuck(const std::string& what, PagingStep step);
    PagingStep at_end(PagingStep step);
    PagingStep count(PagingStep step);
    PagingStep judge_total(PagingStep step);
    PagingStep grow(PagingStep step);
    PagingStep resume_count(const Answer& answer);
    Issue note(Severity severity, IssueCode code, std::string text) const;
    std::string place() const;

    bool all_received() const;

    ServerAddress server_;
    Search search_;
    PagingOptions options_;
    int page_size_;

    // The request under way.
    http::Request request_;
    Asked asked_ = Asked::first;
    int repeats_ = 0; // of this one

    // Since the last start.
    std::set<std::string> visited_; // URLs
    std::set<std::string> seen_;    // copies, "Type/id|hash"
    std::set<std::string> matches_; // references
    std::int64_t received_ = 0;     // matches with repetitions
    std::optional<std::int64_t> total_;
    bool total_is_old_ = false; // from before bigger pages were asked for
    int pages_since_start_ = 0;
    int barren_ = 0;

    // Of the whole search.
    int pages_ = 0;
    std::uint64_t bytes_ = 0;
    int restarts_ = 0;
    int growths_ = 0;
    std::set<std::string> ignored_;
    std::set<std::string> told_; // outcome words that have been reported
};

} // namespace embolink::fhir
