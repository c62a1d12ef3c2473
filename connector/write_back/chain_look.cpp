#include "connector/write_back/chain_look.hpp"

#include "connector/core/json_read.hpp"
#include "connector/fhir/search.hpp"
#include "connector/http/url.hpp"
#include "connector/write_back/identity.hpp"
#include "connector/write_back/target_looks.hpp"
#include "mapping/facts/own_output.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace embolink {
namespace {

using nlohmann::json;

// A number that tells who somebody is stands in no URL, for those are logged everywhere; unless the
// server takes searches by GET only.
http::Request patient_search(const WriteFrame& frame, const std::string& value, bool by_post) {
    fhir::Search search;
    search.type = "Patient";
    search.query = {{"identifier", frame.patient_identifier + "|" + value}};
    fhir::SearchForm form;
    form.post_answered = by_post;
    form.post_only = by_post;
    return fhir::begin_search(frame.target_base_url, search, form, {});
}

} // namespace

std::optional<WriteStep> ChainLook::start() {
    next_ = 0;
    return ask_source_patient();
}

std::optional<WriteStep> ChainLook::again() {
    next_ = 0;
    work_.found.clear();
    return ask_outcome();
}

std::optional<WriteStep> ChainLook::answered(const fhir::Answer& answer) {
    switch (phase_) {
    case At::source_patient:
        return source_patient(answer);
    case At::target_patient:
        return target_patient(answer);
    case At::outcome:
        return outcome(answer);
    }
    return std::nullopt;
}

std::optional<WriteStep> ChainLook::ask_source_patient() {
    phase_ = At::source_patient;
    if (next_ < work_.job.patients.size()) {
        const std::string& reference = work_.job.patients[next_].reference;
        return ask_of(Side::source, fresh_get(http::join(work_.frame.source_base_url, reference)));
    }
    hold_without_patient();
    return work_.frame.same_server ? again() : ask_target_patient();
}

// The store has lost the Patient (deleted at the source) and the derivation does not know it yet.
void ChainLook::hold_without_patient() {
    for (OutboxEntry& one : work_.job.entries) {
        const bool there =
            std::ranges::any_of(work_.job.patients, [&](const StoredResource& patient) {
                return patient.reference == one.patient;
            });
        if (!one.wanted.empty() && !there) {
            work_.hold(one, OutboxState::subject_changed, "the source has no such patient now");
        }
    }
}

std::optional<WriteStep> ChainLook::source_patient(const fhir::Answer& answer) {
    const StoredResource& seen = work_.job.patients[next_];
    const ParsedJson stored = parse_json(seen.body);
    const auto now = answer.status == 200 ? body_of(answer) : nullptr;
    const bool gone = answer.status == 404 || answer.status == 410;
    if (!now && !gone) { // says nothing of the patient
        work_.put_off_all("the source's patient: " + fhir::refusal_words(answer));
        return std::nullopt;
    }
    if (!now || !stored.value || identity_hash(*now) != identity_hash(*stored.value)) {
        work_.hold_all(OutboxState::subject_changed,
                       "the patient has changed since the derivation");
        return std::nullopt;
    }
    ++next_;
    return ask_source_patient();
}

// The identifier of the configured system on the source's Patient; "" none.
std::string ChainLook::identifier_of(const std::string& patient) const {
    for (const StoredResource& stored : work_.job.patients) {
        const ParsedJson parsed = parse_json(stored.body);
        if (stored.reference != patient || !parsed.value) {
            continue;
        }
        for (const json* one : elements_of(*parsed.value, "identifier")) {
            const std::string_view value = text_of(*one, "value");
            if (text_of(*one, "system") == work_.frame.patient_identifier && !value.empty()) {
                return std::string(value);
            }
        }
    }
    return "";
}

std::optional<WriteStep> ChainLook::ask_target_patient() {
    phase_ = At::target_patient;
    for (const OutboxEntry& one : work_.job.entries) {
        // What is taken back is found by its own identifier.
        if (one.wanted.empty() || work_.subjects.count(one.patient) > 0) {
            continue;
        }
        const std::string value = identifier_of(one.patient);
        if (value.empty()) {
            work_.subjects[one.patient] = "";
            continue;
        }
        asked_patient_ = one.patient;
        return ask_of(Side::target, patient_search(work_.frame, value, work_.job.search_by_post));
    }
    for (OutboxEntry& one : work_.job.entries) {
        if (!one.wanted.empty() && work_.subject_of(one).empty()) {
            work_.hold(one,
                       OutboxState::no_target_patient,
                       "no single patient of the target carries the configured identifier");
        }
    }
    return again();
}

