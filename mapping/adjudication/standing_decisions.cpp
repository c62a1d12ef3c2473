#include "mapping/adjudication/adjudication.hpp"

#include <algorithm>
#include <tuple>

namespace embolink {

namespace {

// What is decided: the target, else the date, else (an arm) the first session.
std::tuple<std::string, DecisionKind, std::string> subject_of(const Adjudication& decision) {
    const std::string what = !decision.target.empty() ? decision.target
                             : decision.date          ? to_iso(*decision.date)
                                                      : "";
    // Without a target the term is part of what is graded: a day may have several events.
    return {decision.patient,
            decision.kind,
            decision.target.empty() && decision.kind == DecisionKind::toxicity
                ? what + " " + decision.term
                : what};
}

bool decided_before(const Adjudication& a, const Adjudication& b) {
    return a.decided_utc < b.decided_utc; // none is before every one
}

// A withdrawn row takes itself back, and what the same reader decided in the same way before.
bool is_withdrawn(const Adjudication& decision, const std::vector<Adjudication>& group) {
    return decision.withdrawn ||
           std::any_of(group.begin(), group.end(), [&](const Adjudication& other) {
               return other.withdrawn && other.value == decision.value &&
                      other.reader == decision.reader && !decided_before(other, decision);
           });
}

class Judge {
public:
    void judge(const std::vector<Adjudication>& group) {
        std::vector<const Adjudication*> live;
        for (const Adjudication& decision : group) {
            if (is_withdrawn(decision, group)) {
                say(decision, Severity::information, "withdrawn: the decision does not count");
            } else {
                live.push_back(&decision);
            }
        }
        if (live.empty()) {
            return;
        }
        const auto last =
            *std::max_element(live.begin(), live.end(), [](const auto* a, const auto* b) {
                return std::tie(a->decided_utc, b->origin) < std::tie(b->decided_utc, a->origin);
            });
        const bool tie = std::any_of(live.begin(), live.end(), [&](const auto* other) {
            return other->decided_utc == last->decided_utc && other->value != last->value;
        });
        for (const auto* decision : live) {
            note(*decision, *last, tie);
        }
        if (!tie) {
            result.decisions.push_back(*last);
        }
    }

    StandingDecisions result;

private:
    void note(const Adjudication& decision, const Adjudication& last, bool tie) {
        if (tie && decision.decided_utc == last.decided_utc) {
            say(decision,
                Severity::error,
                "contradicts another decision of the same time; neither counts");
        } else if (decision.value != last.value) {
            say(decision, Severity::warning, "overruled by a later decision that contradicts it");
        }
    }

    void say(const Adjudication& decision, Severity severity, const char* text) {
        result.issues.push_back(issue_of(
            decision,
            severity,
            severity == Severity::information ? IssueCode::business_rule : IssueCode::conflict,
            text));
    }
};

} // namespace

Issue issue_of(const Adjudication& decision, Severity severity, IssueCode code, std::string text) {
    return {severity,
            code,
            "Adjudication",
            decision.place,
            decision.origin.version,
            std::move(text),
            decision.patient};
}

StandingDecisions standing_decisions(std::vector<Adjudication> all) {
    std::sort(all.begin(), all.end(), [](const Adjudication& a, const Adjudication& b) {
        return std::tuple(subject_of(a), a.origin, a.place) <
               std::tuple(subject_of(b), b.origin, b.place);
    });
    Judge judge;
    for (auto first = all.begin(); first != all.end();) {
        const auto next = std::find_if(first, all.end(), [&](const Adjudication& other) {
            return subject_of(other) != subject_of(*first);
        });
        // The same decision in two files is one.
        std::vector<Adjudication> group;
        std::unique_copy(first, next, std::back_inserter(group), [](const auto& a, const auto& b) {
            return a.origin == b.origin;
        });
        judge.judge(group);
        first = next;
    }
    std::sort(judge.result.decisions.begin(),
              judge.result.decisions.end(),
              [](const Adjudication& a, const Adjudication& b) {
                  return std::tie(a.patient, a.origin) < std::tie(b.patient, b.origin);
              });
    return std::move(judge.result);
}

} // namespace embolink
