// The order is that of deploy/site.example.json: first the keys that the mapping uses, then those
// that only later versions use, which are checked for their type all the same: a file that passes
// here will not be refused by the next version for a slip made today.
#include "connector/core/site_file.hpp"

#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/core/json_object.hpp"
#include "connector/core/site_codes.hpp"
#include "connector/core/time_zone.hpp"

#include <fstream>
#include <sstream>

namespace embolink {
namespace {

using nlohmann::json;

// Concepts of the drug domain (mapping/facts/concepts.hpp).
const std::set<std::string>& drug_classes() {
    static const std::set<std::string> classes = {"antineoplastic",
                                                  "anticancer-chemotherapy",
                                                  "anticancer-targeted",
                                                  "anticancer-immunotherapy",
                                                  "anticancer-interferon",
                                                  "anticancer-radionuclide",
                                                  "anticancer-other",
                                                  "somatostatin-analogue",
                                                  "iodized-oil",
                                                  "embolic-material",
                                                  "not-antineoplastic"};
    return classes;
}

// The resource types that have a reader (mapping/facts/fact_reader.cpp). To call another one
// complete would change nothing, and a slip of the pen would pass for a declaration.
const std::set<std::string>& feed_types() {
    static const std::set<std::string> types = {"AdverseEvent",
                                                "BodyStructure",
                                                "Condition",
                                                "DiagnosticReport",
                                                "Encounter",
                                                "ImagingStudy",
                                                "Medication",
                                                "MedicationAdministration",
                                                "MedicationDispense",
                                                "MedicationRequest",
                                                "MedicationStatement",
                                                "Observation",
                                                "Patient",
                                                "Procedure",
                                                "ServiceRequest",
                                                "Specimen"};
    return types;
}

std::string listed(const std::set<std::string>& names) {
    std::string out;
    for (const std::string& name : names) {
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

bool is_reference(const std::string& text, const std::string& type) {
    const std::string prefix = type + "/";
    return text.size() > prefix.size() && text.rfind(prefix, 0) == 0 &&
           text.find_first_of(" \t|") == std::string::npos &&
           text.find('/', prefix.size()) == std::string::npos;
}

// Does `text` name a resource, "Type/id"?
bool is_any_reference(const std::string& text) {
    const auto slash = text.find('/');
    return slash != std::string::npos && slash > 0 && is_reference(text, text.substr(0, slash));
}

class SiteReader {
public:
    SiteReader(const json& value, const std::filesystem::path& folder, ConfigFaults& faults)
        : site_(value, "", faults), folder_(folder), faults_(faults) {}

    SiteFile read();
    std::vector<std::string> file_texts; // of the files that the site file names

private:
    void read_complete_feeds();
    void read_codes();
    void read_drugs();
    void read_units();
    void read_limits();
    std::optional<Decimal> limit(JsonObject& line, const std::string& key);
    void read_interventional();
    void read_analysis_dates();
    void read_opt_out();
    void add_opt_out(const std::string& line, const std::string& pointer);
    void check_unused();

    JsonObject site_;
    const std::filesystem::path& folder_;
    ConfigFaults& faults_;
    SiteFile out_;
};

SiteFile SiteReader::read() {
    out_.config.name = site_.text("name");
    out_.config.time_zone = site_.text("time_zone");
    if (!out_.config.time_zone.empty() && !is_time_zone(out_.config.time_zone)) {
        site_.fault("time_zone", "an IANA time zone such as \"Europe/Paris\"");
    }
    read_complete_feeds();
    read_codes();
    read_drugs();
    read_units();
    read_limits();
    read_interventional();
    read_analysis_dates();
    read_opt_out();
    out_.config.read_report_text =
        site_.choice("text_policy", {"candidates", "off"}, false) != "off";
    out_.audit = read_site_audit(site_, folder_, faults_, file_texts);
    check_unused();
    site_.refuse_other_keys();
    return std::move(out_);
}

void SiteReader::read_complete_feeds() {
    std::size_t number = 0;
    for (const std::string& type : site_.texts("complete_feeds")) {
        if (feed_types().count(type) == 0) {
            faults_.push_back(
                "/complete_feeds/" + std::to_string(number) +
                ": expected a resource type that the rules read: " + listed(feed_types()));
        }
        out_.config.complete_feeds.insert(type);
        ++number;
    }
}

void SiteReader::read_codes() {
    SiteCodes found = read_site_codes(site_, folder_, faults_);
    out_.config.codes = std::move(found.codes);
    out_.config.phrases = std::move(found.phrases);
    out_.config.unit_spellings = std::move(found.unit_spellings);
    file_texts = std::move(found.file_texts);
}

void SiteReader::read_drugs() {
    site_.each("drugs", [this](const json& value, const std::string& pointer) {
        JsonObject drug(value, pointer, faults_);
        const std::string name = drug.text("name");
        const std::string system = drug.text("system");
        const std::string code = drug.text("code");
        const std::string drug_class = drug.choice("class", drug_classes(), true);
        drug.refuse_other_keys();
        if (name.empty() == code.empty()) {
            faults_.push_back(pointer + ": expected either \"name\" or \"code\" (with \"system\")");
        } else if (!name.empty()) {
            out_.config.drug_names.push_back({name, drug_class});
        } else {
            out_.config.codes.push_back({system, code, drug_class});
        }
    });
}

void SiteReader::read_units() {
    site_.each("unit_defaults", [this](const json& value, const std::string& pointer) {
        JsonObject line(value, pointer, faults_);
        SiteUnit unit;
        unit.system = line.text("system");
        unit.code = line.required_text("code");
        unit.unit = line.required_text("unit");
        line.refuse_other_keys();
        out_.config.unit_defaults.push_back(unit);
    });
}

std::optional<Decimal> SiteReader::limit(JsonObject& line, const std::string& key) {
    const json* value = line.value(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    std::optional<Decimal> number;
    if (value->is_string()) {
        number = parse_decimal(value->get_ref<const std::string&>());
    } else if (value->is_number()) {
        number = parse_decimal(value->dump());
    }
    if (!number) {
        line.fault(key, "a number, or a number as text");
    }
    return number;
}

void SiteReader::read_limits() {
    site_.each("uln_tables", [this](const json& value, const std::string& pointer) {
        JsonObject line(value, pointer, faults_);
        SiteLimit found;
        found.system = line.text("system");
        found.code = line.required_text("code");
        found.unit = line.required_text("unit");
        found.sex = line.choice("sex", {"male", "female", "other", "unknown"}, false);
        found.low = limit(line, "low");
        found.high = limit(line, "high");
        line.refuse_other_keys();
        if (value.is_object() && !found.low && !found.high) {
            faults_.push_back(pointer + ": expected \"low\" or \"high\"");
        }
        out_.config.limits.push_back(found);
    });
}

void SiteReader::read_interventional() {
    const json* value = site_.value("interventional");
    if (value == nullptr) {
        return;
    }
    JsonObject suite(*value, "/interventional", faults_);
    const auto references = [&](const std::string& key) {
        std::set<std::string> out;
        for (const std::string& text : suite.texts(key)) {
            if (!is_any_reference(text)) {
                suite.fault(key, "references such as \"Location/angiography\"");
            }
            out.insert(text);
        }
        return out;
    };
    out_.config.interventional.performers = references("performers");
    out_.config.interventional.locations = references("locations");
    for (const std::string& role : suite.texts("roles")) {
        if (role.find('|') == std::string::npos) {
            suite.fault("roles", "codes written \"system|code\"");
        }
        out_.config.interventional.roles.insert(role);
    }
    suite.refuse_other_keys();
}

void SiteReader::read_analysis_dates() {
    for (const std::string& text : site_.texts("analysis_dates")) {
        const std::optional<Date> date = date_from_iso(text);
        if (date) {
            out_.config.analysis_dates.insert(*date);
        } else {
            site_.fault("analysis_dates", "dates written YYYY-MM-DD");
        }
    }
}

void SiteReader::add_opt_out(const std::string& line, const std::string& pointer) {
    const auto bar = line.find('|');
    if (is_reference(line, "Patient")) {
        out_.config.opt_out.insert(line);
    } else if (bar != std::string::npos && bar > 0 && bar + 1 < line.size()) {
        out_.opt_out_identifiers.insert(line);
    } else {
        // The line itself may hold an identifier: it is not repeated.
        faults_.push_back(pointer + ": expected \"Patient/<id>\" or \"system|value\"");
    }
}

void SiteReader::read_opt_out() {
    const json* value = site_.value("opt_out");
    if (value == nullptr || !value->is_string()) {
        std::size_t number = 0;
        for (const std::string& line : site_.texts("opt_out")) {
            add_opt_out(line, "/opt_out/" + std::to_string(number++));
        }
        return;
    }
    const std::filesystem::path path = folder_ / value->get<std::string>();
    std::string text;
    try {
        text = read_config_file(path);
    } catch (const Error&) {
        site_.fault("opt_out", "a list, or a file that can be read: " + path.string());
        return;
    }
    file_texts.push_back(text);
    std::istringstream lines(text);
    std::size_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        const auto last = line.find_last_not_of(" \t\r");
        line.erase(last == std::string::npos ? 0 : last + 1);
        if (!line.empty() && line.front() != '#') {
            add_opt_out(line, path.string() + ":" + std::to_string(number));
        }
    }
}

void SiteReader::check_unused() {
    if (site_.value("readers") != nullptr) {
        out_.notices.push_back("readers");
        site_.texts("readers");
    }
}

[[noreturn]] void refuse(const std::string& name, const ConfigFaults& faults) {
    std::string where = name;
    for (const std::string& fault : faults) {
        where += "\n" + fault;
    }
    throw Error(ErrorKind::config,
                "the site file has " + std::to_string(faults.size()) +
                    (faults.size() == 1 ? " fault" : " faults"),
                where,
                "mend the places named; deploy/site.example.json explains every key");
}

} // namespace

std::string read_config_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file || std::filesystem::is_directory(path)) {
        throw Error(ErrorKind::config,
                    "cannot read the file",
                    path.string(),
                    "check the path and that you may read it");
    }
    return text.str();
}

SiteFile
parse_site_file(const std::string& text, const std::filesystem::path& folder, std::string name) {
    ConfigFaults faults;
    const json value = parse_config_json(text, faults);
    if (!faults.empty()) {
        refuse(name, faults);
    }
    SiteReader reader(value, folder, faults);
    SiteFile site = reader.read();
    if (!faults.empty()) {
        refuse(name, faults);
    }
    std::string hashed = value.dump(); // nlohmann sorts keys
    for (const std::string& part : reader.file_texts) {
        hashed += "\n" + part;
    }
    for (const auto& [key, part] : value.items()) {
        site.key_hashes[key] = sha256_hex(part.dump());
    }
    if (!reader.file_texts.empty()) {
        site.key_hashes["files"] = sha256_hex(hashed.substr(value.dump().size()));
    }
    site.config.content_hash = sha256_hex(hashed);
    return site;
}

SiteFile load_site_file(const std::string& path) {
    if (path.empty()) {
        return {};
    }
    const std::filesystem::path file(path);
    return parse_site_file(read_config_file(file), file.parent_path(), path);
}

} // namespace embolink
