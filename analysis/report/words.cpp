// Sentences are assembled from figures; none of them uses a causal word (R8.7) and none calls a
// survival "better" (R8.5).
#include "analysis/report/words.hpp"

#include "analysis/report/format.hpp"

#include <algorithm>
#include <map>

namespace embolink {

namespace {

const ScenarioResult* scenario(const ComparisonResult& comparison, const std::string& id) {
    for (const ScenarioResult& item : comparison.scenarios) {
        if (item.id == id) {
            return &item;
        }
    }
    return nullptr;
}

// The interval of local minus trial of each arm, without a conclusion (R8.5).
std::string os_differences(const AuditReport& report) {
    std::string all;
    for (const ComparisonResult& comparison : report.os_comparisons) {
        const ScenarioResult* a2 = scenario(comparison, "A2");
        if (a2 != nullptr && a2->difference) {
            all += (all.empty() ? "" : "; ") + comparison.group + ": " +
                   difference_words(*a2->difference);
        }
    }
    return all.empty()
               ? ""
               : " The 95 % interval of local minus trial, in percentage points, runs: " + all +
                     ".";
}

// R8.5: 5 %, or less where there are many looks.
std::string level_words(const Verdict& verdict) {
    return verdict.level < verdict_alpha ? " at 2.5 %" : " at 5 %";
}

// What Holm's test says beside an interval that is not adjusted and lies on one side of zero.
std::string beside_interval(const Verdict& verdict) {
    if (!verdict.test || !verdict.p_holm) {
        return "the test is undefined here";
    }
    const std::string p = level_words(verdict) + " (p " + p_value(*verdict.p_holm) + " after Holm)";
    return *verdict.p_holm < verdict.level
               ? "the adjusted test rejects equality too" + p + ", but is not judged here"
               : "the test, adjusted for three comparisons, does not reject equality" + p +
                     ", so a difference is not established";
}

// R8.4: which true difference is not excluded. The interval is not adjusted and may exclude zero
// where the test does not reject: then both are said, because "not excluded" without zero reads as
// a difference that was found.
std::string difference_sentence(const ComparisonResult& comparison, VerdictDate date) {
    const ScenarioResult* a2 = scenario(comparison, "A2");
    if (a2 == nullptr || !a2->difference) {
        return comparison.local.n > 0 ? " Any true difference remains possible." : "";
    }
    const Interval& difference = *a2->difference;
    const std::string range =
        difference_words(difference) + " percentage points (local minus trial)";
    const Answer answer = comparison.verdict.answer;
    const bool difference_stated =
        date == VerdictDate::declared && (answer == Answer::better || answer == Answer::worse);
    const bool below = difference.upper < 0;
    if (difference_stated || !(below || difference.lower > 0)) {
        return " Not excluded: a true difference " + range + ".";
    }
    return " The unadjusted 95 % interval of the difference runs " + range + ": it lies wholly " +
           (below ? "below" : "above") + " zero; " + beside_interval(comparison.verdict) + ".";
}

std::string verdict_sentence(const ComparisonResult& comparison, VerdictDate date) {
    const std::string reason = verdict_reason(comparison, date);
    if (date != VerdictDate::declared) {
        return " No verdict: " + reason + ".";
    }
    const std::string word = to_string(comparison.verdict.answer);
    return " Verdict: " + word + (reason.empty() ? "" : ", because " + reason) + ".";
}

Sentence pfs_sentence(const AuditReport& report, const ComparisonResult& comparison) {
    Sentence sentence;
    sentence.topic = "Progression-free survival, " + spoken(comparison.group);
    sentence.word = verdict_word(comparison, report.date);
    const SurvivalResult* result = find_group(report.pfs, comparison.group);
    const std::string rate = percent(comparison.published);
    const std::string trial = comparison.derived_rate
                                  ? "the trial\u2019s two arms together had " + rate +
                                        " (weighted by size, our arithmetic)"
                                  : "the trial reported " + rate;
    if (comparison.local.survival) {
        const std::optional<Interval> interval = comparison.local.interval || result == nullptr
                                                     ? comparison.local.interval
                                                     : result->at_24_bpcp;
        sentence.text = percent(*comparison.local.survival) +
                        (interval ? " (95 % interval " + percent_interval(*interval) + ")" : "") +
                        " free of progression at 24 months, estimated from " +
                        plural(comparison.local.n, "patient", "patients") + " with " +
                        std::to_string(comparison.local.at_risk) + " still at risk; " + trial + ".";
    } else if (result != nullptr) {
        const std::string earlier = last_reliable_words(*result);
        sentence.text =
            "No estimate at 24 months: " + why_not_words(*result) + "; " +
            (earlier.empty() ? "" : earlier + "; that is not comparable with 24 months; ") + trial +
            " at 24 months.";
    }
    sentence.text +=
        verdict_sentence(comparison, report.date) + difference_sentence(comparison, report.date);
    return sentence;
}

std::string not_estimable(const SurvivalResult& result) {
    const std::string earlier = last_reliable_words(result);
    return why_not_words(result) + (earlier.empty() ? "" : "; " + earlier);
}

Sentence os_sentence(const AuditReport& report) {
    Sentence sentence;
    sentence.topic = "Overall survival";
    sentence.word = "described only";
    std::vector<std::string> parts;
    for (const ComparisonResult& comparison : report.os_comparisons) {
        const SurvivalResult* result = find_group(report.os, comparison.group);
        std::string part = comparison.group + ": ";
        if (comparison.local.survival && result != nullptr) {
            part += rate_words(comparison.local,
                               comparison.local.interval ? comparison.local.interval
                                                         : result->at_24_bpcp);
        } else {
            part += result == nullptr ? "none" : "not estimable (" + not_estimable(*result) + ")";
        }
        parts.push_back(part + " against " + percent(comparison.published) + " in the trial");
    }
    std::string all;
    for (const std::string& part : parts) {
        all += (all.empty() ? "" : "; ") + part;
    }
    sentence.text = "Alive at 24 months: " + all + "." + os_differences(report) +
                    " No verdict is made on survival: in the trial everybody was alive after HAE, "
                    "and 26 patients can show little.";
    return sentence;
}

const ProportionResult* pooled_line(const OutcomeResult& outcome, const std::string& denominator) {
    for (const ProportionResult& line : outcome.lines) {
        if (line.group == "HAE + HACE" && line.denominator == denominator) {
            return &line;
        }
    }
    return nullptr;
}

// R8.6: what the exact comparisons say over every denominator that the trial may have had.
std::string fisher_words(const ProportionResult& line, double published) {
    if (line.against_trial.empty()) {
        return "";
    }
    const auto by_p = [](const FisherLine& a, const FisherLine& b) { return a.p < b.p; };
    const auto [low, high] =
        std::minmax_element(line.against_trial.begin(), line.against_trial.end(), by_p);
    const std::string range = p_value(low->p) == p_value(high->p)
                                  ? "p " + p_value(low->p)
                                  : "p " + p_value(low->p) + " to " + p_value(high->p);
    const std::string over = " (" + range + " over the trial\u2019s possible denominators)";
    if (low->p >= verdict_alpha) {
        return " The exact test finds no difference from the trial" + over + ".";
    }
    if (high->p >= verdict_alpha) {
        return " Whether this differs from the trial depends on its unknown denominator" + over +
               ".";
    }
    const bool higher = line.rate && *line.rate > published;
    return std::string(higher ? " Higher" : " Lower") + " than in the trial" + over + ".";
}

// Which true difference is not excluded. An interval on one side of zero is not called so: that
// would read as if no difference were excluded only.
std::string not_excluded(const ProportionResult& line) {
    if (!line.difference) {
        return "";
    }
    const std::string range =
        difference_words(*line.difference) + " percentage points (local minus trial)";
    const bool below = line.difference->upper < 0;
    return below || line.difference->lower > 0
               ? " The 95 % interval of the difference runs " + range + " and lies wholly " +
                     (below ? "below" : "above") + " zero."
               : " Not excluded: a true difference " + range + ".";
}

std::string proportion_words(const OutcomeResult& outcome, const ProportionResult& line) {
    std::string text = count_of(line.events, line.n);
    const std::optional<Interval>& interval = shown_interval(outcome, line);
    if (line.rate && interval) {
        const bool exact = &interval == &line.clopper_pearson; // the other one is Wilson's
        text += " (" + percent(*line.rate) +
                (exact ? ", exact 95 % interval " : ", Wilson 95 % interval ") +
                percent_interval(*interval) + ")";
    }
    return text;
}

Sentence outcome_sentence(const OutcomeResult& outcome) {
    Sentence sentence;
    sentence.topic = outcome.title;
    sentence.word = "no verdict by rule";
    const ProportionResult* evaluable = pooled_line(outcome, "evaluable");
    const ProportionResult* all = pooled_line(outcome, "all included");
    if (evaluable == nullptr || evaluable->suppressed) {
        sentence.text = "Fewer than 5 evaluable patients: no statistics are shown.";
        return sentence;
    }
    sentence.text = "In " + proportion_words(outcome, *evaluable) + " evaluable patients";
    if (all != nullptr) {
        sentence.text += "; " + count_of(all->events, all->n) +
                         " when patients who could not be judged count as failures";
    }
    const double published = outcome.published.value_or(0);
    sentence.text += "; the trial reported " + percent(published) + "." +
                     fisher_words(*evaluable, published) + not_excluded(*evaluable);
    sentence.word = "no verdict, exact test";
    return sentence;
}

} // namespace

std::vector<Sentence> answers_of(const AuditReport& report) {
    std::vector<Sentence> sentences;
    for (const ComparisonResult& comparison : report.comparisons) {
        sentences.push_back(pfs_sentence(report, comparison));
        sentences.back().first_screen = comparison.group == "HAE + HACE";
    }
    sentences.push_back(os_sentence(report));
    for (const OutcomeResult& outcome : report.outcomes) {
        if (outcome.param == "DC" || outcome.param == "TOX3") {
            sentences.push_back(outcome_sentence(outcome));
        }
    }
    return sentences;
}

const SurvivalResult* find_group(const std::vector<SurvivalResult>& list,
                                 const std::string& group) {
    for (const SurvivalResult& item : list) {
        if (item.group == group) {
            return &item;
        }
    }
    return nullptr;
}

std::string spoken(const std::string& group) {
    return group == "HAE + HACE" ? "HAE and HACE together" : group;
}

std::string verdict_word(const ComparisonResult& comparison, VerdictDate date) {
    switch (date) {
    case VerdictDate::declared:
        return to_string(comparison.verdict.answer);
    case VerdictDate::interim:
        return "interim, no verdict";
    case VerdictDate::none_declared:
        return "no analysis date declared";
    case VerdictDate::no_cut:
        return "no patient, no verdict";
    }
    return "";
}

std::string verdict_reason(const ComparisonResult& comparison, VerdictDate date) {
    const Verdict& verdict = comparison.verdict;
    if (date == VerdictDate::interim) {
        return "the data cut is none of the declared analysis dates";
    }
    if (date == VerdictDate::none_declared) {
        return "no analysis date was declared beforehand";
    }
    if (date == VerdictDate::no_cut) {
        return "the input holds no dated embolization";
    }
    if (verdict.answer == Answer::consistent) {
        return "no difference was found and the local rate is known to \u00b115 points or better";
    }
    if (verdict.answer != Answer::inconclusive) {
        return "the test rejects equality" + level_words(verdict) + " (p " +
               p_value(verdict.p_holm.value_or(0)) + " after Holm)";
    }
    if (!verdict.guards.empty()) {
        return verdict.guards.front() == Guard::unresolved_candidates
                   ? count_of(comparison.candidates, comparison.local.n) +
                         " patients have an imaging report that awaits a reader\u2019s decision "
                         "(limit 5 %)"
                   : guard_words(verdict.guards.front());
    }
    if (!verdict.test) {
        return "the test is undefined at a rate of 0 or 100 %";
    }
    if (*verdict.p_holm < verdict_alpha) {
        return "with so many or such close analysis dates a difference is stated at 2.5 % only";
    }
    return "the local interval is wider than \u00b115 points";
}

std::string rate_words(const LocalRate& rate, const std::optional<Interval>& interval) {
    if (!rate.survival) {
        return "not estimable";
    }
    return percent(*rate.survival) + (interval ? " (" + percent_interval(*interval) + ")" : "");
}

const std::optional<Interval>& shown_interval(const OutcomeResult& outcome,
                                              const ProportionResult& line) {
    const bool safety = outcome.param == "TOX3" || outcome.param == "DEATH30";
    return safety ? line.clopper_pearson : line.wilson;
}

std::string difference_words(const Interval& difference) {
    return "from " + points(difference.lower) + " to " + points(difference.upper);
}

std::string why_not_words(const SurvivalResult& result) {
    if (result.why_not == "no-patients") {
        return "no patients";
    }
    if (result.why_not == "suppressed") {
        return "fewer than 5 patients";
    }
    if (result.why_not == "follow-up-short") {
        return "nobody was followed for 24 months";
    }
    if (result.why_not == "few-at-risk") {
        return "fewer than 3 patients at risk at 24 months";
    }
    return "";
}

std::string last_reliable_words(const SurvivalResult& result) {
    if (!result.last_reliable) {
        return "";
    }
    const CurvePoint& point = *result.last_reliable;
    return "at " + months(point.days) + " months, the last day with at least 5 at risk, " +
           percent(point.survival) +
           (point.interval ? " (95 % interval " + percent_interval(*point.interval) + ")" : "");
}

std::string term_words(const std::string& term) {
    std::string words = term;
    std::replace(words.begin(), words.end(), '-', ' ');
    for (const char* upper : {"alt", "ast", "ggt", "inr", "alp"}) {
        const std::string name = upper;
        if (words.starts_with(name) && (words.size() == 3 || words[3] == ' ')) {
            std::transform(words.begin(), words.begin() + 3, words.begin(), [](char letter) {
                return static_cast<char>(letter - 'a' + 'A');
            });
        }
    }
    return words;
}

std::string reason_words(const std::string& reason) {
    static const std::map<std::string, std::string> words = {
        {"progression", "progression"},
        {"death", "death"},
        {"no-baseline-imaging", "no baseline imaging"},
        {"no-assessment", "no assessment after treatment"},
        {"last-adequate-assessment", "free at the last adequate assessment"},
        {"new-anticancer-therapy", "new anticancer therapy"},
        {"missed-assessments", "assessments missed before the event"},
        {"last-known-alive", "alive at the last contact"},
        {"death-date-unknown", "dead, date unknown"},
        {"not-performed", "no procedure was completed"},
        {"not-an-embolization", "not an embolization (portal vein, radioembolization, perfusion)"},
        {"wrong-purpose", "another purpose or organ (hemorrhage, protective coiling, ...)"},
        {"date-imprecise", "the day of the procedure is not known"},
        {"minor", "under 18 at treatment"},
        {"other-primary", "another primary tumour"},
        {"poorly-differentiated", "poorly differentiated carcinoma"},
        {"no-midgut-net", "no midgut neuroendocrine tumour documented"},
        {"no-liver-metastasis", "no liver metastasis documented"},
        {"identity-unresolved", "identity unresolved (patient links contradict)"},
        {"response-unspecified", "improved, kind of response not stated"},
        {"no-safety-data", "no gradable safety data"},
        {"window-open", "safety window still open"},
        {"baseline-missing", "no baseline value"},
        {"baseline-stale", "baseline older than 90 days"},
        {"uln-missing", "no upper limit of normal"},
        {"indeterminate", "only a bound that decides nothing"},
        {"no-follow-up", "no later value"},
        {"assay-changed", "another assay or upper limit afterwards"},
        {"baseline-not-elevated", "baseline not elevated"},
        {"follow-up-short", "not followed for 30 days"},
        {"not-documented", "not documented"},
        {"UNDETERMINED", "kind of embolization undetermined"},
        {"tier-b", "not progressive before treatment (tier B)"},
        {"prior-arterial-therapy", "earlier arterial therapy of the liver"}};
    const auto found = words.find(reason);
    return found == words.end() ? reason : found->second;
}

} // namespace embolink
