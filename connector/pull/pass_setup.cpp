#include "connector/pull/pass_setup.hpp"

#include "connector/cli/cohort_run.hpp"
#include "connector/core/definition_files.hpp"
#include "connector/core/time_zone.hpp"

namespace embolink {

DerivationSetup pass_setup(const Config& config, const PassOptions& options, Instant started) {
    DerivationSetup setup;
    setup.site = config.site;
    const ZoneRule zone = zone_rule(setup.site.config.time_zone);
    setup.definitions = load_all_definitions(options.definitions, setup.site.config.content_hash);
    check_site_names(setup.site.config, setup.definitions.terminology);
    setup.trial = find_trial(setup.definitions, config.trial);
    setup.frame = make_reading_frame(setup.definitions, setup.site.config, zone);
    setup.server = fhir::ServerAddress(config.source.server.base_url, config.source.next_origins);
    setup.as_of = options.as_of.empty() ? day_of(started, zone) : parse_as_of(options.as_of);
    return setup;
}

} // namespace embolink
