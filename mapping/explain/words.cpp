// The words of the explanation: one short sentence per reason, flag and rule. They paraphrase the
// rules for readers who do not have them at hand; the rules stay the authority.
#include "mapping/explain/explain.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace embolink {
namespace {

struct Words {
    std::string_view key;
    std::string_view text;
};

constexpr std::array reason_words = {
    // events and censoring (R5)
    Words{"progression", "radiological progression"},
    Words{"death", "death from any cause"},
    Words{"no-baseline-imaging", "no imaging before T0 to judge progression against"},
    Words{"no-assessment", "no usable response assessment after T0"},
    Words{"last-adequate-assessment", "no event; followed until the last adequate assessment"},
    Words{"new-anticancer-therapy", "a new anticancer therapy began before any event"},
    Words{"missed-assessments", "the event came after too long without an adequate assessment"},
    Words{"last-known-alive", "alive at the last contact"},
    Words{"death-date-unknown", "known to have died, but not when"},
    // response, toxicity, biochemistry
    Words{"response-unspecified", "improved, but nobody recorded whether completely or partially"},
    Words{"no-safety-data", "nothing gradable in any safety window"},
    Words{"follow-up-short", "not seen until the last day of the last safety window"},
    Words{"not-documented", "nobody wrote it down"},
    Words{"window-open", "a safety window is still open and nothing of grade 3 was seen so far"},
    Words{"baseline-missing", "no result before T0"},
    Words{"baseline-stale", "the only results before T0 are too old"},
    Words{"uln-missing", "the result has no upper limit of normal"},
    Words{"indeterminate", "the result is only a bound that does not decide"},
    Words{"baseline-not-elevated", "not above the upper limit before T0, so nothing can respond"},
    Words{"no-follow-up", "no comparable result after T0"},
    Words{"assay-changed", "measured by another method or against another limit after T0"},
    // exclusions (R1.3)
    Words{"not-performed", "no embolization row was completed"},
    Words{"not-an-embolization", "portal vein, perfusion or radioembolization, not arterial"},
    Words{"wrong-purpose", "for bleeding, another organ, or protective coils alone"},
    Words{"date-imprecise", "no embolization is dated to the day"},
    Words{"minor", "under 18 years at T0"},
    Words{"other-primary", "the documented primary tumour is not of the midgut"},
    Words{"poorly-differentiated", "poorly differentiated neuroendocrine carcinoma"},
    Words{"no-midgut-net", "no evidence of a midgut neuroendocrine tumour"},
    Words{"no-liver-metastasis", "no evidence of liver metastases"},
    Words{"identity-unresolved", "a merge link of the patient could not be resolved"},
};

constexpr std::array flag_words = {
    Words{"tier-a", "progression documented in the 180 days before T0"},
    Words{"tier-b", "no progression before T0, or a liver resection soon after"},
    Words{"tier-unknown", "progression before T0 neither documented nor ruled out"},
    Words{"prior-arterial-therapy", "an arterial therapy of the liver before T0"},
    Words{"prior-therapy-unknown", "less than a year of history before T0"},
    Words{"liver-from-text", "liver metastases known from text only"},
    Words{"arm-from-text", "arm known from text only"},
    Words{"arm-by-charted-drugs", "arm from the drugs charted at the session, none antineoplastic"},
    Words{"arm-adjudicated", "arm set by a reader"},
    Words{"lipiodol-only", "iodized oil is the only embolic drug charted"},
    Words{"site-assumed-hepatic", "no row names a site; taken as hepatic"},
    Words{"second-primary", "another cancer beside the midgut tumour"},
    Words{"interval-conform", "second round 60 to 150 days after the first"},
    Words{"more-than-two-rounds", "more than two rounds"},
    Words{"single-round", "one round only"},
    Words{"single-round-death", "one round; death within 150 days"},
    Words{"single-round-progression", "one round; progression within 150 days"},
    Words{"single-round-toxicity", "one round; grade 3 toxicity"},
    Words{"single-round-pending", "one round so far; the second may still come"},
    Words{"retreatment", "a later course followed"},
    Words{"crossover", "a later session was of the other kind"},
    Words{"laterality-unknown", "rounds told apart without knowing the lobes"},
    Words{"date-imputed-day", "the day of the date was imputed"},
    Words{"same-date-conflict",
          "two assessments of one day contradicted each other; the worse counts"},
    Words{"trend-only", "known only as a disease trend with imaging evidence"},
    Words{"early-pd", "progression before day 28 without a new lesion was not counted"},
    Words{"response-unspecified", "improved, kind of response unknown"},
    Words{"pd-candidate-unresolved",
          "something may say progression that nobody has decided: an imaging report's text, one "
          "that nobody read, or one that is not final"},
    Words{"response-candidate-unresolved",
          "a text that says a response, or a reading that is not final, awaits a reader"},
    Words{"baseline-not-in-feed", "baseline imaging not in the data, but its reader had one"},
    Words{"no-imaging-in-feed", "the data hold no imaging of this patient at all"},
    Words{"therapy-from-request", "the new therapy is known from an order only"},
    Words{"therapy-from-text", "the new therapy is known from its name in text"},
    Words{"ssa-changed", "a somatostatin analogue was started or raised; seen and not counted"},
    Words{"contact-after-death", "a contact is dated after the recorded death"},
    Words{"baseline-missing", "no laboratory baseline"},
    Words{"grade-at-least", "the grade is the least that the data allow"},
    Words{"grade-from-severity", "graded from mild, moderate, severe"},
    Words{"late-biliary", "biliary or abscess event on days 31 to 90"},
    Words{"elevated", "above the upper limit of normal"},
    Words{"elevated-2x", "more than twice the upper limit"},
    Words{"elevated-5x", "more than five times the upper limit"},
    Words{"at-least", "the true value may be higher"},
    Words{"at-most", "the true value may be lower"},
    Words{"site-unspecified", "site of the progression not stated"},
};

// Every rule, R0.1 to R10: the list that `./dev trace` follows to code and tests.
constexpr std::array rule_words = {
    Words{"R0.1", "whole days, windows inclusive at both ends"},
    Words{"R0.2", "24 months are 730.5 days"},
    Words{"R0.3", "the clinical data cut"},
    Words{"R0.4", "dates without a day"},
    Words{"R0.5", "decimals are compared as written"},
    Words{"R1.1", "who is a candidate"},
    Words{"R1.2", "who is included"},
    Words{"R1.3", "why somebody is excluded"},
    Words{"R1.4", "disease state and therapy before T0"},
    Words{"R2.0", "which procedure rows qualify"},
    Words{"R2.1", "rows of one visit are one session"},
    Words{"R2.2", "sessions of one round"},
    Words{"R2.3", "rounds of one course"},
    Words{"R2.4", "interval between rounds"},
    Words{"R3.1", "T0 is the first session of the first course"},
    Words{"R3.2", "evidence of chemoembolization"},
    Words{"R3.3", "evidence of bland embolization"},
    Words{"R3.4", "no evidence of either arm"},
    Words{"R3.5", "a later session of the other kind"},
    Words{"R4.1", "an assessment has the date of its imaging"},
    Words{"R4.2", "which assessment of one day counts"},
    Words{"R4.3", "disease trends as assessments"},
    Words{"R4.4", "text is only a candidate until a reader decides"},
    Words{"R4.5", "progression before day 28"},
    Words{"R4.6", "best overall response"},
    Words{"R4.7", "progression in the liver, and elsewhere"},
    Words{"R4.8", "resources contained in others count"},
    Words{"R5.1", "first progression or death"},
    Words{"R5.2", "cut at a new anticancer therapy"},
    Words{"R5.3", "event after missed assessments"},
    Words{"R5.4", "no event: last adequate assessment"},
    Words{"R5.5", "no adequate assessment: T0"},
    Words{"R5.6", "baseline imaging"},
    Words{"R5.7", "all treated, clinical progression included"},
    Words{"R5.8", "death, or last contact"},
    Words{"R5.9", "unknown date of death, contact after death"},
    Words{"R5.10", "interval in which progression began"},
    Words{"R6.1", "safety windows of the sessions"},
    Words{"R6.2", "laboratory limits and baseline"},
    Words{"R6.3", "CTCAE v5 thresholds as multiples of the limits or of the baseline"},
    Words{"R6.4", "graded adverse events and conditions, readmissions"},
    Words{"R6.5", "worst grade, open and empty windows"},
    Words{"R6.6", "death within 30 days of a session"},
    Words{"R7.1", "which results form one series"},
    Words{"R7.2", "last result in the 90 days before T0"},
    Words{"R7.3", "results that are bounds"},
    Words{"R7.4", "fall to half of the baseline"},
    Words{"R8.1", "which patients are compared with which published rate"},
    Words{"R8.2", "what makes a verdict inconclusive; imaging reports that nobody has read"},
    Words{"R8.3", "test of survival at 24 months, corrected for three comparisons"},
    Words{"R8.4", "consistent only when the interval is narrow enough"},
    Words{"R8.5", "a verdict at dates declared beforehand only"},
    Words{"R8.6", "proportions against each feasible denominator"},
    Words{"R8.7", "arms against each other descriptively"},
    Words{"R9.1", "what this software wrote is no evidence"},
    Words{"R9.2", "what is not final is only a candidate"},
    Words{"R9.3", "which version of a resource counts"},
    Words{"R9.4", "the same input gives the same bytes, in any order"},
    Words{"R9.5", "merged patients"},
    Words{"R9.6", "sources, restricted labels and objections"},
    Words{"R10", "covariates at T0"},
};

std::string_view find(std::span<const Words> table, std::string_view key) {
    const auto row = std::ranges::find(table, key, &Words::key);
    return row == table.end() ? std::string_view{} : row->text;
}

} // namespace

std::string_view words_for_reason(std::string_view reason) {
    return find(reason_words, reason);
}

std::string_view words_for_flag(std::string_view flag) {
    return flag.starts_with("term:") ? "a toxicity of the worst grade" : find(flag_words, flag);
}

// "R3.2b" is a step of R3.2, "R0.4" a part of R0: the nearest rule that has words speaks.
std::string_view words_for_rule(std::string_view rule) {
    for (std::string_view key = rule; !key.empty(); key.remove_suffix(1)) {
        const std::string_view text = find(rule_words, key);
        const bool cut_a_number = key.size() < rule.size() && key.back() != '.' &&
                                  rule[key.size()] >= '0' && rule[key.size()] <= '9';
        if (!text.empty() && !cut_a_number) {
            return text;
        }
    }
    return {};
}

} // namespace embolink
