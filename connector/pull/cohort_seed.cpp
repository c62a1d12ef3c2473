#include "connector/pull/cohort_seed.hpp"

#include "connector/fhir/seed.hpp"

#include <set>

namespace embolink {
namespace {

asio::awaitable<void> seed_by_codes(const PullFrame& frame,
                                    const DerivationSetup& setup,
                                    std::set<std::string>& patients) {
    const Terminology terminology = setup.definitions.terminology.with_site(setup.site.config);
    const std::vector<fhir::SeedCode> codes = fhir::seed_codes(terminology, setup.site.config);
    const std::function<void(fhir::PagingStep&)> use = [&](fhir::PagingStep& step) {
        for (const Resource& procedure : step.resources) {
            const auto patient = fhir::seeded_patient(procedure, terminology, frame.server);
            if (patient) {
                patients.insert(*patient);
            }
        }
    };
    for (fhir::Search& search : fhir::seed_searches(codes, frame.habits)) {
        co_await run_search(frame, std::move(search), use);
    }
}

asio::awaitable<void> seed_by_file(const PullFrame& frame,
                                   const std::filesystem::path& path,
                                   std::set<std::string>& patients) {
    for (const fhir::SeedLine& line :
         fhir::parse_seed_file(read_config_file(path), path.string())) {
        if (!line.reference.empty()) {
            patients.insert(line.reference);
            continue;
        }
        std::set<std::string> matches;
        const std::function<void(fhir::PagingStep&)> use = [&](fhir::PagingStep& step) {
            for (const Resource& patient : step.resources) {
                if (patient.source.type == "Patient") {
                    matches.insert(patient.source.reference());
                }
            }
        };
        co_await run_search(frame, fhir::identifier_search(line), use);
        if (matches.empty()) {
            frame.log.warning("no patient carries the identifier of line " +
                              std::to_string(line.number) + " of " + path.string());
        }
        patients.insert(matches.begin(), matches.end());
    }
}

} // namespace

asio::awaitable<std::vector<std::string>>
cohort_patients(const PullFrame& frame, const Config& config, const DerivationSetup& setup) {
    std::set<std::string> patients;
    if (config.cohort.seed == SeedKind::search) {
        co_await seed_by_codes(frame, setup, patients);
    } else {
        co_await seed_by_file(frame, config.cohort.file, patients);
    }
    // A patient whose embolization was taken back is no candidate any more, and what was written of
    // him must go, too.
    for (const ChainState& chain : frame.store.chains()) {
        patients.insert(chain.chain);
    }
    co_return std::vector<std::string>(patients.begin(), patients.end());
}

} // namespace embolink
