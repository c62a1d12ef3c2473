#include "tests/support/cohort.hpp"

#include "mapping/endpoints/record_json.hpp"

namespace embolink::test {

CohortRun derive_files(const std::vector<std::string>& inputs,
                       const std::string& site,
                       const std::string& as_of,
                       const std::string& adjudications) {
    CohortOptions options;
    options.inputs = inputs;
    options.site = site;
    options.as_of = as_of;
    if (!adjudications.empty()) {
        options.adjudications = {adjudications};
    }
    CommonOptions common;
    common.quiet = true;
    return run_cohort(options, common);
}

std::string all_lines(const DerivedCohort& cohort) {
    std::string out;
    const auto add = [&out](const auto& values) {
        for (const auto& value : values) {
            out += to_json_line(value) + "\n";
        }
    };
    add(cohort.records);
    add(cohort.timeline);
    add(cohort.issues);
    return out;
}

} // namespace embolink::test
