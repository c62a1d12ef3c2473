#include "analysis/report/completeness.hpp"

#include "analysis/report/flags.hpp"
#include "analysis/report/format.hpp"
#include "analysis/report/words.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

namespace embolink {

namespace {

std::string month_of(Date date) {
    return to_iso(date).substr(0, 7);
}

std::string month_after(const std::string& month) {
    int year = std::stoi(month.substr(0, 4));
    int number = std::stoi(month.substr(5, 2)) + 1;
    if (number > 12) {
        number = 1;
        ++year;
    }
    return std::to_string(10000 + year).substr(1) + "-" + std::to_string(100 + number).substr(1);
}

std::vector<std::string> months_between(const std::string& first, const std::string& last) {
    std::vector<std::string> months;
    for (std::string month = first; month <= last; month = month_after(month)) {
        months.push_back(month);
    }
    return months;
}

struct Element {
    std::string name;
    std::function<bool(const PatientRow&)> complete;
};

Element covariate_element(const std::string& name, const std::string& param) {
    return {name, [param](const PatientRow& row) {
                const Covariate& item = row.covariate(param);
                return item.present && item.reason.empty();
            }};
}

std::vector<Element> elements() {
    const auto known = [](const YesNo& answer) { return answer.value.has_value(); };
    return {
        {"Kind of embolization", [](const auto& row) { return row.arm != "UNDETERMINED"; }},
        {"Progression before treatment",
         [](const auto& row) { return !row.has_cohort_flag("tier-unknown"); }},
        {"Baseline imaging",
         [](const auto& row) { return row.pfs.reason != "no-baseline-imaging"; }},
        {"Imaging after treatment",
         [](const auto& row) { return row.pfs.present && row.pfs.reason != "no-assessment"; }},
        {"No open imaging report", [](const auto& row) { return !row.candidate_unresolved; }},
        {"Vital status and its date", [](const auto& row) { return row.os.days.has_value(); }},
        {"Disease control", [known](const auto& row) { return known(row.disease_control); }},
        {"Toxicity", [known](const auto& row) { return known(row.grade3); }},
        {"Death within 30 days", [known](const auto& row) { return known(row.death30); }},
        {"5-HIAA at baseline", [](const auto& row) { return !row.hiaa.multiple.empty(); }},
        {"Chromogranin A at baseline", [](const auto& row) { return !row.cga.multiple.empty(); }},
        covariate_element("Age", "AGE"),
        covariate_element("Sex", "SEX"),
        covariate_element("Somatostatin analogue", "SSA"),
        covariate_element("Resection of the primary", "PRIOR-RESECTION-PRIMARY"),
        covariate_element("Liver resection", "PRIOR-RESECTION-LIVER"),
        covariate_element("Liver involvement", "LIVER-INVOLVEMENT"),
        covariate_element("WHO grade", "GRADE"),
        covariate_element("Urgency", "URGENT"),
        covariate_element("Drug and dose", "AGENT")};
}

// Who can mend it, by the code of a reason or flag; empty: nobody's fault, nothing to mend.
std::string area_of(const std::string& code) {
    static const std::map<std::string, std::string> areas = {
        {"baseline-missing", "laboratory"},
        {"baseline-stale", "laboratory"},
        {"uln-missing", "laboratory"},
        {"no-follow-up", "laboratory"},
        {"assay-changed", "laboratory"},
        {"indeterminate", "laboratory"},
        {"no-safety-data", "laboratory"},
        {"at-least", "laboratory"},
        {"at-most", "laboratory"},
        {"grade-at-least", "laboratory"},
        {"grade-from-severity", "oncology"},
        {"no-baseline-imaging", "imaging"},
        {"no-assessment", "imaging"},
        {"baseline-not-in-feed", "imaging"},
        {"no-imaging-in-feed", "imaging"},
        {"same-date-conflict", "imaging"},
        {"trend-only", "imaging"},
        {"response-unspecified", "imaging"},
        {"early-pd", "readers"},
        {"pd-candidate-unresolved", "readers"},
        {"response-candidate-unresolved", "readers"},
        {"UNDETERMINED", "procedures"},
        {"laterality-unknown", "procedures"},
        {"site-assumed-hepatic", "procedures"},
        {"therapy-from-request", "pharmacy"},
        {"ssa-changed", "pharmacy"},
        {"second-primary", "oncology"},
        {"not-documented", "oncology"},
        {"death-date-unknown", "administration"},
        {"contact-after-death", "administration"},
        {"date-imputed-day", "administration"},
        {"identity-unresolved", "administration"}};
    const auto found = areas.find(code);
    return found == areas.end() ? "" : found->second;
}

// Of an issue, by the type of its resource.
std::string area_of_type(const std::string& type) {
    static const std::map<std::string, std::string> areas = {
        {"Observation", "laboratory"},
        {"DiagnosticReport", "imaging"},
        {"ImagingStudy", "imaging"},
        {"Procedure", "procedures"},
        {"Medication", "pharmacy"},
        {"MedicationAdministration", "pharmacy"},
        {"MedicationRequest", "pharmacy"},
        {"MedicationStatement", "pharmacy"},
        {"Condition", "oncology"},
        {"AdverseEvent", "oncology"},
        {"Patient", "administration"},
        {"Encounter", "administration"}};
    const auto found = areas.find(type);
    return found == areas.end() ? "integration" : found->second;
}

struct Faults {
    std::set<std::string> patients;
    int records = 0;
};

void take_code(std::map<std::string, Faults>& faults,
               const std::string& code,
               const std::string& patient) {
    if (!area_of(code).empty()) {
        faults[code].patients.insert(patient);
        ++faults[code].records;
    }
}

std::map<std::string, Faults> faults_of(const std::vector<EndpointRecord>& records,
                                        const std::set<std::string>& included) {
    std::map<std::string, Faults> faults;
    for (const EndpointRecord& record : records) {
        if (!included.contains(record.patient)) {
            continue;
        }
        if (const auto* missing = std::get_if<NotEvaluable>(&record.status)) {
            take_code(faults, missing->reason, record.patient);
        } else if (const auto* censored = std::get_if<Censored>(&record.status)) {
            take_code(faults, censored->reason, record.patient);
        }
        if (record.param == "COHORT" && record.arm == "UNDETERMINED") {
            take_code(faults, record.arm, record.patient);
        }
        for (const std::string& flag : record.flags) {
            take_code(faults, flag, record.patient);
        }
    }
    return faults;
}

std::string cause_words(const std::string& code) {
    const std::string reason = reason_words(code);
    return reason == code ? flag_words(code) : reason;
}

} // namespace

std::vector<MonthCount> ascertainment(const std::vector<TimelineEntry>& timeline,
                                      const std::map<std::string, int>& counted) {
    std::set<std::tuple<std::string, std::string, Date>> seen; // kind, patient, day
    std::map<std::string, MonthCount> by_month;
    for (const TimelineEntry& entry : timeline) {
        const bool other = entry.kind == "exclusion-evidence" && entry.value.empty();
        if (!entry.date || (entry.kind != "session" && !other)) {
            continue;
        }
        if (seen.emplace(entry.kind, entry.patient, *entry.date).second) {
            MonthCount& month = by_month[month_of(*entry.date)];
            (other ? month.other : month.found) += 1;
        }
    }
    for (const auto& [month, count] : counted) {
        by_month[month].counted = count;
    }
    std::vector<MonthCount> list;
    if (by_month.empty()) {
        return list;
    }
    for (const std::string& month :
         months_between(by_month.begin()->first, by_month.rbegin()->first)) {
        list.push_back(by_month[month]);
        list.back().month = month;
    }
    return list;
}

CompletenessResult completeness(const AuditDataset& dataset) {
    CompletenessResult result;
    std::map<std::string, Rows> by_month;
    for (const PatientRow* row : select(dataset, AnalysisSet::verdict)) {
        if (row->start) {
            by_month[month_of(*row->start)].push_back(row);
        }
    }
    if (by_month.empty()) {
        return result;
    }
    result.months = months_between(by_month.begin()->first, by_month.rbegin()->first);
    for (const Element& element : elements()) {
        CompletenessRow line;
        line.element = element.name;
        for (const std::string& month : result.months) {
            const Rows& rows = by_month[month];
            const auto complete = static_cast<int>(std::count_if(
                rows.begin(), rows.end(), [&](const auto* row) { return element.complete(*row); }));
            line.cells.emplace_back(complete, static_cast<int>(rows.size()));
            line.complete += complete;
            line.patients += static_cast<int>(rows.size());
        }
        result.rows.push_back(line);
    }
    return result;
}

std::vector<QualityCause> quality_causes(const std::vector<EndpointRecord>& records,
                                         const AuditDataset& dataset,
                                         const AuditInput& input) {
    std::set<std::string> included;
    for (const PatientRow& row : dataset.patients) {
        if (row.included) {
            included.insert(row.patient);
        }
    }
    const auto owner = [&](const std::string& area) {
        const auto found = input.settings.owners.find(area);
        return found == input.settings.owners.end() ? std::string() : found->second;
    };
    std::vector<QualityCause> causes;
    for (const auto& [code, faults] : faults_of(records, included)) {
        const std::string area = area_of(code);
        causes.push_back({cause_words(code),
                          area,
                          owner(area),
                          static_cast<int>(faults.patients.size()),
                          faults.records});
    }
    std::map<std::pair<std::string, std::string>, int> read; // (area, text)
    for (const IssueCount& issue : input.issues) {
        if (issue.severity != "information") {
            read[{area_of_type(issue.type), issue.text}] += issue.count;
        }
    }
    for (const auto& [key, count] : read) {
        causes.push_back({key.second, key.first, owner(key.first), 0, count});
    }
    std::stable_sort(causes.begin(), causes.end(), [](const auto& a, const auto& b) {
        return std::tuple(a.patients, a.records) > std::tuple(b.patients, b.records);
    });
    return causes;
}

} // namespace embolink
