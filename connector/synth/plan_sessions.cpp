// Embolization sessions: the second round near day 90, staged lobes, rounds that come too early or
// too late, crossover, and what in the records tells the arm of each.
#include "connector/synth/draws.hpp"
#include "connector/synth/plan_steps.hpp"

#include <algorithm>

namespace embolink::synth {

ArmEvidence draw_evidence(double u, bool hae, bool site_unstated) {
    using enum ArmEvidence;

    struct Share {
        double below;
        ArmEvidence evidence;
    };

    static constexpr Share chemo[] = {{0.28, chemo_code},
                                      {0.46, arterial_drug},
                                      {0.58, part_of_drug},
                                      {0.64, suite_drug},
                                      {0.74, instillation_code},
                                      {0.84, chemo_text},
                                      {0.89, chemo_artery_code},
                                      {0.92, bead_text},
                                      {0.96, nothing},
                                      {0.98, unknown_drug},
                                      {1.01, intravenous_drug}};
    static constexpr Share bland[] = {{0.42, charted_drugs},
                                      {0.57, lipiodol_only},
                                      {0.80, bland_text},
                                      {0.92, bland_site_code},
                                      {0.96, nothing},
                                      {1.01, unknown_drug}};
    // A row without any site: only drugs can tell the arm.
    static constexpr Share chemo_by_drug[] = {
        {0.5, arterial_drug}, {0.8, part_of_drug}, {1.01, nothing}};
    static constexpr Share bland_by_drug[] = {
        {0.5, charted_drugs}, {0.8, lipiodol_only}, {1.01, nothing}};
    const auto choose = [u](const auto& shares) {
        return std::find_if(std::begin(shares),
                            std::end(shares),
                            [u](const Share& share) { return u < share.below; })
            ->evidence;
    };
    if (site_unstated)
        return hae ? choose(bland_by_drug) : choose(chemo_by_drug);
    return hae ? choose(bland) : choose(chemo);
}

namespace {

int progression_day(const PatientPlan& plan) {
    const Visit* first = first_progression(plan);
    return first == nullptr ? 100000 : first->day;
}

// A progression known by its month alone may be dated anywhere in it before the scan (R0.4).
bool on_visit(const PatientPlan& plan, int day) {
    return std::any_of(plan.visits.begin(), plan.visits.end(), [&](const Visit& visit) {
        const Date session = plus_days(plan.t0, day);
        const Date scan = plus_days(plan.t0, visit.day);
        const bool same_month = end_of_month(session) == end_of_month(scan);
        return visit.day == day || (visit.month_only && same_month && session < scan);
    });
}

// A session is never on the day of a scan: "between" would have two readings.
void add_session(PatientPlan& plan, const Frame& frame, int day, Lobe lobe) {
    while (on_visit(plan, day))
        ++day;
    if (day > frame.limit)
        return;
    Session session;
    session.day = day;
    session.lobe = plan.site_unstated ? Lobe::unknown : lobe;
    plan.sessions.push_back(session);
}

// The other lobe of the first round, or what looks like it and is not.
void plan_staging(PatientPlan& plan, const Frame& frame, Draws& draws) {
    const double u = draws.next();
    const int weeks = draws.between(14, 41);
    const int early = draws.between(3, 13);
    const int same = draws.between(16, 41);
    const int day = u < 0.22 ? weeks : u < 0.25 ? early : same;
    if (u >= 0.31 || day + 2 >= progression_day(plan) || plan.site_unstated)
        return;
    Session& first = plan.sessions.front();
    if (u < 0.22) { // different known lobes, up to 42 days
        first.lobe = Lobe::right;
        add_session(plan, frame, u < 0.02 ? 42 : weeks, Lobe::left);
    } else if (u < 0.25) { // the same lobe, up to 14 days: still one round
        first.lobe = Lobe::right;
        add_session(plan, frame, u < 0.235 ? 14 : early, Lobe::right);
    } else if (u < 0.28) { // the same lobe later: a round of its own
        first.lobe = Lobe::left;
        add_session(plan, frame, same, Lobe::left);
    } else { // a lobe that nobody wrote down
        add_session(plan, frame, same, Lobe::unknown);
    }
}

int second_round_day(Draws& draws) {
    const double u = draws.next();
    const int usual = draws.between(70, 115);
    const int early = draws.between(46, 59);
    const int late = draws.between(151, 210);
    if (u < 0.86)
        return usual;
    if (u < 0.91)
        return early;
    if (u < 0.94)
        return 60;
    return u < 0.96 ? 150 : late;
}

void plan_rounds(PatientPlan& plan, const Frame& frame, Draws& draws) {
    const int second = second_round_day(draws);
    const bool wanted = draws.chance(0.80);
    const bool spared = frame.latent->grade3 && draws.chance(0.5);
    const bool despite_progression = draws.chance(0.15);
    const bool third_wanted = draws.chance(0.12);
    const int third = second + draws.between(75, 120);
    if (!wanted || spared || plan.sessions.back().day + 14 > second)
        return;
    const bool progressed = second >= progression_day(plan);
    if (progressed && !despite_progression)
        return;
    add_session(plan, frame, second, Lobe::unknown);
    if (third_wanted && !progressed && third < progression_day(plan))
        add_session(plan, frame, third, Lobe::unknown);
}

// Treatment again after progression: a second course. Six weeks clear of the last session, so that
// it cuts no toxicity window and no lobe could make it part of a round.
void plan_retreatment(PatientPlan& plan, const Frame& frame, Draws& draws) {
    const bool wanted = draws.chance(0.12);
    const int delay = draws.between(14, 70);
    const Visit* progression = first_progression(plan);
    if (!wanted || progression == nullptr)
        return;
    const int day = progression->day + delay;
    if (day > plan.sessions.back().day + 42)
        add_session(plan, frame, day, Lobe::unknown);
}

void choose_evidence(PatientPlan& plan, const Frame& frame, Draws& draws) {
    const bool crosses_over = draws.chance(0.06);
    const double first = draws.next();
    const bool hae = frame.latent->hae;
    const Arm start = arm_of(draw_evidence(first, hae, plan.site_unstated));
    const bool may_cross = crosses_over && (start == Arm::hae || start == Arm::hace);
    for (std::size_t k = 0; k < plan.sessions.size(); ++k) {
        const bool same_shape = draws.chance(0.7);
        const double other = draws.next();
        Session& session = plan.sessions[k];
        // Only within the first course: later ones are "retreatment", whatever their kind.
        const bool first_course = session.day <= 150 && session.day < progression_day(plan);
        const bool other_kind = k > 0 && may_cross && first_course;
        const double u = k == 0 || (same_shape && !other_kind) ? first : other;
        session.evidence = draw_evidence(u, hae != other_kind, plan.site_unstated);
        // Beads beside the other kinds: the rules name crossover only between HAE and HACE.
        if (k > 0 && (session.evidence == ArmEvidence::bead_text) != (start == Arm::hace_deb))
            session.evidence = plan.sessions.front().evidence;
        // Chemotherapy into a vein on T0 is concomitant; on a later day it would be new therapy.
        if (k > 0 && session.evidence == ArmEvidence::intravenous_drug)
            session.evidence = ArmEvidence::nothing;
        session.protective_coil = draws.chance(0.06);
        session.billing_rows = draws.chance(0.35) && !plan.site_unstated;
    }
}

} // namespace

void plan_sessions(PatientPlan& plan, const Frame& frame) {
    Draws draws(plan.seed, plan.index, Topic::sessions);
    plan.sessions.push_back({});
    plan_staging(plan, frame, draws);
    plan_rounds(plan, frame, draws);
    plan_retreatment(plan, frame, draws);
    choose_evidence(plan, frame, draws);
}

} // namespace embolink::synth
