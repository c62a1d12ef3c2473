#include "connector/fhir/links.hpp"

#include "connector/fhir/search_plan.hpp"
#include "mapping/timeline/identities.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace embolink::fhir {

namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_string()
               ? found->get<std::string>()
               : "";
}

// Only the two that merge (R9.5).
std::optional<LinkType> merging_type(const json& link) {
    const std::string type = text_at(link, "type");
    return type == "replaced-by" ? std::optional(LinkType::replaced_by)
           : type == "replaces"  ? std::optional(LinkType::replaces)
                                 : std::nullopt;
}

// Real data has a single object where a list belongs.
std::vector<json> links_in(const json& patient) {
    const auto links = patient.find("link");
    if (links == patient.end()) {
        return {};
    }
    return links->is_array() ? links->get<std::vector<json>>() : std::vector<json>{*links};
}

} // namespace

LinkOptions link_options(const ServerHabits& habits, const SearchForm& form) {
    LinkOptions options;
    options.link_search = habits.link_search;
    options.references = habits.references;
    options.paging = paging_options(habits, form);
    return options;
}

LinkClosure::LinkClosure(ServerAddress server, std::string start, LinkOptions options)
    : server_(std::move(server)), start_(std::move(start)), options_(std::move(options)) {}

void LinkClosure::note(Severity severity,
                       IssueCode code,
                       const std::string& reference,
                       std::string text) {
    Issue issue;
    issue.severity = severity;
    issue.code = code;
    issue.expression = "Patient.link";
    issue.reference = reference;
    issue.text = std::move(text);
    issue.patient = reference;
    issues_.push_back(std::move(issue));
}

LinkStep LinkClosure::resume(const Answer* answer) {
    if (answer == nullptr) {
        known_.insert(start_);
        open_.push_back({start_, false});
        for (const std::string& suspect : options_.suspects) {
            consider(suspect, start_);
        }
        return next_task();
    }
    return current_.is_search ? resume_search(answer) : resume_read(*answer);
}

LinkStep LinkClosure::next_task() {
    if (open_.empty()) {
        return {};
    }
    current_ = std::move(open_.front());
    open_.pop_front();
    repeats_ = 0;
    if (!current_.is_search) {
        return read_current();
    }
    const Search search{"Patient|link",
                        "Patient",
                        {{"link", reference_value(current_.reference, options_.references)}},
                        {}};
    paging_ = std::make_unique<Paging>(server_, search, options_.paging);
    return resume_search(nullptr);
}

LinkStep LinkClosure::read_current() const {
    LinkStep step;
    step.next = ReadNext::fetch;
    step.request = read_request(server_.base_url(), current_.reference);
    return step;
}

LinkStep LinkClosure::fail(ErrorKind kind, const std::string& what) const {
    LinkStep step;
    step.next = ReadNext::failed;
    step.error = Error(
        kind, what, server_.base_url() + "/Patient", "run `check` to see what the server answers");
    return step;
}

LinkStep LinkClosure::unreadable(const std::string& fault) {
    if (repeats_ < options_.repeats) {
        ++repeats_;
        return read_current();
    }
    return fail(ErrorKind::protocol, "the answer is no Patient that can be read: " + fault);
}

LinkStep LinkClosure::resume_read(const Answer& answer) {
    const std::string asked = current_.reference;
    if (answer.status == 404 || answer.status == 410) {
        missing_.insert(asked);
        note(Severity::warning,
             IssueCode::not_found,
             asked,
             "R9.5: the server has no such patient (HTTP " + std::to_string(answer.status) + ")");
        return next_task();
    }
    if (answer.status != 200) {
        return fail(ErrorKind::http,
                    "the server refused to show a patient: " + refusal_words(answer));
    }
    const ReadResource read = read_resource(answer.body);
    if (!read.resource || read.resource->source.type != "Patient") {
        return unreadable(read.resource ? "another type of resource" : read.fault);
    }
    if (read.resource->source.reference() != asked) {
        take_merged_away(asked, *read.resource);
    } else {
        take_patient(*read.resource);
    }
    return next_task();
}

