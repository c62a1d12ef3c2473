#include "connector/pull/chain_pull.hpp"

#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/fhir/hydration.hpp"
#include "connector/fhir/links.hpp"
#include "connector/fhir/references.hpp"
#include "connector/fhir/search_plan.hpp"
#include "connector/http/retry.hpp"
#include "connector/pull/identifiers.hpp"
#include "connector/store/trim.hpp"
#include "mapping/endpoints/record_json.hpp"
#include "mapping/facts/own_output.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace embolink {
namespace {

const std::string hydrated = "references";

std::vector<std::string> lines_of(const Issues& issues) {
    std::vector<std::string> out;
    for (const Issue& issue : issues) {
        out.push_back(to_json_line(issue));
    }
    return out;
}

PageCounts& operator+=(PageCounts& sum, const PageCounts& counts) {
    sum.added += counts.added;
    sum.changed += counts.changed;
    sum.unchanged += counts.unchanged;
    sum.own_output += counts.own_output;
    return sum;
}

// The instant of `meta.lastUpdated` to the second, "" when there is none. Cursors follow the
// server's own clock, never ours.
std::string server_instant(const Resource& resource) {
    const auto date = parse_partial_date(resource.source.last_updated, {});
    if (!date || !date->utc_seconds) {
        return "";
    }
    return instant_text(Instant(std::chrono::seconds(*date->utc_seconds)));
}

// Of the answer by the server's clock; by ours where it does not tell.
Instant server_time(const fhir::Answer& answer) {
    const Instant now = current_instant();
    const auto date = http::find_header(answer.headers, "Date");
    return date ? http::parse_http_date(*date, now).value_or(now) : now;
}

// R9.1: what this software wrote is never evidence, so nothing of it is kept. R9.6: restricted
// labels are honoured before storage; what is left says why the resource does not count.
std::string body_to_keep(const Resource& resource) {
    if (is_own_output(resource)) {
        return "";
    }
    if (is_restricted(resource)) {
        return canonical_json(label_for_store(*resource.body));
    }
    return canonical_json(trim_for_store(*resource.body));
}

// Another pull of this run has taken one of the chain's identities.
struct ChainTaken {};

class ChainPuller {
public:
    ChainPuller(const PullFrame& frame, std::string patient)
        : frame_(frame), patient_(std::move(patient)) {}

    asio::awaitable<ChainPull> pull();

private:
    asio::awaitable<void> pull_all();
    asio::awaitable<fhir::LinkGroup> find_group();
    void claim(const fhir::LinkGroup& group);
    void require_claim() const;
    bool opted_out(const fhir::LinkGroup& group) const;
    void commit_patient(const fhir::LinkGroup& group, const std::string& member);
    asio::awaitable<void> pull_search(std::string member, fhir::Search search);
    asio::awaitable<void>
    pull_pages(fhir::Search search, std::string name, Cursor cursor, bool full);
    asio::awaitable<std::optional<std::int64_t>> server_count(fhir::Search search);
    bool needs_full(const std::optional<Cursor>& cursor, const std::string& query) const;
    asio::awaitable<void> settle_missing(std::string name);
    asio::awaitable<void> hydrate();
    void commit(Page page);

