#include "mapping/endpoints/history.hpp"

#include "mapping/facts/concepts.hpp"
#include "mapping/timeline/row_purpose.hpp"

#include <algorithm>
#include <optional>

namespace embolink {

namespace {

void cite(History& history, const Origin& origin, const char* role) {
    history.sources.push_back({origin.reference, origin.version, role, "R1.4"});
}

// R1.4: later than T0 and at most 90 days after it.
const ProcedureRow*
resection_after(const PatientTimeline& timeline, Date t0, const TrialWindows& windows) {
    for (const ProcedureRow& row : timeline.procedures) {
        const auto day = day_of(row);
        const bool done = row.status == "completed" || row.status == "in-progress";
        if (done && day && row.concepts.has(concepts::liver_resection) && *day > t0 &&
            days_between(t0, *day) <= windows.tier_resection.days) {
            return &row;
        }
    }
    return nullptr;
}

bool is_controlled(ResponseCategory category) {
    return category != ResponseCategory::progressive_disease &&
           category != ResponseCategory::not_evaluable;
}

bool is_progression(const JudgedAssessment& assessment) {
    return assessment.category == ResponseCategory::progressive_disease;
}

struct LookBack {
    const JudgedAssessment* progression = nullptr; // the latest one
    const JudgedAssessment* last = nullptr;        // the last that says anything
};

LookBack
look_back(const std::vector<JudgedAssessment>& assessments, Date t0, const TrialWindows& windows) {
    LookBack found;
    for (const JudgedAssessment& assessment : assessments) {
        const int days = days_between(assessment.date, t0);
        if (days < 0 || days > windows.tier_lookback.days) {
            continue;
        }
        if (is_progression(assessment)) {
            found.progression = &assessment;
        }
        if (is_progression(assessment) || is_controlled(assessment.category)) {
            found.last = &assessment;
        }
    }
    return found;
}

void judge_tier(History& history,
                const PatientTimeline& timeline,
                const std::vector<JudgedAssessment>& assessments,
                Date t0,
                const TrialWindows& windows) {
    const LookBack found = look_back(assessments, t0, windows);
    const JudgedAssessment* deciding = found.progression ? found.progression : found.last;
    if (deciding != nullptr) {
        for (const Origin& origin : deciding->origins) {
            cite(history, origin, "tier");
        }
    }
    if (const ProcedureRow* resection = resection_after(timeline, t0, windows)) {
        cite(history, resection->origin, "tier");
        history.flags.push_back("tier-b");
    } else if (found.progression != nullptr) {
        history.flags.push_back("tier-a");
    } else if (found.last != nullptr) {
        history.flags.push_back("tier-b");
    } else {
        history.flags.push_back("tier-unknown");
    }
}

// Surely before T0. A month or year that contains T0 may be the session itself, billed coarsely.
bool before(const std::optional<PartialDate>& date, Date t0) {
    return date && date->last < t0;
}

bool is_prior_arterial(const ProcedureRow& row, Date t0) {
    if (row.status != "completed" || !before(row.performed.start, t0)) {
        return false;
    }
    return row.concepts.has(concepts::radioembolization) ||
           (purpose_of(row) == RowPurpose::hepatic && !row.performed.start->to_the_day());
}

// The earliest day on which the feed surely knew the patient, with what tells it.
struct FirstFact {
    Date date;
    Origin origin;
};

class Earliest {
public:
    template <class List, class DateOfFact>
    void look_at(const List& list, DateOfFact date_of) {
        for (const auto& fact : list) {
            const std::optional<PartialDate> date = date_of(fact);
            // Of a partial date its last day: only that much history is certain.
            if (date && (!first_ || date->last < first_->date)) {
                first_ = FirstFact{date->last, fact.origin};
            }
        }
    }

    const std::optional<FirstFact>& first() const { return first_; }

private:
    std::optional<FirstFact> first_;
};

std::optional<FirstFact> first_fact(const PatientTimeline& timeline) {
    const auto date_of = [](const auto& fact) { return clinical_date(fact); };
    Earliest earliest;
    earliest.look_at(timeline.diagnoses, [](const Diagnosis& diagnosis) {
        // What was recorded then was known then, whenever it began.
        return diagnosis.onset ? diagnosis.onset : diagnosis.recorded;
    });
    earliest.look_at(timeline.procedures, [&](const ProcedureRow& row) {
        const bool real = row.status != "entered-in-error" && row.status != "not-done";
        return real ? clinical_date(row) : std::nullopt;
    });
    earliest.look_at(timeline.drugs, date_of);
    earliest.look_at(timeline.assessments, [&](const Assessment& assessment) {
        return assessment.standing == Standing::accepted ? imaging_date(timeline, assessment)
                                                         : std::nullopt;
    });
    earliest.look_at(timeline.sizes,
                     [&](const TumourSize& size) { return imaging_date(timeline, size); });
    earliest.look_at(timeline.imaging, date_of);
    earliest.look_at(timeline.labs, date_of);
    earliest.look_at(timeline.events, date_of);
    earliest.look_at(timeline.contacts, date_of);
    return earliest.first();
}

void judge_prior_therapy(History& history,
                         const PatientTimeline& timeline,
                         Date t0,
                         const TrialWindows& windows) {
    bool prior = false;
    for (const ProcedureRow& row : timeline.procedures) {
        if (is_prior_arterial(row, t0)) {
            cite(history, row.origin, "prior-therapy");
            prior = true;
        }
    }
    const auto first = first_fact(timeline);
    if (first) {
        cite(history, first->origin, "history");
    }
    const bool reaches_back = first && days_between(first->date, t0) >= windows.history_needed.days;
    if (prior) {
        history.flags.push_back("prior-arterial-therapy");
    } else if (!reaches_back) {
        history.flags.push_back("prior-therapy-unknown");
    }
}

} // namespace

History judge_history(const PatientTimeline& timeline,
                      const std::vector<JudgedAssessment>& assessments,
                      Date t0,
                      const TrialWindows& windows) {
    History history;
    judge_tier(history, timeline, assessments, t0, windows);
    judge_prior_therapy(history, timeline, t0, windows);
    return history;
}

} // namespace embolink
