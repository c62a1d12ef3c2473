#include "mapping/endpoints/trail.hpp"

#include <algorithm>

namespace embolink {

Trail::Trail(const PatientCase& patient, const EndpointDefinition& definition)
    : patient_(patient.timeline.patient), param_(definition.param), t0_(patient.t0()) {
    for (const auto* row : patient.course.sessions().front()->rows) {
        start_.push_back(row->origin);
    }
}

void Trail::cite(const Origin& origin, std::string_view role, std::string_view rule) {
    sources_.insert({origin.reference, origin.version, std::string(role), std::string(rule)});
}

void Trail::cite(const std::vector<Origin>& origins, std::string_view role, std::string_view rule) {
    for (const auto& origin : origins) {
        cite(origin, role, rule);
    }
}

void Trail::flag(std::string_view name) {
    flags_.insert(std::string(name));
}

void Trail::flags(const std::vector<std::string>& names) {
    flags_.insert(names.begin(), names.end());
}

void Trail::note_used(TimelineEntry entry) {
    entry.patient = patient_;
    entry.used_by = {param_};
    notes_.push_back(std::move(entry));
}

void Trail::note_set_aside(TimelineEntry entry, std::string_view because) {
    entry.patient = patient_;
    entry.set_aside_because = because;
    entry.set_aside_by = {param_ + ": " + entry.set_aside_because};
    notes_.push_back(std::move(entry));
}

bool Trail::cites(const Origin& origin) const {
    return std::any_of(sources_.begin(), sources_.end(), [&](const RecordSource& source) {
        return source.reference == origin.reference && source.version == origin.version;
    });
}

Derived Trail::finish(RecordStatus status) {
    Derived derived;
    derived.record.param = param_;
    derived.record.status = std::move(status);
    derived.record.flags.assign(flags_.begin(), flags_.end());
    derived.record.sources.assign(sources_.begin(), sources_.end());
    derived.notes = std::move(notes_);
    return derived;
}

Derived Trail::finish(RecordStatus status, Date date) {
    cite(start_, "start", "R3.1");
    auto derived = finish(std::move(status));
    derived.record.date = date;
    derived.record.days = days_between(t0_, date);
    return derived;
}

void cite_course(Trail& trail, const PatientCase& patient) {
    for (const auto* session : patient.course.sessions()) {
        for (const auto* row : session->rows) {
            trail.cite(row->origin, "session", "R2.1");
        }
    }
    if (!patient.course.retreatment) {
        return;
    }
    trail.cite(patient.course.retreatment_origins, "retreatment", "R2.3");
    for (const auto& assessment : patient.assessments) {
        if (assessment.category == ResponseCategory::progressive_disease &&
            assessment.date > patient.t0() && assessment.date <= *patient.course.retreatment) {
            trail.cite(assessment.origins, "retreatment", "R2.3");
            return; // the first progression ends the course
        }
    }
}

TimelineEntry timeline_entry(std::string_view kind, Date date, const std::vector<Origin>& origins) {
    TimelineEntry entry;
    entry.kind = kind;
    entry.date = date;
    if (!origins.empty()) {
        entry.source = origins.front().reference;
    }
    return entry;
}

} // namespace embolink
