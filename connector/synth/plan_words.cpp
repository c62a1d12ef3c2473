// Imaging whose response only words tell (R4.4), in place of codes, and what a reader decided of
// it.
#include "connector/synth/draws.hpp"
#include "connector/synth/plan_steps.hpp"

#include <algorithm>

namespace embolink::synth {
namespace {

constexpr double patients_with_words = 0.3;

// Where one visit more or less without a code leaves one reading of everything else: a month alone
// or an undated death is placed by the assessments around it.
bool may_lose_codes(const PatientPlan& plan) {
    const bool dated = !plan.death || plan.death->precision == DatePrecision::day;
    const bool baseline =
        plan.imaging_in_feed && plan.baseline_imaging && *plan.baseline_imaging >= -91;
    return dated && baseline &&
           std::none_of(plan.visits.begin(), plan.visits.end(), [](const Visit& v) {
               return v.month_only || v.second_reader_stable || v.form == ResponseForm::trend;
           });
}

Wording wording_of(Response response, double u) {
    switch (response) {
    case Response::complete:
    case Response::partial:
    case Response::improved:
        return Wording::response;
    case Response::stable:
        return u < 0.5    ? Wording::stable
               : u < 0.8  ? Wording::denied_progression
               : u < 0.92 ? Wording::doubted_progression
                          : Wording::nothing;
    case Response::progression:
        return u < 0.5   ? Wording::progression
               : u < 0.7 ? Wording::progression_elsewhere
                         : Wording::doubted_progression;
    case Response::not_evaluable:
        break;
    }
    return Wording::nothing;
}

// Whoever looked at the images mostly saw what there was to see.
std::optional<Response> decision_on(Response response, double u) {
    if (u < 0.5)
        return std::nullopt;
    if (u < 0.56)
        return Response::not_evaluable;
    return response == Response::improved ? Response::stable : response;
}

void put_into_words(Visit& visit, int language, Draws& draws) {
    static constexpr WordPlace places[] = {
        WordPlace::conclusion, WordPlace::attachment, WordPlace::observation};
    visit.form = ResponseForm::words;
    visit.new_lesion = false;
    visit.site = FindingSite::unstated;
    visit.amended_from_stable = false;
    visit.read_lag = 0;
    visit.words.says = wording_of(visit.response, draws.next());
    visit.words.place = draws.pick(places);
    visit.words.language = language;
    visit.words.phrase = draws.between(0, phrases_of_each - 1);
    visit.decided = decision_on(visit.response, draws.next());
    visit.second_thoughts = draws.chance(0.2);
    // A response Observation that says nothing of a response is not met.
    if (visit.words.says == Wording::nothing && visit.words.place == WordPlace::observation)
        visit.words.place = WordPlace::conclusion;
}

} // namespace

void plan_words(PatientPlan& plan) {
    Draws draws(plan.seed, plan.index, Topic::words);
    const bool wanted = draws.chance(patients_with_words);
    const bool never_coded = draws.chance(0.3);
    const int language = draws.between(0, 2);
    if (!wanted || !may_lose_codes(plan))
        return;
    for (Visit& visit : plan.visits)
        if (draws.chance(0.4) || never_coded)
            put_into_words(visit, language, draws);
}

} // namespace embolink::synth
