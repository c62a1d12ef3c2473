// One pass, told as a story:
//   1. take the run's lease, so that no two passes write at once; note the day as the cut (R0.3);
//   2. learn the server's habits and who belongs to the cohort: the seed, and everybody met before;
//   3. pull each patient's chain, a few at once, every page committed as it comes;
//   4. when all are pulled: derive the chains that changed, or that the passing day changes, each
//      with its outbox entries in one transaction;
//   5. bring the outbox to the target: shown in a dry run, sent otherwise;
//   6. make the audit report from the stored records; release the lease.
//
// A pass that stops anywhere is safe to repeat: pages and cursors, records and outbox entries are
// one transaction each, which chains are to be derived is asked of the store, and what was being
// sent is looked up before it is sent again. An interrupt ends every wait; the lease is renewed as
// long as the pass lives.
//
// A patient whom the server cannot give (an answer that refuses one of his searches or cannot be
// read) stays as he was: what was committed of him stays, nothing is derived or written of him, his
// records keep their cut, and the report counts him. When many fail, the pass fails: then it is the
// server (failed_patients.hpp).
//
// A pass of some patients only (whom notifications told of) does steps 3 to 5 for them; in the run
// history it counts for nothing that asks how old the data are.
#pragma once

#include "connector/cli/command.hpp"
#include "connector/core/config.hpp"
#include "connector/pull/pass_setup.hpp"
#include "connector/store/store.hpp"
#include "connector/write_back/chain_writer.hpp"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace embolink {

struct PassSummary {
    RunId run = 0;
    bool partial = false; // of the patients of PassOptions::only
    Date as_of{};
    std::string rules_version;
    std::size_t patients = 0; // chains pulled
    std::size_t failed = 0;   // patients who could not be pulled: the command ends with code 4
    std::set<std::string> not_pulled; // these, "Patient/<id>"; never printed
    std::size_t opted_out = 0;
    std::vector<std::string> unanswered; // types that the server cannot be searched for by patient
    PageCounts pulled;
    int retracted = 0;                          // resources that are gone, or another's now
    std::map<std::string, int> gone;            // of these no longer on the server, by type
    std::map<std::string, std::int64_t> before; // resources there before the pass, by type
    std::size_t derived = 0;
    std::size_t records = 0;
    bool dry_run = true;
    WriteCounts written;
    std::map<std::string, int> held; // outbox entries that wait, by state
    std::string report;              // path, "" none
};

// Of the resources of one type that were there before the pass the share that still is: of the type
// that lost most. Types of fewer than twenty are left out; 1 of none.
double kept_ratio(const PassSummary& summary);

// What a person should hear of it: of these types more than a tenth is on the server no more. ""
// of none.
std::string words_of_loss(const PassSummary& summary);

nlohmann::json to_json(const PassSummary& summary); // `--json`, and the store's run history

// Makes the folder of reports. Throws Error (output) when nothing can be written there: before a
// pass has asked a server for anything.
void require_report_folder(const Config& config);

// Throws Error; the run is then on record as failed and safe to repeat.
PassSummary run_pass(const Config& config, const PassOptions& options, const CommonOptions& common);

} // namespace embolink
