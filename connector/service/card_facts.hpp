// What cards say of a patient, taken from the stored records and timeline: one published snapshot,
// made after each pass, that hooks read without asking the database.
#pragma once

#include "connector/core/clock.hpp"
#include "connector/pull/derive_chain.hpp"
#include "connector/store/store.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace embolink::service {

struct PatientFacts {
    std::optional<Instant> pulled; // start of the newest pass that could ask for all of him
    std::optional<Date> t0;
    // PFS is open (censored at the last adequate assessment, or none came yet), so that imaging in
    // time keeps the 24-month status known. Empty: nothing is to be kept.
    std::optional<Date> imaging_due;
    int open_items = 0;               // what readers could decide (R8.2)
    std::vector<PartialDate> markers; // results of 5-HIAA or CgA, sorted
    // Of included patients, when they could be evaluated.
    std::optional<bool> response;
    std::optional<bool> toxicity;
};

// Of the included patients who could be evaluated.
struct Rate {
    int yes = 0;
    int of = 0;
};

struct Snapshot {
    RunId newest_run = 0;         // the newest that had ended, of whatever process
    std::optional<Instant> as_of; // start of the newest pass that did not fail
    std::shared_ptr<const DerivationSetup> setup;
    std::shared_ptr<const Terminology> terminology;                      // with the site's codes
    ZoneRule zone;                                                       // the site's (R0.1)
    std::map<std::string, std::shared_ptr<const PatientFacts>> patients; // by every identity
    Rate response;                                                       // OR: complete or partial
    Rate toxicity; // TOX3: of grade 3 or more within 30 days

    // nullptr: not of the cohort.
    const PatientFacts* find(const std::string& patient) const;
};

// Of rows with the newest first; 0: none.
RunId newest_ended(const std::vector<RunRow>& rows);

// `derivation` is one chain's, as stored.
PatientFacts facts_of(const Derivation& derivation, const TrialDefinition& trial);

// Reads the store; throws Error (store).
std::shared_ptr<const Snapshot> make_snapshot(Store& store, DerivationSetup setup);

} // namespace embolink::service
