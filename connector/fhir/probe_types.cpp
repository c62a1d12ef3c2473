// The part of the probe that tries each type by patient.
#include "connector/fhir/probe.hpp"
#include "connector/fhir/references.hpp"
#include "connector/fhir/search_plan.hpp"

#include <string_view>
#include <utility>

namespace embolink::fhir {

namespace {

// Without these no cohort, no arm and no outcome can be told.
bool is_essential(std::string_view type) {
    return type == "Procedure" || type == "Condition" || type == "Observation";
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : "; ") + part;
    }
    return text;
}

} // namespace

const std::string& Probe::type() const {
    return searched_types().at(type_);
}

http::Query Probe::type_query() const {
    http::Query query = by_patient(type(), patient_, habits_);
    if (type() == "Observation" && habits_.observation_by_category) {
        query.emplace_back("category", observation_categories().front());
    }
    return query;
}

void Probe::try_type() {
    if (type_ < searched_types().size()) {
        remarks_.clear();
        result_ = CheckResult::works;
        if (capability_.denies(type())) {
            remarks_.push_back("not declared");
        }
        ask(type(), type_query(), &Probe::judge_plain);
    }
}

// The server shows somebody else's resource and its self link does not speak of the patient.
bool Probe::ignores_patient(const Tried& tried) const {
    if (!tried.found() || tried.page.applies(by_patient(type(), patient_, habits_).front().first)) {
        return false;
    }
    return subject_of(tried.page.entries.front().resource, server_) != patient_;
}

bool Probe::usable(const Tried& tried) const {
    const bool nobody_there = made_up_ && tried.status == 404;
    return (tried.answered && !ignores_patient(tried)) || nobody_there;
}

void Probe::judge_plain(const Tried& tried) {
    plain_ = tried;
    if (usable(tried)) {
        if (type() == "Procedure" && has_procedure_ && !tried.found()) {
            habits_.references = ReferenceForm::id_only;
            ask(type(), type_query(), &Probe::judge_id_only);
            return;
        }
        try_last_updated(tried);
    } else if (type() == "Observation" && !tried.answered) {
        habits_.observation_by_category = true;
        ask(type(), type_query(), &Probe::judge_by_category);
    } else {
        TypeHabits& habits = habits_.types[type()];
        habits.patient_param = type() == "AdverseEvent" ? "patient" : "subject";
        ask(type(), type_query(), &Probe::judge_other_parameter);
    }
}

void Probe::judge_id_only(const Tried& tried) {
    if (tried.answered && tried.found()) {
        result_ = CheckResult::worked_around;
        remarks_.push_back("finds patients by id only, not by Patient/id");
        try_last_updated(tried);
        return;
    }
    habits_.references = ReferenceForm::type_and_id;
    try_last_updated(plain_);
}

void Probe::judge_by_category(const Tried& tried) {
    if (usable(tried)) {
        result_ = CheckResult::worked_around;
        remarks_.push_back("refused without a category (" + plain_.words +
                           "): asked category by category, what carries none is not seen");
        try_last_updated(tried);
        return;
    }
    habits_.observation_by_category = false;
    habits_.types[type()].patient_param = "subject";
    ask(type(), type_query(), &Probe::judge_other_parameter);
}

void Probe::judge_other_parameter(const Tried& tried) {
    if (usable(tried)) {
        result_ = CheckResult::worked_around;
        remarks_.push_back("by `" + habits_.of(type()).patient_param + "`");
        try_last_updated(tried);
        return;
    }
    TypeHabits& habits = habits_.types[type()];
    habits.patient_param.clear();
    habits.answered = false;
    remarks_.push_back(plain_.answered ? "takes no notice of the patient" : plain_.words);
    end_type(false);
}

void Probe::try_last_updated(const Tried& plain) {
    plain_ = plain;
    note_next_link(plain);
    if (type() == "Procedure") {
        procedures_ = plain.page.received;
    }
    if (plain.found() && plain.page.entries.front().resource.source.last_updated.empty()) {
        Tried without;
        judge_last_updated(without); // what carries no time cannot be found by it (Epic)
        return;
    }
    http::Query query = type_query();
    query.emplace_back("_lastUpdated", "ge2000-01-01T00:00:00.000Z");
    ask(type(), std::move(query), &Probe::judge_last_updated);
}

void Probe::judge_last_updated(const Tried& tried) {
    const bool nobody_there = made_up_ && tried.status == 404;
    const bool works = nobody_there || (tried.answered && tried.page.applies("_lastUpdated") &&
                                        tried.found() == plain_.found());
    if (!works) {
        habits_.types[type()].last_updated = false;
        result_ = CheckResult::worked_around;
        remarks_.push_back("no `_lastUpdated`: everything is read each time");
    }
    end_type(true);
}

void Probe::end_type(bool answered) {
    const bool essential = is_essential(type());
    say(type() + " by patient",
        answered ? result_ : CheckResult::fails,
        essential,
        joined(remarks_));
    ++type_;
    try_type();
}

} // namespace embolink::fhir
