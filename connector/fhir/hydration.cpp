#include "connector/fhir/hydration.hpp"

#include "connector/fhir/references.hpp"
#include "connector/fhir/search.hpp"
#include "connector/fhir/searchset.hpp"

#include <utility>

namespace embolink::fhir {

Hydration::Hydration(ServerAddress server,
                     std::set<std::string> patients,
                     const std::vector<std::string>& wanted,
                     std::function<bool(const std::string&)> has,
                     HydrationOptions options)
    : server_(std::move(server)), patients_(std::move(patients)), has_(std::move(has)),
      options_(options), first_(wanted) {}

void Hydration::note(Severity severity,
                     IssueCode code,
                     std::string text,
                     HydrationStep& step) const {
    Issue issue;
    issue.severity = severity;
    issue.code = code;
    issue.reference = current_.reference;
    issue.text = std::move(text);
    step.issues.push_back(std::move(issue));
}

void Hydration::want(const std::string& reference, int depth, HydrationStep& step) {
    if (asked_.contains(reference) || has_(reference)) {
        return;
    }
    if (asked_.size() >= options_.most || depth > options_.deepest) {
        if (!std::exchange(too_many_, true)) {
            note(Severity::error,
                 IssueCode::not_found,
                 "more references than are followed, the rest is left out",
                 step);
        }
        return;
    }
    asked_.insert(reference);
    open_.push_back({reference, depth});
}

HydrationStep Hydration::next_task(HydrationStep step) {
    if (open_.empty()) {
        step.next = ReadNext::done;
        return step;
    }
    current_ = std::move(open_.front());
    open_.pop_front();
    repeats_ = 0;
    return read_current(std::move(step));
}

HydrationStep Hydration::read_current(HydrationStep step) const {
    step.next = ReadNext::fetch;
    step.request = read_request(server_.base_url(), current_.reference);
    return step;
}

HydrationStep Hydration::unreadable(const std::string& fault) {
    HydrationStep step;
    if (repeats_ < options_.repeats) {
        ++repeats_;
        return read_current(std::move(step));
    }
    step.next = ReadNext::failed;
    step.error = Error(ErrorKind::protocol,
                       "an answer of the server cannot be read: " + fault,
                       server_.base_url(),
                       "check that source.base_url is the FHIR base of the server");
    return step;
}

HydrationStep Hydration::take(Resource resource) {
    HydrationStep step;
    if (resource.source.reference() != current_.reference) {
        note(Severity::fatal,
             IssueCode::conflict,
             "the server shows another resource in its place, left out",
             step);
        return next_task(std::move(step));
    }
    if (!belongs_to(resource, patients_, server_)) {
        note(Severity::fatal,
             IssueCode::security,
             "is pointed to by a resource of another patient, left out",
             step);
        return next_task(std::move(step));
    }
    for (const std::string& reference : references_to_hydrate(resource, server_)) {
        want(reference, current_.depth + 1, step);
    }
    step.resource = std::move(resource);
    return next_task(std::move(step));
}

HydrationStep Hydration::resume(const Answer* answer) {
    HydrationStep step;
    if (answer == nullptr) {
        for (const std::string& reference : first_) {
            want(reference, 1, step);
        }
        return next_task(std::move(step));
    }
    switch (answer->status) {
    case 200: {
        ReadResource read = read_resource(answer->body);
        return read.resource ? take(std::move(*read.resource)) : unreadable(read.fault);
    }
    case 404:
    case 410:
        step.gone = current_.reference;
        note(Severity::warning,
             IssueCode::not_found,
             "is pointed to and not there (HTTP " + std::to_string(answer->status) + ")",
             step);
        break;
    case 400: // this server has no such type, or does not like the id
    case 403:
    case 405:
    case 501:
        note(Severity::warning,
             IssueCode::security,
             "is pointed to and not shown: " + refusal_words(*answer),
             step);
        break;
    default:
        step.next = ReadNext::failed;
        step.error = Error(ErrorKind::http,
                           "the server refused a read: " + refusal_words(*answer),
                           server_.base_url(),
                           "run `check` to see what the server answers");
        return step;
    }
    return next_task(std::move(step));
}

} // namespace embolink::fhir
