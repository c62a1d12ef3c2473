#include "tests/analysis/report_cohort.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace embolink::testing {

namespace {

// splitmix64, counter-based: draw `slot` of patient `index`.
double uniform(std::uint64_t seed, int index, int slot) {
    std::uint64_t z =
        seed + (static_cast<std::uint64_t>(index) * 64 + static_cast<std::uint64_t>(slot) + 1) *
                   0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    z ^= z >> 31;
    return (static_cast<double>(z >> 11) + 0.5) * 0x1p-53;
}

struct Maker {
    const CohortPlan& plan;
    int index;
    std::string patient;
    std::string arm;
    Date start{};

    double draw(int slot) const { return uniform(plan.seed, index, slot); }

    EndpointRecord record(const std::string& param) const {
        EndpointRecord made = base_record(patient, param);
        made.arm = arm;
        made.start = start;
        return made;
    }
};

int exponential_days(double u, double hazard_per_month) {
    return static_cast<int>(std::lround(-std::log(u) / hazard_per_month * 30.4375));
}

EndpointRecord cohort_of(const Maker& make) {
    EndpointRecord record = make.record("COHORT");
    record.status = Value{std::string("included"), "", ""};
    const double tier = make.draw(2);
    record.flags = {tier < 0.55 ? "tier-a" : tier < 0.7 ? "tier-b" : "tier-unknown"};
    if (make.draw(3) < 0.06) {
        record.flags.insert(record.flags.begin(), "prior-arterial-therapy");
    }
    if (make.arm == "HAE" && make.draw(4) < 0.15) {
        record.flags.insert(record.flags.begin(), "lipiodol-only");
    }
    return record;
}

// Scans about every 90 days; progression is seen at the next one.
EndpointRecord pfs_of(const Maker& make, int followed) {
    EndpointRecord record = make.record("PFS");
    const int truth = exponential_days(make.draw(5), make.plan.hazard_per_month);
    const int seen = (truth / 90 + 1) * 90 + static_cast<int>(20 * make.draw(6)) - 10;
    if (seen <= followed) {
        record.status = Event{"progression"};
        record.days = seen;
        record.left = plus_days(make.start, std::max(0, seen - 90));
        record.right = plus_days(make.start, seen);
    } else {
        record.status =
            Censored{make.draw(7) < 0.2 ? "new-anticancer-therapy" : "last-adequate-assessment"};
        record.days = std::max(0, followed - static_cast<int>(60 * make.draw(8)));
        if (make.draw(9) < make.plan.unread) {
            record.flags = {"pd-candidate-unresolved"};
            record.sources = {
                {"DiagnosticReport/" + std::to_string(make.index), "1", "candidate", "R8.2"}};
        }
    }
    record.date = plus_days(make.start, *record.days);
    record.sources.push_back({"Observation/" + std::to_string(make.index),
                              "1",
                              std::holds_alternative<Event>(record.status) ? "event" : "censor",
                              "R5.1"});
    return record;
}

EndpointRecord os_of(const Maker& make, int followed, int progression) {
    EndpointRecord record = make.record("OS");
    const int death = progression + exponential_days(make.draw(10), 0.02);
    const bool died = death <= followed;
    record.days = died ? death : followed;
    record.date = plus_days(make.start, *record.days);
    if (died) {
        record.status = Event{"death"};
    } else {
        record.status = Censored{"last-known-alive"};
    }
    return record;
}

EndpointRecord yes_no(const Maker& make, const std::string& param, int slot, double share) {
    EndpointRecord record = make.record(param);
    if (make.draw(slot + 1) < 0.08) {
        record.status = NotEvaluable{param == "TOX3" ? "no-safety-data" : "no-assessment"};
    } else {
        record.status = Value{make.draw(slot) < share, "", ""};
    }
    return record;
}

EndpointRecord marker_of(const Maker& make, const std::string& param, int slot) {
    EndpointRecord record = make.record(param);
    if (make.draw(slot) < 0.12) {
        record.status = NotEvaluable{"baseline-missing"};
        return record;
    }
    const int hundredths = static_cast<int>(std::exp(3 * make.draw(slot + 1)) * 50);
    record.status = Value{DecimalText{std::to_string(hundredths / 100) + "." +
                                      std::to_string(100 + hundredths % 100).substr(1)},
                          "xULN",
                          ""};
    for (const auto& [limit, flag] :
         {std::pair{100, "elevated"}, {200, "elevated-2x"}, {500, "elevated-5x"}}) {
        if (hundredths > limit) {
            record.flags.emplace_back(flag);
        }
    }
    return record;
}

EndpointRecord course_of(const Maker& make) {
    EndpointRecord record = make.record("COURSE");
    const bool two = make.draw(11) < 0.8;
    record.status = Value{std::int64_t{two ? 2 : 1}, "", ""};
    record.flags = {two ? "interval-conform" : "single-round"};
    if (make.draw(12) < 0.05) {
        record.flags.insert(record.flags.begin(), "crossover");
    }
    return record;
}

// The same time under another param.
EndpointRecord renamed(EndpointRecord record, const std::string& param) {
    record.param = param;
    return record;
}

EndpointRecord value_of(const Maker& make, const std::string& param, Value value) {
    EndpointRecord record = make.record(param);
    record.status = std::move(value);
    return record;
}

EndpointRecord worst_grade(const Maker& make, const std::string& param) {
    const double u = make.draw(25);
    if (u < 0.05) {
        EndpointRecord record = make.record(param);
        record.status = NotEvaluable{"no-safety-data"};
        return record;
    }
    EndpointRecord record = value_of(make,
                                     param,
                                     {std::int64_t{u < 0.4   ? 1
                                                   : u < 0.8 ? 2
                                                             : 3},
                                      "",
                                      ""});
    record.flags = {"term:alt-increased"};
    return record;
}

// R10: age, sex and what only its presence is documented of.
std::vector<EndpointRecord> covariates_of(const Maker& make) {
    const int tenths = 450 + static_cast<int>(350 * make.draw(26));
    std::vector<EndpointRecord> records = {
        value_of(make,
                 "AGE",
                 {DecimalText{std::to_string(tenths / 10) + "." + std::to_string(tenths % 10)},
                  "a",
                  ""}),
        value_of(make, "SEX", {std::string(make.draw(27) < 0.55 ? "male" : "female"), "", ""}),
        value_of(make, "SSA", {make.draw(28) < 0.6, "", ""})};
    for (const char* param : {"PRIOR-RESECTION-PRIMARY", "GRADE"}) {
        EndpointRecord record = make.record(param);
        record.status = NotEvaluable{"not-documented"};
        if (std::string(param) != "GRADE" && make.draw(29) < 0.5) {
            record.status = Value{true, "", ""};
        }
        records.push_back(record);
    }
    return records;
}

EndpointRecord excluded_record(int index) {
    constexpr std::array reasons = {
        "no-midgut-net", "other-primary", "wrong-purpose", "not-performed", "no-liver-metastasis"};
    EndpointRecord record = base_record("Patient/excluded-" + std::to_string(index), "COHORT");
    record.status =
        Value{std::string("excluded"), "", reasons[static_cast<std::size_t>(index) % 5]};
    record.start.reset();
    return record;
}

} // namespace

