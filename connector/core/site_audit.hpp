// What the site file says to the audit alone: the plan and the margin that were fixed beforehand,
// the department's own counts, who mends what, and how small a cell may leave the department.
#pragma once

#include "connector/core/json_object.hpp"
#include "mapping/records/date.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace embolink {

struct SitePlan {
    std::string text;   // empty when only its hash is given
    std::string sha256; // lower-case hexadecimal
    Date date{};
};

struct SiteMargin {
    double value = 0; // of the rate: 0.15 is 15 points
    Date date{};
};

struct SiteAudit {
    std::optional<SitePlan> plan;
    std::optional<SiteMargin> margin;
    std::map<std::string, int> procedure_counts; // by month "2024-01"
    std::map<std::string, std::string> owners;   // by area
    std::optional<int> suppression;              // smallest count that may be shown outside
};

// Reads `analysis_plan`, `margin`, `procedure_counts`, `owners` and `suppression` of the site
// object; faults are added to `faults`, the texts of files read to `file_texts`.
SiteAudit read_site_audit(JsonObject& site,
                          const std::filesystem::path& folder,
                          ConfigFaults& faults,
                          std::vector<std::string>& file_texts);

} // namespace embolink
