#include "analysis/report/marker_course.hpp"

#include "analysis/report/format.hpp"
#include "analysis/report/words.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace embolink {

namespace {

constexpr int earliest_day = -90; // R7.2: the baseline window
constexpr int latest_day = 1096;  // three years: later values say nothing of the embolization

using EntriesByPatient = std::map<std::string, std::vector<const TimelineEntry*>>;

EntriesByPatient by_patient(const std::vector<TimelineEntry>& timeline) {
    EntriesByPatient entries;
    for (const TimelineEntry& entry : timeline) {
        entries[entry.patient].push_back(&entry);
    }
    // By date, so that the order of the lines of a file changes nothing (R9.4).
    const auto key = [](const TimelineEntry* entry) {
        return std::tie(entry->date,
                        entry->kind,
                        entry->series,
                        entry->value,
                        entry->unit,
                        entry->term,
                        entry->grade,
                        entry->source);
    };
    for (auto& [patient, list] : entries) {
        std::stable_sort(list.begin(), list.end(), [&](const auto* a, const auto* b) {
            return key(a) < key(b);
        });
    }
    return entries;
}

bool used_by(const TimelineEntry& entry, const std::string& param) {
    return std::find(entry.used_by.begin(), entry.used_by.end(), param) != entry.used_by.end();
}

struct MarkerKey {
    std::string name;
    std::string prefix; // of the series
    std::string baseline;
    std::string response;
    const YesNo PatientRow::*answer;
};

const std::vector<MarkerKey>& marker_keys() {
    static const std::vector<MarkerKey> keys = {
        {"Urinary 5-HIAA", "5-HIAA", "BASE-5HIAA", "RESP-5HIAA", &PatientRow::hiaa_response},
        {"Chromogranin A", "CgA", "BASE-CGA", "RESP-CGA", &PatientRow::cga_response}};
    return keys;
}

// R7.4: the baseline and the later values that decided the biochemical response, one series.
std::optional<MarkerChange> change_of(const PatientRow& row,
                                      const std::vector<const TimelineEntry*>& entries,
                                      const MarkerKey& key) {
    std::optional<double> baseline;
    std::string series;
    for (const TimelineEntry* entry : entries) {
        if (entry->kind == "marker" && used_by(*entry, key.baseline)) {
            baseline = number_in(entry->value);
            series = entry->series + "|" + entry->unit;
        }
    }
    if (!baseline || *baseline <= 0) {
        return std::nullopt;
    }
    std::optional<MarkerChange> best;
    for (const TimelineEntry* entry : entries) {
        const auto value = number_in(entry->value);
        if (entry->kind != "marker" || !entry->date || !value ||
            entry->series + "|" + entry->unit != series || !used_by(*entry, key.response) ||
            *entry->date <= *row.start) {
            continue;
        }
        const double change = *value / *baseline - 1;
        if (!best || change < best->change) {
            best = MarkerChange{row.patient,
                                row.arm,
                                change,
                                days_between(*row.start, *entry->date),
                                (row.*key.answer).value};
        }
    }
    return best;
}

// One line per series of the patient, because values of two assays do not compare.
std::vector<MarkerLine> lines_of(const PatientRow& row,
                                 const std::vector<const TimelineEntry*>& entries,
                                 const MarkerKey& key) {
    std::map<std::string, MarkerLine> lines;
    for (const TimelineEntry* entry : entries) {
        const auto multiple = number_in(entry->x_uln);
        if (entry->kind != "marker" || !entry->date || !multiple || *multiple <= 0 ||
            !entry->series.starts_with(key.prefix)) {
            continue;
        }
        const int days = days_between(*row.start, *entry->date);
        if (days >= earliest_day && days <= latest_day) {
            MarkerLine& line = lines[entry->series];
            line.patient = row.patient;
            line.arm = row.arm;
            line.points.push_back({days, *multiple});
        }
    }
    std::vector<MarkerLine> list;
    for (auto& [series, line] : lines) {
        list.push_back(std::move(line));
    }
    return list;
}

const std::vector<const TimelineEntry*>& entries_of(const EntriesByPatient& all,
                                                    const std::string& patient) {
    static const std::vector<const TimelineEntry*> none;
    const auto found = all.find(patient);
    return found == all.end() ? none : found->second;
}

MarkerCourse course_of(const Rows& rows, const EntriesByPatient& entries, const MarkerKey& key) {
    MarkerCourse course;
    course.name = key.name;
    for (const PatientRow* row : rows) {
        if (!row->start) {
            continue;
        }
        const auto& list = entries_of(entries, row->patient);
        if (const auto change = change_of(*row, list, key)) {
            course.changes.push_back(*change);
        } else {
            ++course.without_change;
        }
        const std::vector<MarkerLine> lines = lines_of(*row, list, key);
        course.without_line += lines.empty() ? 1 : 0;
        course.lines.insert(course.lines.end(), lines.begin(), lines.end());
    }
    std::stable_sort(course.changes.begin(),
                     course.changes.end(),
                     [](const auto& a, const auto& b) { return a.change > b.change; });
    return course;
}

std::optional<LaneMark> mark_of(const PatientRow& row, const TimelineEntry& entry) {
    if (!entry.date) {
        return std::nullopt;
    }
    LaneMark mark;
    mark.days = days_between(*row.start, *entry.date);
    if (entry.kind == "session" && mark.days >= 0) {
        mark.kind = "session";
        mark.text = entry.value;
    } else if (entry.kind == "assessment" && mark.days > 0 && used_by(entry, "BOR")) {
        mark.kind = entry.value;
        mark.text = entry.value;
    } else if (entry.kind == "therapy" && used_by(entry, "PFS")) {
        mark.kind = "therapy";
        mark.text = entry.value;
    } else if (entry.kind == "toxicity" && entry.grade.value_or(0) >= 3 && used_by(entry, "TOX3")) {
        mark.kind = "toxicity";
        mark.text = term_words(entry.term) + ", grade " + std::to_string(*entry.grade);
    } else {
        return std::nullopt;
    }
    return mark;
}

Lane lane_of(const PatientRow& row, const std::vector<const TimelineEntry*>& entries) {
    Lane lane;
    lane.patient = row.patient;
    lane.arm = row.arm;
    lane.followed = row.os.days.value_or(row.pfs.days.value_or(0));
    lane.died = row.os.event;
    lane.pfs_days = row.pfs.days;
    lane.progressed = row.pfs.event && row.pfs.reason == "progression";
    lane.pfs_reason = row.pfs.reason;
    for (const TimelineEntry* entry : entries) {
        if (const auto mark = mark_of(row, *entry)) {
            const bool again =
                std::any_of(lane.marks.begin(), lane.marks.end(), [&](const LaneMark& other) {
                    return other.days == mark->days && other.kind == mark->kind;
                });
            if (!again) {
                lane.marks.push_back(*mark);
            }
        }
    }
    std::stable_sort(lane.marks.begin(), lane.marks.end(), [](const auto& a, const auto& b) {
        return a.days < b.days;
    });
    return lane;
}

} // namespace

