// Therapies after the embolization, death, contacts and the time before T0.
#include "connector/synth/draws.hpp"
#include "connector/synth/plan_steps.hpp"

#include <algorithm>

namespace embolink::synth {
namespace {

Therapy draw_therapy(Draws& draws, int day) {
    static constexpr TherapyKind kinds[] = {TherapyKind::lutetium,
                                            TherapyKind::lutetium,
                                            TherapyKind::everolimus,
                                            TherapyKind::everolimus,
                                            TherapyKind::sunitinib,
                                            TherapyKind::streptozocin};
    Therapy therapy;
    therapy.day = day;
    therapy.kind = draws.pick(kinds);
    const double u = draws.next();
    const int lead = draws.between(1, 9);
    const bool infusion =
        therapy.kind == TherapyKind::lutetium || therapy.kind == TherapyKind::streptozocin;
    if (infusion)
        return therapy;
    therapy.source = u < 0.5   ? TherapySource::statement
                     : u < 0.8 ? TherapySource::dispense
                               : TherapySource::administration;
    if (u >= 0.3 && u < 0.7)
        therapy.requested = day - lead;
    return therapy;
}

// Before any progression: the row that censors. A drug known from a request or from its name in
// text alone is met only here, where it surely decides.
void plan_early_therapy(PatientPlan& plan, Frame& frame, Draws& draws) {
    const bool wanted = draws.chance(0.09);
    const double shape = draws.next();
    const double where = draws.next();
    const int last = std::min(frame.progression - 1, frame.limit);
    Therapy therapy = draw_therapy(draws, 60 + static_cast<int>(where * std::max(0, last - 60)));
    if (!wanted || last < 90)
        return;
    const bool baseline = plan.baseline_imaging && *plan.baseline_imaging >= -91;
    if (shape < 0.2 && baseline) {
        therapy.source = TherapySource::request;
        therapy.requested.reset();
    } else if (shape < 0.4 && baseline) {
        therapy.by_text = true;
    }
    plan.therapies.push_back(therapy);
    frame.plain_follow_up = false;
}

void plan_late_therapy(PatientPlan& plan, const Frame& frame, Draws& draws) {
    const bool wanted = draws.chance(0.6);
    const bool radioembolization = draws.chance(0.12);
    const int delay = draws.between(10, 70);
    Therapy therapy = draw_therapy(draws, 0);
    const Visit* progression = first_progression(plan);
    if (!wanted || progression == nullptr || !plan.therapies.empty() ||
        progression->day + delay > frame.limit)
        return;
    const int shift = progression->day + delay;
    therapy.day = shift;
    if (therapy.requested)
        *therapy.requested += shift;
    if (radioembolization && shift > plan.sessions.back().day + 40) {
        therapy.kind = TherapyKind::radioembolization;
        therapy.source = TherapySource::procedure;
        therapy.requested.reset();
    }
    plan.therapies.push_back(therapy);
}

// A session that may begin a second course, and so cut, without a progression before it.
bool late_session_before_progression(const PatientPlan& plan) {
    const Visit* progression = first_progression(plan);
    return std::any_of(plan.sessions.begin(), plan.sessions.end(), [&](const Session& session) {
        return session.day > 150 && (progression == nullptr || session.day < progression->day);
    });
}

DatePrecision draw_precision(const PatientPlan& plan, const Frame& frame, double u) {
    const Date died = plus_days(plan.t0, frame.death);
    const bool before_cut_month = end_of_month(died) < plan.as_of;
    const auto year = [](Date date) { return std::chrono::year_month_day{date}.year(); };
    // A death of unknown day leaves one reading only when all else is settled before it.
    const bool settled =
        frame.plain_follow_up && plan.last_contact > 150 && !late_session_before_progression(plan);
    if (u < 0.04 && before_cut_month)
        return DatePrecision::month;
    if (u >= 0.04 && u < 0.055 && settled && year(died) < year(plan.as_of))
        return DatePrecision::year;
    if (u >= 0.055 && u < 0.08 && settled)
        return DatePrecision::none;
    return DatePrecision::day;
}

int latest_fact(const PatientPlan& plan) {
    int latest = 0;
    const auto see = [&latest](int day) { latest = std::max(latest, day); };
    for (const Session& session : plan.sessions)
        see(session.day);
    for (const Visit& visit : plan.visits) {
        see(visit.day + visit.read_lag);
        // No rule says on which day of a month a contact without a day was: a later one follows.
        if (visit.month_only)
            see(days_between(plan.t0, end_of_month(plus_days(plan.t0, visit.day))));
    }
    for (const Therapy& therapy : plan.therapies)
        see(therapy.day);
    for (const LabPlan& lab : plan.labs)
        see(lab.day);
    for (const MarkerPlan& marker : plan.markers)
        see(marker.day);
    for (const EventPlan& event : plan.events)
        see(event.day);
    for (const int day : plan.uncoded_reports)
        see(day);
    for (const int day : plan.clinical_worsening)
        see(day);
    for (const int day : plan.laboratory_worsening)
        see(day);
    if (plan.sessions.front().stay_days > 3) // a long stay was not cut short by the plan
        see(plan.sessions.front().stay_days);
    if (plan.readmission)
        see(plan.readmission->to);
    return latest;
}

int earliest_fact(const PatientPlan& plan) {
    int earliest = 0;
    const auto see = [&earliest](int day) { earliest = std::min(earliest, day); };
    if (plan.baseline_imaging)
        see(*plan.baseline_imaging);
    see(plan.before_day);
    see(plan.prior_day);
    for (const LabPlan& lab : plan.labs)
        see(lab.day);
    for (const MarkerPlan& marker : plan.markers)
        see(marker.day);
    return earliest;
}

void plan_history(PatientPlan& plan, Draws& draws) {
    const double prior = draws.next();
    const int prior_day = -draws.between(200, 600);
    const double history = draws.next();
    const int far = -draws.between(640, 1500);
    const int near = -draws.between(60, 330);
    if (prior < 0.03)
        plan.prior = PriorTherapy::radioembolization;
    else if (prior < 0.05)
        plan.prior = PriorTherapy::undated_embolization;
    if (plan.prior != PriorTherapy::none)
        plan.prior_day = prior_day;
    plan.first_fact = far;
    if (plan.prior != PriorTherapy::none || history >= 0.2)
        return;
    // 365 days is long enough, 364 is not.
    const int start = history < 0.02 ? -365 : history < 0.04 ? -364 : near;
    plan.first_fact = std::min(start, earliest_fact(plan));
}

} // namespace

void plan_therapies(PatientPlan& plan, Frame& frame) {
    Draws draws(plan.seed, plan.index, Topic::therapies);
    plan_early_therapy(plan, frame, draws);
    plan_late_therapy(plan, frame, draws);
    // The same drug again later would not be new (R5.2: its start lies before T0).
    const bool everolimus_follows =
        std::any_of(plan.therapies.begin(), plan.therapies.end(), [](const Therapy& therapy) {
            return therapy.kind == TherapyKind::everolimus;
        });
    plan.prior_everolimus = draws.chance(0.03) && !everolimus_follows;
    plan.somatostatin_analogue = draws.chance(0.7);
    const bool starts_analogue = draws.chance(0.15);
    if (!plan.somatostatin_analogue && starts_analogue && frame.limit > 12)
        plan.analogue_started = 12;
}

void plan_end(PatientPlan& plan, const Frame& frame) {
    Draws draws(plan.seed, plan.index, Topic::death);
    const double precision = draws.next();
    const int silence = draws.between(0, 60);
    const bool contact_after = draws.chance(0.02);
    const bool inpatient = draws.chance(0.02);
    const bool prescription = draws.chance(0.1);
    const int later = draws.between(3, 12);
    plan.last_contact = std::max(latest_fact(plan), frame.limit - silence);
    if (frame.dead) {
        plan.death = Death{frame.death, draw_precision(plan, frame, precision)};
        if (contact_after && plan.death->precision == DatePrecision::day &&
            frame.death + later <= frame.cut)
            plan.contact_after_death = frame.death + later;
    } else {
        plan.inpatient_at_cut = inpatient && frame.limit == frame.cut;
        if (prescription && plan.somatostatin_analogue && plan.last_contact + later <= frame.cut)
            plan.late_request = plan.last_contact + later;
    }
    plan_history(plan, draws);
}

} // namespace embolink::synth