EndpointRecord base_record(const std::string& patient, const std::string& param) {
    EndpointRecord record;
    record.trial = "maire-2012";
    record.trial_version = "1";
    record.rules_version = "1";
    record.patient = patient;
    record.as_of = made_up_cut;
    record.param = param;
    record.arm = "";
    record.start = made_up_start;
    return record;
}

EndpointRecord
cohort_record(const std::string& patient, const std::string& arm, std::vector<std::string> flags) {
    EndpointRecord record = base_record(patient, "COHORT");
    record.arm = arm;
    record.status = Value{std::string("included"), "", ""};
    record.flags = std::move(flags);
    return record;
}

EndpointRecord event_record(const std::string& patient, const std::string& param, int days) {
    EndpointRecord record = base_record(patient, param);
    record.status = Event{param == "OS" ? "death" : "progression"};
    record.days = days;
    record.date = plus_days(*record.start, days);
    return record;
}

EndpointRecord censored_record(const std::string& patient, const std::string& param, int days) {
    EndpointRecord record = event_record(patient, param, days);
    record.status = Censored{param == "OS" ? "last-known-alive" : "last-adequate-assessment"};
    return record;
}

std::vector<EndpointRecord> made_up_records(const CohortPlan& plan) {
    std::vector<EndpointRecord> records;
    for (int i = 0; i < plan.patients; ++i) {
        Maker make{plan, i, "Patient/p" + std::to_string(1000 + i), "", {}};
        const double u = make.draw(0);
        make.arm = u < plan.undetermined          ? "UNDETERMINED"
                   : u < plan.undetermined + 0.03 ? "HACE-DEB"
                   : u < 0.58                     ? "HAE"
                                                  : "HACE";
        make.start = plus_days(made_up_start, static_cast<int>(1800 * make.draw(1)));
        const int possible = days_between(make.start, made_up_cut);
        const int followed = std::min(possible, exponential_days(make.draw(13), 0.006));
        records.push_back(cohort_of(make));
        records.push_back(course_of(make));
        records.push_back(pfs_of(make, followed));
        const int progression = *records.back().days;
        records.push_back(renamed(records.back(), "HPFS"));
        records.push_back(renamed(records.back(), "PFS-ITT"));
        records.push_back(os_of(make, followed, progression));
        EndpointRecord best = make.record("BOR");
        const double response = make.draw(14);
        best.status = Value{std::string(response < 0.3    ? "PR"
                                        : response < 0.88 ? "SD"
                                        : response < 0.95 ? "PD"
                                                          : "NE"),
                            "",
                            ""};
        records.push_back(best);
        records.push_back(renamed(best, "BOR-CONFIRMED"));
        records.push_back(yes_no(make, "OR", 15, 0.3));
        records.push_back(yes_no(make, "DC", 17, 0.93));
        records.push_back(worst_grade(make, "TOX"));
        records.push_back(worst_grade(make, "TOX-ULN"));
        records.push_back(yes_no(make, "TOX3", 19, 0.2));
        records.push_back(value_of(make, "DEATH30", {make.draw(30) < 0.02, "", ""}));
        records.push_back(marker_of(make, "BASE-5HIAA", 21));
        records.push_back(marker_of(make, "BASE-CGA", 23));
        records.push_back(yes_no(make, "RESP-5HIAA", 31, 0.5));
        for (EndpointRecord& record : covariates_of(make)) {
            records.push_back(std::move(record));
        }
    }
    for (int i = 0; i < plan.patients / 6; ++i) {
        records.push_back(excluded_record(i));
    }
    return records;
}

