#include "connector/synth/truth.hpp"

#include "connector/synth/json_text.hpp"
#include "connector/synth/truth_parts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink::synth {
namespace {

// Exclusions by R1.3; nullptr: no candidate at all.
const char* exclusion(Decoy decoy) {
    switch (decoy) {
    case Decoy::hepatocellular:
    case Decoy::pancreas:
        return "other-primary";
    case Decoy::uterine:
    case Decoy::hemorrhage:
    case Decoy::protective_coil_only:
        return "wrong-purpose";
    case Decoy::portal_vein:
    case Decoy::radioembolization:
        return "not-an-embolization";
    case Decoy::poorly_differentiated:
        return "poorly-differentiated";
    case Decoy::unsited:
    case Decoy::bowel_cancer:
        return "no-midgut-net";
    case Decoy::no_liver_metastasis:
        return "no-liver-metastasis";
    case Decoy::minor:
        return "minor";
    case Decoy::not_done:
    case Decoy::entered_in_error:
        return "not-performed";
    case Decoy::month_only:
        return "date-imprecise";
    case Decoy::identity_unresolved:
        return "identity-unresolved";
    case Decoy::none:
    case Decoy::test_patient:
    case Decoy::never_embolized:
        break;
    }
    return nullptr;
}

// Reasons judged before a session is known to exist leave no T0.
bool has_session(const std::string& reason) {
    static constexpr const char* without[] = {
        "not-performed", "not-an-embolization", "wrong-purpose", "date-imprecise"};
    return std::find(std::begin(without), std::end(without), reason) == std::end(without);
}

} // namespace

std::string arm_name(Arm arm) {
    switch (arm) {
    case Arm::hae:
        return "HAE";
    case Arm::hace:
        return "HACE";
    case Arm::hace_deb:
        return "HACE-DEB";
    case Arm::undetermined:
        break;
    }
    return "UNDETERMINED";
}

std::vector<TruthRecord> expected_records(const PatientPlan& plan) {
    if (plan.decoy != Decoy::none) {
        const char* reason = exclusion(plan.decoy);
        if (reason == nullptr)
            return {};
        TruthRecord record;
        record.param = "COHORT";
        record.status = "value";
        record.text_value = "excluded";
        record.reason = reason;
        return {record};
    }
    std::vector<TruthRecord> records{cohort_record(plan),
                                     course_record(plan),
                                     pfs_record(plan),
                                     hpfs_record(plan),
                                     os_record(plan),
                                     pfs_itt_record(plan)};
    for (TruthRecord& record : response_records(plan))
        records.push_back(std::move(record));
    for (TruthRecord& record : worst_toxicity_records(plan))
        records.push_back(std::move(record));
    records.push_back(toxicity_record(plan));
    records.push_back(early_death_record(plan));
    for (const bool hiaa : {true, false})
        records.push_back(baseline_record(plan, hiaa));
    for (const bool hiaa : {true, false})
        records.push_back(marker_response_record(plan, hiaa));
    for (TruthRecord& record : covariate_records(plan))
        records.push_back(std::move(record));
    for (TruthRecord& record : records)
        std::sort(record.flags.begin(), record.flags.end());
    return records;
}

nlohmann::ordered_json to_json(const TruthRecord& record, const PatientPlan& plan) {
    const auto iso = [&plan](int day) { return to_iso(plus_days(plan.t0, day)); };
    nlohmann::ordered_json json;
    json["patient"] = "Patient/" + plan.id;
    json["course"] = 1;
    json["param"] = record.param;
    const bool excluded = plan.decoy != Decoy::none;
    if (!excluded)
        json["arm"] = arm_name(arm_of(plan));
    if (!excluded || has_session(record.reason))
        json["start"] = to_iso(plan.t0);
    json["status"] = record.status;
    if (record.day) {
        json["date"] = iso(*record.day);
        json["days"] = *record.day;
    }
    if (record.left)
        json["left"] = iso(*record.left);
    if (record.right)
        json["right"] = iso(*record.right);
    if (!record.text_value.empty())
        json["value"] = record.text_value;
    else if (!record.number_value.empty())
        json["value"] = number(record.number_value);
    else if (record.count_value)
        json["value"] = *record.count_value;
    else if (record.flag_value)
        json["value"] = *record.flag_value;
    if (!record.unit.empty())
        json["unit"] = record.unit;
    if (!record.reason.empty())
        json["reason"] = record.reason;
    json["flags"] = record.flags;
    if (!record.undecidable.empty())
        json["undecidable"] = record.undecidable;
    return json;
}

} // namespace embolink::synth
