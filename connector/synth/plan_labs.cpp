// Safety laboratory values around the sessions, adverse events, and the tumour markers.
#include "connector/synth/draws.hpp"
#include "connector/synth/plan_steps.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

namespace embolink::synth {
namespace {

struct Scale {
    const char* conventional; // limit in conventional units
    const char* si;
    int conventional_decimals;
    int si_decimals;
};

Scale scale_of(Analyte analyte) {
    switch (analyte) {
    case Analyte::alt:
        return {"40", "40", 0, 0};
    case Analyte::ast:
        return {"38", "38", 0, 0};
    case Analyte::alp:
        return {"120", "120", 0, 0};
    case Analyte::bilirubin:
        return {"1.2", "21", 1, 0};
    case Analyte::creatinine:
        return {"1.2", "106", 2, 0};
    case Analyte::neutrophils:
        return {"1.8", "1.8", 2, 2};
    case Analyte::platelets:
        break;
    }
    return {"150", "150", 0, 0};
}

// `multiple` of the limit; the written value never leaves the side of a threshold that the multiple
// is on, because thresholds are met exactly or cleared by at least a tenth.
LabPlan result(int day, Analyte analyte, double multiple, bool si) {
    const Scale scale = scale_of(analyte);
    LabPlan lab;
    lab.day = day;
    lab.analyte = analyte;
    lab.si_units = si;
    lab.limit = si ? scale.si : scale.conventional;
    lab.value = decimal_text(multiple * std::strtod(lab.limit.c_str(), nullptr),
                             si ? scale.si_decimals : scale.conventional_decimals);
    return lab;
}

enum class Severe { none, alt, alt_ast, bilirubin, neutrophils, platelets, event, condition };

Severe draw_severe(const Frame& frame, Draws& draws) {
    const double u = draws.next();
    if (!frame.latent->grade3)
        return Severe::none;
    if (u < 0.30)
        return Severe::alt;
    if (u < 0.52)
        return Severe::alt_ast;
    if (u < 0.62)
        return Severe::bilirubin;
    if (u < 0.67)
        return Severe::neutrophils;
    if (u < 0.72)
        return Severe::platelets;
    return u < 0.92 ? Severe::event : Severe::condition;
}

// The day after the embolization enzymes rise, now and then to exactly five times the limit, which
// is still grade 2.
void plan_early_results(PatientPlan& plan, int day, Severe severe, bool si, Draws& draws) {
    const double rise = draws.next();
    const double high = 5.2 + 13.0 * draws.next();
    const double ast_rise = draws.next();
    const bool boundary = draws.chance(0.04);
    const double bilirubin = 0.4 + 2.4 * draws.next();
    const bool bilirubin_boundary = draws.chance(0.04);
    const bool alt_high = severe == Severe::alt || severe == Severe::alt_ast;
    plan.labs.push_back(result(day,
                               Analyte::alt,
                               alt_high   ? high
                               : boundary ? 5.0
                                          : 0.6 + 4.2 * rise,
                               si));
    plan.labs.push_back(result(day,
                               Analyte::ast,
                               severe == Severe::alt_ast ? 0.9 * high + 0.6 : 0.6 + 4.0 * ast_rise,
                               si));
    plan.labs.push_back(result(day,
                               Analyte::bilirubin,
                               severe == Severe::bilirubin ? 3.3 + 4.0 * rise
                               : bilirubin_boundary        ? 3.0
                                                           : bilirubin,
                               si));
}

void plan_later_results(PatientPlan& plan, int day, Severe severe, bool si, Draws& draws) {
    const double u = draws.next();
    const double v = draws.next();
    const double w = draws.next();
    plan.labs.push_back(result(day, Analyte::alt, 0.5 + 1.5 * u, si));
    plan.labs.push_back(result(day, Analyte::creatinine, 0.5 + 1.1 * v, si));
    LabPlan neutrophils = result(day, Analyte::neutrophils, 1.0 + 2.5 * w, si);
    if (severe == Severe::neutrophils)
        neutrophils.value = "0.99";
    else if (w < 0.05)
        neutrophils.value = "1.00"; // not below 1.0: grade 2
    plan.labs.push_back(neutrophils);
    LabPlan platelets = result(day, Analyte::platelets, 0.4 + 1.4 * v, si);
    if (severe == Severe::platelets)
        platelets.value = "49";
    else if (v < 0.05)
        platelets.value = "50";
    plan.labs.push_back(platelets);
}

void plan_session_labs(
    PatientPlan& plan, const Frame& frame, std::size_t k, Severe severe, Draws& draws) {
    const int day = plan.sessions[k].day;
    const int next = k + 1 < plan.sessions.size() ? plan.sessions[k + 1].day : 100000;
    const bool baseline_drawn = draws.chance(0.9);
    const int before = day - draws.between(0, 3);
    const double alt = 0.4 + 1.6 * draws.next();
    const double alp = 0.4 + 2.0 * draws.next();
    const bool si = draws.chance(0.5);
    const int early = day + draws.between(1, 3);
    const int later = std::min({day + draws.between(12, 30), next - 1, frame.limit});
    // Of two results of one day nobody could say which is the last before the session.
    const bool day_taken = std::any_of(
        plan.labs.begin(), plan.labs.end(), [&](const LabPlan& lab) { return lab.day == before; });
    if (baseline_drawn && before <= frame.limit && !day_taken &&
        (k == 0 || before > plan.sessions[k - 1].day)) {
        plan.labs.push_back(result(before, Analyte::alt, alt, si));
        plan.labs.push_back(result(before, Analyte::alp, alp, si));
        plan.labs.push_back(result(before, Analyte::creatinine, 0.4 + 0.5 * alt, si));
    }
    if (early <= frame.limit && early < next)
        plan_early_results(plan, early, severe, si, draws);
    if (later > early)
        plan_later_results(plan, later, severe, si, draws);
}

Severe planned_severity(const PatientPlan& plan, const Frame& frame) {
    Draws draws(plan.seed, plan.index, Topic::labs);
    return draw_severe(frame, draws);
}

bool without_labs(const PatientPlan& plan) {
    Draws draws(plan.seed, plan.index, Topic::labs);
    draws.next();
    return draws.chance(0.06);
}

void add_event(PatientPlan& plan, const Frame& frame, EventPlan event) {
    if (event.day <= frame.limit)
        plan.events.push_back(std::move(event));
}

void plan_severe_event(PatientPlan& plan, const Frame& frame, Severe severe, Draws& draws) {
    const double u = draws.next();
    const int day = draws.between(0, 12);
    const bool last_day = draws.chance(0.1);
    EventPlan event;
    // Day 30 is the last of the window, but a next session would have ended it.
    event.day = last_day && plan.sessions.size() == 1 && frame.limit >= 30 ? 30 : day;
    event.term = u < 0.5 ? "hepatic-infection" : "abdominal-pain";
    event.grade = 3;
    if (severe == Severe::condition) {
        event.form = EventForm::condition;
        event.term = "liver-abscess";
    } else if (u < 0.6) {
        event.form = EventForm::research_profile;
        event.grade = u < 0.1 ? 4 : 3;
    } else {
        event.form = u < 0.85 ? EventForm::ctc_draft : EventForm::severity_only;
    }
    event.day = std::min(event.day, frame.limit);
    add_event(plan, frame, event);
}

void plan_mild_events(PatientPlan& plan, const Frame& frame, Draws& draws) {
    static constexpr const char* terms[] = {
        "abdominal-pain", "fever", "nausea", "vomiting", "fatigue"};
    const bool mild = draws.chance(0.5);
    const bool draft = draws.chance(0.3);
    const bool unrelated = draws.chance(0.04);
    const bool late = draws.chance(0.03);
    const int day = draws.between(0, 6);
    const int grade = draws.between(1, 2);
    const std::string term = draws.pick(terms);
    const EventForm form = draft ? EventForm::ctc_draft : EventForm::research_profile;
    if (mild)
        add_event(plan, frame, {std::min(day, frame.limit), form, grade, term, true});
    if (unrelated) // grade 3 and nobody's fault
        add_event(plan, frame, {day + 1, EventForm::research_profile, 3, term, false});
    if (late) // day 31: outside every window
        add_event(
            plan,
            frame,
            {plan.sessions.back().day + 31, form, 3, day < 3 ? "hepatic-infection" : term, true});
}

} // namespace

void plan_labs(PatientPlan& plan, const Frame& frame) {
    Draws draws(plan.seed, plan.index, Topic::labs);
    const Severe severe = draw_severe(frame, draws);
    if (draws.chance(0.06))
        return;
    for (std::size_t k = 0; k < plan.sessions.size(); ++k)
        plan_session_labs(plan, frame, k, k == 0 ? severe : Severe::none, draws);
}

void plan_events(PatientPlan& plan, const Frame& frame) {
    Draws draws(plan.seed, plan.index, Topic::events);
    const Severe severe = planned_severity(plan, frame);
    const bool none_seen = without_labs(plan) && draws.chance(0.7);
    if (severe == Severe::event || severe == Severe::condition)
        plan_severe_event(plan, frame, severe, draws);
    if (!none_seen)
        plan_mild_events(plan, frame, draws);
}

} // namespace embolink::synth
