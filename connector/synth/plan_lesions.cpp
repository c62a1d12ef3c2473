// Responses told by the sizes of the lesions alone (R4.2): sizes that come to the category that the
// visit has, often at the very edge of it.
#include "connector/synth/draws.hpp"
#include "connector/synth/plan_steps.hpp"

#include <algorithm>

namespace embolink::synth {
namespace {

constexpr double patients_with_sizes = 0.3;

bool measurable(Response response) {
    return response == Response::stable || response == Response::partial ||
           response == Response::progression;
}

// Complete responses need the other lesions, of which no size tells.
bool may_be_measured(const PatientPlan& plan) {
    const bool dated = !plan.death || plan.death->precision == DatePrecision::day;
    const bool baseline =
        plan.imaging_in_feed && plan.baseline_imaging && *plan.baseline_imaging >= -91;
    return dated && baseline &&
           std::all_of(plan.visits.begin(), plan.visits.end(), [](const Visit& v) {
               const bool coded = v.form != ResponseForm::trend && v.form != ResponseForm::words;
               return coded && !v.month_only && !v.second_reader_stable &&
                      (measurable(v.response) || v.response == Response::not_evaluable);
           });
}

// Sums of whole millimetres, both included.
struct Range {
    int low = 0;
    int high = 0;
};

int least_growth(int smallest, bool recist_1_0) {
    const int by_share = (6 * smallest + 4) / 5;
    return recist_1_0 ? by_share : std::max(by_share, smallest + 5);
}

Range sums_of(Response response, int baseline, int smallest, bool recist_1_0) {
    const int shrunk = 7 * baseline / 10;
    const int grown = least_growth(smallest, recist_1_0);
    switch (response) {
    case Response::progression:
        return {grown, grown + baseline / 2};
    case Response::partial:
        return {baseline / 2, std::min(shrunk, grown - 1)};
    default:
        return {shrunk + 1, grown - 1};
    }
}

// Shares a sum among the lesions; every one keeps a millimetre.
std::vector<int> split(int sum, std::size_t lesions, Draws& draws) {
    std::vector<int> sizes;
    for (std::size_t left = lesions; left > 1; --left) {
        const int fair = sum / static_cast<int>(left);
        sizes.push_back(std::max(1, draws.between(fair / 2, fair)));
        sum -= sizes.back();
    }
    sizes.push_back(sum);
    return sizes;
}

int draw_sum(const Range& range, Draws& draws) {
    const double u = draws.next();
    const int within = draws.between(range.low, range.high);
    return u < 0.25 ? range.low : u < 0.5 ? range.high : within;
}

void measure(PatientPlan& plan, Draws& draws) {
    const auto lesions = static_cast<std::size_t>(draws.between(1, 4));
    const int baseline = 10 * draws.between(2, 15);
    plan.lesions.baseline = split(baseline, lesions, draws);
    int smallest = baseline;
    for (Visit& visit : plan.visits) {
        const Range range = sums_of(visit.response, baseline, smallest, plan.lesions.recist_1_0);
        const int sum = draw_sum(range, draws);
        const bool one_left_out = draws.chance(0.05) && lesions > 1;
        if (!measurable(visit.response) || range.low > range.high)
            continue; // coded as it was
        visit.form = ResponseForm::sizes;
        visit.new_lesion = false;
        visit.site = FindingSite::unstated;
        visit.amended_from_stable = false;
        visit.read_lag = 0;
        visit.sizes = split(sum, lesions, draws);
        if (one_left_out)
            visit.sizes.pop_back();
        else
            smallest = std::min(smallest, sum);
    }
}

} // namespace

void plan_lesions(PatientPlan& plan) {
    Draws draws(plan.seed, plan.index, Topic::lesions);
    static constexpr LesionsPlan::Told ways[] = {
        LesionsPlan::Told::by_focus, LesionsPlan::Told::by_contained, LesionsPlan::Told::by_site};
    const bool wanted = draws.chance(patients_with_sizes);
    LesionsPlan lesions;
    lesions.told = draws.pick(ways);
    lesions.site_stated = draws.chance(0.5) || lesions.told == LesionsPlan::Told::by_site;
    lesions.in_components = draws.chance(0.5);
    lesions.in_centimetres = draws.chance(0.3);
    lesions.recist_1_0 = draws.chance(0.3);
    if (!wanted || plan.visits.empty() || !may_be_measured(plan))
        return;
    plan.lesions = lesions;
    measure(plan, draws);
}

} // namespace embolink::synth