    const PullFrame& frame_;
    std::string patient_;
    ChainPull out_;
    std::set<std::string> members_;
};

asio::awaitable<ChainPull> ChainPuller::pull() {
    try {
        co_await pull_all();
    } catch (const ChainTaken&) {
        out_.taken = true;
    }
    co_return std::move(out_);
}

// Whoever has seen more links is right.
void ChainPuller::claim(const fhir::LinkGroup& group) {
    const auto known = frame_.found.find(patient_);
    if (known != frame_.found.end() && known->second.size() > group.members.size()) {
        throw ChainTaken{};
    }
    for (const std::string& member : group.members) {
        frame_.found[member] = group.members;
    }
    frame_.store.save_chain(frame_.run, group.chain, group.members);
}

// Before anything of the chain is stored.
void ChainPuller::require_claim() const {
    for (const std::string& member : out_.members) {
        if (frame_.found.at(member) != out_.members) {
            throw ChainTaken{};
        }
    }
}

asio::awaitable<void> ChainPuller::pull_all() {
    const fhir::LinkGroup group = co_await find_group();
    out_.chain = group.chain;
    out_.members = group.members;
    members_.insert(group.members.begin(), group.members.end());
    claim(group);
    if (opted_out(group)) {
        out_.opted_out = true;
        frame_.store.erase(group.chain);
        co_return;
    }
    for (const std::string& member : group.members) {
        commit_patient(group, member);
        co_await settle_missing(member_search("Patient", member));
    }
    for (const std::string& member : group.members) {
        for (const fhir::Search& search : fhir::plan_searches(member, frame_.habits)) {
            co_await pull_search(member, search);
        }
    }
    co_await hydrate();
}

asio::awaitable<fhir::LinkGroup> ChainPuller::find_group() {
    fhir::SearchForm form;
    form.page_size = frame_.config.page_size;
    fhir::LinkOptions options = fhir::link_options(frame_.habits, form);
    const auto linked = frame_.linked.find(patient_);
    if (linked != frame_.linked.end()) {
        options.suspects = linked->second;
    }
    fhir::LinkClosure closure(frame_.server, patient_, std::move(options));
    fhir::LinkStep step = closure.resume(nullptr);
    while (step.next == fhir::ReadNext::fetch) {
        throw_if_interrupted();
        const fhir::Answer answer = co_await frame_.client.ask(std::move(step.request));
        step = closure.resume(&answer);
    }
    if (step.next == fhir::ReadNext::failed) {
        throw *step.error;
    }
    co_return closure.group();
}

// By reference, or by an identifier that only the Patient resource tells.
bool ChainPuller::opted_out(const fhir::LinkGroup& group) const {
    const auto named = [&](const std::string& member) {
        return frame_.site.config.opt_out.count(member) > 0;
    };
    if (std::any_of(group.members.begin(), group.members.end(), named)) {
        return true;
    }
    for (const Resource& patient : group.patients) {
        for (const std::string& identifier : identifiers_of(*patient.body)) {
            if (frame_.site.opt_out_identifiers.count(identifier) > 0) {
                return true;
            }
        }
    }
    return false;
}

void ChainPuller::commit(Page page) {
    require_claim();
    page.chain = out_.chain;
    out_.counts += frame_.store.commit_page(frame_.run, page);
}

void ChainPuller::commit_patient(const fhir::LinkGroup& group, const std::string& member) {
    Page page;
    page.search = member_search("Patient", member);
    for (const Resource& patient : group.patients) {
        if (patient.source.reference() == member) {
            page.resources.push_back(stored(patient));
        }
    }
    if (member == group.chain) {
        page.issues = lines_of(group.issues); // of the whole group
    }
    page.cursor.emplace();
    page.complete = true;
    commit(std::move(page));
}

bool ChainPuller::needs_full(const std::optional<Cursor>& cursor, const std::string& query) const {
    const std::string oldest = instant_text(frame_.started - frame_.config.full_pull);
    return !cursor || cursor->since.empty() || cursor->query != query ||
           cursor->full_pull < oldest || !frame_.habits.counts;
}

asio::awaitable<void> ChainPuller::pull_search(std::string member, fhir::Search search) {
    // Every identity must be let in: a merged patient's data may come under either.
    search.subjects = members_;
    const std::string name = member_search(search.name, member);
    const std::string query = fhir::fingerprint({search});
    const std::optional<Cursor> before = frame_.store.load_cursor(out_.chain, name);
    Cursor cursor = before.value_or(Cursor{});
    cursor.query = query;
    const bool changes_only = !needs_full(before, query) &&
                              fhir::is_incremental(fhir::only_since(
                                  search, frame_.habits, cursor.since, frame_.config.overlap));
    if (changes_only) {
        fhir::Search changed =
            fhir::only_since(search, frame_.habits, cursor.since, frame_.config.overlap);
        co_await pull_pages(std::move(changed), name, cursor, false);
        // Deletions show in no incremental search; the server's own count gives them away.
        const std::optional<std::int64_t> there = co_await server_count(search);
        if (there && *there == frame_.store.found_count(out_.chain, name)) {
            co_return;
        }
    }
    cursor.full_pull = instant_text(frame_.started);
    co_await pull_pages(std::move(search), name, std::move(cursor), true);
    co_await settle_missing(name);
}

asio::awaitable<void>
ChainPuller::pull_pages(fhir::Search search, std::string name, Cursor cursor, bool full) {
    Instant begun; // by the server's clock
    const std::function<void(fhir::PagingStep&)> use = [&](fhir::PagingStep& step) {
        Page page;
        page.search = name;
        for (const Resource& resource : step.resources) {
            page.resources.push_back(stored(resource));
            cursor.since = std::max(cursor.since, server_instant(resource));
        }
        page.issues = lines_of(step.issues);
        if (step.next == fhir::PagingNext::done) {
            // One resource that claims to be of the year 2099 must not hide all later changes.
            cursor.since = std::min(cursor.since, instant_text(begun));
            page.cursor = cursor;
            page.complete = full;
        }
        commit(std::move(page));
    };
    co_await run_search(frame_, std::move(search), use, &begun);
}

asio::awaitable<std::optional<std::int64_t>> ChainPuller::server_count(fhir::Search search) {
    fhir::SearchForm form;
    form.page_size = frame_.config.page_size;
    const http::Query count = {{"_summary", "count"}};
    http::Request request = fhir::begin_search(frame_.server.base_url(), search, form, count);
    const fhir::Answer answer = co_await frame_.client.ask(std::move(request));
    const fhir::ReadPage read = fhir::read_search_page(answer.body, search.type, search.name);
    if (answer.status != 200 || !read.page) {
        co_return std::nullopt;
    }
    co_return read.page->total;
}

// What a full search found before and not now: gone, moved to somebody else, or only missing from
// the server's index. The resource itself says which.
asio::awaitable<void> ChainPuller::settle_missing(std::string name) {
    for (const std::string& reference : frame_.store.missing(frame_.run, out_.chain, name)) {
        throw_if_interrupted();
        http::Request request = fhir::read_request(frame_.server.base_url(), reference);
        const fhir::Answer answer = co_await frame_.client.ask(std::move(request));
        const bool gone = answer.status == 404 || answer.status == 410;
        const fhir::ReadResource read =
            answer.status == 200 ? fhir::read_resource(answer.body) : fhir::ReadResource{};
        if (!gone && !read.resource) {
            throw Error(ErrorKind::http,
                        "cannot tell whether a resource is still there: " +
                            fhir::refusal_words(answer),
                        frame_.server.base_url(),
                        "run again; the source's access rules may have changed");
        }
        if (!gone && fhir::belongs_to(*read.resource, members_, frame_.server)) {
            Page page;
            page.search = name;
            page.resources.push_back(stored(*read.resource));
            commit(std::move(page));
            continue;
        }
        require_claim();
        frame_.store.retract(frame_.run, out_.chain, {reference}, gone ? "deleted" : "moved");
        ++out_.retracted;
        if (gone) {
            ++out_.gone[reference.substr(0, reference.find('/'))];
        }
    }
}

asio::awaitable<void> ChainPuller::hydrate() {
    std::set<std::string> there;
    std::vector<std::string> wanted;
    for (const StoredResource& one : frame_.store.load_resources(out_.chain)) {
        there.insert(one.reference);
        const auto resource = make_resource(parse_json(one.body).value, one.content_hash);
        for (const std::string& reference : fhir::references_to_hydrate(*resource, frame_.server)) {
            wanted.push_back(reference);
        }
    }
    // What only a reference has led to is read again in every run: no search tells of its changes.
    for (const std::string& reference : frame_.store.missing(frame_.run, out_.chain, hydrated)) {
        there.erase(reference);
    }
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    const auto has = [&](const std::string& reference) { return there.count(reference) > 0; };
    fhir::Hydration hydration(frame_.server, members_, wanted, has);
    fhir::HydrationStep step = hydration.resume(nullptr);
    Page page;
    page.search = hydrated;
    for (;;) {
        throw_if_interrupted();
        if (step.resource) {
            page.resources.push_back(stored(*step.resource));
        }
        for (const Issue& issue : step.issues) {
            page.issues.push_back(to_json_line(issue));
        }
        if (step.next != fhir::ReadNext::fetch) {
            break;
        }
        const fhir::Answer answer = co_await frame_.client.ask(std::move(step.request));
        step = hydration.resume(&answer);
    }
    if (step.next == fhir::ReadNext::failed) {
        throw *step.error;
    }
    page.cursor.emplace();
    page.complete = true;
    commit(std::move(page));
    const std::vector<std::string> left = frame_.store.missing(frame_.run, out_.chain, hydrated);
    if (!left.empty()) {
        frame_.store.retract(frame_.run, out_.chain, left, "moved");
    }
}

} // namespace

