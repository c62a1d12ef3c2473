// The last step of a pass: its audit report, and what it is made from into the database, so that
// past_report.hpp makes it again.
#pragma once

#include "connector/core/log.hpp"
#include "connector/pull/derive_chain.hpp"
#include "connector/store/store.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace embolink {

struct PassReport {
    Store& store;
    RunId run = 0;
    const DerivationSetup& setup;
    std::filesystem::path directory;
    std::string language;                       // of the page: "en", "fr"
    std::map<std::string, std::int64_t> counts; // as store_settings
    std::vector<std::string> unanswered;        // types that cannot be searched for by patient
    std::set<std::string> left_alone;           // chains that could not be pulled
};

// The path of the page. Throws Error (output, store).
std::filesystem::path
report_pass(const PassReport& pass, const std::vector<Derivation>& derivations, const Log& log);

// "Condition, Observation"
std::string words_of(const std::vector<std::string>& words);

} // namespace embolink
