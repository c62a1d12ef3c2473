// `$evaluate-measure`: counts of stored records as a FHIR R4 MeasureReport. Statistics are the
// audit report's business.
#pragma once

#include "connector/store/store.hpp"
#include "mapping/records/date.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace embolink::service {

enum class MeasureForm { summary, subject_list };

struct MeasureQuestion {
    std::string trial; // "maire-2012"
    Date period_start{};
    Date period_end{}; // both inclusive; patients whose T0 lies between
    MeasureForm form = MeasureForm::summary;
    std::string date;     // instant of the report
    std::string reporter; // the site's name
};

// One group for each outcome that is written back; populations: initial-population (included
// patients), denominator (those who can be evaluated), numerator (an event, or true). Of BOR there
// is no numerator.
nlohmann::json measure_report(const std::vector<Derivation>& derivations,
                              const MeasureQuestion& question);

} // namespace embolink::service
