#include "mapping/endpoints/session_context.hpp"

#include <algorithm>
#include <set>

namespace embolink {
namespace {

bool intersects(const std::vector<std::string>& names, const std::set<std::string>& listed) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return listed.count(name) > 0;
    });
}

// By the clock when both carry one, else by the day.
bool not_after(const PartialDate& a, const PartialDate& b) {
    return a.utc_seconds && b.utc_seconds ? *a.utc_seconds <= *b.utc_seconds : a.first <= b.last;
}

bool covers(const When& when, const PartialDate& moment) {
    return (!when.start || not_after(*when.start, moment)) &&
           (!when.end || not_after(moment, *when.end));
}

// The places of the encounter at that time. One without a period says when only where it is the
// only one.
std::set<std::string> places_at(const Stay& stay, const PartialDate& moment) {
    std::set<std::string> places;
    for (const StayPlace& one : stay.places) {
        const bool dated = one.when.start || one.when.end;
        if (dated ? covers(one.when, moment) : stay.places.size() == 1) {
            places.insert(one.place);
        }
    }
    return places;
}

// A row with a time and no period tells no more than its date.
bool under_way(const ProcedureRow& row, const PartialDate& moment) {
    return row.performed.end == row.performed.start || covers(row.performed, moment);
}

} // namespace

bool is_part_of(const DrugEvent& drug, const Session& session) {
    return std::any_of(session.rows.begin(), session.rows.end(), [&](const ProcedureRow* row) {
        return std::find(drug.part_of.begin(), drug.part_of.end(), row->origin.reference) !=
               drug.part_of.end();
    });
}

SuiteFinding find_suite(const DrugEvent& drug,
                        const Session& session,
                        const PatientTimeline& timeline,
                        const InterventionalSuite& suite) {
    std::vector<const ProcedureRow*> rows; // of the same encounter
    std::copy_if(session.rows.begin(),
                 session.rows.end(),
                 std::back_inserter(rows),
                 [&](const ProcedureRow* row) {
                     return !drug.encounter.empty() && row->encounter == drug.encounter;
                 });
    if (rows.empty() || !drug.start) {
        return {};
    }
    if (intersects(drug.performers_and_places, suite.performers) ||
        intersects(drug.performers_and_places, suite.locations) ||
        intersects(drug.performer_roles, suite.roles)) {
        return {true, std::nullopt};
    }
    for (const Stay& stay : timeline.stays) {
        const auto places = stay.origin.reference == drug.encounter ? places_at(stay, *drug.start)
                                                                    : std::set<std::string>{};
        if (!places.empty()) {
            const bool listed = std::any_of(places.begin(), places.end(), [&](const auto& place) {
                return suite.locations.count(place) > 0;
            });
            return {listed, stay.origin};
        }
    }
    const bool by_somebody = !drug.performers_and_places.empty() || !drug.performer_roles.empty();
    const bool there = std::any_of(rows.begin(), rows.end(), [&](const ProcedureRow* row) {
        return intersects(row->performers_and_places, suite.locations) &&
               under_way(*row, *drug.start);
    });
    return {!by_somebody && there, std::nullopt};
}

} // namespace embolink
