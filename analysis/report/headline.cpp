// The first sentence of the page: the verdicts of all comparisons, and what a guard keeps from
// being judged although it lies far from the trial.
#include "analysis/report/format.hpp"
#include "analysis/report/words.hpp"

#include <algorithm>

namespace embolink {

namespace {

std::string join(const std::vector<std::string>& words, const std::string& last = " and ") {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == words.size() ? last : ", ") + words[i];
    }
    return text;
}

std::string arms_with(const AuditReport& report, Answer answer) {
    std::vector<std::string> names;
    for (const ComparisonResult& comparison : report.comparisons) {
        if (comparison.verdict.answer == answer) {
            names.push_back(comparison.group == "HAE + HACE" ? "both together" : comparison.group);
        }
    }
    return join(names);
}

std::string phrase(Answer answer, const std::string& arms) {
    switch (answer) {
    case Answer::better:
        return "better than in the trial for " + arms;
    case Answer::worse:
        return "worse than in the trial for " + arms;
    case Answer::consistent:
        return "consistent with the trial for " + arms;
    case Answer::inconclusive:
        return "not yet comparable for " + arms;
    }
    return "";
}

// "Consistent" alone would promise more than a small trial can show.
std::string limits_of(const AuditReport& report) {
    for (const ComparisonResult& comparison : report.comparisons) {
        if (comparison.group != "HAE + HACE") {
            continue;
        }
        for (const ScenarioResult& scenario : comparison.scenarios) {
            if (scenario.id == "A2" && scenario.difference) {
                return "; for " + spoken(comparison.group) + " a true difference " +
                       difference_words(*scenario.difference) +
                       " percentage points (below zero is worse) is not excluded";
            }
        }
    }
    return "";
}

// "far from the trial": the whole local interval lies on one side of the published rate.
std::string side_of(const Interval& local, double published) {
    return local.upper < published ? "below" : local.lower > published ? "above" : "";
}

// An estimate that a guard keeps from being judged although it lies far from the trial; empty when
// it does not. On a day before 24 months only "below" is telling: rates fall with time.
std::string not_judged(const ComparisonResult& comparison, const SurvivalResult& result) {
    const double published = comparison.published;
    if (comparison.local.survival) {
        const std::optional<Interval> interval =
            comparison.local.interval ? comparison.local.interval : result.at_24_bpcp;
        const std::string side = interval ? side_of(*interval, published) : "";
        return side.empty()
                   ? ""
                   : "for " + spoken(comparison.group) + " " + percent(*comparison.local.survival) +
                         " (95 % interval " + percent_interval(*interval) + ") at 24 months, " +
                         side + " the trial\u2019s " + percent(published);
    }
    const std::optional<CurvePoint>& last = result.last_reliable;
    if (!last || !last->interval || side_of(*last->interval, published) != "below") {
        return "";
    }
    return "for " + spoken(comparison.group) + " " + last_reliable_words(result) +
           ", already below the trial\u2019s " + percent(published) + " at 24 months";
}

// R8.4 calls a wide comparison consistent whose estimate lies far from the trial\u2019s: the word
// must not stand alone.
std::string one_sided_words(const AuditReport& report) {
    std::vector<std::string> estimates;
    for (const ComparisonResult& comparison : report.comparisons) {
        const SurvivalResult* result = find_group(report.pfs, comparison.group);
        const bool consistent = comparison.verdict.answer == Answer::consistent;
        const std::string estimate =
            consistent && result != nullptr ? not_judged(comparison, *result) : "";
        if (!estimate.empty()) {
            estimates.push_back(estimate);
        }
    }
    return estimates.empty() ? ""
                             : " The test shows no difference, yet the local interval lies wholly "
                               "to one side of the published rate: " +
                                   join(estimates, "; ") + ".";
}

// What the headline must not hide behind "inconclusive", with its reasons.
std::string not_judged_words(const AuditReport& report) {
    std::vector<std::string> estimates;
    std::vector<std::string> reasons;
    for (const ComparisonResult& comparison : report.comparisons) {
        const SurvivalResult* result = find_group(report.pfs, comparison.group);
        if (comparison.verdict.answer != Answer::inconclusive || result == nullptr) {
            continue;
        }
        const std::string estimate = not_judged(comparison, *result);
        if (estimate.empty()) {
            continue;
        }
        estimates.push_back(estimate);
        const std::string reason = verdict_reason(comparison, report.date);
        if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) {
            reasons.push_back(reason);
        }
    }
    if (estimates.empty()) {
        return "";
    }
    return " Estimated but not judged, because " + join(reasons) + ": " + join(estimates, "; ") +
           ".";
}

// The reasons of all comparisons, unless the estimates that follow give them.
std::string why_inconclusive(const AuditReport& report) {
    std::vector<std::string> reasons;
    for (const ComparisonResult& comparison : report.comparisons) {
        const std::string reason = verdict_reason(comparison, report.date);
        if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) {
            reasons.push_back(reason);
        }
    }
    return not_judged_words(report).empty() ? ", because " + join(reasons) : "";
}

// The verdicts in one sentence.
std::string verdict_headline(const AuditReport& report) {
    std::vector<std::string> parts;
    for (const Answer answer :
         {Answer::worse, Answer::better, Answer::consistent, Answer::inconclusive}) {
        const std::string arms = arms_with(report, answer);
        if (!arms.empty()) {
            parts.push_back(phrase(answer, arms));
        }
    }
    if (parts.size() == 1 && report.comparisons.size() > 1) {
        switch (report.comparisons.front().verdict.answer) {
        case Answer::better:
            return "Progression-free survival here is better than in the trial.";
        case Answer::worse:
            return "Progression-free survival here is worse than in the trial.";
        case Answer::consistent:
            return "Progression-free survival here is consistent with the trial" +
                   limits_of(report) + ".";
        case Answer::inconclusive:
            return "These data cannot say whether progression-free survival here is as good as in "
                   "the trial" +
                   why_inconclusive(report) + ".";
        }
    }
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : "; ") + part;
    }
    return "Progression-free survival here is " + text + ".";
}

} // namespace

std::string headline_of(const AuditReport& report) {
    if (report.flow.candidates == 0) {
        return "There is nothing to compare: the input holds no patient with an embolization.";
    }
    if (report.flow.analysed == 0) {
        return "There is nothing to compare: of " +
               plural(report.flow.candidates, "patient", "patients") +
               " with an embolization none is in the analysis set.";
    }
    if (report.date == VerdictDate::none_declared) {
        return "No verdict is given, because no analysis date was declared beforehand; the "
               "estimates stand beside the trial\u2019s.";
    }
    if (report.date == VerdictDate::interim) {
        return "This is an interim look: the estimates stand beside the trial\u2019s, and no "
               "verdict is "
               "given before a declared analysis date.";
    }
    return verdict_headline(report) + one_sided_words(report) + not_judged_words(report);
}

} // namespace embolink
