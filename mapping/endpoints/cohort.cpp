#include "mapping/endpoints/cohort.hpp"

#include "mapping/endpoints/disease.hpp"
#include "mapping/timeline/row_purpose.hpp"

#include <algorithm>
#include <functional>

namespace embolink {

namespace {

using Rows = std::vector<const ProcedureRow*>;

Rows candidate_rows(const PatientTimeline& timeline) {
    Rows rows;
    for (const ProcedureRow& row : timeline.procedures) {
        if (is_candidate_row(row)) {
            rows.push_back(&row);
        }
    }
    return rows;
}

// R1.3, the reasons about rows, for a patient without a session.
std::string reason_of_rows(Rows rows) {
    struct Step {
        const char* reason;
        std::function<bool(const ProcedureRow&)> fails;
    };

    const Step steps[] = {
        {"not-performed", [](const ProcedureRow& row) { return row.status != "completed"; }},
        {"not-an-embolization",
         [](const ProcedureRow& row) {
             return purpose_of(row) == RowPurpose::not_an_embolization;
         }},
        {"wrong-purpose",
         [](const ProcedureRow& row) { return purpose_of(row) != RowPurpose::hepatic; }},
        {"date-imprecise", [](const ProcedureRow& row) { return !day_of(row); }},
    };
    for (const Step& step : steps) {
        std::erase_if(rows, [&](const ProcedureRow* row) { return step.fails(*row); });
        if (rows.empty()) {
            return step.reason;
        }
    }
    return "date-imprecise"; // not reached: a row that passes every step is a session
}

Date birthday(Date birth, int years) {
    const std::chrono::year_month_day born{birth};
    const std::chrono::year_month_day day{
        born.year() + std::chrono::years{years}, born.month(), born.day()};
    // 29 February: of age on 1 March of a common year.
    return day.ok() ? Date{day} : plus_days(Date{day.year() / day.month() / std::chrono::last}, 1);
}

bool judge_age(CohortFinding& finding,
               const PatientTimeline& timeline,
               Date t0,
               const TrialWindows& windows) {
    const auto birth = timeline.person ? timeline.person->birth : std::nullopt;
    const auto minor = is_under_age(birth, t0, windows.adult_years.days);
    if (!minor) {
        const Origin origin = timeline.person ? timeline.person->origin : Origin{};
        finding.issues.push_back({Severity::warning,
                                  IssueCode::required,
                                  "Patient.birthDate",
                                  origin.reference,
                                  origin.version,
                                  "the birth date does not tell whether the patient was of age at "
                                  "T0; not excluded as minor (R1.3)",
                                  timeline.patient});
    }
    return minor.value_or(false);
}

void cite(CohortFinding& finding, const Origin& origin, const char* role, const char* rule) {
    finding.sources.push_back({origin.reference, origin.version, role, rule});
}

void cite_rows(CohortFinding& finding, const Rows& rows, const Course* course) {
    std::vector<const ProcedureRow*> start;
    if (course != nullptr) {
        start = course->rounds.front().sessions.front().rows;
    }
    for (const ProcedureRow* row : rows) {
        if (std::find(start.begin(), start.end(), row) != start.end()) {
            cite(finding, row->origin, "start", "R3.1");
        } else {
            cite(finding, row->origin, "candidate", "R1.1");
        }
    }
}

void cite_patients(CohortFinding& finding, const PatientTimeline& timeline) {
    if (timeline.person) {
        cite(finding, timeline.person->origin, "patient", "R9.5");
    }
    for (const Origin& origin : timeline.identity_origins) {
        cite(finding, origin, "identity", "R9.5");
    }
}

// The role says what excluded the patient, for people who read the sources.
void mark_exclusion(CohortFinding& finding, const std::string& role) {
    for (RecordSource& source : finding.sources) {
        if (source.role == role) {
            source.role = "exclusion";
            source.rule = "R1.3";
        }
    }
}

} // namespace

bool is_candidate(const PatientTimeline& timeline) {
    return std::any_of(timeline.procedures.begin(), timeline.procedures.end(), is_candidate_row);
}

std::optional<bool> is_under_age(const std::optional<PartialDate>& birth, Date day, int years) {
    if (!birth) {
        return std::nullopt;
    }
    if (day < birthday(birth->first, years)) {
        return true;
    }
    return day < birthday(birth->last, years) ? std::nullopt : std::optional{false};
}

CohortFinding
judge_cohort(const PatientTimeline& timeline, const Course* course, const TrialWindows& windows) {
    CohortFinding finding;
    const Rows rows = candidate_rows(timeline);
    cite_patients(finding, timeline);
    cite_rows(finding, rows, course);
    const DiseaseFinding disease = judge_disease(timeline);
    for (const Origin& origin : disease.origins) {
        cite(finding, origin, "diagnosis", "R1.2");
    }
    if (course == nullptr) {
        finding.exclusion = reason_of_rows(rows);
        mark_exclusion(finding, "candidate");
        return finding;
    }
    if (judge_age(finding, timeline, course->t0(), windows)) {
        finding.exclusion = "minor";
        mark_exclusion(finding, "patient");
        return finding;
    }
    if (!disease.exclusion.empty()) {
        finding.exclusion = disease.exclusion;
        mark_exclusion(finding, "diagnosis");
        return finding;
    }
    if (timeline.identity_unresolved) {
        finding.exclusion = "identity-unresolved";
        mark_exclusion(finding, "identity");
        return finding;
    }
    if (disease.liver_from_text) {
        finding.flags.push_back("liver-from-text");
    }
    if (disease.second_primary) {
        finding.flags.push_back("second-primary");
    }
    if (course->rounds.front().sessions.front().site_assumed) {
        finding.flags.push_back("site-assumed-hepatic");
    }
    return finding;
}

} // namespace embolink
