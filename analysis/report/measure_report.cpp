#include "analysis/report/measure_report.hpp"

#include "analysis/report/dataset.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace embolink {
namespace {

using nlohmann::json;

constexpr std::string_view canonical = "https://embolink.org/fhir/";

// The report's page counts the same patients.
constexpr const char* initial_population = "initial-population";
constexpr const char* who_is_counted = "Analysis set (rule R8.1): included patients of tier-a or "
                                       "tier-unknown without earlier arterial "
                                       "therapy, T0 in the period";

struct Measured {
    const char* param;
    const char* text;
    const char* system; // CodeSystem of the param as a code
};

constexpr std::array<Measured, 7> measured = {
    Measured{"PFS", "Progression-free survival: progression or death seen", "outcome"},
    Measured{"OS", "Overall survival: death seen", "outcome"},
    Measured{"OR", "Objective response", "measured-outcome"}, // it is not written back
    Measured{"DC", "Disease control", "outcome"},
    Measured{"TOX3", "Toxicity of grade 3 or more within 30 days of a session", "outcome"},
    Measured{"RESP-5HIAA", "Biochemical response of urinary 5-HIAA", "outcome"},
    Measured{"RESP-CGA", "Biochemical response of chromogranin A", "outcome"}};

// The order in which strata stand.
constexpr std::array<const char*, 4> arms = {"HAE", "HACE", "HACE-DEB", "UNDETERMINED"};

struct Populations {
    std::set<std::string> initial;
    std::set<std::string> denominator;
    std::set<std::string> numerator;
    std::set<std::string> exclusion; // cannot be judged
};

struct Counts {
    Populations all;
    std::map<std::string, Populations> by_arm;
};

bool is_included(const EndpointRecord& record) {
    const auto* value = std::get_if<Value>(&record.status);
    const auto* word = value == nullptr ? nullptr : std::get_if<std::string>(&value->value);
    return word != nullptr && *word == "included";
}

bool counts_as_yes(const RecordStatus& status) {
    const auto* value = std::get_if<Value>(&status);
    const auto* yes = value == nullptr ? nullptr : std::get_if<bool>(&value->value);
    return std::holds_alternative<Event>(status) || (yes != nullptr && *yes);
}

std::set<std::string> asked_for(const std::vector<EndpointRecord>& records,
                                const MeasureQuestion& question) {
    std::set<std::string> out;
    for (const EndpointRecord& record : records) {
        const bool in_period = record.start && *record.start >= question.period_start &&
                               *record.start <= question.period_end;
        if (record.param == "COHORT" && record.trial == question.trial && in_period &&
            is_included(record) && in_verdict_set(record.flags)) {
            out.insert(record.patient);
        }
    }
    return out;
}

void add(Populations& to, const EndpointRecord& record) {
    to.initial.insert(record.patient);
    const bool judged = !std::holds_alternative<NotEvaluable>(record.status);
    (judged ? to.denominator : to.exclusion).insert(record.patient);
    if (counts_as_yes(record.status)) {
        to.numerator.insert(record.patient);
    }
}

std::map<std::string, Counts> counts_of(const std::vector<EndpointRecord>& records,
                                        const MeasureQuestion& question) {
    const std::set<std::string> patients = asked_for(records, question);
    std::map<std::string, Counts> out;
    for (const EndpointRecord& record : records) {
        const bool is_measured =
            std::any_of(measured.begin(), measured.end(), [&](const Measured& one) {
                return record.param == one.param;
            });
        if (is_measured && patients.count(record.patient) > 0) {
            Counts& counts = out[record.param];
            add(counts.all, record);
            add(counts.by_arm[record.arm], record);
        }
    }
    return out;
}

// --- FHIR ----------------------------------------------------------------------------------------

json coded(const std::string& system, const std::string& code) {
    return {{"coding", json::array({json{{"system", system}, {"code", code}}})}};
}

json population_code(const std::string& code) {
    return coded("http://terminology.hl7.org/CodeSystem/measure-population", code);
}

json outcome_code(const Measured& outcome) {
    json code = coded(std::string(canonical) + "CodeSystem/" + outcome.system, outcome.param);
    code["text"] = outcome.text;
    return code;
}

json arm_code(const std::string& arm) {
    return coded(std::string(canonical) + "CodeSystem/arm", arm);
}

// `strata` may be empty: a report without one of the measure's stratifiers is not valid.
json by_arm(const json& strata) {
    json stratifier = {{"code", json::array({json{{"text", "arm"}}})}};
    if (!strata.empty()) {
        stratifier["stratum"] = strata;
    }
    return json::array({stratifier});
}

json report_head(const std::string& trial, const char* type) {
    return {{"resourceType", "MeasureReport"},
            {"status", "complete"},
            {"type", type},
            {"measure", std::string(canonical) + "Measure/" + trial},
            {"group", json::array()}};
}

std::string text_of(const json& resource) {
    return resource.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

class Writer {
public:
    explicit Writer(MeasureForm form) : form_(form) {}

    json group(const Measured& outcome, const Counts& counts) {
        json strata = json::array();
        for (const char* arm : arms) {
            const auto found = counts.by_arm.find(arm);
            if (found != counts.by_arm.end()) {
                // The lists of patients stand once, beside the counts of all.
                strata.push_back(
                    {{"value", arm_code(arm)},
                     {"population", populations(found->second, MeasureForm::summary)}});
            }
        }
        return {{"code", outcome_code(outcome)},
                {"population", populations(counts.all, form_)},
                {"stratifier", by_arm(strata)}};
    }

    const json& contained() const { return contained_; }

private:
    json populations(const Populations& counts, MeasureForm form) {
        return json::array({population(initial_population, counts.initial, form),
                            population("denominator", counts.denominator, form),
                            population("numerator", counts.numerator, form),
                            population("denominator-exclusion", counts.exclusion, form)});
    }

    json population(const char* code, const std::set<std::string>& patients, MeasureForm form) {
        json out = {{"code", population_code(code)}, {"count", patients.size()}};
        if (std::string_view(code) == initial_population) {
            out["code"]["text"] = who_is_counted;
        }
        if (form == MeasureForm::subject_list) {
            out["subjectResults"]["reference"] = "#" + list_of(patients);
        }
        return out;
    }

    std::string list_of(const std::set<std::string>& patients) {
        std::string id = "list-" + std::to_string(contained_.size() + 1);
        json list = {
            {"resourceType", "List"}, {"id", id}, {"status", "current"}, {"mode", "snapshot"}};
        for (const std::string& patient : patients) {
            list["entry"].push_back({{"item", {{"reference", patient}}}});
        }
        contained_.push_back(std::move(list));
        return id;
    }

    MeasureForm form_;
    json contained_ = json::array();
};

json extension_url(const char* name) {
    return std::string(canonical) + "StructureDefinition/" + name;
}

json absent(const char* why) {
    return {{"url", "http://hl7.org/fhir/StructureDefinition/data-absent-reason"},
            {"valueCode", why}};
}

json masked(const char* code) {
    return {{"code", population_code(code)},
            {"_count", {{"extension", json::array({absent("masked")})}}}};
}

json masked_initial() {
    json out = masked(initial_population);
    out["code"]["text"] = who_is_counted;
    return out;
}

json masked(const char* code, const CountBand& band) {
    const json range = {{"low", {{"value", band.lower}}}, {"high", {{"value", band.upper}}}};
    json out = masked(code);
    out["extension"] =
        json::array({json{{"url", extension_url("count-band")}, {"valueRange", range}}});
    return out;
}

// Of all arms together no band is given: it would say more than the tables do.
json masked_populations() {
    return json::array({masked_initial(),
                        masked("denominator"),
                        masked("numerator"),
                        masked("denominator-exclusion")});
}

// `table`: yes, no, not evaluable; or yes, and the others.
json masked_populations(const ExportTable& table) {
    return json::array({masked_initial(),
                        masked("denominator"),
                        masked("numerator", table.cells.at(0).band),
                        table.cells.size() > 2
                            ? masked("denominator-exclusion", table.cells.at(2).band)
                            : masked("denominator-exclusion")});
}

} // namespace

std::string measure_report(const std::vector<EndpointRecord>& records,
                           const MeasureQuestion& question) {
    const bool summary = question.form == MeasureForm::summary;
    json out = report_head(question.trial, summary ? "summary" : "subject-list");
    out["date"] = question.date;
    out["period"] = {{"start", to_iso(question.period_start)},
                     {"end", to_iso(question.period_end)}};
    if (!question.reporter.empty()) {
        out["reporter"]["display"] = question.reporter;
    }
    std::map<std::string, Counts> counts = counts_of(records, question);
    Writer writer(question.form);
    for (const Measured& outcome : measured) {
        out["group"].push_back(writer.group(outcome, counts[outcome.param]));
    }
    if (!writer.contained().empty()) {
        out["contained"] = writer.contained();
    }
    return text_of(out);
}

std::optional<MeasureQuestion> measure_question(const std::vector<EndpointRecord>& records,
                                                const AuditSettings& settings,
                                                MeasureForm form) {
    if (!settings.as_of) {
        return std::nullopt;
    }
    MeasureQuestion question;
    question.trial = settings.reference.trial;
    question.period_start = *settings.as_of;
    question.period_end = *settings.as_of;
    for (const EndpointRecord& record : records) {
        if (record.param == "COHORT" && record.start && is_included(record)) {
            question.period_start = std::min(question.period_start, *record.start);
        }
    }
    question.form = form;
    question.date = to_iso(*settings.as_of);
    question.reporter = settings.site_name;
    return question;
}

std::string cohort_group(const std::vector<EndpointRecord>& records,
                         const MeasureQuestion& question) {
    const std::set<std::string> patients = asked_for(records, question);
    json out = {{"resourceType", "Group"},
                {"active", true},
                {"type", "person"},
                {"actual", true},
                {"name",
                 "Analysis set for " + question.trial + ", T0 from " +
                     to_iso(question.period_start) + " to " + to_iso(question.period_end)},
                {"quantity", patients.size()}};
    for (const std::string& patient : patients) {
        out["member"].push_back({{"entity", {{"reference", patient}}}});
    }
    return text_of(out);
}

std::string export_measure(const ExportReport& report, const std::string& trial) {
    json out = report_head(trial, "summary");
    out["period"]["extension"] = json::array({absent("masked")});
    for (const Measured& outcome : measured) {
        json strata = json::array();
        for (const ExportTable& table : report.tables) {
            if (table.param == outcome.param) {
                strata.push_back(
                    {{"value", arm_code(table.group)}, {"population", masked_populations(table)}});
            }
        }
        out["group"].push_back({{"code", outcome_code(outcome)},
                                {"population", masked_populations()},
                                {"stratifier", by_arm(strata)}});
    }
    return text_of(out);
}

} // namespace embolink