std::vector<MarkerCourse> marker_courses(const AuditDataset& dataset,
                                         const std::vector<TimelineEntry>& timeline) {
    const EntriesByPatient entries = by_patient(timeline);
    const Rows rows = select(dataset, AnalysisSet::verdict, Group::determined);
    std::vector<MarkerCourse> courses;
    for (const MarkerKey& key : marker_keys()) {
        courses.push_back(course_of(rows, entries, key));
    }
    return courses;
}

std::vector<Lane> lanes_of(const AuditDataset& dataset,
                           const std::vector<TimelineEntry>& timeline) {
    const EntriesByPatient entries = by_patient(timeline);
    std::vector<Lane> lanes;
    for (const PatientRow* row : select(dataset, AnalysisSet::verdict, Group::determined)) {
        if (row->start) {
            lanes.push_back(lane_of(*row, entries_of(entries, row->patient)));
        }
    }
    std::stable_sort(lanes.begin(), lanes.end(), [](const Lane& a, const Lane& b) {
        const int days_a = -a.pfs_days.value_or(-1);
        const int days_b = -b.pfs_days.value_or(-1);
        return std::tuple(a.arm != "HAE", days_a, -a.followed, a.patient) <
               std::tuple(b.arm != "HAE", days_b, -b.followed, b.patient);
    });
    return lanes;
}

} // namespace embolink
