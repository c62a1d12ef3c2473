#include "connector/fhir/paging.hpp"

#include "connector/fhir/references.hpp"
#include "connector/http/url.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace embolink::fhir {

namespace {

constexpr const char* ask_operators = "ask the server's operators about this search";

} // namespace

PagingOptions paging_options(const ServerHabits& habits, const SearchForm& form) {
    PagingOptions options;
    options.form = form;
    options.form.post_answered = form.post_answered && habits.post_search;
    options.next_links = habits.next_links;
    options.counts = habits.counts;
    return options;
}

Paging::Paging(ServerAddress server, Search search, PagingOptions options)
    : server_(std::move(server)), search_(std::move(search)), options_(options),
      page_size_(options.form.page_size) {}

std::string Paging::place() const {
    return "search " + search_.name + ", page " + std::to_string(pages_);
}

Issue Paging::note(Severity severity, IssueCode code, std::string text) const {
    Issue issue;
    issue.severity = severity;
    issue.code = code;
    issue.reference = place();
    issue.text = std::move(text);
    return issue;
}

PagingStep Paging::fetch(http::Request request, Asked asked, PagingStep step) {
    request_ = request;
    asked_ = asked;
    repeats_ = 0;
    step.request = std::move(request);
    return step;
}

PagingStep
Paging::fail(ErrorKind kind, const std::string& what, std::string remedy, PagingStep step) {
    step.next = PagingNext::failed;
    step.request = {};
    // Of the search only its name: a query holds identifiers.
    step.error = Error(kind, what, place() + " of " + server_.base_url(), std::move(remedy));
    return step;
}

PagingStep Paging::begin(PagingNext next) {
    visited_.clear();
    seen_.clear();
    matches_.clear();
    received_ = 0;
    total_.reset();
    total_is_old_ = false;
    pages_since_start_ = 0;
    barren_ = 0;
    PagingStep step;
    step.next = next;
    const http::Query size{{"_count", std::to_string(page_size_)}};
    http::Request first = begin_search(server_.base_url(), search_, options_.form, size);
    visited_.insert(first.method == "GET" ? first.url : "");
    return fetch(std::move(first), Asked::first, std::move(step));
}

PagingStep Paging::resume(const Answer* answer) {
    if (answer == nullptr) {
        return begin(PagingNext::fetch);
    }
    ++pages_;
    bytes_ += answer->body.size();
    if (pages_ > options_.page_limit || bytes_ > options_.byte_limit) {
        return fail(ErrorKind::protocol,
                    "the search does not end: " + std::to_string(pages_) + " pages, " +
                        std::to_string(bytes_ >> 20) + " MiB",
                    ask_operators,
                    {});
    }
    if (asked_ == Asked::count) {
        return resume_count(*answer);
    }
    if (answer->status != 200) {
        return refused(*answer);
    }
    ReadPage read = read_search_page(answer->body, search_.type, place());
    if (!read.page) {
        return unreadable(read.fault);
    }
    PagingStep step;
    const auto cut = std::ranges::find_if(read.page->outcomes, says_incomplete);
    if (cut != read.page->outcomes.end()) {
        return fail(ErrorKind::protocol,
                    "the server says that the search is not complete (" + cut->words() + ")",
                    ask_operators,
                    {});
    }
    take(*read.page, step);
    note_ignored(*read.page);
    return after_page(*read.page, std::move(step));
}

PagingStep Paging::refused(const Answer& answer) {
    const bool forgotten = answer.status == 404 || answer.status == 410;
    if (forgotten && asked_ == Asked::next && restarts_ < options_.restarts) {
        ++restarts_;
        return begin(PagingNext::restart);
    }
    PagingStep step = fail(ErrorKind::http,
                           "the server refused the search: " + refusal_words(answer),
                           "run `check` to see what the server answers",
                           {});
    step.status = answer.status;
    return step;
}

PagingStep Paging::unreadable(const std::string& fault) {
    if (repeats_ < options_.repeats) {
        ++repeats_;
        PagingStep step;
        step.next = PagingNext::fetch;
        step.request = request_;
        return step;
    }
    return fail(ErrorKind::protocol,
                "an answer of the server cannot be read: " + fault,
                "check that source.base_url is the FHIR base of the server",
                {});
}

void Paging::note_ignored(const SearchPage& page) {
    if (request_.method != "GET" || asked_ != Asked::first) {
        return; // a self link without the parameters of a POST says nothing (HAPI)
    }
    for (const auto& [name, value] : search_.query) {
        const std::string plain = name.substr(0, name.find_first_of(":."));
        if (!page.applies(plain)) {
            ignored_.insert(plain);
        }
    }
}

void Paging::take_entry(const SearchEntry& entry, int& foreign, PagingStep& step) {
    const Resource& resource = entry.resource;
    const std::string reference = resource.source.reference();
    if (entry.is_match) {
        matches_.insert(reference);
    }
    if (!seen_.insert(reference + "|" + resource.content_hash).second) {
        return; // the same copy again: included on every page, or listed twice
    }
    if (!search_.subjects.empty() && !belongs_to(resource, search_.subjects, server_)) {
        ++foreign;
        return;
    }
    step.resources.push_back(resource);
}

