// A comparison as a table for people and as JSON for programs.
#include "connector/report/compare.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {
namespace {

using nlohmann::json;

std::size_t shown_width(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
    const std::size_t shown = shown_width(text);
    return text + std::string(shown < width ? width - shown : 0, ' ');
}

std::string run_line(const PastReport& past) {
    const AuditSettings& settings = past.account.settings;
    return "run " + std::to_string(past.run.id) + "  " + past.run.start.started + "  as of " +
           (settings.as_of ? to_iso(*settings.as_of) : "none") + "  embolink " +
           settings.software_version + "  rules " + settings.rules_version + "\n";
}

// What the database no longer knows makes figures of an old run others than were reported.
std::string not_exact(const PastReport& past) {
    std::string out;
    for (const std::string& difference : past.differences) {
        out += "  run " + std::to_string(past.run.id) +
               " cannot be made again exactly: " + difference + "\n";
    }
    return out;
}

std::string
table(const std::string& title, const std::vector<Difference>& rows, const std::string& if_none) {
    std::string out = "\n" + title + "\n";
    if (rows.empty()) {
        return out + "  " + if_none + "\n";
    }
    std::size_t width = 0;
    for (const Difference& row : rows) {
        width = std::max(width, shown_width(row.what));
    }
    for (const Difference& row : rows) {
        out += "  " + padded(row.what, width) + "  ";
        out += row.earlier == row.later ? row.later + " (both)"
               : row.earlier.empty()    ? row.later
                                        : row.earlier + " -> " + row.later;
        out += "\n";
    }
    return out;
}

std::string because_lines(const std::vector<std::string>& because) {
    std::string out;
    for (const std::string& cause : because) {
        out += "      because  " + cause + "\n";
    }
    return out;
}

std::string record_lines(const RecordDifference& record) {
    return "    " + record.param + "\n      was      " +
           (record.earlier.empty() ? "no record" : record.earlier) + "\n      is       " +
           (record.later.empty() ? "no record" : record.later) + "\n" +
           because_lines(record.because);
}

// Of whoever came or went, one record says it: COHORT, which everybody has.
std::string patient_lines(const PatientDifference& patient) {
    const auto all = [&](std::string RecordDifference::*text) {
        return std::all_of(patient.records.begin(),
                           patient.records.end(),
                           [&](const RecordDifference& record) { return (record.*text).empty(); });
    };
    const bool came_or_went = all(&RecordDifference::earlier) || all(&RecordDifference::later);
    std::string out;
    for (const RecordDifference& record : patient.records) {
        const bool told = came_or_went ? record.param == "COHORT" : !record.same_result;
        out += told ? record_lines(record) : "";
    }
    return out;
}

std::string patients_text(const std::vector<PatientDifference>& patients) {
    std::string out;
    int same = 0;
    int changed = 0;
    for (const PatientDifference& patient : patients) {
        for (const RecordDifference& record : patient.records) {
            same += record.same_result ? 1 : 0;
        }
        const std::string lines = patient_lines(patient);
        if (!lines.empty()) {
            ++changed;
            out += "  " + patient.patient + "\n" + lines;
        }
    }
    std::string head = "\nPatients whose records say something else: " + std::to_string(changed);
    if (same > 0) {
        head += "; " + std::to_string(same) +
                " records say the same from other versions of their sources";
    }
    return head + "\n" + out;
}

json run_json(const PastReport& past) {
    const AuditSettings& settings = past.account.settings;
    return {{"run", past.run.id},
            {"started", past.run.start.started},
            {"as_of", settings.as_of ? json(to_iso(*settings.as_of)) : json(nullptr)},
            {"software_version", settings.software_version},
            {"rules_version", settings.rules_version},
            {"exact", past.differences.empty()},
            {"why_not_exact", past.differences}};
}

json differences_json(const std::vector<Difference>& list) {
    json out = json::array();
    for (const Difference& one : list) {
        out.push_back({{"what", one.what}, {"earlier", one.earlier}, {"later", one.later}});
    }
    return out;
}

json text_or_null(const std::string& text) {
    return text.empty() ? json(nullptr) : json(text);
}

json patients_json(const std::vector<PatientDifference>& patients) {
    json out = json::array();
    for (const PatientDifference& patient : patients) {
        json records = json::array();
        for (const RecordDifference& record : patient.records) {
            records.push_back({{"param", record.param},
                               {"earlier", text_or_null(record.earlier)},
                               {"later", text_or_null(record.later)},
                               {"same_result", record.same_result},
                               {"because", record.because}});
        }
        out.push_back(
            {{"patient", patient.patient}, {"resources", patient.resources}, {"records", records}});
    }
    return out;
}

} // namespace

std::string
comparison_text(const PastReport& earlier, const PastReport& later, const Comparison& comparison) {
    return run_line(earlier) + run_line(later) + not_exact(earlier) + not_exact(later) +
           table("Of the whole run", comparison.run_wide, "nothing was otherwise") +
           table("Verdicts, PFS against the trial", comparison.verdicts, "none") +
           table("Estimates that changed", comparison.estimates, "none") +
           patients_text(comparison.patients);
}

std::string
comparison_json(const PastReport& earlier, const PastReport& later, const Comparison& comparison) {
    const json out = {{"schema", "embolink-audit-comparison/1"},
                      {"earlier", run_json(earlier)},
                      {"later", run_json(later)},
                      {"run_wide", differences_json(comparison.run_wide)},
                      {"verdicts", differences_json(comparison.verdicts)},
                      {"estimates", differences_json(comparison.estimates)},
                      {"patients", patients_json(comparison.patients)}};
    return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

} // namespace embolink
