#include "mapping/explain/explain.hpp"

#include "mapping/endpoints/record_json.hpp"
#include "mapping/explain/changes.hpp"

#include <algorithm>
#include <map>

namespace embolink {
namespace {

constexpr std::size_t label_width = 13;

std::string padded(std::string_view text, std::size_t width) {
    std::string out{text};
    out.resize(std::max(width, text.size() + 1), ' ');
    return out;
}

std::string with_words(std::string_view key, std::string_view words) {
    return words.empty() ? std::string{key} : std::string{key} + " (" + std::string{words} + ")";
}

std::string status_sentence(const EndpointRecord& record) {
    struct {
        std::string operator()(const Event& e) const {
            return "event: " + with_words(e.reason, words_for_reason(e.reason));
        }

        std::string operator()(const Censored& c) const {
            return "censored: " + with_words(c.reason, words_for_reason(c.reason));
        }

        std::string operator()(const Value& v) const {
            std::string out = value_text(v);
            if (!v.unit.empty()) {
                out += " " + v.unit;
            }
            if (!v.reason.empty()) {
                out += ": " + with_words(v.reason, words_for_reason(v.reason));
            }
            return out;
        }

        std::string operator()(const NotEvaluable& n) const {
            return "not evaluable: " + with_words(n.reason, words_for_reason(n.reason));
        }
    } words;

    return std::visit(words, record.status);
}

std::string source_line(const RecordSource& source) {
    return "    " + padded(source.role, label_width) + source.reference + ", version " +
           source.version + "  [" + with_words(source.rule, words_for_rule(source.rule)) + "]\n";
}

std::string explain_record(const EndpointRecord& record) {
    std::string out = padded(record.param, label_width + 2) + status_sentence(record) + "\n";
    if (record.date) {
        out += "    " + padded("date", label_width) + to_iso(*record.date);
        if (record.days) {
            out += ", day " + std::to_string(*record.days) + " from T0";
        }
        out += "\n";
    }
    if (record.left && record.right) {
        out += "    " + padded("between", label_width) + to_iso(*record.left) +
               " (last free of progression) and " + to_iso(*record.right) + " (first seen)\n";
    }
    for (const std::string& flag : record.flags) {
        out += "    " + padded("flag", label_width) + with_words(flag, words_for_flag(flag)) + "\n";
    }
    for (const RecordSource& source : record.sources) {
        out += source_line(source);
    }
    return out;
}

std::string entry_line(const TimelineEntry& entry, std::optional<Date> t0) {
    std::string out = "    " + (entry.date ? to_iso(*entry.date) : std::string{"no date   "});
    if (entry.date && t0) {
        out += padded("  day " + std::to_string(days_between(*t0, *entry.date)), 12);
    }
    out += padded(entry.kind, label_width);
    const auto add = [&](std::string_view label, const std::string& text) {
        if (!text.empty()) {
            out += std::string{label} + text + " ";
        }
    };
    if (entry.value == all_candidates_progression) {
        add("", entry.series + " would be " + entry.term + " if all open items were progression");
    } else if (entry.kind == "assessment" && entry.value.empty()) {
        add("seems to say ", entry.term);
    } else {
        add("", entry.term);
        add("", entry.value);
    }
    add("", entry.unit);
    add("= xULN ", entry.x_uln);
    if (entry.grade) {
        add("grade ", std::to_string(*entry.grade));
    }
    const bool in_words = entry.kind == "assessment" && entry.value != all_candidates_progression;
    if (!entry.series.empty() && (in_words || entry.series == "baseline")) {
        out += "(" + entry.series + ") "; // a lesion sum in words
    }
    out += " " + entry.source;
    if (!entry.set_aside_because.empty()) {
        out += "\n        set aside: " + entry.set_aside_because;
    } else if (!entry.used_by.empty()) {
        out += "\n        used by:";
        for (const std::string& param : entry.used_by) {
            out += " " + param;
        }
        for (const std::string& other : entry.set_aside_by) {
            out += "\n        not by " + other;
        }
    }
    return out + "\n";
}

// The kinds of facts that a kind of endpoint looks at.
bool looks_at(const EndpointDefinition& endpoint, const TimelineEntry& entry) {
    const std::string& kind = entry.kind;
    const bool of_arm = entry.set_aside_because.starts_with("R3.3c"); // a drug that left it open
    if (endpoint.kind == "cohort" || endpoint.kind == "course") {
        return kind == "session" || kind == "exclusion-evidence" || of_arm;
    }
    if (endpoint.kind == "time-to-event") {
        const bool progression =
            std::ranges::find(endpoint.events, "progression") != endpoint.events.end();
        return kind == "death" ||
               (progression ? kind == "assessment" || (kind == "therapy" && !of_arm)
                            : kind == "contact");
    }
    if (endpoint.kind == "grade3-toxicity" || endpoint.kind == "worst-toxicity") {
        return kind == "toxicity";
    }
    if (endpoint.kind == "baseline-marker" || endpoint.kind == "marker-response") {
        return kind == "marker" && entry.series.starts_with(endpoint.marker + " ");
    }
    const bool response =
        endpoint.kind.ends_with("-response") || endpoint.kind == "disease-control";
    return response && kind == "assessment";
}

std::string header(const EndpointRecord& first) {
    std::string out = first.patient + "\n    trial " + first.trial + " " + first.trial_version +
                      ", rules " + first.rules_version + ", " +
                      (first.as_of ? "clinical cut " + to_iso(*first.as_of)
                                   : "no clinical cut: nothing is dated") +
                      "\n";
    if (first.start) {
        out += "    T0 " + to_iso(*first.start) +
               ": date of the first session of the first course [R3.1]";
        out += first.arm.empty() ? "\n" : "; arm " + first.arm + "\n";
    }
    return out + "\n";
}

std::string assumptions(const TrialDefinition& trial) {
    const auto& windows = trial.windows;
    std::string out;
    const auto add = [&](const WindowDays& window, std::string_view name) {
        if (window.assumed) {
            out += "    " + std::string{name} + ": " + std::to_string(window.days) + " days\n";
        }
    };
    add(windows.baseline_imaging, "baseline imaging no older than");
    add(windows.assessment_gap, "longest gap between assessments before an event");
    add(windows.stable_disease_min, "stable disease not before day");
    add(windows.prolonged_stay,
        "a stay is prolonged when it lasts, after its session, longer than");
    return out.empty() ? out : "Assumed, because the trial's abstract does not say:\n" + out;
}

} // namespace

bool is_told_for(const TimelineEntry& entry, std::string_view param, const TrialDefinition& trial) {
    if (param.empty() || std::ranges::find(entry.used_by, param) != entry.used_by.end() ||
        std::ranges::any_of(entry.set_aside_by, [&](const std::string& other) {
            return other.starts_with(std::string{param} + ":");
        })) {
        return true;
    }
    const auto endpoint = std::ranges::find(trial.endpoints, param, &EndpointDefinition::param);
    return !entry.set_aside_because.empty() && endpoint != trial.endpoints.end() &&
           looks_at(*endpoint, entry);
}

std::string explain_patient(const DerivedCohort& cohort,
                            std::string_view patient,
                            std::string_view param,
                            const TrialDefinition& trial) {
    const std::string wanted = patient.find('/') == std::string_view::npos
                                   ? "Patient/" + std::string{patient}
                                   : std::string{patient};
    std::string body;
    const EndpointRecord* first = nullptr;
    for (const EndpointRecord& record : cohort.records) {
        if (record.patient != wanted) {
            continue;
        }
        first = first == nullptr ? &record : first;
        if (param.empty() || record.param == param) {
            body += explain_record(record) + "\n";
        }
    }
    if (first == nullptr) {
        return {};
    }
    std::string timeline;
    for (const TimelineEntry& entry : cohort.timeline) {
        if (entry.patient == wanted && is_told_for(entry, param, trial)) {
            timeline += entry_line(entry, first->start);
        }
    }
    if (!timeline.empty()) {
        timeline = "What the rules saw, in order:\n" + timeline + "\n";
    }
    const auto section = [](const char* title, const std::string& lines) {
        return lines.empty() ? std::string{} : std::string{title} + "\n" + lines + "\n";
    };
    return header(*first) + body + timeline +
           section("What readers have decided:", decided_by_readers(cohort, wanted)) +
           section("What would change the answer:",
                   what_would_change(cohort, wanted, param, trial)) +
           section("Open, for a reader to decide:", open_to_readers(cohort, wanted)) +
           assumptions(trial);
}

} // namespace embolink