namespace {

TimelineEntry entry_of(const EndpointRecord& record,
                       int days,
                       const std::string& kind,
                       const std::string& param) {
    TimelineEntry entry;
    entry.patient = record.patient;
    entry.date = plus_days(*record.start, days);
    entry.kind = kind;
    entry.used_by = {param};
    return entry;
}

// Two sessions, two markers, a toxicity, and a marker that halved or rose.
void add_course(std::vector<TimelineEntry>& timeline, const EndpointRecord& cohort, int index) {
    for (const int days : {0, 90}) {
        timeline.push_back(entry_of(cohort, days, "session", "COURSE"));
        timeline.back().value = days == 0 ? "round 1" : "round 2";
    }
    timeline.push_back(entry_of(cohort, 3, "toxicity", "TOX"));
    timeline.back().term = "alt-increased";
    timeline.back().grade = 1 + index % 4;
    for (const int days : {-10, 60}) {
        TimelineEntry marker =
            entry_of(cohort, days, "marker", days < 0 ? "BASE-5HIAA" : "RESP-5HIAA");
        marker.series = "5-HIAA rate-24h";
        marker.unit = "mg/(24.h)";
        marker.value = days < 0 ? "40" : index % 2 == 0 ? "16" : "56";
        marker.x_uln = days < 0 ? "5" : index % 2 == 0 ? "2" : "7";
        timeline.push_back(marker);
    }
}

} // namespace

AuditInput made_up_audit(const CohortPlan& plan) {
    AuditInput input;
    input.records = made_up_records(plan);
    std::vector<TimelineEntry> timeline;
    int index = 0;
    for (const EndpointRecord& record : input.records) {
        if (record.param == "COHORT" && record.start) {
            add_course(timeline, record, index++);
        }
    }
    for (const EndpointRecord& record : input.records) {
        for (const RecordSource& source : record.sources) {
            if (source.role == "candidate") {
                TimelineEntry entry;
                entry.patient = record.patient;
                entry.kind = "assessment";
                entry.date = plus_days(*record.date, 100);
                entry.value = std::string(all_candidates_progression);
                entry.series = record.param;
                entry.term = "event";
                entry.source = source.reference;
                timeline.push_back(entry);
            }
        }
    }
    input.timeline = timeline;
    input.settings.as_of = made_up_cut;
    input.settings.analysis_dates = {made_up_cut};
    input.settings.site_name = "Made-up hospital";
    input.settings.software_version = "test";
    input.settings.rules_version = "test rules";
    input.settings.trial_version = "1";
    input.settings.intended_use_en = "For tests only.";
    input.settings.intended_use_fr = "Pour les tests seulement.";
    input.settings.inputs = {{"endpoints.ndjson", std::string(64, 'a')}};
    input.settings.assumed_windows = {{"longest gap between assessments", 212, "R5.3"},
                                      {"baseline imaging before the first session", 91, "R5.6"},
                                      {"least time to stable disease", 42, "R4.6"}};
    input.issues = {{"error", "value", "date cannot be read", 3, "Observation"},
                    {"information", "business-rule", "entered in error", 12, "Procedure"}};
    return input;
}

} // namespace embolink::testing
