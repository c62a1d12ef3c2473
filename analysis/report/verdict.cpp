// Rule R8 in the order in which it speaks: 1 the unguarded answer from test and width, 2 the same
// with every unread report as progression, 3 the guards in their order, 4 the verdict.
#include "analysis/report/verdict.hpp"

#include "analysis/comparison/p_adjust.hpp"

#include <algorithm>

namespace embolink {

namespace {

struct Family {
    std::vector<std::optional<FixedTest>> tests;
    std::vector<double> holm;
};

// R8.3: one family of all comparisons; an undefined test keeps its place with p = 1.
Family test_family(const std::vector<LocalRate>& locals, const std::vector<ComparisonCase>& cases) {
    Family family;
    std::vector<double> raw;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        family.tests.push_back(cloglog_test(locals[i], cases[i].published));
        raw.push_back(family.tests.back() ? family.tests.back()->p : 1.0);
    }
    family.holm = holm_adjusted(raw);
    return family;
}

std::optional<double> half_width_of(const LocalRate& local) {
    if (!local.interval) {
        return std::nullopt;
    }
    return (local.interval->upper - local.interval->lower) / 2.0;
}

// R8.3, R8.4 without guards. An undefined test answers nothing, however narrow the interval.
// What is neither rejected nor far from it is not called consistent, either.
Answer unguarded_answer(const LocalRate& local,
                        const std::optional<FixedTest>& test,
                        double p_holm,
                        double level) {
    if (!test) {
        return Answer::inconclusive;
    }
    if (p_holm < level) {
        return test->z > 0 ? Answer::better : Answer::worse;
    }
    if (p_holm < verdict_alpha) {
        return Answer::inconclusive;
    }
    const std::optional<double> half_width = half_width_of(local);
    const bool narrow = half_width && *half_width <= verdict_max_half_width;
    return narrow ? Answer::consistent : Answer::inconclusive;
}

std::vector<Guard> fired_guards(const ComparisonCase& item, const Verdict& verdict) {
    std::vector<Guard> guards;
    if (item.local.n < verdict_min_patients) {
        guards.push_back(Guard::few_patients);
    }
    if (item.local.at_risk < verdict_min_at_risk) {
        guards.push_back(Guard::few_at_risk);
    }
    if (item.candidates * verdict_max_candidates_of > item.local.n) {
        guards.push_back(Guard::unresolved_candidates);
    }
    if (verdict.if_all_progression && *verdict.if_all_progression != verdict.unguarded) {
        guards.push_back(Guard::candidate_bounds);
    }
    if (item.undetermined_share && *item.undetermined_share > verdict_max_undetermined) {
        guards.push_back(Guard::undetermined_arms);
    }
    return guards;
}

std::string reason_of(const Verdict& verdict) {
    if (verdict.answer != Answer::inconclusive) {
        return "";
    }
    if (!verdict.guards.empty()) {
        return to_string(verdict.guards.front());
    }
    if (!verdict.test) {
        return "test-undefined";
    }
    return *verdict.p_holm < verdict_alpha ? "many-looks" : "interval-too-wide";
}

} // namespace

std::vector<Verdict> decide(const std::vector<ComparisonCase>& cases, double level) {
    std::vector<LocalRate> as_recorded;
    std::vector<LocalRate> all_progression;
    for (const ComparisonCase& item : cases) {
        as_recorded.push_back(item.local);
        all_progression.push_back(item.all_progression.value_or(item.local));
    }
    const Family recorded = test_family(as_recorded, cases);
    const Family bound = test_family(all_progression, cases);

    std::vector<Verdict> verdicts;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        Verdict verdict;
        verdict.level = level;
        verdict.test = recorded.tests[i];
        if (verdict.test) {
            verdict.p_holm = recorded.holm[i];
        }
        verdict.half_width = half_width_of(cases[i].local);
        verdict.unguarded =
            unguarded_answer(cases[i].local, recorded.tests[i], recorded.holm[i], level);
        if (cases[i].all_progression) {
            verdict.if_all_progression =
                unguarded_answer(all_progression[i], bound.tests[i], bound.holm[i], level);
        }
        verdict.guards = fired_guards(cases[i], verdict);
        verdict.answer = verdict.guards.empty() ? verdict.unguarded : Answer::inconclusive;
        verdict.reason = reason_of(verdict);
        verdicts.push_back(verdict);
    }
    return verdicts;
}

VerdictDate verdict_date(std::optional<Date> as_of, const std::vector<Date>& analysis_dates) {
    if (!as_of) {
        return VerdictDate::no_cut;
    }
    if (analysis_dates.empty()) {
        return VerdictDate::none_declared;
    }
    const bool declared =
        std::find(analysis_dates.begin(), analysis_dates.end(), *as_of) != analysis_dates.end();
    return declared ? VerdictDate::declared : VerdictDate::interim;
}

double verdict_level(std::vector<Date> analysis_dates) {
    std::sort(analysis_dates.begin(), analysis_dates.end());
    const auto last = std::unique(analysis_dates.begin(), analysis_dates.end());
    const auto close = std::adjacent_find(analysis_dates.begin(), last, [](Date one, Date next) {
        return (next - one).count() < usual_days_between_looks;
    });
    const auto looks = static_cast<std::size_t>(last - analysis_dates.begin());
    return close != last || looks > usual_looks ? many_looks_alpha : verdict_alpha;
}

std::string to_string(Answer answer) {
    switch (answer) {
    case Answer::better:
        return "better";
    case Answer::worse:
        return "worse";
    case Answer::consistent:
        return "consistent";
    case Answer::inconclusive:
        return "inconclusive";
    }
    return "inconclusive";
}

std::string to_string(Guard guard) {
    switch (guard) {
    case Guard::few_patients:
        return "n-below-10";
    case Guard::few_at_risk:
        return "at-risk-24-below-5";
    case Guard::unresolved_candidates:
        return "candidates-above-5-percent";
    case Guard::candidate_bounds:
        return "candidate-bounds-straddle";
    case Guard::undetermined_arms:
        return "undetermined-above-20-percent";
    }
    return "";
}

std::string guard_words(Guard guard) {
    switch (guard) {
    case Guard::few_patients:
        return "there are fewer than 10 patients";
    case Guard::few_at_risk:
        return "fewer than 5 patients are at risk at 24 months";
    case Guard::unresolved_candidates:
        return "imaging reports of more than 5 % of patients await a reader\u2019s decision";
    case Guard::candidate_bounds:
        return "the answer would change if every imaging report that awaits a decision were "
               "progression";
    case Guard::undetermined_arms:
        return "the kind of embolization is undetermined in more than 20 % of patients";
    }
    return "";
}

} // namespace embolink
