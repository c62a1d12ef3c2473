// Which records are written, under which name, and when a changed one is worth sending again
// (contracts section 5).
#include "mapping/outcomes/outcome.hpp"
#include "mapping/records/caution_flags.hpp"
#include "tests/support/outcome_samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace embolink {
namespace {

using test::dated;
using test::outcome_record;

EndpointRecord censored() {
    EndpointRecord record = dated(outcome_record("OS", Censored{"last-known-alive"}), "2022-07-29");
    record.flags = {"contact-after-death", "term:fever"};
    return record;
}

TEST(WrittenOutcomes, OnlyIncludedPatientsAndTheParamsOfTheContract) {
    for (const char* param : {"PFS", "OS", "BOR", "DC", "TOX3", "RESP-5HIAA", "RESP-CGA"}) {
        EXPECT_TRUE(is_written(outcome_record(param, NotEvaluable{"x"}))) << param;
    }
    for (const char* param : {"COHORT", "COURSE", "OR", "HPFS", "BASE-CGA", "AGE"}) {
        EXPECT_FALSE(is_written(outcome_record(param, NotEvaluable{"x"}))) << param;
    }
    EndpointRecord excluded = outcome_record("PFS", NotEvaluable{"x"});
    excluded.arm.clear();
    EXPECT_FALSE(is_written(excluded));
    EndpointRecord undated = outcome_record("PFS", NotEvaluable{"x"});
    undated.start.reset();
    EXPECT_FALSE(is_written(undated));
}

TEST(WrittenOutcomes, TheNameIsTheContractAndOutlivesVersions) {
    EndpointRecord record = outcome_record("PFS", Event{"death"});
    EXPECT_EQ(outcome_name("ehr", record), "ehr|maire-2012|Patient/p|1|PFS");
    record.trial_version = "9";
    record.rules_version = "R9+ffffffffffff";
    record.status = NotEvaluable{"death-date-unknown"};
    record.arm = "HAE";
    EXPECT_EQ(outcome_name("ehr", record), "ehr|maire-2012|Patient/p|1|PFS");
    record.course = 2;
    EXPECT_EQ(outcome_name("other", record), "other|maire-2012|Patient/p|2|PFS");
}

TEST(WrittenOutcomes, WhatAFingerprintSees) {
    const EndpointRecord base = censored();
    const std::vector<std::pair<const char*, std::function<void(EndpointRecord&)>>> seen = {
        {"arm", [](auto& r) { r.arm = "HAE"; }},
        {"start", [](auto& r) { r.start = plus_days(*r.start, 1); }},
        {"status", [](auto& r) { r.status = Event{"last-known-alive"}; }},
        {"reason", [](auto& r) { r.status = Censored{"no-assessment"}; }},
        {"value",
         [](auto& r) {
             r.status = Value{true, "", ""};
         }},
        {"date", [](auto& r) { r.date = plus_days(*r.date, 1); }},
        {"no date", [](auto& r) { r.date.reset(); }},
        {"caution flag", [](auto& r) { r.flags.push_back("date-imputed-day"); }},
        {"no caution flag", [](auto& r) { r.flags = {"term:fever"}; }},
        {"source", [](auto& r) { r.sources[1].reference = "Encounter/other"; }},
        {"contained source", [](auto& r) { r.sources[0].reference = "DiagnosticReport/r#d"; }},
    };
    for (const auto& [what, change] : seen) {
        EndpointRecord changed = base;
        change(changed);
        EXPECT_NE(outcome_fingerprint(changed), outcome_fingerprint(base)) << what;
    }
}

TEST(WrittenOutcomes, WhatAFingerprintDoesNotSee) {
    const EndpointRecord base = censored();
    const std::vector<std::pair<const char*, std::function<void(EndpointRecord&)>>> unseen = {
        {"rules", [](auto& r) { r.rules_version = "R2+x"; }},
        {"trial version", [](auto& r) { r.trial_version = "2"; }},
        {"cut", [](auto& r) { r.as_of = plus_days(*r.as_of, 30); }},
        {"other flag",
         [](auto& r) {
             r.flags = {"contact-after-death", "late-biliary"};
         }},
        {"source version", [](auto& r) { r.sources[1].version = "2"; }},
        {"source rule", [](auto& r) { r.sources[1].rule = "R5.9"; }},
        {"repeated source", [](auto& r) { r.sources.push_back(r.sources[1]); }},
        {"order", [](auto& r) { std::ranges::reverse(r.sources); }},
    };
    for (const auto& [what, change] : unseen) {
        EndpointRecord changed = base;
        change(changed);
        EXPECT_EQ(outcome_fingerprint(changed), outcome_fingerprint(base)) << what;
    }
}

TEST(WrittenOutcomes, AFingerprintKeepsValuesOfOneSpellingApart) {
    EXPECT_NE(outcome_fingerprint(outcome_record("DC", Value{true, "", ""})),
              outcome_fingerprint(outcome_record("DC", Value{false, "", ""})));
    EXPECT_NE(outcome_fingerprint(outcome_record("BOR", Value{"CR", "", ""})),
              outcome_fingerprint(outcome_record("BOR", Value{"PR", "", ""})));
}

TEST(WrittenOutcomes, MoreFollowUpIsAMereMove) {
    const EndpointRecord before = censored();
    EndpointRecord after = dated(before, "2022-09-01");
    after.sources[1] = {"Encounter/later", "1", "censor", "R5.8"};
    after.sources.push_back({"Observation/more", "1", "assessment", "R4.2"});
    after.sources.push_back({"Encounter/odd", "1", "contact", "R5.9"});
    EXPECT_TRUE(only_censoring_moved(before, after));
    EXPECT_TRUE(only_censoring_moved(before, before));
}

TEST(WrittenOutcomes, AnythingElseIsNoMereMove) {
    const EndpointRecord before = censored();
    const std::vector<std::pair<const char*, std::function<void(EndpointRecord&)>>> more = {
        {"backward", [](auto& r) { r = dated(r, "2022-07-28"); }},
        {"event", [](auto& r) { r.status = Event{"death"}; }},
        {"reason", [](auto& r) { r.status = Censored{"missed-assessments"}; }},
        {"arm", [](auto& r) { r.arm = "HAE"; }},
        {"start", [](auto& r) { r.start = plus_days(*r.start, -1); }},
        {"caution", [](auto& r) { r.flags.push_back("trend-only"); }},
        {"new kind of source",
         [](auto& r) {
             r.sources.push_back({"DiagnosticReport/x", "1", "candidate", "R8.2"});
         }},
        {"lost therapy", [](auto& r) { r.sources.erase(r.sources.begin()); }},
    };
    EndpointRecord with_therapy = before;
    with_therapy.sources.insert(with_therapy.sources.begin(),
                                {"MedicationStatement/m", "1", "therapy", "R5.2"});
    for (const auto& [what, change] : more) {
        EndpointRecord after = dated(with_therapy, "2022-09-01");
        change(after);
        EXPECT_FALSE(only_censoring_moved(with_therapy, after)) << what;
    }
    EXPECT_FALSE(only_censoring_moved(outcome_record("PFS", Event{"death"}), before));
}

TEST(CautionFlags, AreThoseOfTheRulesTable) {
    EXPECT_EQ(caution_flags().size(), 20u);
    for (const char* flag : {"trend-only", "ssa-changed", "baseline-missing", "at-most"}) {
        EXPECT_TRUE(is_caution_flag(flag)) << flag;
    }
    for (const char* flag :
         {"tier-a", "therapy-from-text", "site-unspecified", "late-biliary", "elevated", ""}) {
        EXPECT_FALSE(is_caution_flag(flag)) << flag;
    }
}

} // namespace
} // namespace embolink
