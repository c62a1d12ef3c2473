#include "mapping/adjudication/apply_decisions.hpp"

#include <algorithm>
#include <array>

namespace embolink {
namespace {

struct ResponseValue {
    std::string_view value;
    ResponseCategory category;
};

constexpr std::array<ResponseValue, 5> response_values = {{
    {"CR", ResponseCategory::complete_response},
    {"PR", ResponseCategory::partial_response},
    {"SD", ResponseCategory::stable_disease},
    {"PD", ResponseCategory::progressive_disease},
    {"NE", ResponseCategory::not_evaluable},
}};

ResponseCategory category_of(const std::string& value) {
    return std::ranges::find(response_values, value, &ResponseValue::value)->category;
}

PartialDate on_day(Date date) {
    return {Precision::day, date, date, std::nullopt};
}

template <class List>
auto* find_fact(List& list, const std::string& reference) {
    const auto found = std::ranges::find_if(
        list, [&](const auto& fact) { return fact.origin.reference == reference; });
    return found == list.end() ? nullptr : &*found;
}

class Applier {
public:
    Applier(BuiltTimeline& built, const PatientResources& patient, const DecisionFrame& frame)
        : built_(built), timeline_(built.timeline), patient_(patient), frame_(frame) {}

    void apply(const Adjudication& decision) {
        switch (decision.kind) {
        case DecisionKind::response:
            apply_response(decision);
            return;
        case DecisionKind::arm:
            timeline_.arm_decisions.push_back(
                {decision.origin, decision.place, decision.date, decision.target, decision.value});
            return;
        case DecisionKind::toxicity:
            apply_grade(decision);
            return;
        case DecisionKind::identity:
            return; // stands already: it decided which resources these are
        }
    }

private:
    void say(const Adjudication& decision, Severity severity, IssueCode code, std::string text) {
        built_.issues.push_back(issue_of(decision, severity, code, std::move(text)));
    }

    // Some fact of the patient stands there, at whatever date.
    bool has_fact(const std::string& reference) const {
        return std::ranges::any_of(patient_.resources, [&](const CurrentResource* resource) {
            return std::ranges::any_of(resource->facts, [&](const Fact& fact) {
                return std::visit(
                    [&](const auto& one) { return one.origin.reference == reference; }, fact);
            });
        });
    }

    // The decision's own date is all there is, when its target is not in the input at all.
    bool stands_alone(const Adjudication& decision) {
        if (decision.target.empty()) {
            return true;
        }
        if (has_fact(decision.target)) {
            return false; // R0.3: later than the cut
        }
        if (frame_.in_input(decision.target.substr(0, decision.target.find('#')))) {
            say(decision,
                Severity::error,
                IssueCode::business_rule,
                "what it decides does not count (R9.2), or is nothing to decide; left out");
            return false;
        }
        if (!decision.date) {
            say(decision,
                Severity::error,
                IssueCode::not_found,
                "what it decides is not in the input, and it has no date; left out");
            return false;
        }
        say(decision,
            Severity::warning,
            IssueCode::not_found,
            "what it decides is not in the input; it stands for its own date");
        return true;
    }

    // Dates and imaging of what was read; false: no such reading in the timeline.
    bool take_target(Assessment& assessment, const std::string& target) {
        if (const auto* reading = find_fact(timeline_.assessments, target)) {
            assessment.effective = reading->effective;
            assessment.issued = reading->issued;
            assessment.imaging_studies = reading->imaging_studies;
            return true;
        }
        for (auto* list : {&timeline_.imaging, &timeline_.candidate_reports}) {
            if (const auto* imaging = find_fact(*list, target)) {
                assessment.effective = imaging->date;
                assessment.issued = imaging->issued;
                assessment.imaging_studies = imaging->imaging_studies;
                if (!imaging->is_report) {
                    assessment.imaging_studies = {target};
                }
                return true;
            }
        }
        return false;
    }

    void cite_target(const std::string& decision, const std::string& target) {
        auto& behind = timeline_.rests_on[decision];
        if (const auto* reading = find_fact(timeline_.assessments, target)) {
            behind.push_back(reading->origin);
        }
        for (auto* list : {&timeline_.imaging, &timeline_.candidate_reports}) {
            if (const auto* imaging = find_fact(*list, target)) {
                behind.push_back(imaging->origin);
                for (const std::string& reference : imaging->imaging_studies) {
                    if (const auto* study = find_fact(timeline_.imaging, reference)) {
                        behind.push_back(study->origin);
                    }
                }
            }
        }
        if (const auto found = timeline_.rests_on.find(target); found != timeline_.rests_on.end()) {
            const auto more = found->second;
            behind.insert(behind.end(), more.begin(), more.end());
        }
    }