void Paging::take(const SearchPage& page, PagingStep& step) {
    ++pages_since_start_;
    const std::size_t known = seen_.size();
    int foreign = 0;
    for (const SearchEntry& entry : page.entries) {
        take_entry(entry, foreign, step);
    }
    received_ += page.received;
    barren_ = seen_.size() == known ? barren_ + 1 : 0;
    step.issues.insert(step.issues.end(), page.issues.begin(), page.issues.end());
    if (foreign > 0) {
        step.issues.push_back(note(Severity::fatal,
                                   IssueCode::security,
                                   std::to_string(foreign) +
                                       " resources that name another patient or none, left out"));
    }
    for (const OutcomeIssue& outcome : page.outcomes) {
        if (told_.insert(outcome.words()).second) {
            const bool warns = outcome.severity == "warning";
            step.issues.push_back(note(warns ? Severity::warning : Severity::information,
                                       IssueCode::business_rule,
                                       "the server adds: " + outcome.words()));
        }
    }
    if (page.total) {
        total_ = page.total; // the last word counts: resources come and go while we read
        total_is_old_ = false;
    }
}

PagingStep Paging::after_page(const SearchPage& page, PagingStep step) {
    if (!page.next) {
        return at_end(std::move(step));
    }
    if (barren_ >= options_.barren_pages) {
        return stuck("next links go on without anything new", std::move(step));
    }
    return follow(*page.next, std::move(step));
}

PagingStep Paging::follow(const std::string& link, PagingStep step) {
    auto url = http::resolve(request_.url, link);
    if (!url) {
        return fail(ErrorKind::protocol, "a next link is no URL", ask_operators, std::move(step));
    }
    if (!server_.may_fetch(*url)) {
        const auto parsed = http::parse_url(*url);
        return fail(ErrorKind::protocol,
                    "a next link leads to another server, " +
                        (parsed ? http::origin_of(*parsed) : std::string("of no name")),
                    "if that is the same server by another name, add it to source.next_origins",
                    std::move(step));
    }
    if (!visited_.insert(*url).second) {
        return stuck("next links lead in a circle", std::move(step));
    }
    step.next = PagingNext::fetch;
    http::Request request = http::get(std::move(*url));
    http::set_header(request.headers, "Accept", "application/fhir+json");
    return fetch(std::move(request), Asked::next, std::move(step));
}

bool Paging::all_received() const {
    return total_ && static_cast<std::int64_t>(matches_.size()) >= *total_;
}

// Links that never end are no harm once everything is here.
PagingStep Paging::stuck(const std::string& what, PagingStep step) {
    if (all_received()) {
        step.next = PagingNext::done;
        return step;
    }
    return fail(ErrorKind::protocol, what, ask_operators, std::move(step));
}

// No next link: by R4 the end. Some servers give none at all (Mosaic gICS, Medplum), so where this
// one has not shown that it does, a full page without total is not believed.
PagingStep Paging::at_end(PagingStep step) {
    if (total_ && !(total_is_old_ && options_.counts)) {
        return judge_total(std::move(step));
    }
    const bool gives_links = pages_since_start_ > 1 || options_.next_links == NextLinks::given;
    const bool full_page = received_ >= page_size_;
    const bool doubtful = full_page || options_.next_links == NextLinks::never;
    if (options_.counts && (total_is_old_ || (doubtful && !gives_links))) {
        return count(std::move(step));
    }
    if (full_page && !gives_links) {
        return grow(std::move(step));
    }
    step.next = PagingNext::done;
    return step;
}

PagingStep Paging::count(PagingStep step) {
    const http::Query only_total{{"_summary", "count"}};
    http::Request request = begin_search(server_.base_url(), search_, options_.form, only_total);
    step.next = PagingNext::fetch;
    return fetch(std::move(request), Asked::count, std::move(step));
}

PagingStep Paging::judge_total(PagingStep step) {
    if (all_received()) {
        step.next = PagingNext::done;
        return step;
    }
    // On one single page nothing can have moved between pages: the server counts a resource twice.
    if (received_ >= *total_ && pages_since_start_ == 1) {
        step.issues.push_back(note(Severity::information,
                                   IssueCode::duplicate,
                                   "the server lists and counts the same resource twice"));
        step.next = PagingNext::done;
        return step;
    }
    return grow(std::move(step));
}

// Once more from the beginning, with pages that should hold everything.
PagingStep Paging::grow(PagingStep step) {
    if (growths_ >= options_.growths) {
        return fail(ErrorKind::protocol,
                    total_ ? "the search is not complete: the server lists " +
                                 std::to_string(matches_.size()) + " of " + std::to_string(*total_)
                           : "the search may not be complete: " + std::to_string(matches_.size()) +
                                 " resources fill the page, without next link or total",
                    ask_operators,
                    std::move(step));
    }
    ++growths_;
    constexpr std::int64_t most = std::numeric_limits<int>::max() / 4;
    page_size_ = static_cast<int>(
        std::min(most, std::max<std::int64_t>(std::int64_t{2} * page_size_, total_.value_or(0))));
    const std::optional<std::int64_t> before = total_;
    PagingStep again = begin(PagingNext::restart);
    total_ = before; // to be reached again, unless the server says another
    total_is_old_ = before.has_value();
    again.resources = std::move(step.resources);
    again.issues = std::move(step.issues);
    return again;
}

PagingStep Paging::resume_count(const Answer& answer) {
    const ReadPage read =
        answer.status == 200 ? read_search_page(answer.body, search_.type, place()) : ReadPage{};
    if (!read.page || !read.page->total) {
        return fail(ErrorKind::protocol,
                    "the server did not say how many resources the search has",
                    ask_operators,
                    {});
    }
    total_ = read.page->total;
    total_is_old_ = false;
    return judge_total({});
}

} // namespace embolink::fhir
