// TOX, TOX-ULN and TOX3 of a plan by R6: CTCAE v5 written down once more, by hand.
#include "connector/synth/truth_numbers.hpp"
#include "connector/synth/truth_parts.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace embolink::synth {
namespace {

constexpr int severe = 3;
constexpr int usual_stay = 7; // days after the session (assumed)

struct Window {
    int from = 0;
    int to = 0;
};

struct Graded {
    int day = 0;
    int grade = 0;
    std::string term;
    bool at_least = false;
    bool from_severity = false;
    bool baseline_missing = false;

    int doubts() const { return int{at_least} + int{from_severity} + int{baseline_missing}; }
};

struct Seen {
    std::vector<Graded> graded;
    bool late_biliary = false;
};

std::vector<Window> windows_of(const PatientPlan& plan) {
    std::vector<Window> windows;
    for (const auto& round : course_of(plan, readings_of(plan)).rounds) {
        for (const Session& session : round) {
            if (!windows.empty())
                windows.back().to = std::min(windows.back().to, session.day - 1);
            windows.push_back({session.day, session.day + 30});
        }
    }
    return windows;
}

const char* term_of(Analyte analyte) {
    switch (analyte) {
    case Analyte::alt:
        return "alt-increased";
    case Analyte::ast:
        return "ast-increased";
    case Analyte::alp:
        return "alp-increased";
    case Analyte::bilirubin:
        return "bilirubin-increased";
    case Analyte::creatinine:
        return "creatinine-increased";
    case Analyte::neutrophils:
        return "neutrophils-decreased";
    case Analyte::platelets:
        break;
    }
    return "platelets-decreased";
}

bool is_count(Analyte analyte) {
    return analyte == Analyte::neutrophils || analyte == Analyte::platelets;
}

// In conventional units, so that results of two laboratories can be set against each other.
Fraction amount(const LabPlan& lab) {
    const Fraction written = fraction(lab.value);
    if (!lab.si_units)
        return written;
    return lab.analyte == Analyte::bilirubin    ? product(written, "0.05847")
           : lab.analyte == Analyte::creatinine ? product(written, "0.01131")
                                                : written;
}

int count_grade(const LabPlan& lab) {
    static constexpr const char* neutrophils[] = {"1.5", "1.0", "0.5"};
    static constexpr const char* platelets[] = {"75", "50", "25"};
    const auto& bounds = lab.analyte == Analyte::neutrophils ? neutrophils : platelets;
    const Fraction value = fraction(lab.value);
    const auto below = [&](const std::string& bound) {
        return !greater(value, bound) && !equal(value, bound);
    };
    int grade = below(lab.limit) ? 1 : 0;
    for (int step = 0; step < 3; ++step)
        grade = below(bounds[step]) ? step + 2 : grade;
    return grade;
}

struct Steps {
    const char* bounds[4];
};

int steps_above(const Fraction& multiple, const Steps& steps) {
    int grade = 0;
    for (int step = 0; step < 4; ++step)
        grade = greater(multiple, steps.bounds[step]) ? step + 1 : grade;
    return grade;
}

Steps limit_steps(Analyte analyte) {
    switch (analyte) {
    case Analyte::alp:
        return {{"1", "2.5", "5", "20"}};
    case Analyte::bilirubin:
        return {{"1", "1.5", "3", "10"}};
    case Analyte::creatinine:
        return {{"1", "1.5", "3", "6"}};
    default:
        return {{"1", "3", "5", "20"}};
    }
}

int limit_grade(const LabPlan& lab) {
    return is_count(lab.analyte)
               ? count_grade(lab)
               : steps_above(quotient(lab.value, lab.limit), limit_steps(lab.analyte));
}

// The last value of the thirty days before the session.
const LabPlan* baseline_of(const PatientPlan& plan, Analyte analyte, int session) {
    const LabPlan* last = nullptr;
    for (const LabPlan& lab : plan.labs) {
        const bool in_time = lab.day <= session && lab.day >= session - 30;
        if (lab.analyte == analyte && in_time && (last == nullptr || lab.day >= last->day))
            last = &lab;
    }
    return last;
}

// From 1.5 times an abnormal baseline on, that multiple included; alkaline phosphatase from twice.
int baseline_grade(const LabPlan& lab, const LabPlan& baseline) {
    const Fraction multiple = quotient(amount(lab), amount(baseline));
    if (lab.analyte == Analyte::creatinine) {
        const int increase = greater(multiple, "3") ? 3 : greater(multiple, "1.5") ? 2 : 0;
        return std::max(increase, limit_grade(lab));
    }
    if (!greater(quotient(baseline.value, baseline.limit), "1"))
        return limit_grade(lab);
    if (lab.analyte == Analyte::bilirubin)
        return steps_above(multiple, limit_steps(lab.analyte));
    const bool phosphatase = lab.analyte == Analyte::alp;
    const int grade = steps_above(multiple, Steps{{"20", phosphatase ? "2.5" : "3", "5", "20"}});
    const char* least = phosphatase ? "2.0" : "1.5";
    const bool reached = greater(multiple, least) || equal(multiple, least);
    return grade > 0 ? grade : reached ? 1 : 0;
}

Graded grade_lab(const PatientPlan& plan, const LabPlan& lab, int session, bool own_baseline) {
    Graded graded;
    graded.day = lab.day;
    graded.term = term_of(lab.analyte);
    if (lab.reader_grade) { // R6.4: sure, on both scales
        graded.grade = *lab.reader_grade;
        return graded;
    }
    graded.grade = limit_grade(lab);
    if (!own_baseline || is_count(lab.analyte))
        return graded;
    if (const LabPlan* baseline = baseline_of(plan, lab.analyte, session))
        graded.grade = baseline_grade(lab, *baseline);
    else
        graded.baseline_missing = graded.grade > 0;
    return graded;
}

int session_end(const PatientPlan& plan, const Session& session) {
    return std::min(session.day + session.stay_days, std::max(plan.last_contact, session.day));
}

std::vector<StayPlan> stays_of(const PatientPlan& plan) {
    std::vector<StayPlan> stays;
    for (const Session& session : plan.sessions)
        stays.push_back({session.day, session_end(plan, session)});
    if (plan.readmission)
        stays.push_back(*plan.readmission);
    if (plan.inpatient_at_cut)
        stays.push_back({plan.last_contact, days_between(plan.t0, plan.as_of)});
    std::sort(stays.begin(), stays.end(), [](const StayPlan& a, const StayPlan& b) {
        return std::tie(a.from, a.to) < std::tie(b.from, b.to);
    });
    std::vector<StayPlan> merged;
    for (const StayPlan& stay : stays) {
        if (!merged.empty() && stay.from <= merged.back().to)
            merged.back().to = std::max(merged.back().to, stay.to);
        else
            merged.push_back(stay);
    }
    return merged;
}

bool holds_session(const PatientPlan& plan, const StayPlan& stay) {
    return std::any_of(plan.sessions.begin(), plan.sessions.end(), [&](const Session& session) {
        return session.day >= stay.from && session.day <= stay.to;
    });
}

// Days on which the patient came back, unplanned.
std::vector<int> readmissions(const PatientPlan& plan, const Window& window) {
    std::vector<int> days;
    for (const StayPlan& stay : stays_of(plan))
        if (stay.from > window.from && stay.from <= window.to && !holds_session(plan, stay))
            days.push_back(stay.from);
    return days;
}

bool stayed_long(const PatientPlan& plan, const Window& window) {
    const std::vector<StayPlan> stays = stays_of(plan);
    return std::any_of(stays.begin(), stays.end(), [&](const StayPlan& stay) {
        return stay.from <= window.from && stay.to - window.from > usual_stay;
    });
}

Graded grade_event(const EventPlan& event) {
    Graded graded;
    graded.day = event.day;
    graded.grade = event.reader_grade.value_or(event.grade);
    graded.term = event.term;
    if (event.reader_grade)
        return graded;
    graded.from_severity = event.form == EventForm::severity_only;
    graded.at_least = event.form == EventForm::condition;
    return graded;
}

void see_events(Seen& seen, const PatientPlan& plan, const Window& window) {
    const std::vector<int> back = readmissions(plan, window);
    bool explained = false;
    for (const EventPlan& event : plan.events) {
        if (event.day < window.from || event.day > window.to || !event.related)
            continue;
        Graded graded = grade_event(event);
        if (event.form == EventForm::condition_text) { // the syndrome
            if (back.empty() && !stayed_long(plan, window))
                continue;
            graded.grade = severe;
            explained = true;
        }
        seen.graded.push_back(graded);
    }
    if (explained)
        return;
    for (const int day : back)
        seen.graded.push_back({day, severe, "readmission", true, false, false});
}

bool is_late(const PatientPlan& plan, const std::vector<Window>& windows, const EventPlan& event) {
    if (!event.related || (event.term != "hepatic-infection" && event.term != "liver-abscess"))
        return false;
    const auto retreatment = course_of(plan, readings_of(plan)).retreatment;
    if (retreatment && event.day >= *retreatment)
        return false;
    const Window* nearest = nullptr;
    for (const Window& window : windows)
        nearest = window.from <= event.day ? &window : nearest;
    return nearest != nullptr && event.day > nearest->to && event.day - nearest->from <= 90;
}

Seen see(const PatientPlan& plan, bool own_baseline) {
    Seen seen;
    const std::vector<Window> windows = windows_of(plan);
    for (const Window& window : windows) {
        for (const LabPlan& lab : plan.labs) // one of the day itself, without a time, is baseline
            if (lab.day > window.from && lab.day <= window.to)
                seen.graded.push_back(grade_lab(plan, lab, window.from, own_baseline));
        see_events(seen, plan, window);
    }
    seen.late_biliary =
        std::any_of(plan.events.begin(), plan.events.end(), [&](const EventPlan& event) {
            return is_late(plan, windows, event);
        });
    return seen;
}

int worst_of(const Seen& seen) {
    int worst = 0;
    for (const Graded& graded : seen.graded)
        worst = std::max(worst, graded.grade);
    return worst;
}

// "": there is a grade.
std::string missing(const PatientPlan& plan, const Seen& seen) {
    if (worst_of(seen) >= severe)
        return "";
    const bool open = days_between(plan.t0, plan.as_of) < windows_of(plan).back().to;
    return open ? "window-open" : seen.graded.empty() ? "no-safety-data" : "";
}

void put_flag(TruthRecord& record, const char* flag) {
    if (std::find(record.flags.begin(), record.flags.end(), flag) == record.flags.end())
        record.flags.push_back(flag);
}

// The doubts of those that `counts` with the fewest: where several are as sure, all of theirs.
template <class Counts>
void flag_surest(TruthRecord& record, const Seen& seen, Counts counts) {
    int fewest = 9;
    for (const Graded& graded : seen.graded)
        fewest = counts(graded) ? std::min(fewest, graded.doubts()) : fewest;
    for (const Graded& graded : seen.graded) {
        if (!counts(graded) || graded.doubts() != fewest)
            continue;
        if (graded.at_least)
            put_flag(record, "grade-at-least");
        if (graded.from_severity)
            put_flag(record, "grade-from-severity");
        if (graded.baseline_missing)
            put_flag(record, "baseline-missing");
    }
}

void flag_open_grades(TruthRecord& record, const Seen& seen) {
    for (const Graded& graded : seen.graded)
        if (graded.at_least)
            put_flag(record, "grade-at-least");
}

TruthRecord worst_record(const PatientPlan& plan, bool own_baseline) {
    TruthRecord record;
    record.param = own_baseline ? "TOX" : "TOX-ULN";
    const Seen seen = see(plan, own_baseline);
    record.reason = missing(plan, seen);
    record.status = record.reason.empty() ? "value" : "not-evaluable";
    if (seen.late_biliary)
        record.flags.push_back("late-biliary");
    if (!record.reason.empty())
        return record;
    const int worst = worst_of(seen);
    record.count_value = worst;
    std::set<std::string> terms;
    for (const Graded& graded : seen.graded)
        if (worst > 0 && graded.grade == worst)
            terms.insert("term:" + graded.term);
    record.flags.insert(record.flags.end(), terms.begin(), terms.end());
    flag_surest(record, seen, [worst](const Graded& g) { return g.grade == worst; });
    if (worst < severe)
        flag_open_grades(record, seen);
    return record;
}

} // namespace

TruthRecord toxicity_record(const PatientPlan& plan) {
    TruthRecord record;
    record.param = "TOX3";
    const Seen seen = see(plan, false);
    record.reason = missing(plan, seen);
    record.status = record.reason.empty() ? "value" : "not-evaluable";
    if (!record.reason.empty())
        return record;
    const int worst = worst_of(seen);
    record.flag_value = worst >= severe;
    if (worst >= severe) {
        flag_surest(record, seen, [](const Graded& g) { return g.grade >= severe; });
    } else {
        flag_surest(record, seen, [worst](const Graded& g) { return g.grade == worst; });
        flag_open_grades(record, seen);
    }
    return record;
}

std::vector<TruthRecord> worst_toxicity_records(const PatientPlan& plan) {
    return {worst_record(plan, true), worst_record(plan, false)};
}

} // namespace embolink::synth
