// Run-wide differences, verdicts and estimates; patients are in compare_patients.cpp.
#include "connector/report/compare.hpp"

#include "analysis/report/format.hpp"
#include "analysis/report/words.hpp"
#include "connector/report/compare_patients.hpp"

#include <map>

namespace embolink {
namespace {

using Texts = std::map<std::string, std::string>;

class Differences {
public:
    void add(const std::string& what, const std::string& earlier, const std::string& later) {
        if (earlier != later) {
            list_.push_back({what, earlier, later});
        }
    }

    std::vector<Difference> take() { return std::move(list_); }

private:
    std::vector<Difference> list_;
};

// "changed: a, b; new: c; gone: d"
std::string changed_names(const Texts& earlier, const Texts& later) {
    std::string changed, added, gone;
    const auto add = [](std::string& list, const std::string& name) {
        list += (list.empty() ? "" : ", ") + name;
    };
    for (const auto& [name, hash] : later) {
        const auto before = earlier.find(name);
        if (before == earlier.end()) {
            add(added, name);
        } else if (before->second != hash) {
            add(changed, name);
        }
    }
    for (const auto& [name, hash] : earlier) {
        if (later.count(name) == 0) {
            add(gone, name);
        }
    }
    std::string out;
    for (const auto& [word, list] : {std::pair{"changed: ", &changed},
                                     std::pair{"new: ", &added},
                                     std::pair{"gone: ", &gone}}) {
        out += list->empty() ? "" : (out.empty() ? "" : "; ") + (word + *list);
    }
    return out;
}

std::string or_none(const std::string& text) {
    return text.empty() ? "none" : text;
}

std::vector<Difference> run_wide(const PastReport& earlier, const PastReport& later) {
    const ReportAccount& a = earlier.account;
    const ReportAccount& b = later.account;
    const auto cut = [](const ReportAccount& one) {
        return one.settings.as_of ? to_iso(*one.settings.as_of) : "none";
    };
    Differences out;
    out.add(cause_cut, cut(a), cut(b));
    out.add(cause_program, a.settings.software_version, b.settings.software_version);
    out.add("trial version", a.settings.trial_version, b.settings.trial_version);
    out.add(cause_definitions, "", changed_names(a.definitions, b.definitions));
    out.add(cause_site, "", changed_names(a.site, b.site));
    out.add(cause_decisions, or_none(a.decisions), or_none(b.decisions));
    out.add(cause_rules, a.settings.rules_version, b.settings.rules_version);
    out.add("language of the page", a.language, b.language);
    Texts before, after; // intake
    for (const IntakeLine& line : a.settings.intake) {
        before[line.what] = std::to_string(line.count);
    }
    for (const IntakeLine& line : b.settings.intake) {
        after[line.what] = std::to_string(line.count);
        before.try_emplace(line.what, "0");
    }
    for (const auto& [what, count] : before) {
        out.add(what, count, after.count(what) > 0 ? after[what] : "0");
    }
    return out.take();
}

std::string verdict_text(const AuditReport& report, std::size_t index) {
    const ComparisonResult& comparison = report.comparisons.at(index);
    const std::string reason = verdict_reason(comparison, report.date);
    return verdict_word(comparison, report.date) + (reason.empty() ? "" : ": " + reason);
}

using Estimates = std::vector<std::pair<std::string, std::string>>; // name, value

void add_survival(Estimates& out,
                  const std::string& name,
                  const std::vector<SurvivalResult>& list) {
    for (const SurvivalResult& result : list) {
        const std::string at = name + ", " + result.group + ": ";
        out.emplace_back(at + "patients", std::to_string(result.n));
        out.emplace_back(at + "events", std::to_string(result.events));
        out.emplace_back(at + "rate at 24 months",
                         result.at_24.survival ? rate_words(result.at_24, result.at_24.interval)
                                               : why_not_words(result));
        out.emplace_back(at + "median",
                         result.median.days ? months(*result.median.days) + " months" : "-");
    }
}

// Every estimate of a report, in its order.
Estimates estimates_of(const AuditReport& report) {
    Estimates out = {{"candidates", std::to_string(report.flow.candidates)},
                     {"included", std::to_string(report.flow.included)},
                     {"analysed", std::to_string(report.flow.analysed)}};
    add_survival(out, "PFS", report.pfs);
    add_survival(out, "OS", report.os);
    add_survival(out, "HPFS", report.hpfs);
    for (const OutcomeResult& outcome : report.outcomes) {
        for (const ProportionResult& line : outcome.lines) {
            out.emplace_back(outcome.param + ", " + line.group + ", " + line.denominator,
                             count_of(line.events, line.n) +
                                 (line.rate ? " (" + percent(*line.rate) + ")" : ""));
        }
    }
    return out;
}

std::vector<Difference> estimates(const AuditReport& earlier, const AuditReport& later) {
    const Estimates before = estimates_of(earlier);
    const Estimates after = estimates_of(later);
    const auto value_in = [](const Estimates& list, const std::string& name) -> std::string {
        for (const auto& [what, value] : list) {
            if (what == name) {
                return value;
            }
        }
        return "-";
    };
    Differences out;
    for (const auto& [what, value] : after) {
        out.add(what, value_in(before, what), value);
    }
    for (const auto& [what, value] : before) { // of a group that is no more
        if (value_in(after, what) == "-") {
            out.add(what, value, "-");
        }
    }
    return out.take();
}

} // namespace

Comparison compare(const PastReport& earlier,
                   const PastReport& later,
                   const std::vector<ChangedCopy>& changed) {
    Comparison out;
    out.run_wide = run_wide(earlier, later);
    for (std::size_t i = 0; i < later.report.comparisons.size(); ++i) {
        out.verdicts.push_back({later.report.comparisons[i].group,
                                verdict_text(earlier.report, i),
                                verdict_text(later.report, i)});
    }
    out.estimates = estimates(earlier.report, later.report);
    out.patients = compare_patients(earlier, later, changed, out.run_wide);
    return out;
}

} // namespace embolink
