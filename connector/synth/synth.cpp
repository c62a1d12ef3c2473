#include "connector/synth/synth.hpp"

#include "connector/synth/encode.hpp"
#include "connector/synth/hospital_files.hpp"
#include "connector/synth/json_text.hpp"
#include "connector/synth/plan.hpp"
#include "connector/synth/truth.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace embolink::synth {
namespace {

constexpr Decoy decoy_kinds[] = {Decoy::hepatocellular,
                                 Decoy::uterine,
                                 Decoy::hemorrhage,
                                 Decoy::portal_vein,
                                 Decoy::radioembolization,
                                 Decoy::pancreas,
                                 Decoy::poorly_differentiated,
                                 Decoy::unsited,
                                 Decoy::no_liver_metastasis,
                                 Decoy::not_done,
                                 Decoy::never_embolized,
                                 Decoy::minor,
                                 Decoy::entered_in_error,
                                 Decoy::month_only,
                                 Decoy::test_patient,
                                 Decoy::bowel_cancer,
                                 Decoy::protective_coil_only,
                                 Decoy::identity_unresolved};

constexpr int most_patients = 10'000'000;

const Scenario& scenario_named(const std::string& name) {
    std::string names;
    for (const Scenario& scenario : scenarios()) {
        if (scenario.name == name)
            return scenario;
        names += (names.empty() ? "" : ", ") + scenario.name;
    }
    throw std::runtime_error("there is no scenario \"" + name + "\"; choose one of: " + names);
}

// Accrual begins on a Monday; the data cut is `cutoff_months` calendar months later.
Date first_day() {
    using namespace std::chrono;
    return Date{year{2015} / January / 5};
}

Date data_cut(const Recipe& recipe) {
    using namespace std::chrono;
    return Date{year{2015} / January / 5 + months{static_cast<int>(recipe.cutoff_months)}};
}

void check(const SynthOptions& options, int patients) {
    if (patients < 1 || patients > most_patients)
        throw std::runtime_error("--patients must lie between 1 and " +
                                 std::to_string(most_patients));
    if (options.dirty < 0 || options.dirty > 3)
        throw std::runtime_error("--dirty must lie between 0 (clean) and 3");
}

void write_patient(HospitalFiles& files,
                   SynthSummary& summary,
                   const PatientPlan& plan,
                   int dirty) {
    const EncodedPatient encoded = encode_patient(plan, dirty);
    for (const ResourceLine& line : encoded.lines)
        files.add(line);
    for (const std::string& row : encoded.decisions)
        files.add_decision(row);
    for (const TruthRecord& record : expected_records(plan)) {
        files.add_truth(to_line(to_json(record, plan)));
        ++summary.truth_records;
        summary.undecidable += record.undecidable.empty() ? 0 : 1;
    }
}

} // namespace

std::vector<std::string> scenario_names() {
    std::vector<std::string> names;
    for (const Scenario& scenario : scenarios())
        names.push_back(scenario.name);
    return names;
}

SynthSummary generate_hospital(const SynthOptions& options,
                               const std::filesystem::path& output,
                               const SynthProgress& progress) {
    const Scenario& scenario = scenario_named(options.scenario);
    const int patients = options.patients.value_or(scenario.patients);
    check(options, patients);
    const std::uint64_t seed = options.seed.value_or(scenario.seed);
    const Calibration calibration = calibrate(scenario.recipe);
    const Date cut = data_cut(scenario.recipe);
    const int decoys = std::max(1, patients / 4);
    SynthSummary summary{scenario.name,
                         seed,
                         static_cast<std::size_t>(patients),
                         static_cast<std::size_t>(decoys),
                         0,
                         0,
                         0,
                         to_iso(cut),
                         {}};
    HospitalFiles files(output, options.dirty > 0);
    for (const ResourceLine& line : encode_department(first_day()))
        files.add(line);
    const int total = patients + decoys;
    const Shapes shapes = options.dirty >= 2 ? Shapes::all : Shapes::usual;
    for (int index = 0; index < total; ++index) {
        const bool decoy = index >= patients;
        const auto kind = static_cast<std::size_t>(index - patients) % std::size(decoy_kinds);
        write_patient(files,
                      summary,
                      decoy
                          ? plan_decoy(decoy_kinds[kind], seed, index, first_day(), cut)
                          : plan_patient(draw_latent(scenario, calibration, seed, patients, index),
                                         seed,
                                         index,
                                         first_day(),
                                         cut,
                                         shapes),
                      options.dirty);
        if (progress)
            progress(static_cast<std::size_t>(index + 1), static_cast<std::size_t>(total));
    }
    files.finish(encode_site("Synthetic hospital (" + scenario.name + ")", cut).dump(2));
    summary.resources = files.resources();
    if (files.decisions() > 0)
        summary.adjudications = output / adjudications_file;
    return summary;
}

} // namespace embolink::synth
