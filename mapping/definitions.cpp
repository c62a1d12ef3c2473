#include "mapping/definitions.hpp"

#include "mapping/fhir/resource.hpp"
#include "mapping/fhir/terminology_tables.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {

namespace {

using nlohmann::json;

// The rules that the code follows (endpoint rules R0-R9). Any change that can move a number is a
// new one.
constexpr std::string_view rules = "R1";

constexpr std::string_view meddra = "https://www.meddra.org";

json parse(const DefinitionFile& file) {
    // Definitions hold decimals as text or small integers; a plain tree is enough here.
    json value = json::parse(file.text, nullptr, false);
    if (value.is_discarded()) {
        throw DefinitionError(file.name + ": not valid JSON");
    }
    return value;
}

bool is_in(const DefinitionFile& file, std::string_view folder) {
    return file.name.starts_with(folder);
}

// What is written back, described for others: profiles and our own code systems. No record depends
// on them, so they are neither loaded nor part of rules_version.
bool is_conformance(const DefinitionFile& file) {
    return is_in(file, "conformance/");
}

// Concepts are declared before anything uses them.
int load_order(const DefinitionFile& file) {
    return file.name == "Bundle-naming-systems.json" ? 0
           : file.name == "CodeSystem-concepts.json" ? 1
           : is_in(file, "grading/")                 ? 2
                                                     : 3;
}

// CTCAE terms of the grading table are codes and words too: names and MedDRA codes.
void add_terms(TerminologyBuilder& builder, const DefinitionFile& file, const json& grading) {
    for (const char* part : {"labs", "clinical"}) {
        for (const json& term : grading.at(part)) {
            builder.declare(CodeDomain::adverse_event, term.at("term").get<std::string>());
        }
    }
    std::vector<std::string> taken; // one MedDRA code stands for several rows: the first has it
    for (const char* part : {"labs", "clinical"}) {
        for (const json& term : grading.at(part)) {
            const std::string key = term.at("term").get<std::string>();
            const std::string code = term.value("meddra", "");
            builder.add_phrase(
                file.name, CodeDomain::adverse_event, term.at("name").get<std::string>(), key);
            if (!code.empty() && std::ranges::find(taken, code) == taken.end()) {
                builder.add_code(file.name, CodeDomain::adverse_event, meddra, code, key);
                taken.push_back(code);
            }
        }
    }
}

void load(const DefinitionFile& file, Definitions& definitions, TerminologyBuilder& builder) {
    const json value = parse(file);
    if (is_in(file, "trials/")) {
        TrialDefinition trial = parse_trial(file.name, value);
        const std::string id = trial.id;
        if (!definitions.trials.emplace(id, std::move(trial)).second) {
            throw DefinitionError(file.name + ": another file defines the trial \"" + id + "\"");
        }
    } else if (is_in(file, "grading/")) {
        definitions.grading = parse_grading(file.name, value);
        add_terms(builder, file, value);
    } else if (is_in(file, "text/")) {
        definitions.report_words.add(file.name, value);
    } else if (file.name == "units.json") {
        builder.set_units(parse_units(file.name, value));
    } else {
        builder.add_resource(file.name, value);
    }
}

std::string
version_of(const std::vector<DefinitionFile>& files, const std::string& site_hash, Digest digest) {
    std::string text;
    for (const DefinitionFile& file : files) {
        text += file.name + " " + file.content_hash + "\n";
    }
    text += "site " + site_hash + "\n";
    return std::string{rules} + "+" + digest(text).substr(0, 12);
}

} // namespace

Definitions load_definitions(const std::vector<DefinitionFile>& files,
                             const std::string& site_hash,
                             Digest digest) {
    std::vector<DefinitionFile> sorted = files;
    std::erase_if(sorted, is_conformance);
    std::ranges::sort(sorted, {}, &DefinitionFile::name);
    Definitions definitions;
    definitions.rules_version = version_of(sorted, site_hash, digest);
    std::ranges::stable_sort(sorted, {}, load_order);
    TerminologyBuilder builder;
    for (const DefinitionFile& file : sorted) {
        try {
            load(file, definitions, builder);
        } catch (const json::exception& fault) {
            throw DefinitionError(file.name + ": " + fault.what());
        }
    }
    definitions.terminology = builder.build();
    if (definitions.grading.clinical.empty()) {
        throw DefinitionError("grading/: no grading table among the definition files");
    }
    if (definitions.report_words.empty()) {
        throw DefinitionError("text/: no words of reports among the definition files");
    }
    if (definitions.trials.empty()) {
        throw DefinitionError("trials/: no trial among the definition files");
    }
    return definitions;
}

} // namespace embolink
