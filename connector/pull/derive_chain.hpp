// From the store's resources of one chain to its records: the same mapping that `derive` runs over
// files, one chain at a time.
#pragma once

#include "connector/core/site_file.hpp"
#include "connector/fhir/server_address.hpp"
#include "connector/store/store.hpp"
#include "mapping/derive.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace embolink {

// What is the same for every chain of a run.
struct DerivationSetup {
    Definitions definitions;
    TrialDefinition trial;
    SiteFile site;
    std::shared_ptr<const ReadingFrame> frame;
    std::vector<Adjudication> decisions; // of all patients
    // What derivations hang on besides resources and day: rules, definitions, site, decisions.
    std::string derivation_key;
    std::string decisions_hash;                           // shortened; "" none
    std::map<std::string, std::string> definition_hashes; // load_all_definitions
    Date as_of{};
    fhir::ServerAddress server{""}; // of the source: tells whose a reference is
};

// The audit asks whether a delayed second session changes its answer: longest gaps between rounds
// of one course (R2.3), in days, with which everybody is derived besides.
inline constexpr std::array<int, 2> other_course_gaps = {180, 210};

// What such a reading is called in the report.
std::string course_gap_words(int days);

struct DerivedChain {
    Derivation stored;
    std::vector<EndpointRecord> records;
};

// The counts of an intake under the names that `--json`, the store and the audit use.
std::map<std::string, std::int64_t> counts_by_name(const IntakeCounts& counts);

// `chain.mark` must have been read before `resources`. `page_issues`: what was unreadable when the
// chain was pulled, as JSON lines.
DerivedChain derive_chain(const ChainState& chain,
                          const std::vector<StoredResource>& resources,
                          const std::vector<std::string>& page_issues,
                          const DerivationSetup& setup);

} // namespace embolink
