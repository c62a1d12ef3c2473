// Imaging visits and the responses read from them. Responses follow from the true progression:
// the first visit at or after it shows progression, those before it do not.
#include "connector/synth/draws.hpp"
#include "connector/synth/plan_steps.hpp"

#include <algorithm>
#include <cmath>

namespace embolink::synth {
namespace {

std::vector<int> visit_days(const Frame& frame) {
    std::vector<int> days;
    for (const double month : frame.latent->visits) {
        const int day = static_cast<int>(std::lround(month * 30.4375));
        if (day <= frame.limit && day > 0)
            days.push_back(day);
    }
    return days;
}

// Single visits are missed now and then; a few patients stay away for three in a row.
std::vector<int> keep_attended(std::vector<int> days, Draws& draws, Frame& frame) {
    std::vector<int> attended;
    const bool stays_away = draws.chance(0.05);
    const int away_from = draws.between(1, 5);
    for (int k = 0; k < static_cast<int>(days.size()); ++k) {
        const bool missed = draws.chance(0.04);
        if (missed || (stays_away && k >= away_from && k < away_from + 3))
            continue;
        attended.push_back(days[static_cast<std::size_t>(k)]);
    }
    int last = 0;
    for (const int day : attended) {
        if (day - last > 150)
            frame.plain_follow_up = false;
        last = day;
    }
    if (attended.empty())
        frame.plain_follow_up = false;
    return attended;
}

Response before_progression(const Frame& frame, std::size_t k, bool complete, Draws& draws) {
    const bool unreadable = draws.chance(0.03);
    const bool late_response = draws.chance(0.8);
    if (unreadable)
        return Response::not_evaluable;
    if (frame.latent->best_response != LatentResponse::partial || (k == 0 && late_response))
        return Response::stable;
    return complete && k >= 2 ? Response::complete : Response::partial;
}

void read_visits(PatientPlan& plan,
                 const Frame& frame,
                 const std::vector<int>& days,
                 Draws& draws) {
    const bool complete = draws.chance(0.08);
    int after = draws.chance(0.5) ? draws.between(1, 2) : 0; // scans kept up after progression
    bool progressed = false;
    for (std::size_t k = 0; k < days.size(); ++k) {
        Visit visit;
        visit.day = days[k];
        if (progressed && after-- <= 0)
            return;
        visit.response = visit.day >= frame.progression
                             ? Response::progression
                             : before_progression(frame, k, complete, draws);
        visit.new_lesion = visit.response == Response::progression && draws.chance(0.35);
        progressed = progressed || counts_as_progression(visit);
        plan.visits.push_back(visit);
    }
}

// Disease-status words know no partial response; "improved" is met once, and a stable one follows,
// so that the improvement itself neither ends nor bounds anything.
void speak_in_trends(PatientPlan& plan) {
    for (std::size_t k = 0; k < plan.visits.size(); ++k) {
        Visit& visit = plan.visits[k];
        visit.form = ResponseForm::trend;
        visit.new_lesion = false;
        if (visit.response == Response::progression)
            continue;
        const bool responds =
            visit.response == Response::partial || visit.response == Response::complete;
        const bool stable_follows =
            k + 1 < plan.visits.size() && plan.visits[k + 1].response != Response::progression;
        visit.response =
            responds && k == 1 && stable_follows ? Response::improved : Response::stable;
    }
}

void choose_forms(PatientPlan& plan, Draws& draws) {
    const double u = draws.next();
    if (u < 0.08) {
        speak_in_trends(plan);
        return;
    }
    const ResponseForm form = u < 0.40   ? ResponseForm::structured
                              : u < 0.66 ? ResponseForm::linked_report
                              : u < 0.76 ? ResponseForm::contained
                                         : ResponseForm::conclusion;
    for (Visit& visit : plan.visits)
        visit.form = form;
}

void plan_baseline(PatientPlan& plan, Frame& frame, Draws& draws) {
    const double u = draws.next();
    const int recent = -draws.between(1, 80);
    const int old = -draws.between(92, 300);
    if (u < 0.88)
        plan.baseline_imaging = recent;
    else if (u < 0.92)
        plan.baseline_imaging = -91;
    else if (u < 0.97)
        plan.baseline_imaging = u < 0.93 ? -92 : old;
    else
        plan.imaging_in_feed = false;
    if (u < 0.92)
        return;
    frame.plain_follow_up = false;
    // Without a baseline it matters who judged: a RECIST reader had one, a trend needs none.
    const bool recist = u < 0.95;
    if (!recist)
        speak_in_trends(plan);
    for (Visit& visit : plan.visits) {
        visit.imaging_resource = plan.imaging_in_feed;
        if (visit.response == Response::not_evaluable ||
            (recist && visit.response == Response::improved))
            visit.response = Response::stable;
        if (recist)
            visit.form = ResponseForm::structured;
    }
}

void plan_before(PatientPlan& plan, Draws& draws) {
    const double u = draws.next();
    const double boundary = draws.next();
    const int day = boundary < 0.05 ? -180 : -draws.between(5, 180);
    const bool baseline_known =
        plan.imaging_in_feed && plan.baseline_imaging && *plan.baseline_imaging >= -91;
    if (!baseline_known || u >= 0.7)
        return;
    plan.before = u < 0.42 ? BaselineNote::progression : BaselineNote::stable;
    plan.before_day = day;
}

// Shapes that a few records have, laid only over plain follow-up so that one reading is left.
void vary_first_progression(PatientPlan& plan, const Frame& frame, Draws& draws) {
    const double u = draws.next();
    const auto* first = first_progression(plan);
    if (first == nullptr || first->form == ResponseForm::trend)
        return;
    Visit& visit = plan.visits[static_cast<std::size_t>(first - plan.visits.data())];
    const bool not_evaluable_met =
        std::any_of(plan.visits.begin(), plan.visits.end(), [](const Visit& v) {
            return v.response == Response::not_evaluable;
        });
    if (frame.plain_follow_up && u < 0.04 && visit.form == ResponseForm::structured) {
        visit.second_reader_stable = true;
    } else if (frame.plain_follow_up && u < 0.08 && visit.day >= 90 && !not_evaluable_met &&
               days_between(plan.t0, end_of_month(plus_days(plan.t0, visit.day))) <= frame.limit) {
        visit.month_only = true;
        visit.imaging_resource = false;
        visit.form = ResponseForm::structured;
    } else if (u < 0.16) {
        visit.amended_from_stable = true;
    }
}

void plan_loose_ends(PatientPlan& plan, const Frame& frame, Draws& draws) {
    const bool uncoded = draws.chance(0.025);
    const bool worsening = draws.chance(0.05);
    const int gap = draws.between(20, 50);
    for (Visit& visit : plan.visits) {
        const bool lagging = draws.chance(0.3);
        const int lag = draws.between(1, 6);
        if (lagging && visit.form == ResponseForm::structured && visit.imaging_resource &&
            visit.day + lag <= frame.limit)
            visit.read_lag = lag;
    }
    if (plan.visits.size() < 2)
        return;
    const int between = plan.visits.front().day + gap;
    if (between >= plan.visits[1].day)
        return;
    if (uncoded && plan.imaging_in_feed && plan.baseline_imaging >= -91)
        plan.uncoded_reports.push_back(between);
    else if (worsening)
        plan.clinical_worsening.push_back(between);
}

// A report's conclusion has no place for a site, and trends speak of the disease as a whole.
void plan_sites(PatientPlan& plan) {
    Draws draws(plan.seed, plan.index, Topic::sites);
    for (Visit& visit : plan.visits) {
        const double u = draws.next();
        const bool has_place =
            visit.form != ResponseForm::conclusion && visit.form != ResponseForm::trend;
        if (visit.response == Response::progression && has_place)
            visit.site = u < 0.12   ? FindingSite::elsewhere
                         : u < 0.60 ? FindingSite::liver
                                    : FindingSite::unstated;
    }
    if (draws.chance(0.3))
        plan.clinical_worsening.swap(plan.laboratory_worsening);
}

} // namespace

void plan_visits(PatientPlan& plan, Frame& frame) {
    Draws draws(plan.seed, plan.index, Topic::visits);
    const std::vector<int> days = keep_attended(visit_days(frame), draws, frame);
    read_visits(plan, frame, days, draws);
    choose_forms(plan, draws);
    plan_baseline(plan, frame, draws);
    plan_before(plan, draws);
    vary_first_progression(plan, frame, draws);
    plan_loose_ends(plan, frame, draws);
    plan_sites(plan);
}

} // namespace embolink::synth
