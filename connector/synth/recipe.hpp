// The latent story of a synthetic patient: who gets which arm, when the tumour truly progresses,
// when the patient dies. A port of the public recipe (statistics reference, section E): counter-
// based uniforms and inverse distribution functions only, so that every draw is reproducible bit
// for bit in any language and no draw moves another.
//
// Nothing here is patient data; effect sizes other than the trial's rates are invented.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace embolink::synth {

// Uniform in (0,1) for patient `patient` (from 0) and draw slot `slot` (below 1024): splitmix64
// finaliser over seed + (1024 patient + slot + 1) * golden ratio. The recipe itself uses slots
// below 100; the generator's own draws begin at 100.
double uniform(std::uint64_t seed, std::uint64_t patient, std::uint64_t slot);

// Inverse of the standard normal distribution function.
double normal_quantile(double probability);

struct ByArm {
    double hace;
    double hae;
};

// Parameters of one scenario; months are of 30.4375 days.
struct Recipe {
    double probability_hae = 14.0 / 26.0;
    double hiaa_median_uln = 4.0; // median multiple of the upper limit of normal
    double hiaa_sd_log = 1.0;
    double cga_median_uln = 5.0;
    double cga_sd_log = 1.1;
    double marker_correlation = 0.5;
    double hazard_ratio_hiaa = 1.35; // per log unit
    double hazard_ratio_cga = 1.25;
    double pfs_shape = 1.2; // Weibull
    ByArm pfs24{0.38, 0.44};
    ByArm os24{0.80, 0.95};
    double disease_control = 0.95;
    double partial_response = 0.35;
    double grade3 = 0.19;
    double accrual_months = 60.0;
    double cutoff_months = 84.0;
    double dropout_per_month = 0.004;
    double missing_hiaa = 0.12;
    double missing_cga = 0.08;
    double confounding = 0.0; // logit shift of the arm per unit of the 5-HIAA score
};

struct Scenario {
    std::string name;
    int patients;
    std::uint64_t seed;
    bool fixed_arms; // the first round(n 12/26) patients are HACE, the others HAE
    Recipe recipe;
};

const std::vector<Scenario>& scenarios();

// Hazards solved from the recipe's 24-month rates.
struct Calibration {
    ByArm pfs_lambda;            // Weibull rate per arm, per month^shape
    ByArm post_progression_rate; // exponential death rate after progression, per month
};

Calibration calibrate(const Recipe& recipe);

enum class LatentResponse { stable, partial, progressive };

// Times in months since the first embolization.
struct Latent {
    bool hae = false;
    int age = 0;
    bool female = false;
    bool hiaa_missing = false;
    bool cga_missing = false;
    double hiaa_xuln = 0; // multiple of the upper limit of normal
    double cga_xuln = 0;
    double true_pfs = 0;
    double true_os = 0;
    double accrual = 0;   // since the scenario's first day
    double follow_up = 0; // the earlier of data cut and drop-out
    std::vector<double> visits;
    double progression_left = 0;
    double progression_right = 0; // 0: no visit shows progression
    double pfs_months = 0;
    bool pfs_event = false;
    std::string_view pfs_reason; // "progression", "death", "censored"
    double os_months = 0;
    bool os_event = false;
    LatentResponse best_response = LatentResponse::stable;
    bool grade3 = false;
};

// `patients` is the size of the cohort (it fixes the arms where the scenario does).
Latent draw_latent(const Scenario& scenario,
                   const Calibration& calibration,
                   std::uint64_t seed,
                   int patients,
                   int patient);

} // namespace embolink::synth
