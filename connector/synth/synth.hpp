// The synthetic hospital: FHIR resources of invented patients and, beside them, the endpoint
// records that their plan expects. Nothing here is patient data.
//
// Source of the story: recipe.hpp. The same options give the same bytes on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace embolink::synth {

struct SynthOptions {
    std::string scenario = "audit_60";
    std::optional<int> patients;       // cohort patients; default: the scenario's
    std::optional<std::uint64_t> seed; // default: the scenario's
    // 0 clean; 1 duplicates, corrections, instants, missing meta; 2 also numbers and units in other
    // spellings, aliases of code systems, local codes, responses in words and in lesion sizes,
    // readers' decisions, patients treated shortly before the data cut; 3 also rows that do not
    // count.
    int dirty = 1;
};

struct SynthSummary {
    std::string scenario;
    std::uint64_t seed = 0;
    std::size_t cohort_patients = 0;
    std::size_t other_patients = 0; // decoys
    std::size_t resources = 0;      // lines written, duplicates and older versions included
    std::size_t truth_records = 0;
    std::size_t undecidable = 0; // truth records that the plan itself leaves open
    std::string analysis_date;   // YYYY-MM-DD, also in site.json
    std::optional<std::filesystem::path> adjudications; // the readers' decisions, where there are
};

using SynthProgress = std::function<void(std::size_t done, std::size_t total)>;

std::vector<std::string> scenario_names();

// Writes `output`/resources/<Type>.ndjson, `output`/truth.ndjson and `output`/site.json, and from
// dirt level 2 on `output`/adjudications.csv, patient by patient in flat memory. Files of an
// earlier run are replaced. Throws std::runtime_error for an unknown scenario (naming those there
// are), a number out of range, or a file that cannot be written.
SynthSummary generate_hospital(const SynthOptions& options,
                               const std::filesystem::path& output,
                               const SynthProgress& progress = {});

} // namespace embolink::synth
