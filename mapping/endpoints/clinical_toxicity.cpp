// R6.4, in this order:
//   1. adverse events and Conditions in their window, graded; those outside every window are set
//      aside, biliary and abscess ones of days 31 to 90 as late (R6.1);
//   2. post-embolization syndrome, no complication by itself, is one of grade 3 when the stay of
//      its session was prolonged or a readmission followed;
//   3. every other readmission is one, too: CTCAE calls an admission grade 3 at least.
#include "mapping/endpoints/clinical_toxicity.hpp"

#include "mapping/endpoints/clinical_grading.hpp"
#include "mapping/endpoints/hospital_stays.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

namespace embolink {
namespace {

constexpr int severe_grade = 3;

// An adverse event or a Condition, as far as its grade goes.
struct Happening {
    Date date;
    std::string term;
    ClinicalGrade grade;
    bool biliary_or_abscess = false;
    Origin origin;
};

class ClinicalToxicity {
public:
    ClinicalToxicity(ToxicityFacts& facts,
                     const PatientCase& patient,
                     const std::vector<ToxicityWindow>& windows)
        : facts_(facts), patient_(patient), windows_(windows), stays_(hospital_stays(patient)) {}

    void add() {
        for (const auto& event : patient_.timeline.events) {
            add_event(event);
        }
        for (const auto& condition : patient_.timeline.diagnoses) {
            const bool dated = condition.onset && condition.onset->to_the_day();
            if (!condition.adverse_term.empty() && dated) {
                add_happening({condition.onset->first,
                               condition.adverse_term,
                               grade_condition(patient_.grading, condition),
                               is_biliary(condition.adverse_term),
                               condition.origin});
            }
        }
        for (std::size_t i = 0; i < windows_.size(); ++i) {
            add_readmissions(i);
        }
    }

private:
    bool is_biliary(const std::string& term) const {
        const auto& terms = patient_.grading.clinical;
        return terms.count(term) > 0 && terms.at(term).biliary_or_abscess;
    }

    void set_aside(const Happening& one, std::string because, bool late = false) {
        facts_.set_aside.push_back(
            {one.date, one.term, std::move(because), one.origin, false, late});
    }

    void add_event(const ClinicalEvent& event) {
        const Happening one{event.date->first,
                            event.term,
                            grade_event(patient_.grading, event),
                            event.biliary_or_abscess,
                            event.origin};
        if (!event.date->to_the_day()) {
            set_aside(one, "R6.1 no day");
        } else {
            add_happening(one);
        }
    }

    // The window of the nearest session before the date (R6.1).
    std::optional<std::size_t> window_of(Date date) const {
        for (std::size_t i = 0; i < windows_.size(); ++i) {
            if (date >= windows_[i].first && date <= windows_[i].last) {
                return i;
            }
        }
        return std::nullopt;
    }

    // R6.1, for what lies in no window: by day 90 of the nearest session before it.
    bool is_late(Date date) const {
        const auto& retreatment = patient_.course.retreatment;
        if (retreatment && date >= *retreatment) {
            return false; // attributed to a session of another course
        }
        const auto next = std::ranges::upper_bound(windows_, date, {}, &ToxicityWindow::first);
        return next != windows_.begin() && days_between(std::prev(next)->first, date) <=
                                               patient_.trial.windows.late_biliary.days;
    }

    void add_happening(const Happening& one) {
        const auto window = window_of(one.date);
        if (one.grade.not_related) {
            set_aside(one, one.grade.set_aside_because);
        } else if (!window) {
            const bool happened = one.grade.grade != 0;
            const bool late = happened && one.biliary_or_abscess && is_late(one.date);
            set_aside(one, late ? "R6.1 late biliary" : "R6.1 outside every window", late);
        } else if (one.grade.expected_outcome) {
            add_expected_outcome(one, *window);
        } else if (!one.grade.grade) {
            set_aside(one, one.grade.set_aside_because);
        } else {
            GradedFact fact = fact_of(one, *window);
            fact.least = *one.grade.grade;
            fact.at_least = one.grade.at_least;
            fact.from_severity = one.grade.from_severity;
            facts_.graded.push_back(std::move(fact));
        }
    }

    GradedFact fact_of(const Happening& one, std::size_t window) const {
        GradedFact fact;
        fact.date = one.date;
        fact.window = window;
        fact.term = one.term;
        fact.origin = one.origin;
        return fact;
    }

    // Post-embolization syndrome: of grade 3 by the stays around it.
    void add_expected_outcome(const Happening& one, std::size_t window) {
        const auto& session = *windows_[window].session;
        std::vector<Origin> reasons;
        const auto* stay = stay_of(stays_, session);
        if (stay != nullptr && is_prolonged(patient_, *stay, session)) {
            reasons = stay->origins;
        }
        for (const auto* again : readmissions_in(window)) {
            reasons.insert(reasons.end(), again->origins.begin(), again->origins.end());
            explained_.insert(again->first);
        }
        if (reasons.empty()) {
            set_aside(one, one.grade.set_aside_because);
            return;
        }
        GradedFact fact = fact_of(one, window);
        fact.least = severe_grade;
        fact.stays = std::move(reasons);
        facts_.graded.push_back(std::move(fact));
    }

    std::vector<const HospitalStay*> readmissions_in(std::size_t window) const {
        return readmissions(patient_, stays_, *windows_[window].session, windows_[window].last);
    }

    // The session itself was the first time in hospital, whether or not its own stay is in the
    // feed.
    void add_readmissions(std::size_t window) {
        const auto* first_stay = stay_of(stays_, *windows_[window].session);
        for (const auto* again : readmissions_in(window)) {
            if (explained_.count(again->first) > 0) {
                continue;
            }
            GradedFact fact;
            fact.date = again->first;
            fact.window = window;
            fact.term = readmission_term;
            fact.least = severe_grade;
            fact.at_least = true;
            fact.origin = again->origins.front();
            fact.stays = again->origins;
            if (first_stay != nullptr) {
                fact.stays.insert(
                    fact.stays.end(), first_stay->origins.begin(), first_stay->origins.end());
            }
            if (const auto* decision = grade_decision(patient_.timeline, fact.origin.reference)) {
                take_decision(fact, *decision);
            }
            facts_.graded.push_back(std::move(fact));
        }
    }

    ToxicityFacts& facts_;
    const PatientCase& patient_;
    const std::vector<ToxicityWindow>& windows_;
    std::vector<HospitalStay> stays_;
    std::set<Date> explained_; // readmissions for post-embolization syndrome, by their first day
};

} // namespace

void add_clinical_toxicity(ToxicityFacts& facts,
                           const PatientCase& patient,
                           const std::vector<ToxicityWindow>& windows) {
    ClinicalToxicity(facts, patient, windows).add();
}

} // namespace embolink
