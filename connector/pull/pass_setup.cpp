#include "connector/pull/pass_setup.hpp"

#include "connector/cli/cohort_run.hpp"
#include "connector/core/definition_files.hpp"
#include "connector/core/hash.hpp"
#include "connector/core/time_zone.hpp"
#include "connector/pull/decision_file.hpp"

#include <algorithm>

namespace embolink {

namespace {

// The key names the decisions by what they say, so that a file that was only saved anew changes
// nothing.
void take_decisions(DerivationSetup& setup, const Config& config, const Log& log) {
    setup.derivation_key = setup.definitions.rules_version;
    if (config.adjudications.empty()) {
        return;
    }
    DecisionFile file = read_decision_file(config.adjudications.string());
    for (const Issue& issue : file.issues) {
        log.warning(issue.reference + ": " + issue.text);
    }
    std::vector<std::string> versions;
    for (const Adjudication& decision : file.decisions) {
        versions.push_back(decision.origin.version);
    }
    std::sort(versions.begin(), versions.end());
    std::string all;
    for (const std::string& version : versions) {
        all += version + "\n";
    }
    setup.decisions_hash = sha256_hex(all).substr(0, 12);
    setup.derivation_key += "+decisions:" + setup.decisions_hash;
    setup.decisions = std::move(file.decisions);
    log.info(std::to_string(setup.decisions.size()) + " decisions of readers, " +
             std::to_string(file.undecided) + " items not decided yet");
}

} // namespace

DerivationSetup
pass_setup(const Config& config, const PassOptions& options, Instant started, const Log& log) {
    DerivationSetup setup;
    setup.site = config.site;
    const ZoneRule zone = zone_rule(setup.site.config.time_zone);
    setup.definitions = load_all_definitions(
        options.definitions, setup.site.config.content_hash, &setup.definition_hashes);
    check_site_names(setup.site.config, setup.definitions.terminology);
    setup.trial = find_trial(setup.definitions, config.trial);
    setup.frame = make_reading_frame(setup.definitions, setup.site.config, zone);
    take_decisions(setup, config, log);
    setup.server = fhir::ServerAddress(config.source.server.base_url, config.source.next_origins);
    setup.as_of = options.as_of.empty() ? day_of(started, zone) : parse_as_of(options.as_of);
    return setup;
}

} // namespace embolink
