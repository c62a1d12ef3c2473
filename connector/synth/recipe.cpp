#include "connector/synth/recipe.hpp"

#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>

namespace embolink::synth {
namespace {

// Draw slots of the recipe; fixed for ever.
enum Slot : std::uint64_t {
    slot_arm = 0,
    slot_z1 = 1,
    slot_z2 = 2,
    slot_age = 3,
    slot_sex = 4,
    slot_pfs = 5,
    slot_post_progression = 7,
    slot_response = 8,
    slot_toxicity = 9,
    slot_accrual = 10,
    slot_dropout = 11,
    slot_missing_hiaa = 12,
    slot_missing_cga = 13,
    slot_visit_jitter = 20
};

// Markers on the log scale, centred on the cohort median, and the arm.
struct Base {
    double log_hiaa;
    double log_cga;
    double log_hazard;
    bool hae;
};

Base draw_base(std::uint64_t seed, std::uint64_t patient, const Recipe& r) {
    const double z1 = normal_quantile(uniform(seed, patient, slot_z1));
    const double z2 =
        r.marker_correlation * z1 + std::sqrt(1 - r.marker_correlation * r.marker_correlation) *
                                        normal_quantile(uniform(seed, patient, slot_z2));
    const double lh = r.hiaa_sd_log * z1;
    const double lc = r.cga_sd_log * z2;
    const double lp = std::log(r.hazard_ratio_hiaa) * lh + std::log(r.hazard_ratio_cga) * lc;
    const double logit = std::log(r.probability_hae / (1 - r.probability_hae)) - r.confounding * z1;
    const bool hae = uniform(seed, patient, slot_arm) < 1 / (1 + std::exp(-logit));
    return {lh, lc, lp, hae};
}

// E[exp(-lambda 24^shape exp(linear predictor))] = target, by bisection over 2000 normal quantiles.
double solve_pfs_lambda(const Recipe& r, double target) {
    const double bh = std::log(r.hazard_ratio_hiaa) * r.hiaa_sd_log;
    const double bc = std::log(r.hazard_ratio_cga) * r.cga_sd_log;
    const double sd = std::sqrt(bh * bh + bc * bc + 2 * r.marker_correlation * bh * bc);
    std::vector<double> relative_hazards;
    for (int k = 0; k < 2000; ++k)
        relative_hazards.push_back(std::exp(sd * normal_quantile((k + 0.5) / 2000)));
    const double time = std::pow(24.0, r.pfs_shape);
    double low = 1e-8;
    double high = 1.0;
    for (int step = 0; step < 200; ++step) {
        const double middle = std::sqrt(low * high);
        double survival = 0;
        for (const double hazard : relative_hazards)
            survival += std::exp(-middle * time * hazard);
        (survival / 2000 > target ? low : high) = middle;
    }
    return std::sqrt(low * high);
}

double progression_months(const Recipe& r, double lambda, double log_hazard, double u) {
    return std::pow(-std::log(u) / (lambda * std::exp(log_hazard)), 1 / r.pfs_shape);
}

// Death = progression + exponential; the rate for which P(alive at 24 months) = target.
double solve_post_progression_rate(const Recipe& r, double lambda, double target) {
    constexpr int simulated = 20000;
    constexpr std::uint64_t simulation_seed = 999;
    std::vector<double> early; // progressions before 24 months; the others are alive by then
    for (std::uint64_t i = 0; i < simulated; ++i) {
        const double time = progression_months(r,
                                               lambda,
                                               draw_base(simulation_seed, i, r).log_hazard,
                                               uniform(simulation_seed, i, slot_pfs));
        if (time < 24)
            early.push_back(24 - time);
    }
    double low = 1e-5;
    double high = 1.0;
    for (int step = 0; step < 60; ++step) {
        const double middle = std::sqrt(low * high);
        double alive = simulated - static_cast<double>(early.size());
        for (const double months : early)
            alive += std::exp(-middle * months);
        (alive / simulated > target ? low : high) = middle;
    }
    return std::sqrt(low * high);
}

std::vector<Scenario> make_scenarios() {
    Recipe worse;
    worse.pfs24 = {0.22, 0.26};
    worse.os24 = {0.65, 0.75};
    worse.grade3 = 0.35;
    Recipe confounded;
    confounded.confounding = 1.0;
    return {{"trial_size_26", 26, 20120411, true, {}},
            {"audit_12", 12, 12, false, {}},
            {"audit_60", 60, 60, false, {}},
            {"audit_200", 200, 200, false, {}},
            {"worse_60", 60, 61, false, worse},
            {"confounded_200", 200, 201, false, confounded},
            {"large_20000", 20000, 7, false, {}}};
}

void draw_visits(Latent& latent, std::uint64_t seed, std::uint64_t patient) {
    const double end = std::min(latent.follow_up, latent.true_os);
    for (std::uint64_t k = 0; k <= 60; ++k) {
        const double jitter = uniform(seed, patient, slot_visit_jitter + k) - 0.5;
        const double month = 1.0 + 3.0 * static_cast<double>(k) + jitter;
        if (month > end)
            return;
        latent.visits.push_back(month);
    }
}

// Progression shows at the first visit at or after the true one.
void record_progression(Latent& latent) {
    for (const double month : latent.visits) {
        if (month >= latent.true_pfs) {
            latent.progression_right = month;
            break;
        }
        latent.progression_left = month;
    }
    if (latent.progression_right > 0) {
        latent.pfs_months = latent.progression_right;
        latent.pfs_event = true;
        latent.pfs_reason = "progression";
    } else if (latent.true_os <= latent.follow_up) {
        latent.pfs_months = latent.true_os;
        latent.pfs_event = true;
        latent.pfs_reason = "death";
    } else {
        latent.pfs_months =
            latent.progression_left > 0 ? latent.progression_left : latent.follow_up;
        latent.pfs_reason = "censored";
    }
}

LatentResponse draw_response(const Recipe& r, double u) {
    if (u >= r.disease_control)
        return LatentResponse::progressive;
    return u < r.partial_response ? LatentResponse::partial : LatentResponse::stable;
}

} // namespace

double uniform(std::uint64_t seed, std::uint64_t patient, std::uint64_t slot) {
    std::uint64_t z = seed + (patient * 1024 + slot + 1) * 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    z ^= z >> 31;
    return (static_cast<double>(z >> 11) + 0.5) * 0x1.0p-53;
}

double normal_quantile(double probability) {
    return boost::math::quantile(boost::math::normal_distribution<double>{}, probability);
}

const std::vector<Scenario>& scenarios() {
    static const std::vector<Scenario> all = make_scenarios();
    return all;
}

Calibration calibrate(const Recipe& recipe) {
    Calibration result{};
    result.pfs_lambda = {solve_pfs_lambda(recipe, recipe.pfs24.hace),
                         solve_pfs_lambda(recipe, recipe.pfs24.hae)};
    result.post_progression_rate = {
        solve_post_progression_rate(recipe, result.pfs_lambda.hace, recipe.os24.hace),
        solve_post_progression_rate(recipe, result.pfs_lambda.hae, recipe.os24.hae)};
    return result;
}

Latent draw_latent(const Scenario& scenario,
                   const Calibration& calibration,
                   std::uint64_t seed,
                   int patients,
                   int patient) {
    const Recipe& r = scenario.recipe;
    const auto i = static_cast<std::uint64_t>(patient);
    const Base base = draw_base(seed, i, r);
    Latent latent;
    latent.hae = scenario.fixed_arms ? patient >= std::lround(patients * 12.0 / 26.0) : base.hae;
    const double lambda = latent.hae ? calibration.pfs_lambda.hae : calibration.pfs_lambda.hace;
    const double rate =
        latent.hae ? calibration.post_progression_rate.hae : calibration.post_progression_rate.hace;
    latent.age =
        static_cast<int>(std::lround(62 + 9 * normal_quantile(uniform(seed, i, slot_age))));
    latent.female = uniform(seed, i, slot_sex) < 0.45;
    latent.hiaa_missing = uniform(seed, i, slot_missing_hiaa) < r.missing_hiaa;
    latent.cga_missing = uniform(seed, i, slot_missing_cga) < r.missing_cga;
    latent.hiaa_xuln = std::exp(std::log(r.hiaa_median_uln) + base.log_hiaa);
    latent.cga_xuln = std::exp(std::log(r.cga_median_uln) + base.log_cga);
    latent.true_pfs = progression_months(r, lambda, base.log_hazard, uniform(seed, i, slot_pfs));
    latent.true_os = latent.true_pfs - std::log(uniform(seed, i, slot_post_progression)) / rate;
    latent.accrual = r.accrual_months * uniform(seed, i, slot_accrual);
    latent.follow_up = std::min(r.cutoff_months - latent.accrual,
                                -std::log(uniform(seed, i, slot_dropout)) / r.dropout_per_month);
    draw_visits(latent, seed, i);
    record_progression(latent);
    latent.os_event = latent.true_os <= latent.follow_up;
    latent.os_months = std::min(latent.true_os, latent.follow_up);
    latent.best_response = draw_response(r, uniform(seed, i, slot_response));
    latent.grade3 = uniform(seed, i, slot_toxicity) < r.grade3;
    return latent;
}

} // namespace embolink::synth
