#include "mapping/endpoints/vital_status.hpp"

#include <algorithm>

namespace embolink {
namespace {

// The last day on which the contact shows the patient alive, not later than `limit`; a month stands
// for its first day. nullopt: it began later, or has no date.
std::optional<Date> last_day(const Contact& contact, Date limit) {
    const auto& begin = contact.when.start ? contact.when.start : contact.when.end;
    if (!begin || begin->first > limit) {
        return std::nullopt;
    }
    if (contact.current_inpatient) {
        return limit;
    }
    const auto end = contact.when.end ? contact.when.end->first : begin->first;
    return std::clamp(end, begin->first, std::max(begin->first, limit));
}

// R0.4's lower bound for a death in a month: contacts that reach beyond the month contradict it and
// stand for their beginning only.
std::optional<Date> last_day_in_month(const Contact& contact, Date end_of_month) {
    const auto& begin = contact.when.start ? contact.when.start : contact.when.end;
    if (!begin || begin->first > end_of_month) {
        return std::nullopt;
    }
    const auto end = contact.when.end ? contact.when.end->first : begin->first;
    return end > end_of_month ? begin->first : std::max(begin->first, end);
}

struct SeenAlive {
    Date day;
    const Contact* contact;
};

LastContact as_contact(const SeenAlive& seen) {
    return {seen.day, {seen.contact->origin}, seen.contact->kind};
}

// Those with a day from `first` on, by origin, so that of several on one day the first stands.
template <typename LastDay>
std::vector<SeenAlive> seen_alive(const PatientCase& patient, Date first, LastDay day_of) {
    std::vector<SeenAlive> seen;
    for (const auto& contact : patient.timeline.contacts) {
        if (const auto day = day_of(contact); day && *day >= first) {
            seen.push_back({*day, &contact});
        }
    }
    std::ranges::stable_sort(seen, {}, [](const SeenAlive& one) { return one.contact->origin; });
    return seen;
}

template <typename LastDay>
LastContact latest(const PatientCase& patient, LastDay day_of) {
    const auto seen = seen_alive(patient, patient.t0(), day_of);
    const auto last = std::ranges::max_element(seen, {}, &SeenAlive::day);
    return last == seen.end() ? LastContact{patient.t0(), {}, "session"} : as_contact(*last);
}

// Day 15, moved into [last contact + 1, end of month].
struct ImputedDay {
    Date date;
    std::vector<Origin> moved_by;
};

ImputedDay impute_day(const PatientCase& patient, const PartialDate& month) {
    const auto last = latest(
        patient, [&](const Contact& contact) { return last_day_in_month(contact, month.last); });
    const auto middle = plus_days(month.first, 14);
    const auto earliest = plus_days(last.date, 1);
    if (earliest <= middle) {
        return {middle, {}};
    }
    return {std::min(earliest, month.last), last.origins};
}

bool is_month(const std::optional<PartialDate>& date) {
    return date && date->precision == Precision::month;
}

struct RecordedDeath {
    std::optional<PartialDate> date;
    std::vector<Origin> origins;
};

// A date within the other that says more.
bool is_closer(const PartialDate& date, const PartialDate& than) {
    return date.first >= than.first && date.last <= than.last &&
           date.last - date.first < than.last - than.first;
}

// The Patient's date, else the earliest that a finding has; of a month or year the closest date
// within it that another finding has. Nothing else moves a date that is recorded.
std::optional<RecordedDeath> recorded_death(const PatientTimeline& timeline) {
    RecordedDeath death;
    if (timeline.person && timeline.person->deceased) {
        death = {timeline.person->death, {timeline.person->origin}};
    }
    const auto& findings = timeline.death_findings; // by date, the undated last
    if (!death.date && !findings.empty() && (findings.front().date || death.origins.empty())) {
        death.date = findings.front().date;
        death.origins.insert(death.origins.begin(), findings.front().origin);
    }
    const DeathFinding* closest = nullptr;
    for (const auto& finding : findings) {
        const auto& limit = closest != nullptr ? closest->date : death.date;
        if (limit && finding.date && is_closer(*finding.date, *limit)) {
            closest = &finding;
        }
    }
    if (closest != nullptr) {
        death.date = closest->date;
        death.origins.insert(death.origins.begin(), closest->origin);
    }
    return death.origins.empty() ? std::nullopt : std::optional(death);
}

} // namespace

LastContact last_contact(const PatientCase& patient) {
    return latest(patient,
                  [&](const Contact& contact) { return last_day(contact, patient.as_of); });
}

std::optional<LastContact> contact_after(const PatientCase& patient, Date day) {
    const auto seen = seen_alive(patient, plus_days(day, 1), [&](const Contact& contact) {
        return last_day(contact, patient.as_of);
    });
    const auto first = std::ranges::min_element(seen, {}, &SeenAlive::day);
    return first == seen.end() ? std::nullopt : std::optional(as_contact(*first));
}

std::optional<KnownDeath> known_death(const PatientCase& patient) {
    const auto recorded = recorded_death(patient.timeline);
    if (!recorded) {
        return std::nullopt;
    }
    const auto& written = recorded->date;
    KnownDeath death{std::nullopt, false, false, recorded->origins, written};
    if (!written) {
        return death;
    }
    if (written->first > patient.as_of) {
        return std::nullopt;
    }
    if (written->last < patient.t0()) {
        death.before_treatment = true;
        return death;
    }
    if (written->precision == Precision::year) {
        return death;
    }
    if (written->to_the_day()) {
        death.date = written->first;
        return death;
    }
    const auto imputed = impute_day(patient, *written).date;
    if (imputed > patient.as_of) {
        return std::nullopt; // R0.3: the day it is taken to have happened is still to come
    }
    death.date = imputed;
    death.imputed = true;
    return death;
}

Issues contradicting_deaths(const PatientTimeline& timeline) {
    Issues issues;
    const auto recorded = recorded_death(timeline);
    for (const auto& finding : timeline.death_findings) {
        const bool apart = recorded && recorded->date && finding.date &&
                           (finding.date->last < recorded->date->first ||
                            finding.date->first > recorded->date->last);
        if (apart) {
            const auto& reference = finding.origin.reference;
            issues.push_back({Severity::warning,
                              IssueCode::conflict,
                              reference.substr(0, reference.find('/')),
                              reference,
                              finding.origin.version,
                              "R5.9: another date of death than the one that stands",
                              timeline.patient});
        }
    }
    return issues;
}

std::vector<Origin> imputation_origins(const PatientCase& patient) {
    const auto recorded = recorded_death(patient.timeline);
    const bool imputed =
        recorded && is_month(recorded->date) && recorded->date->last >= patient.t0();
    return imputed ? impute_day(patient, *recorded->date).moved_by : std::vector<Origin>{};
}

void cite_death(Trail& trail, const KnownDeath& death, std::string_view rule) {
    trail.cite(death.origins, "event", rule);
    TimelineEntry entry;
    entry.kind = "death";
    entry.date = death.date;
    entry.source = death.origins.front().reference;
    trail.note_used(std::move(entry));
}

} // namespace embolink
