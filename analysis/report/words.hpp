// The report's answers in plain words, made from its figures and from nothing else.
#pragma once

#include "analysis/report/audit_report.hpp"

#include <string>
#include <vector>

namespace embolink {

// The first sentence of the page: does the comparison say anything, and what?
std::string headline_of(const AuditReport& report);

// PFS by arm and pooled, OS, disease control, grade 3 toxicity, in this order.
std::vector<Sentence> answers_of(const AuditReport& report);

// The result of a group; null when the list has none.
const SurvivalResult* find_group(const std::vector<SurvivalResult>& list, const std::string& group);

// "HAE + HACE" in running text: "HAE and HACE together".
std::string spoken(const std::string& group);

// The verdict of one comparison in a few words, for badge and picture: "inconclusive", "no verdict
// (interim)", ...
std::string verdict_word(const ComparisonResult& comparison, VerdictDate date);

// Why there is no clear answer; empty when there is one.
std::string verdict_reason(const ComparisonResult& comparison, VerdictDate date);

// "41 % (23–58 %)"; or why there is none.
std::string rate_words(const LocalRate& rate, const std::optional<Interval>& interval);
std::string why_not_words(const SurvivalResult& result);

// The interval that is shown with a proportion: Clopper-Pearson for safety (toxicity of grade 3,
// death within 30 days), which never falls short of its 95 %; Wilson for the others.
const std::optional<Interval>& shown_interval(const OutcomeResult& outcome,
                                              const ProportionResult& line);

// "from -48 to +2": percentage points of local minus trial.
std::string difference_words(const Interval& difference);

// Without a rate at 24 months: "at 13.1 months, the last day with 5 at risk, 61 % (30–82 %)"; empty
// where there is one, or no curve.
std::string last_reliable_words(const SurvivalResult& result);

// Reasons, params and flags of records in words; unknown ones as they are.
std::string reason_words(const std::string& reason);
std::string term_words(const std::string& term); // "alt-increased": "ALT increased"

} // namespace embolink
