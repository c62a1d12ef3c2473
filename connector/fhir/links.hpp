// Who is one person: from one Patient to every identity that merge links tie to him (R9.5), without
// I/O. What is pulled together, a chain, is this group; data may stay on the old id after a merge.
//
// `replaced-by` and `replaces` are followed in both directions; `seealso` and `refer` merge
// nothing. A merge that only the other record tells of is found by `Patient?link=`, where the
// server has it.
#pragma once

#include "connector/core/error.hpp"
#include "connector/fhir/paging.hpp"
#include "mapping/facts/facts.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace embolink::fhir {

struct LinkOptions {
    bool link_search = false; // as ServerHabits
    ReferenceForm references = ReferenceForm::type_and_id;
    std::size_t most_members = 50; // what a real merge never reaches
    // Who was linked to the start when it was last asked for: read, too, and of the group only when
    // the links still say so.
    std::vector<std::string> suspects;
    int repeats = 2; // of an answer that cannot be read: it may have been cut on the way
    PagingOptions paging;
};

LinkOptions link_options(const ServerHabits& habits, const SearchForm& form);

struct LinkGroup {
    // The surviving patient; where the links contradict each other, or lead to nobody, the first
    // member by name, so that every start gives the same name.
    std::string chain;
    std::vector<std::string> members; // sorted; those that could not be read among them
    std::vector<std::string> missing; // sorted: linked or asked for, and not there (404, 410)
    bool unresolved = false;          // no single survivor (R9.5): the rules exclude all of them
    std::vector<Resource> patients;   // in the order of reading
    Issues issues;
};

enum class ReadNext { fetch, done, failed };

struct LinkStep {
    ReadNext next = ReadNext::done;
    http::Request request;      // with `fetch`
    std::optional<Error> error; // with `failed`
};

class LinkClosure {
public:
    LinkClosure(ServerAddress server, std::string start, LinkOptions options);

    // nullptr begins.
    LinkStep resume(const Answer* answer);

    // Once done.
    LinkGroup group() const;

private:
    struct Task {
        std::string reference;
        bool is_search = false; // for patients that link to it; else a read of it
    };

    LinkStep next_task();
    LinkStep read_current() const;
    LinkStep resume_read(const Answer& answer);
    LinkStep unreadable(const std::string& fault);
    LinkStep fail(ErrorKind kind, const std::string& what) const;
    LinkStep resume_search(const Answer* answer);
    void take_patient(const Resource& patient);
    void take_merged_away(const std::string& asked, const Resource& survivor);
    void consider(const std::string& reference, const std::string& named_by);
    bool links_to(const Person& person, const std::string& reference) const;
    Person person_of(const Resource& patient);
    void note(Severity severity, IssueCode code, const std::string& reference, std::string text);

    ServerAddress server_;
    std::string start_;
    LinkOptions options_;
    std::deque<Task> open_;
    Task current_;
    int repeats_ = 0;                // of the current read
    std::unique_ptr<Paging> paging_; // of the search under way

    std::set<std::string> known_; // asked for, or found by a search
    std::set<std::string> missing_;
    std::map<std::string, Person> persons_;
    std::vector<Resource> patients_;
    Issues issues_;
    bool too_many_ = false;
};

} // namespace embolink::fhir
