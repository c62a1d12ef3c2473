// Covariates at T0 (R10): each a value with its source, or not evaluable because nobody wrote it
// down. Where a row would say yes, its absence says no only in a feed that the site declares
// complete.
#include "mapping/endpoints/arm.hpp"
#include "mapping/endpoints/trail.hpp"
#include "mapping/facts/concepts.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace embolink {
namespace {

Derived not_documented(Trail& trail) {
    return trail.finish(NotEvaluable{"not-documented"});
}

bool feed_is_complete(const PatientCase& patient, const EndpointDefinition& definition) {
    return std::any_of(
        definition.feeds.begin(), definition.feeds.end(), [&](const std::string& feed) {
            return patient.site.complete_feeds.count(feed) > 0;
        });
}

// `yes`: the rows that say so.
Derived finish_yes_no(Trail& trail,
                      const PatientCase& patient,
                      const EndpointDefinition& definition,
                      const std::vector<Origin>& yes) {
    trail.cite(yes, "covariate", "R10");
    if (!yes.empty()) {
        return trail.finish(Value{true, "", ""});
    }
    return feed_is_complete(patient, definition) ? trail.finish(Value{false, "", ""})
                                                 : not_documented(trail);
}

bool carries_any(const ConceptSet& set, const std::vector<std::string>& names) {
    return std::any_of(
        names.begin(), names.end(), [&](const std::string& name) { return set.has(name); });
}

// Something of the last days before T0, or going on then. A statement without an end goes on while
// it is called active; of one that is over and has no end only the start is known.
bool active_within(const DrugEvent& drug, Date from, Date to) {
    if (!drug.start || drug.start->last > to) {
        return false;
    }
    const bool open = drug.source == DrugSource::statement && drug.status == "active";
    const bool ends_at_start = !drug.end || *drug.end == *drug.start;
    if (open && ends_at_start) {
        return true;
    }
    return (drug.end ? drug.end->first : drug.start->first) >= from;
}

// Of text on the row only where its own code says nothing else.
bool was_done(const ProcedureRow& row, const std::vector<std::string>& names) {
    const bool status = row.status == "completed" || row.status == "in-progress";
    const auto coded = [&](const std::string& name) { return row.concepts.coded(name); };
    const auto worded = [&](const std::string& name) { return row.concepts.in_text(name); };
    return status &&
           (std::any_of(names.begin(), names.end(), coded) ||
            (row.concepts.by_code.empty() && std::any_of(names.begin(), names.end(), worded)));
}

// WHO 2019: below 3 % G1, to 20 % G2, above G3.
std::string grade_of_index(const Decimal& percent) {
    const auto three = *parse_decimal("3");
    const auto twenty = *parse_decimal("20");
    return compare(percent, three) < 0 ? "G1" : compare(percent, twenty) <= 0 ? "G2" : "G3";
}

// "" where a bound or a range leaves more than one grade.
std::string grade_of_index(const Characteristic& found) {
    const auto& percent = *found.percent;
    if (found.percent_high) {
        const auto low = grade_of_index(percent);
        return low == grade_of_index(*found.percent_high) ? low : "";
    }
    switch (found.comparator) {
    case Comparator::none:
        return grade_of_index(percent);
    case Comparator::less:
        return compare(percent, *parse_decimal("3")) <= 0 ? "G1" : "";
    case Comparator::less_or_equal:
        return grade_of_index(percent) == "G1" ? "G1" : "";
    case Comparator::greater:
        return compare(percent, *parse_decimal("20")) >= 0 ? "G3" : "";
    case Comparator::greater_or_equal:
        return grade_of_index(percent) == "G3" ? "G3" : "";
    }
    return "";
}

std::string grade_of(const Characteristic& found) {
    if (found.kind == concepts::ki_67) {
        return found.percent ? grade_of_index(found) : found.category;
    }
    return found.kind == concepts::histologic_grade ? found.category : "";
}

// The last day that has any of the kind, on or before T0, and all that was said on it.
std::vector<const Characteristic*> last_known(const PatientCase& patient, std::string_view kind) {
    std::vector<const Characteristic*> found;
    for (const auto& one : patient.timeline.characteristics) {
        if (one.kind != kind || !one.date || one.date->last > patient.t0()) {
            continue;
        }
        if (!found.empty() && one.date->last > found.front()->date->last) {
            found.clear();
        }
        if (found.empty() || one.date->last == found.front()->date->last) {
            found.push_back(&one);
        }
    }
    std::ranges::sort(found, {}, [](const Characteristic* one) { return one->origin; });
    return found;
}

} // namespace

Derived derive_age(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto& person = patient.timeline.person;
    if (!person || !person->birth || !person->birth->to_the_day() ||
        person->birth->first > patient.t0()) {
        return not_documented(trail);
    }
    trail.cite(person->origin, "covariate", "R10");
    const auto days = days_between(person->birth->first, patient.t0());
    const auto tenths = std::int64_t{days} * 1000 / 36525; // days / 365.25, cut
    return trail.finish(Value{
        DecimalText{std::to_string(tenths / 10) + "." + std::to_string(tenths % 10)}, "a", ""});
}

