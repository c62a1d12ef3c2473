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
    return end > end_of_month || end < begin->first ? begin->first : end;
}

template <typename LastDay>
LastContact latest(const PatientCase& patient, LastDay day_of) {
    LastContact last{patient.t0(), {}, "session"};
    const Contact* found = nullptr;
    for (const auto& contact : patient.timeline.contacts) {
        const auto day = day_of(contact);
        if (!day || *day < last.date) {
            continue;
        }
        if (found == nullptr || *day > last.date || contact.origin < found->origin) {
            found = &contact;
            last = {*day, {contact.origin}, contact.kind};
        }
    }
    return last;
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
    std::optional<LastContact> first;
    for (const auto& contact : patient.timeline.contacts) {
        const auto last = last_day(contact, patient.as_of);
        if (!last || *last <= day) {
            continue;
        }
        const bool earlier = !first || *last < first->date ||
                             (*last == first->date && contact.origin < first->origins.front());
        if (earlier) {
            first = LastContact{*last, {contact.origin}, contact.kind};
        }
    }
    return first;
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
