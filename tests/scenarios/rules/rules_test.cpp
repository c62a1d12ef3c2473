// Runs every scenario through the whole mapping, then changes each window of the trial file by one
// day and demands that some scenario notices: a boundary that no scenario guards is a failure.
#include "mapping/definitions/embedded.hpp"
#include "mapping/derive.hpp"
#include "mapping/endpoints/record_json.hpp"
#include "tests/scenarios/rules/scenario.hpp"
#include "tests/support/pipeline.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>

namespace embolink::test {
namespace {

std::string brief(const EndpointRecord& record) {
    struct {
        std::string operator()(const Event& e) const { return "event " + e.reason; }

        std::string operator()(const Censored& c) const { return "censored " + c.reason; }

        std::string operator()(const Value& v) const {
            return "value " + value_text(v) + (v.unit.empty() ? "" : " " + v.unit) +
                   (v.reason.empty() ? "" : " " + v.reason);
        }

        std::string operator()(const NotEvaluable& n) const { return "not-evaluable " + n.reason; }
    } words;

    std::string out = std::visit(words, record.status);
    if (record.days) {
        out += " @" + std::to_string(*record.days);
    }
    std::string flags;
    for (const std::string& flag : record.flags) {
        flags += (flags.empty() ? "" : ",") + flag;
    }
    return flags.empty() ? out : out + " [" + flags + "]";
}

std::vector<Scenario> all_scenarios() {
    std::vector<Scenario> all;
    for (const auto& part : {cohort_scenarios(),
                             session_scenarios(),
                             arm_scenarios(),
                             response_scenarios(),
                             survival_scenarios(),
                             identity_scenarios(),
                             toxicity_scenarios(),
                             biochemistry_scenarios(),
                             later_scenarios(),
                             encoding_scenarios()}) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

// The record that a scenario is about, under a trial that may have been changed.
struct Outcome {
    std::string text = "no record";
    std::string arm;
};

// What resources are read with depends on the site's feeds only.
std::shared_ptr<const ReadingFrame> frame_of(const std::vector<std::string>& complete_feeds) {
    static std::map<std::vector<std::string>, std::shared_ptr<const ReadingFrame>> frames;
    auto& frame = frames[complete_feeds];
    if (!frame) {
        SiteConfig site;
        site.complete_feeds.insert(complete_feeds.begin(), complete_feeds.end());
        frame = make_reading_frame(test_definitions(), site, ZoneRule{});
    }
    return frame;
}

Intake intake_of(const Scenario& scenario) {
    Intake intake(frame_of(scenario.complete_feeds));
    for (const nlohmann::json& resource : scenario.patient.resources()) {
        intake.add(resource_of(resource));
    }
    return intake;
}

Outcome run(const Scenario& scenario, const Intake& intake, const TrialDefinition& trial) {
    const DerivedCohort cohort = intake.derive(trial, plus_days(scenario_t0(), scenario.as_of_day));
    for (const EndpointRecord& record : cohort.records) {
        if (record.param == scenario.param) {
            return {brief(record), record.arm};
        }
    }
    return {};
}

struct ReadScenario {
    Scenario scenario;
    Intake intake;
};

// Read once: the windows below derive each of them many times.
const std::vector<ReadScenario>& read_scenarios() {
    static const std::vector<ReadScenario> read = [] {
        std::vector<ReadScenario> all;
        for (const Scenario& scenario : all_scenarios()) {
            all.push_back({scenario, intake_of(scenario)});
        }
        return all;
    }();
    return read;
}

class RuleScenario : public testing::TestWithParam<Scenario> {};

TEST_P(RuleScenario, GivesTheRecordOfTheRule) {
    const Scenario& scenario = GetParam();
    const Outcome outcome = run(scenario, intake_of(scenario), test_trial());
    EXPECT_EQ(outcome.text, scenario.expected) << scenario.title;
    if (!scenario.arm.empty()) {
        EXPECT_EQ(outcome.arm, scenario.arm) << scenario.title;
    }
}

std::string test_name(const testing::TestParamInfo<Scenario>& info) {
    std::string name;
    for (const char c : info.param.title) {
        const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
        name += letter ? c : '_';
    }
    return name + "_" + std::to_string(info.index);
}

INSTANTIATE_TEST_SUITE_P(Rules, RuleScenario, testing::ValuesIn(all_scenarios()), test_name);

struct WindowMember {
    const char* name;
    WindowDays TrialWindows::*member;
    bool later_matters; // false: one more day changes nothing because another window ends first
};

class TrialWindow : public testing::TestWithParam<WindowMember> {};

// True when some scenario changes its record under the shifted window.
bool noticed(WindowDays TrialWindows::*member, int shift) {
    TrialDefinition trial = test_trial();
    (trial.windows.*member).days += shift;
    for (const auto& [scenario, intake] : read_scenarios()) {
        if (run(scenario, intake, trial).text != scenario.expected) {
            return true;
        }
    }
    return false;
}

TEST_P(TrialWindow, IsGuardedOnBothSides) {
    EXPECT_TRUE(noticed(GetParam().member, -1)) << GetParam().name << " - 1";
    if (GetParam().later_matters) {
        EXPECT_TRUE(noticed(GetParam().member, +1)) << GetParam().name << " + 1";
    }
}

INSTANTIATE_TEST_SUITE_P(
    Windows,
    TrialWindow,
    testing::Values(WindowMember{"round_other_lobe", &TrialWindows::round_other_lobe, true},
                    WindowMember{"round_unknown_lobe", &TrialWindows::round_unknown_lobe, true},
                    WindowMember{"course_gap", &TrialWindows::course_gap, true},
                    WindowMember{"interval_min", &TrialWindows::interval_min, true},
                    // A round after day 150 is another course, so no interval can be longer.
                    WindowMember{"interval_max", &TrialWindows::interval_max, false},
                    WindowMember{"tier_lookback", &TrialWindows::tier_lookback, true},
                    WindowMember{"tier_resection", &TrialWindows::tier_resection, true},
                    WindowMember{"history_needed", &TrialWindows::history_needed, true},
                    WindowMember{"baseline_imaging", &TrialWindows::baseline_imaging, true},
                    WindowMember{"assessment_gap", &TrialWindows::assessment_gap, true},
                    WindowMember{"stable_disease_min", &TrialWindows::stable_disease_min, true},
                    WindowMember{"early_progression", &TrialWindows::early_progression, true},
                    WindowMember{
                        "response_confirmation", &TrialWindows::response_confirmation, true},
                    WindowMember{"toxicity", &TrialWindows::toxicity, true},
                    WindowMember{"late_biliary", &TrialWindows::late_biliary, true},
                    WindowMember{"laboratory_baseline", &TrialWindows::laboratory_baseline, true},
                    WindowMember{"prolonged_stay", &TrialWindows::prolonged_stay, true},
                    WindowMember{"early_death", &TrialWindows::early_death, true},
                    WindowMember{"marker_baseline", &TrialWindows::marker_baseline, true},
                    WindowMember{"marker_response", &TrialWindows::marker_response, true},
                    WindowMember{"analogue_lookback", &TrialWindows::analogue_lookback, true},
                    WindowMember{"adult_years", &TrialWindows::adult_years, true}),
    [](const auto& test) { return std::string{test.param.name}; });

} // namespace
} // namespace embolink::test