Derived derive_sex(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto& person = patient.timeline.person;
    if (!person || person->sex.empty() || person->sex == "unknown") {
        return not_documented(trail);
    }
    trail.cite(person->origin, "covariate", "R10");
    return trail.finish(Value{person->sex, "", ""});
}

Derived derive_drug_before(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto from = plus_days(patient.t0(), -patient.trial.windows.analogue_lookback.days);
    std::vector<Origin> rows;
    for (const auto& drug : patient.timeline.drugs) {
        if (carries_any(drug.drug.concepts, definition.concepts) &&
            active_within(drug, from, patient.t0())) {
            rows.push_back(drug.origin);
        }
    }
    return finish_yes_no(trail, patient, definition, rows);
}

Derived derive_procedure_before(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    std::vector<Origin> rows;
    for (const auto& row : patient.timeline.procedures) {
        const auto& begin = row.performed.start;
        if (was_done(row, definition.concepts) && begin && begin->last < patient.t0()) {
            rows.push_back(row.origin);
        }
    }
    return finish_yes_no(trail, patient, definition, rows);
}

// Several that were said on one day: the largest share, else the first category by origin.
Derived derive_liver_involvement(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const Characteristic* chosen = nullptr;
    for (const auto* one : last_known(patient, concepts::liver_involvement)) {
        const bool exact = one->comparator == Comparator::none && !one->percent_high;
        if (one->percent && !exact) {
            continue; // a bound is neither a percentage nor a category
        }
        const bool larger = chosen != nullptr && chosen->percent && one->percent &&
                            compare(*one->percent, *chosen->percent) > 0;
        const bool number_first = chosen != nullptr && !chosen->percent && one->percent;
        if (chosen == nullptr || larger || number_first) {
            chosen = one;
        }
    }
    if (chosen == nullptr) {
        return not_documented(trail);
    }
    trail.cite(chosen->origin, "covariate", "R10");
    return chosen->percent
               ? trail.finish(Value{DecimalText{to_significant(*chosen->percent, 6)}, "%", ""})
               : trail.finish(Value{chosen->category, "", ""});
}

// From Ki-67 where that decides, else as coded; of several of one day the highest (WHO grades by
// the most active part).
Derived derive_tumour_grade(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    for (const auto kind : {concepts::ki_67, concepts::histologic_grade}) {
        const Characteristic* highest = nullptr;
        for (const auto* one : last_known(patient, kind)) {
            const auto grade = grade_of(*one);
            if (!grade.empty() && (highest == nullptr || grade > grade_of(*highest))) {
                highest = one;
            }
        }
        if (highest != nullptr) {
            trail.cite(highest->origin, "covariate", "R10");
            return trail.finish(Value{grade_of(*highest), "", ""});
        }
    }
    return not_documented(trail);
}

Derived derive_urgency(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    const auto& session = *patient.course.sessions().front();
    std::map<Priority, std::vector<Origin>> said;
    std::set<std::string> orders;
    std::set<std::string> encounters;
    for (const auto* row : session.rows) {
        orders.insert(row->based_on.begin(), row->based_on.end());
        encounters.insert(row->encounter);
    }
    for (const auto& order : patient.timeline.orders) {
        if (orders.count(order.origin.reference) > 0) {
            said[order.priority].push_back(order.origin);
        }
    }
    for (const auto& stay : patient.timeline.stays) {
        const auto& begin = stay.when.start;
        const auto& end = stay.when.end;
        const bool around = stay.inpatient && begin && begin->first <= session.date &&
                            (stay.current || (end && end->last >= session.date));
        if (around || encounters.count(stay.origin.reference) > 0) {
            said[stay.priority].push_back(stay.origin);
        }
    }
    if (said[Priority::urgent].empty() && !said[Priority::elective].empty()) {
        trail.cite(said[Priority::elective], "covariate", "R10");
        return trail.finish(Value{false, "", ""});
    }
    return finish_yes_no(trail, patient, definition, said[Priority::urgent]);
}

Derived derive_agent(const PatientCase& patient, const EndpointDefinition& definition) {
    Trail trail(patient, definition);
    std::map<std::pair<std::string, std::string>, std::optional<Decimal>> doses; // by name, unit
    const auto drugs =
        session_drugs(*patient.course.sessions().front(), patient.timeline, patient.site);
    for (const auto& [drug, encounter] : drugs) {
        if (!carries_any(drug->drug.concepts, definition.concepts) || drug->drug.key.empty()) {
            continue;
        }
        trail.cite(drug->origin, "covariate", "R10");
        if (encounter) {
            trail.cite(*encounter, "covariate", "R10");
        }
        auto& dose = doses[{drug->drug.key, drug->dose ? drug->dose_unit : ""}];
        if (drug->dose) {
            dose = dose ? add(*dose, *drug->dose) : *drug->dose;
        }
    }
    std::string text;
    for (const auto& [name, dose] : doses) {
        text += (text.empty() ? "" : " + ") + name.first;
        if (dose) {
            text +=
                " " + to_significant(*dose, 12) + (name.second.empty() ? "" : " " + name.second);
        }
    }
    return text.empty() ? not_documented(trail) : trail.finish(Value{text, "", ""});
}

} // namespace embolink
