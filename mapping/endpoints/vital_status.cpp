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
    const auto& person = patient.timeline.person;
    if (!person || !person->deceased) {
        return std::nullopt;
    }
    const auto& written = person->death;
    if (!written) {
        return KnownDeath{std::nullopt, false, false, {person->origin}};
    }
    if (written->first > patient.as_of) {
        return std::nullopt;
    }
    if (written->last < patient.t0()) {
        return KnownDeath{std::nullopt, false, true, {person->origin}};
    }
    if (written->precision == Precision::year) {
        return KnownDeath{std::nullopt, false, false, {person->origin}};
    }
    if (written->to_the_day()) {
        return KnownDeath{written->first, false, false, {person->origin}};
    }
    const auto imputed = impute_day(patient, *written).date;
    if (imputed > patient.as_of) {
        return std::nullopt; // R0.3: the day it is taken to have happened is still to come
    }
    return KnownDeath{imputed, true, false, {person->origin}};
}

std::vector<Origin> imputation_origins(const PatientCase& patient) {
    const auto& person = patient.timeline.person;
    const bool imputed = person && person->deceased && is_month(person->death) &&
                         person->death->last >= patient.t0();
    return imputed ? impute_day(patient, *person->death).moved_by : std::vector<Origin>{};
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
