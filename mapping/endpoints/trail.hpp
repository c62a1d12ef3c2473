// What a record is built from while a rule runs: the resources it cites, the flags it earns and the
// timeline lines it leaves (R9.6).
#pragma once

#include "mapping/endpoints/patient_case.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace embolink {

class Trail {
public:
    // Both only read here.
    Trail(const PatientCase& patient, const EndpointDefinition& definition);

    // One resource that decided the record; `rule` such as "R5.3". Repeats collapse.
    void cite(const Origin& origin, std::string_view role, std::string_view rule);
    void cite(const std::vector<Origin>& origins, std::string_view role, std::string_view rule);

    void flag(std::string_view name);
    void flags(const std::vector<std::string>& names);

    // `entry.patient` is filled in; a fact that decided the record names its param in `used_by`.
    void note_used(TimelineEntry entry);
    void note_set_aside(TimelineEntry entry, std::string_view because);

    bool cites(const Origin& origin) const;

    // The record, its lists sorted. The second form also carries the analysis date and the whole
    // days from T0 to it, and cites what tells T0 (R3.1).
    Derived finish(RecordStatus status);
    Derived finish(RecordStatus status, Date date);

private:
    std::string patient_;
    std::string param_;
    Date t0_;
    std::vector<Origin> start_; // of the first session
    std::set<RecordSource> sources_;
    std::set<std::string> flags_;
    std::vector<TimelineEntry> notes_;
};

// All rows of the sessions of the course, and where a second course began, what tells that it is
// one (R2.3): records that depend on the windows of the sessions or on the retreatment cite these.
void cite_course(Trail& trail, const PatientCase& patient);

// A timeline line of that kind, date and resource.
TimelineEntry timeline_entry(std::string_view kind, Date date, const std::vector<Origin>& origins);

} // namespace embolink