LinkStep LinkClosure::resume_search(const Answer* answer) {
    PagingStep page = paging_->resume(answer);
    issues_.insert(issues_.end(), page.issues.begin(), page.issues.end());
    for (const Resource& found : page.resources) {
        const std::string reference = found.source.reference();
        if (found.source.type != "Patient" || known_.contains(reference) ||
            !links_to(person_of(found), current_.reference)) {
            continue; // seealso, or a server that ignored what was asked
        }
        consider(reference, current_.reference);
    }
    if (page.next == PagingNext::done) {
        return next_task();
    }
    LinkStep step;
    step.next = page.next == PagingNext::failed ? ReadNext::failed : ReadNext::fetch;
    step.request = std::move(page.request);
    step.error = std::move(page.error);
    return step;
}

// A server that answers for the old id with the surviving record has told of a merge.
void LinkClosure::take_merged_away(const std::string& asked, const Resource& survivor) {
    const std::string reference = survivor.source.reference();
    persons_[asked].links.push_back({LinkType::replaced_by, reference});
    note(Severity::information,
         IssueCode::business_rule,
         asked,
         "R9.5: the server shows another patient in its place, taken as a merge");
    if (!persons_.contains(reference)) {
        known_.insert(reference);
        take_patient(survivor);
    }
    if (options_.link_search) {
        open_.push_back({asked, true});
    }
}

// Links that lead nowhere are kept with an empty name, so that the group stays unresolved.
Person LinkClosure::person_of(const Resource& patient) {
    Person person;
    person.origin = {patient.source.reference(), patient.version()};
    for (const json& link : links_in(*patient.body)) {
        if (const auto type = merging_type(link)) {
            const auto other = link.find("other");
            const std::string literal =
                other == link.end() ? std::string{} : text_at(*other, "reference");
            const auto local = server_.local_reference(literal);
            const bool is_patient = local && local->starts_with("Patient/");
            person.links.push_back({*type, is_patient ? *local : std::string{}});
        }
    }
    return person;
}

bool LinkClosure::links_to(const Person& person, const std::string& reference) const {
    return std::ranges::any_of(person.links,
                               [&](const PatientLink& link) { return link.other == reference; });
}

void LinkClosure::take_patient(const Resource& patient) {
    const std::string reference = patient.source.reference();
    Person person = person_of(patient);
    std::erase_if(open_,
                  [&](const Task& task) { return !task.is_search && task.reference == reference; });
    patients_.push_back(patient);
    for (const PatientLink& link : person.links) {
        if (link.other.empty()) {
            note(Severity::error,
                 IssueCode::not_found,
                 reference,
                 "R9.5: a merge link leads to no patient of this server");
        } else {
            consider(link.other, reference);
        }
    }
    persons_.insert_or_assign(reference, std::move(person));
    if (options_.link_search) {
        open_.push_back({reference, true});
    }
}

void LinkClosure::consider(const std::string& reference, const std::string& named_by) {
    if (known_.contains(reference)) {
        return;
    }
    if (known_.size() >= options_.most_members) {
        if (!std::exchange(too_many_, true)) {
            note(Severity::error,
                 IssueCode::conflict,
                 named_by,
                 "R9.5: more than " + std::to_string(options_.most_members) +
                     " linked patients, no further ones are followed");
        }
        return;
    }
    known_.insert(reference);
    open_.push_back({reference, false});
}

LinkGroup LinkClosure::group() const {
    KnownPatients patients;
    for (const std::string& member : known_) {
        const auto person = persons_.find(member);
        patients[member] = person == persons_.end() ? nullptr : &person->second;
    }
    LinkGroup group;
    group.unresolved = true;
    for (const Identity& identity : resolve_identities(patients)) {
        if (std::ranges::find(identity.group, start_) == identity.group.end()) {
            continue; // a suspect whom nothing links any more
        }
        // A link may lead to nobody, or to more than are followed.
        std::ranges::copy_if(identity.group,
                             std::back_inserter(group.members),
                             [&](const std::string& one) { return known_.contains(one); });
        group.chain = identity.unresolved ? group.members.front() : identity.patient;
        group.unresolved = identity.unresolved;
        break; // of an unresolved group every member is an identity
    }
    const auto is_member = [&](const std::string& reference) {
        return std::ranges::binary_search(group.members, reference);
    };
    std::ranges::copy_if(missing_, std::back_inserter(group.missing), is_member);
    std::ranges::copy_if(patients_, std::back_inserter(group.patients), [&](const auto& patient) {
        return is_member(patient.source.reference());
    });
    std::ranges::copy_if(issues_, std::back_inserter(group.issues), [&](const Issue& issue) {
        return issue.patient.empty() || is_member(issue.patient);
    });
    return group;
}

} // namespace embolink::fhir
