#include "connector/service/measure_report.hpp"

#include "connector/core/about.hpp"
#include "mapping/endpoints/record_json.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace embolink::service {
namespace {

using nlohmann::json;

const std::vector<std::string>& measured_params() {
    static const std::vector<std::string> params = {
        "PFS", "OS", "OR", "DC", "TOX3", "RESP-5HIAA", "RESP-CGA"};
    return params;
}

struct Group {
    std::set<std::string> population;
    std::set<std::string> denominator;
    std::set<std::string> numerator;
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

void add(std::map<std::string, Group>& groups, const EndpointRecord& record) {
    const auto group = groups.find(record.param);
    if (group == groups.end()) {
        return;
    }
    group->second.population.insert(record.patient);
    if (!std::holds_alternative<NotEvaluable>(record.status)) {
        group->second.denominator.insert(record.patient);
    }
    if (counts_as_yes(record.status)) {
        group->second.numerator.insert(record.patient);
    }
}

std::vector<EndpointRecord> records_of(const Derivation& derivation) {
    std::vector<EndpointRecord> out;
    for (const std::string& line : derivation.records) {
        out.push_back(record_from_json_line(line));
    }
    return out;
}

// The patients whose COHORT says included and whose T0 lies in the period.
std::set<std::string> asked_for(const std::vector<EndpointRecord>& records,
                                const MeasureQuestion& question) {
    std::set<std::string> out;
    for (const EndpointRecord& record : records) {
        const bool in_period = record.start && *record.start >= question.period_start &&
                               *record.start <= question.period_end;
        if (record.param == "COHORT" && record.trial == question.trial && in_period &&
            is_included(record)) {
            out.insert(record.patient);
        }
    }
    return out;
}

class Writer {
public:
    explicit Writer(MeasureForm form) : form_(form) {}

    json population(const std::string& code, const std::set<std::string>& patients) {
        const json coding = {{"system", "http://terminology.hl7.org/CodeSystem/measure-population"},
                             {"code", code}};
        json out = {{"code", {{"coding", json::array({coding})}}}, {"count", patients.size()}};
        if (form_ == MeasureForm::subject_list) {
            out["subjectResults"]["reference"] = "#" + list_of(patients);
        }
        return out;
    }

    const json& contained() const { return contained_; }

private:
    std::string list_of(const std::set<std::string>& patients) {
        const std::string id = "list-" + std::to_string(contained_.size() + 1);
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

json group_json(const std::string& param, const Group& group, Writer& writer) {
    const json coding = {{"system", "https://embolink.org/fhir/CodeSystem/outcome"},
                         {"code", param}};
    json populations = json::array();
    populations.push_back(writer.population("initial-population", group.population));
    populations.push_back(writer.population("denominator", group.denominator));
    populations.push_back(writer.population("numerator", group.numerator));
    return {{"code", {{"coding", json::array({coding})}}}, {"population", populations}};
}

} // namespace

json measure_report(const std::vector<Derivation>& derivations, const MeasureQuestion& question) {
    std::map<std::string, Group> groups;
    for (const std::string& param : measured_params()) {
        groups[param];
    }
    for (const Derivation& derivation : derivations) {
        const std::vector<EndpointRecord> records = records_of(derivation);
        const std::set<std::string> patients = asked_for(records, question);
        for (const EndpointRecord& record : records) {
            if (patients.count(record.patient) > 0) {
                add(groups, record);
            }
        }
    }
    Writer writer(question.form);
    json out = {{"resourceType", "MeasureReport"},
                {"status", "complete"},
                {"type", question.form == MeasureForm::summary ? "summary" : "subject-list"},
                {"measure", "https://embolink.org/fhir/Measure/" + question.trial},
                {"date", question.date},
                {"period",
                 {{"start", to_iso(question.period_start)}, {"end", to_iso(question.period_end)}}},
                {"group", json::array()}};
    if (!question.reporter.empty()) {
        out["reporter"]["display"] = question.reporter;
    }
    for (const std::string& param : measured_params()) {
        out["group"].push_back(group_json(param, groups.at(param), writer));
    }
    if (!writer.contained().empty()) {
        out["contained"] = writer.contained();
    }
    return out;
}

} // namespace embolink::service
