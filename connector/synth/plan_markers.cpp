// Tumour markers before and after T0 as multiples of each assay's own upper limit.
#include "connector/synth/draws.hpp"
#include "connector/synth/plan_steps.hpp"

#include <algorithm>
#include <cstdlib>

namespace embolink::synth {
namespace {

// One series of one patient: assay, limit and what is missing from its results.
struct Assay {
    MarkerSeries series;
    const char* limit;
    bool in_table = false;
    bool missing = false;
};

MarkerPlan result(const Assay& assay, int day, double multiple) {
    MarkerPlan marker;
    marker.day = day;
    marker.series = assay.series;
    marker.limit = assay.limit;
    marker.limit_in_table = assay.in_table;
    marker.limit_missing = assay.missing;
    const double value = multiple * std::strtod(assay.limit, nullptr);
    // Large values are whole numbers: six significant digits of the multiple are then never a tie.
    marker.value = decimal_text(value, value < 500 ? 1 : 0);
    if (marker.value == "0.0")
        marker.value = "0.1";
    return marker;
}

// Beyond the measuring range only a bound is reported. A bound above the range is a multiple that
// no flag's threshold meets.
void report_bound(MarkerPlan& marker, double multiple, double u) {
    const double limit = std::strtod(marker.limit.c_str(), nullptr);
    if (multiple < 0.5 && u < 0.5) {
        marker.comparator = "<";
        marker.value = decimal_text(0.5 * limit, 1);
    } else if (multiple < 1 && u < 0.5) { // the bound is the limit itself: still not elevated
        marker.comparator = "<";
        marker.value = decimal_text(limit, 1);
    } else if (multiple > 9 && u < 0.1) {
        marker.comparator = ">";
        marker.value = decimal_text(8.5 * limit, 1);
    }
}

Assay draw_hiaa(Draws& draws) {
    const double u = draws.next();
    const double v = draws.next();
    if (u < 0.42) // the laboratory with "8" states its limit only in the hospital's table
        return v < 0.10  ? Assay{MarkerSeries::hiaa_mass_rate, "8", true, false}
               : v < 0.6 ? Assay{MarkerSeries::hiaa_mass_rate, "8"}
                         : Assay{MarkerSeries::hiaa_mass_rate, "10"};
    if (u < 0.80)
        return {MarkerSeries::hiaa_molar_rate, v < 0.5 ? "41.8" : "52.3", false, v > 0.9};
    if (u < 0.95)
        return {MarkerSeries::hiaa_spot_ratio, "3.5"};
    return {MarkerSeries::hiaa_concentration, "6"};
}

Assay draw_cga(Draws& draws) {
    static constexpr const char* limits[] = {"93", "187", "103", "95", "101.8"};
    const double u = draws.next();
    const double v = draws.next();
    const char* limit = draws.pick(limits);
    if (u < 0.75)
        return v < 0.05 ? Assay{MarkerSeries::cga_mass, "100", true, false}
                        : Assay{MarkerSeries::cga_mass, limit};
    if (u < 0.9)
        return {MarkerSeries::cga_molar, "4", false, v > 0.8};
    return {MarkerSeries::cga_units, "18"};
}

// Baseline values (the last one counts), then a course that follows the patient.
void plan_series(
    PatientPlan& plan, const Frame& frame, const Assay& assay, double multiple, Draws& draws) {
    const bool earlier = draws.chance(0.3);
    const int earlier_day = -draws.between(46, 89);
    const double edge = draws.next();
    const int usual = -draws.between(1, 45);
    const int day = edge < 0.04 ? -90 : edge < 0.10 ? 0 : usual;
    const double bound = draws.next();
    if (earlier && day > earlier_day)
        plan.markers.push_back(result(assay, earlier_day, multiple * 0.8));
    MarkerPlan baseline = result(assay, day, multiple);
    report_bound(baseline, multiple, bound);
    plan.markers.push_back(baseline);
    for (const int follow_up : {60, 150, 330}) {
        const double change = 0.3 + 0.9 * draws.next();
        if (follow_up <= frame.limit)
            plan.markers.push_back(result(assay, follow_up, multiple * change));
    }
}

void plan_stale(PatientPlan& plan, const Assay& assay, double multiple, Draws& draws) {
    const double u = draws.next();
    const int old = -draws.between(92, 300);
    if (u < 0.4)
        plan.markers.push_back(result(assay, u < 0.1 ? -91 : old, multiple));
}

} // namespace

void plan_markers(PatientPlan& plan, const Frame& frame) {
    Draws draws(plan.seed, plan.index, Topic::markers);
    const Assay hiaa = draw_hiaa(draws);
    const double hiaa_multiple = std::clamp(frame.latent->hiaa_xuln, 0.1, 150.0);
    if (frame.latent->hiaa_missing)
        plan_stale(plan, hiaa, hiaa_multiple, draws);
    else
        plan_series(plan, frame, hiaa, hiaa_multiple, draws);
    const bool ratio_too = draws.chance(0.08);
    if (ratio_too && hiaa.series != MarkerSeries::hiaa_spot_ratio)
        plan.markers.push_back(
            result({MarkerSeries::hiaa_spot_ratio, "3.5"}, -2, hiaa_multiple * 1.1));

    Draws other(plan.seed, plan.index + 500000, Topic::markers);
    const Assay cga = draw_cga(other);
    const double cga_multiple = std::clamp(frame.latent->cga_xuln, 0.1, 150.0);
    if (frame.latent->cga_missing)
        plan_stale(plan, cga, cga_multiple, other);
    else
        plan_series(plan, frame, cga, cga_multiple, other);
    const bool second_assay = other.chance(0.06);
    // A single later value of another kind of assay: fewer results, so it is not the series used.
    if (second_assay && cga.series == MarkerSeries::cga_mass && frame.limit >= 150 &&
        !frame.latent->cga_missing)
        plan.markers.push_back(result({MarkerSeries::cga_molar, "4"}, -1, cga_multiple * 1.2));
}

} // namespace embolink::synth