asio::awaitable<ChainPull> pull_chain(const PullFrame& frame, std::string patient) {
    ChainPuller puller(frame, std::move(patient));
    co_return co_await puller.pull();
}

asio::awaitable<void> run_search(const PullFrame& frame,
                                 fhir::Search search,
                                 std::function<void(fhir::PagingStep&)> use,
                                 Instant* begun) {
    fhir::SearchForm form;
    form.page_size = frame.config.page_size;
    form.post_answered = frame.habits.post_search;
    fhir::Paging paging(frame.server, std::move(search), fhir::paging_options(frame.habits, form));
    fhir::PagingStep step = paging.resume(nullptr);
    for (;;) {
        throw_if_interrupted();
        if (step.next == fhir::PagingNext::failed) {
            throw *step.error;
        }
        // The step that begins or restarts brings nothing.
        if (!step.resources.empty() || !step.issues.empty() ||
            step.next == fhir::PagingNext::done) {
            use(step);
        }
        if (step.next == fhir::PagingNext::done) {
            co_return;
        }
        const fhir::Answer answer = co_await frame.client.ask(std::move(step.request));
        if (begun != nullptr) {
            *begun = server_time(answer);
            begun = nullptr;
        }
        step = paging.resume(&answer);
    }
}

StoredResource stored(const Resource& resource) {
    StoredResource out;
    out.reference = resource.source.reference();
    out.version = resource.source.version_id;
    out.content_hash = resource.content_hash;
    out.last_updated = resource.source.last_updated;
    out.body = body_to_keep(resource);
    return out;
}

} // namespace embolink
