#include "connector/pull/learn_habits.hpp"

#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"

#include <algorithm>

namespace embolink {
namespace {

fhir::ProbeOptions probe_options(const Config& config, const DerivationSetup& setup) {
    fhir::ProbeOptions options;
    options.form.page_size = config.source.page_size;
    if (config.cohort.seed == SeedKind::search) {
        const Terminology terminology = setup.definitions.terminology.with_site(setup.site.config);
        options.seed_codes = fhir::seed_codes(terminology, setup.site.config);
        return options;
    }
    for (const fhir::SeedLine& line :
         fhir::parse_seed_file(read_config_file(config.cohort.file), config.cohort.file.string())) {
        options.identifiers = options.identifiers || !line.identifier.empty();
        if (options.trial_patient.empty()) {
            options.trial_patient = line.reference;
        }
    }
    return options;
}

} // namespace

asio::awaitable<ServerFindings>
learn_habits(fhir::Client& client, const Config& config, const DerivationSetup& setup) {
    ServerFindings findings;
    const fhir::Answer metadata = co_await client.get(client.base_url() + "/metadata");
    findings.capability = fhir::read_capability(metadata, client.base_url());
    const fhir::ServerAddress server(client.base_url(), config.source.next_origins);
    fhir::Probe probe(server, findings.capability, probe_options(config, setup));
    std::optional<http::Request> request = probe.resume(nullptr);
    while (request) {
        throw_if_interrupted();
        const fhir::Answer answer = co_await client.ask(std::move(*request));
        request = probe.resume(&answer);
    }
    findings.habits = probe.habits();
    findings.lines = probe.lines();
    co_return findings;
}

void require_essential(const ServerFindings& findings, const std::string& base_url) {
    std::string missing;
    for (const fhir::CheckLine& line : findings.lines) {
        if (line.essential && line.result == fhir::CheckResult::fails) {
            missing += "\n" + line.what + ": " + line.detail;
        }
    }
    if (!missing.empty()) {
        throw Error(ErrorKind::http,
                    "the server does not answer what the pass cannot do without",
                    base_url + missing,
                    "ask its owner for these searches; `embolink check` shows all of them");
    }
}

} // namespace embolink