    void apply_response(const Adjudication& decision) {
        Assessment assessment;
        assessment.origin = decision.origin;
        assessment.kind = AssessmentKind::adjudicated;
        assessment.category = category_of(decision.value);
        const bool found = !decision.target.empty() && take_target(assessment, decision.target);
        if (!found && !stands_alone(decision)) {
            return;
        }
        if (found) {
            assessment.report = decision.target;
            cite_target(decision.origin.reference, decision.target);
        }
        auto date = imaging_date(timeline_, assessment);
        if (!date && decision.date) {
            assessment.effective = on_day(*decision.date);
            date = assessment.effective;
        }
        if (!date) {
            say(decision,
                Severity::error,
                IssueCode::required,
                "R4.1: neither it nor what it decides has a date; left out");
            return;
        }
        if (decision.date && (*decision.date < date->first || *decision.date > date->last)) {
            say(decision,
                Severity::warning,
                IssueCode::conflict,
                "R4.1: its date is not that of the imaging, which counts");
        }
        if (date->first > frame_.as_of) {
            return; // R0.3
        }
        note_rank(decision, *date);
        timeline_.assessments.push_back(std::move(assessment));
    }

    // R4.2: a decision about text is the last in rank.
    void note_rank(const Adjudication& decision, const PartialDate& date) {
        const bool outranked = std::ranges::any_of(timeline_.assessments, [&](const auto& other) {
            const auto day = imaging_date(timeline_, other);
            return other.standing == Standing::accepted && other.imaging_evidence &&
                   other.kind != AssessmentKind::adjudicated &&
                   other.category != ResponseCategory::not_evaluable && day &&
                   day->first == date.first;
        });
        if (outranked) {
            say(decision,
                Severity::information,
                IssueCode::business_rule,
                "R4.2: a coded response of the same date goes before it");
        }
    }

    ClinicalEvent graded_event(const Adjudication& decision, Origin origin) const {
        ClinicalEvent event;
        event.origin = std::move(origin);
        event.grade = decision.value.front() - '0';
        const auto terms =
            frame_.terminology.concepts_in_text(CodeDomain::adverse_event, decision.term);
        event.term = terms.empty() ? decision.term : terms.front();
        return event;
    }

    void apply_grade(const Adjudication& decision) {
        auto& behind = timeline_.rests_on;
        if (auto* event = find_fact(timeline_.events, decision.target)) {
            event->grade = decision.value.front() - '0';
            event->grade_from_severity = false;
            behind[decision.target].push_back(decision.origin);
            return;
        }
        if (auto* condition = find_fact(timeline_.diagnoses, decision.target)) {
            if (!condition->onset) {
                // An event of the timeline has a date.
                say(decision,
                    Severity::warning,
                    IssueCode::required,
                    "R6.1: its Condition has no onset and is in no window; the decision is left "
                    "out");
                return;
            }
            ClinicalEvent event = graded_event(decision, condition->origin);
            event.term = condition->adverse_term.empty() ? event.term : condition->adverse_term;
            event.date = condition->onset;
            condition->adverse_term.clear();
            behind[decision.target].push_back(decision.origin);
            timeline_.events.push_back(std::move(event));
            return;
        }
        if (find_fact(timeline_.labs, decision.target) != nullptr ||
            find_fact(timeline_.stays, decision.target) != nullptr) {
            timeline_.grade_decisions.push_back(
                {decision.origin, decision.place, decision.target, decision.value.front() - '0'});
            return;
        }
        if (!stands_alone(decision) || *decision.date > frame_.as_of) {
            return;
        }
        ClinicalEvent event = graded_event(decision, decision.origin);
        event.date = on_day(*decision.date);
        timeline_.events.push_back(std::move(event));
    }

    BuiltTimeline& built_;
    PatientTimeline& timeline_;
    const PatientResources& patient_;
    const DecisionFrame& frame_;
};

} // namespace

void apply_decisions(BuiltTimeline& built,
                     const PatientResources& patient,
                     const std::vector<const Adjudication*>& decisions,
                     const DecisionFrame& frame) {
    Applier applier(built, patient, frame);
    for (const Adjudication* decision : decisions) {
        applier.apply(*decision);
    }
    if (!decisions.empty()) {
        sort_facts(built.timeline);
    }
}

} // namespace embolink