// A server without POST _search refuses it, or passes over what its body asks and shows others.
bool ChainLook::answers_post(const fhir::Answer& answer, const json* bundle) const {
    if (!bundle) {
        return answer.status == 401 || answer.status == 403 || answer.status == 429 ||
               answer.status >= 500;
    }
    const std::string value = identifier_of(asked_patient_);
    const auto patients = resources_in(*bundle, "Patient");
    return text_of(*bundle, "resourceType") == "Bundle" &&
           (patients.empty() || std::ranges::any_of(patients, [&](const json* one) {
                return carries(*one, work_.frame.patient_identifier, value);
            }));
}

std::optional<WriteStep> ChainLook::target_patient(const fhir::Answer& answer) {
    const auto bundle = answer.status == 200 ? body_of(answer) : nullptr;
    if (work_.job.search_by_post && !answers_post(answer, bundle.get())) {
        work_.job.search_by_post = false;
        return ask_target_patient();
    }
    if (!bundle) {
        work_.put_off_all("the target's patient: " + fhir::refusal_words(answer));
        return std::nullopt;
    }
    const std::string value = identifier_of(asked_patient_);
    std::set<std::string> matches;
    for (const json* patient : resources_in(*bundle, "Patient")) {
        if (carries(*patient, work_.frame.patient_identifier, value)) {
            // One whose id cannot be read is still a match, and no subject.
            const std::string id(text_of(*patient, "id"));
            matches.insert(id.empty() ? "" : "Patient/" + id);
        }
    }
    work_.subjects[asked_patient_] = matches.size() == 1 ? *matches.begin() : "";
    return ask_target_patient();
}

// By id first where the target once gave one, past a search index that may lag. Then by identifier
// all the same, for what is there twice: two small questions for an outcome that is to change, none
// for all the others.
bool ChainLook::asks_by_id(const OutboxEntry& entry) const {
    const auto found = work_.found.find(entry.identifier);
    return !entry.server_id.empty() && (found == work_.found.end() || !found->second.looked_by_id);
}

std::optional<WriteStep> ChainLook::ask_outcome() {
    phase_ = At::outcome;
    const WriteFrame& frame = work_.frame;
    for (; next_ < work_.job.entries.size(); ++next_) {
        const OutboxEntry& one = work_.job.entries[next_];
        if (!work_.is_open(one)) {
            continue;
        }
        if (asks_by_id(one)) {
            return ask_of(
                Side::target,
                fresh_get(http::join(frame.target_base_url, "Observation/" + one.server_id)));
        }
        return ask_of(
            Side::target,
            outcome_search(
                frame.target_base_url, one.identifier, work_.job.look, work_.subject_of(one)));
    }
    return std::nullopt;
}

// A search by identifier alone is refused: next with category, then with the patient.
bool ChainLook::says_more(const fhir::Answer& answer) {
    const bool refused = answer.status == 400 || answer.status == 422;
    LookForm& form = work_.job.look;
    if (!refused || form == LookForm::of_patient) {
        return false;
    }
    form = form == LookForm::identifier ? LookForm::category : LookForm::of_patient;
    return true;
}

std::optional<WriteStep> ChainLook::outcome(const fhir::Answer& answer) {
    OutboxEntry& one = work_.job.entries[next_];
    const bool by_id = asks_by_id(one);
    Found& there = work_.found[one.identifier];
    const bool absent = answer.status == 404 || answer.status == 410;
    const auto body = answer.status == 200 ? body_of(answer) : nullptr;
    if (!body && !(by_id && absent)) {
        if (!by_id && says_more(answer)) {
            return ask_outcome();
        }
        work_.put_off(one, "what the target holds: " + fhir::refusal_words(answer));
        ++next_;
        return ask_outcome();
    }
    if (by_id) {
        there.looked_by_id = true;
        if (body && carries(*body, outcome_identifier_system, one.identifier)) {
            there.take(*body);
        }
        return ask_outcome();
    }
    for (const json* resource : resources_in(*body, "Observation")) {
        if (carries(*resource, outcome_identifier_system, one.identifier)) {
            there.take(*resource);
        }
    }
    ++next_;
    return ask_outcome();
}

} // namespace embolink
