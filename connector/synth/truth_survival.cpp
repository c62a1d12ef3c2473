// PFS, HPFS, PFS-ITT and OS of a plan by R5, row by row.
#include "connector/synth/truth_parts.hpp"

#include <algorithm>

namespace embolink::synth {
namespace {

constexpr int missed_assessments_after = 212; // R5.3

struct Baseline {
    bool present = false;     // liver imaging in [-91, 0]
    bool from_recist = false; // none, but a RECIST reader had one
    bool any_imaging = false;
};

Baseline baseline_of(const PatientPlan& plan) {
    Baseline baseline;
    const auto see = [&baseline](int day) {
        baseline.any_imaging = true;
        baseline.present = baseline.present || (day >= -91 && day <= 0);
    };
    if (plan.baseline_imaging)
        see(*plan.baseline_imaging);
    if (plan.before != BaselineNote::unknown)
        see(plan.before_day);
    for (const Visit& visit : plan.visits) {
        if (visit.imaging_resource)
            baseline.any_imaging = true;
        if (visit.form != ResponseForm::trend && visit.form != ResponseForm::words)
            baseline.from_recist = true;
    }
    if (!plan.uncoded_reports.empty())
        baseline.any_imaging = true;
    return baseline;
}

int last_adequate(const std::vector<Reading>& readings, int up_to) {
    int last = 0;
    for (const Reading& reading : readings)
        if (reading.adequate() && reading.day <= up_to)
            last = reading.day;
    return last;
}

const Reading* reading_on(const std::vector<Reading>& readings, int day) {
    const auto found = std::find_if(
        readings.begin(), readings.end(), [day](const Reading& r) { return r.day == day; });
    return found == readings.end() ? nullptr : &*found;
}

void censor(TruthRecord& record, int day, const char* reason) {
    record.status = "censored";
    record.day = day;
    record.reason = reason;
}

void flag_reading(TruthRecord& record, const Reading& reading) {
    if (reading.response == Response::improved)
        record.flags.push_back("response-unspecified");
    if (!reading.progression())
        return;
    if (reading.trend)
        record.flags.push_back("trend-only");
    if (reading.conflict)
        record.flags.push_back("same-date-conflict");
    if (reading.imputed)
        record.flags.push_back("date-imputed-day");
}

// Of the reading at which a record without event ends.
void flag_censoring(TruthRecord& record, const Reading& reading) {
    if (reading.conflict)
        record.flags.push_back("same-date-conflict");
    if (reading.response == Response::improved)
        record.flags.push_back("response-unspecified");
    if (reading.imputed)
        record.flags.push_back("date-imputed-day");
}

// What ends a patient's time: any progression, or one that may be in the liver (R4.7).
enum class Ends { any_progression, liver_progression };

bool ends(const Reading& reading, Ends how) {
    const bool elsewhere = reading.site == FindingSite::elsewhere;
    return reading.progression() && !(how == Ends::liver_progression && elsewhere);
}

const Reading* first_ending(const std::vector<Reading>& readings, Ends how) {
    const auto found = std::find_if(
        readings.begin(), readings.end(), [how](const Reading& r) { return ends(r, how); });
    return found == readings.end() ? nullptr : &*found;
}

void flag_ending(TruthRecord& record, const Reading& reading, Ends how) {
    flag_reading(record, reading);
    if (how == Ends::liver_progression && reading.site == FindingSite::unstated)
        record.flags.push_back("site-unspecified");
}

// R5.3: the event stands unless too long a silence goes before it. `ending` null: death.
void settle_event(TruthRecord& record,
                  const std::vector<Reading>& readings,
                  int day,
                  const Reading* ending,
                  bool imputed_death,
                  Ends how) {
    const int last = last_adequate(readings, day - 1);
    if (day - last > missed_assessments_after) {
        censor(record, last, last == 0 ? "no-assessment" : "missed-assessments");
        if (ending !=
            nullptr) { // it decided that the record ends here; its own day does not matter
            Reading dated = *ending;
            dated.imputed = false;
            flag_ending(record, dated, how);
        }
        if (last != 0)
            flag_censoring(record, *reading_on(readings, last));
        return;
    }
    record.status = "event";
    record.day = day;
    record.reason = ending != nullptr ? "progression" : "death";
    if (ending != nullptr) {
        record.left = last;
        record.right = day;
        flag_ending(record, *ending, how);
    } else if (imputed_death) {
        record.flags.push_back("date-imputed-day");
    }
}

void settle_censoring(TruthRecord& record, const std::vector<Reading>& readings, const Cut& cut) {
    const int last = last_adequate(readings, cut.day);
    if (last == 0) {
        censor(record, 0, cut.therapy ? "new-anticancer-therapy" : "no-assessment");
    } else {
        censor(record, last, cut.therapy ? "new-anticancer-therapy" : "last-adequate-assessment");
        flag_censoring(record, *reading_on(readings, last));
    }
    if (cut.therapy && cut.from_request)
        record.flags.push_back("therapy-from-request");
    if (cut.therapy && cut.from_text)
        record.flags.push_back("therapy-from-text");
}

void settle(TruthRecord& record, const PatientPlan& plan, const Baseline& baseline, Ends how) {
    const std::vector<Reading> readings = readings_of(plan);
    const Cut cut = therapy_cut(plan, course_of(plan, readings));
    const KnownDeath death = death_of(plan);
    const bool dead_in_time = death.dead && !death.unknown && death.day <= cut.day;
    if (baseline.any_imaging && !baseline.present && !baseline.from_recist) { // R5.6
        if (dead_in_time && death.day <= missed_assessments_after)
            settle_event(record, {}, death.day, nullptr, death.imputed, how);
        else
            censor(record, 0, "no-baseline-imaging");
        return;
    }
    const Reading* progression = first_ending(readings, how);
    const bool progressed = progression != nullptr && progression->day <= cut.day;
    if (death.unknown && progression == nullptr) { // R5.9: whoever progressed was alive then
        record.status = "not-evaluable";
        record.reason = "death-date-unknown";
    } else if (progressed && !(dead_in_time && death.day < progression->day)) {
        settle_event(record, readings, progression->day, progression, false, how);
    } else if (dead_in_time) {
        settle_event(record, readings, death.day, nullptr, death.imputed, how);
    } else {
        settle_censoring(record, readings, cut);
    }
}

TruthRecord progression_free(const PatientPlan& plan, const char* param, Ends how) {
    TruthRecord record;
    record.param = param;
    const Baseline baseline = baseline_of(plan);
    settle(record, plan, baseline, how);
    auto& flags = record.flags;
    if (!baseline.any_imaging)
        flags.push_back("no-imaging-in-feed");
    else if (!baseline.present && baseline.from_recist)
        flags.push_back("baseline-not-in-feed");
    const std::vector<Reading> readings = readings_of(plan);
    // R4.5 names the records, whatever else is wrong with them.
    if (std::any_of(
            readings.begin(), readings.end(), [](const Reading& r) { return r.early_progression; }))
        flags.push_back("early-pd");
    const OpenWords open = open_words(plan);
    if (how == Ends::liver_progression ? open.progression_in_liver : open.progression)
        flags.push_back("pd-candidate-unresolved");
    if (plan.analogue_started) {
        if (record.day && *record.day >= *plan.analogue_started)
            flags.push_back("ssa-changed");
        else
            record.undecidable = "somatostatin analogue begun after the record's own date";
    }
    return record;
}

// The readings of R5.7: progression that was noted in the clinic among them.
std::vector<Reading> with_clinical(const PatientPlan& plan) {
    std::vector<Reading> readings = readings_of(plan);
    for (const int day : plan.clinical_worsening) {
        Reading reading;
        reading.day = day;
        reading.early_progression = day < 28; // R4.5
        reading.response =
            reading.early_progression ? Response::not_evaluable : Response::progression;
        readings.push_back(reading);
    }
    std::stable_sort(readings.begin(), readings.end(), [](const Reading& a, const Reading& b) {
        return a.day < b.day;
    });
    return readings;
}

} // namespace

TruthRecord pfs_record(const PatientPlan& plan) {
    return progression_free(plan, "PFS", Ends::any_progression);
}

TruthRecord hpfs_record(const PatientPlan& plan) {
    return progression_free(plan, "HPFS", Ends::liver_progression);
}

TruthRecord pfs_itt_record(const PatientPlan& plan) {
    TruthRecord record;
    record.param = "PFS-ITT";
    const std::vector<Reading> readings = with_clinical(plan);
    const KnownDeath death = death_of(plan);
    const Reading* progression = first_progression(readings);
    const bool died = death.dead && !death.unknown;
    if (progression != nullptr && !(died && death.day < progression->day)) {
        record.status = "event";
        record.reason = "progression";
        record.day = progression->day;
        flag_reading(record, *progression);
    } else if (death.dead) {
        record.status = death.unknown ? "not-evaluable" : "event";
        record.reason = death.unknown ? "death-date-unknown" : "death";
        if (died)
            record.day = death.day;
        if (death.imputed)
            record.flags.push_back("date-imputed-day");
    } else {
        const int last = last_adequate(readings, days_between(plan.t0, plan.as_of));
        censor(record, last, last == 0 ? "no-assessment" : "last-adequate-assessment");
        if (last > 0)
            flag_censoring(record, *reading_on(readings, last));
    }
    // Without an event the search went on to the data cut, wherever the record ends.
    const int cut = days_between(plan.t0, plan.as_of);
    const int end = record.status == "event" ? *record.day : cut;
    if (std::any_of(readings.begin(), readings.end(), [end](const Reading& r) {
            return r.early_progression && r.day <= end;
        }))
        record.flags.push_back("early-pd");
    if (open_words(plan).progression)
        record.flags.push_back("pd-candidate-unresolved");
    return record;
}

TruthRecord os_record(const PatientPlan& plan) {
    TruthRecord record;
    record.param = "OS";
    const KnownDeath death = death_of(plan);
    if (death.unknown) {
        record.status = "not-evaluable";
        record.reason = "death-date-unknown";
    } else if (death.dead) {
        record.status = "event";
        record.reason = "death";
        record.day = death.day;
        if (death.imputed)
            record.flags.push_back("date-imputed-day");
    } else {
        const int cut = days_between(plan.t0, plan.as_of);
        censor(record, plan.inpatient_at_cut ? cut : plan.last_contact, "last-known-alive");
    }
    if (plan.contact_after_death)
        record.flags.push_back("contact-after-death");
    return record;
}

} // namespace embolink::synth
