#include "connector/core/config.hpp"

#include "connector/core/config_values.hpp"
#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/core/json_object.hpp"
#include "connector/core/service_config.hpp"
#include "connector/http/url.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace embolink {
namespace {

using nlohmann::json;

// "https://ehr.example/fhir": what paths can be appended to.
bool is_base_url(const std::string& text) {
    const auto url = http::parse_url(text);
    return url && url->target.find_first_of("?#") == std::string::npos;
}

class ConfigReader {
public:
    ConfigReader(const json& value, const std::filesystem::path& folder, ConfigFaults& faults)
        : root_(value, "", faults), folder_(folder), faults_(faults) {}

    Config read(const std::string& name);

    const ServiceConfig& service() const { return service_; }

private:
    std::filesystem::path path_of(const std::string& text) const {
        return text.empty() ? std::filesystem::path() : folder_ / text;
    }

    AuthConfig auth(JsonObject& server);
    TlsConfig tls(JsonObject& server);
    ServerConfig server(JsonObject& object);
    void read_source();
    void read_target();
    void read_cohort();
    void read_store_and_audit();
    void read_write_back();
    void read_site(const std::string& name);

    JsonObject root_;
    const std::filesystem::path& folder_;
    ConfigFaults& faults_;
    Config out_;
    ServiceConfig service_;
};

AuthConfig ConfigReader::auth(JsonObject& server) {
    AuthConfig out;
    const json* value = server.value("auth");
    if (value == nullptr)
        return out;
    JsonObject part(*value, server.pointer_to("auth"), faults_);
    const std::string kind = part.choice("kind", {"none", "bearer", "basic"}, true);
    if (kind == "bearer") {
        out.kind = AuthKind::bearer;
        out.token = secret_ref(part, "token", folder_);
        if (!out.token.given())
            part.fault("token", R"({"file": PATH} or {"env": NAME})");
    } else if (kind == "basic") {
        out.kind = AuthKind::basic;
        out.user = part.required_text("user");
        out.password = secret_ref(part, "password", folder_);
        if (!out.password.given())
            part.fault("password", R"({"file": PATH} or {"env": NAME})");
    }
    part.refuse_other_keys();
    return out;
}

TlsConfig ConfigReader::tls(JsonObject& server) {
    TlsConfig out;
    const json* value = server.value("tls");
    if (value == nullptr)
        return out;
    JsonObject part(*value, server.pointer_to("tls"), faults_);
    out.ca_file = path_of(part.text("ca_file")).string();
    out.certificate_file = path_of(part.text("certificate_file")).string();
    out.key_file = path_of(part.text("key_file")).string();
    part.refuse_other_keys();
    if (out.certificate_file.empty() != out.key_file.empty())
        part.fault("certificate_file", "\"certificate_file\" and \"key_file\" together");
    return out;
}

ServerConfig ConfigReader::server(JsonObject& object) {
    ServerConfig out;
    out.base_url = object.required_text("base_url");
    while (out.base_url.ends_with('/'))
        out.base_url.pop_back();
    if (!out.base_url.empty() && !is_base_url(out.base_url)) {
        object.fault("base_url",
                     "an http or https URL without user, query or fragment, such as "
                     "\"https://ehr.example/fhir\"");
    }
    out.auth = auth(object);
    out.tls = tls(object);
    return out;
}

void ConfigReader::read_source() {
    const json* value = root_.value("source");
    if (value == nullptr) {
        root_.fault("source", R"(an object with "base_url")");
        return;
    }
    JsonObject source(*value, "/source", faults_);
    SourceConfig& out = out_.source;
    const std::string name = source.text("name");
    if (!name.empty())
        out.name = name;
    out.server = server(source);
    out.parallel = whole_number(source, "parallel", out.parallel, 1, 32);
    out.page_size = whole_number(source, "page_size", out.page_size, 1, 10'000);
    out.overlap = duration_of(source, "overlap", out.overlap);
    out.full_pull = std::chrono::duration_cast<std::chrono::hours>(
        duration_of(source, "full_pull", out.full_pull));
    for (const std::string& origin : source.texts("next_origins")) {
        if (!is_base_url(origin))
            source.fault("next_origins", "origins such as \"https://pages.ehr.example\"");
        out.next_origins.push_back(origin);
    }
    source.refuse_other_keys();
}

void ConfigReader::read_target() {
    const json* value = root_.value("target");
    out_.target.server = out_.source.server;
    if (value == nullptr)
        return;
    JsonObject target(*value, "/target", faults_);
    out_.target.same_as_source = false;
    out_.target.server = server(target);
    // Ids of the source mean nothing on another server (contracts section 2).
    out_.target.patient_identifier = target.required_text("patient_identifier");
    target.refuse_other_keys();
    if (out_.target.server.base_url == out_.source.server.base_url)
        target.fault("base_url", "another server than the source; leave \"target\" out otherwise");
}

void ConfigReader::read_cohort() {
    const json* value = root_.value("cohort");
    if (value == nullptr)
        return;
    JsonObject cohort(*value, "/cohort", faults_);
    const std::string file = cohort.text("file");
    if (cohort.choice("seed", {"search", "file"}, false) == "file") {
        out_.cohort.seed = SeedKind::file;
        if (file.empty())
            cohort.fault("file", "the path of a list of patients, for seed \"file\"");
    } else if (!file.empty()) {
        cohort.fault("seed", "\"file\", since a file is named");
    }
    out_.cohort.file = path_of(file);
    cohort.refuse_other_keys();
}

void ConfigReader::read_store_and_audit() {
    const json* store = root_.value("store");
    if (store == nullptr) {
        root_.fault("store", R"(an object with "sqlite": the path of the database file)");
    } else {
        JsonObject part(*store, "/store", faults_);
        out_.store = path_of(part.required_text("sqlite"));
        part.refuse_other_keys();
    }
    const json* audit = root_.value("audit");
    if (audit != nullptr) {
        JsonObject part(*audit, "/audit", faults_);
        out_.audit_directory = path_of(part.required_text("directory"));
        if (const std::string language = part.choice("language", {"en", "fr"}, false);
            !language.empty())
            out_.audit_language = language;
        part.refuse_other_keys();
    }
}

void ConfigReader::read_write_back() {
    const json* value = root_.value("write_back");
    if (value == nullptr)
        return;
    JsonObject part(*value, "/write_back", faults_);
    if (part.choice("mode", {"dry-run", "apply"}, false) == "apply")
        out_.write_back.mode = WriteMode::apply;
    out_.write_back.censoring_move_days =
        whole_number(part, "censoring_move_days", out_.write_back.censoring_move_days, 0, 3650);
    part.refuse_other_keys();
}

// Faults of the site part are reported with the others, whichever file they stand in.
void ConfigReader::read_site(const std::string& name) {
    const json* value = root_.value("site");
    if (value == nullptr)
        return;
    try {
        if (value->is_string()) {
            out_.site_path = path_of(value->get<std::string>()).string();
            out_.site = load_site_file(out_.site_path);
        } else {
            out_.site_path = name + " /site";
            out_.site = parse_site_file(value->dump(), folder_, out_.site_path);
        }
    } catch (const Error& error) {
        faults_.push_back("/site: " + std::string(error.what()) + "\n" + error.where());
    }
}

Config ConfigReader::read(const std::string& name) {
    const std::string trial = root_.text("trial");
    if (!trial.empty())
        out_.trial = trial;
    read_source();
    read_target();
    read_cohort();
    read_store_and_audit();
    read_write_back();
    out_.adjudications = path_of(root_.text("adjudications"));
    service_ = read_service_config(root_, folder_);
    read_site(name);
    root_.refuse_other_keys();
    return std::move(out_);
}

[[noreturn]] void refuse(const std::string& name, const ConfigFaults& faults) {
    std::string where = name;
    for (const std::string& fault : faults)
        where += "\n" + fault;
    throw Error(ErrorKind::config,
                "the configuration has " + std::to_string(faults.size()) +
                    (faults.size() == 1 ? " fault" : " faults"),
                where,
                "mend the places named; deploy/config.example.json explains every key");
}

} // namespace

std::string read_secret(const SecretRef& secret) {
    std::string text;
    if (!secret.file.empty()) {
        std::ifstream file(secret.file, std::ios::binary);
        std::ostringstream content;
        content << file.rdbuf();
        if (!file) {
            throw Error(ErrorKind::config,
                        "cannot read the file of a secret",
                        secret.file.string(),
                        "check the path and that this user may read it");
        }
        text = content.str();
    } else if (const char* value = std::getenv(secret.environment.c_str())) {
        text = value;
    }
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    const bool unfit = text.find_first_of("\r\n") != std::string::npos;
    if (text.empty() || unfit) {
        throw Error(ErrorKind::config,
                    unfit ? "a secret has several lines" : "a secret is empty or not set",
                    secret.file.empty() ? "environment variable " + secret.environment
                                        : secret.file.string(),
                    "put the token or password there, alone");
    }
    return text;
}

std::string authorization(const AuthConfig& auth) {
    switch (auth.kind) {
    case AuthKind::none:
        return "";
    case AuthKind::bearer:
        return "Bearer " + read_secret(auth.token);
    case AuthKind::basic:
        return "Basic " + base64(auth.user + ":" + read_secret(auth.password));
    }
    return "";
}

namespace {

// A part that a command does not use is checked all the same: a file is right or it is not.
std::pair<Config, ServiceConfig>
parse_both(const std::string& text, const std::filesystem::path& folder, const std::string& name) {
    ConfigFaults faults;
    const json value = parse_config_json(text, faults);
    if (!faults.empty())
        refuse(name, faults);
    ConfigReader reader(value, folder, faults);
    Config config = reader.read(name);
    if (!faults.empty())
        refuse(name, faults);
    return {std::move(config), reader.service()};
}

} // namespace

Config parse_config(const std::string& text,
                    const std::filesystem::path& folder,
                    const std::string& name) {
    return parse_both(text, folder, name).first;
}

ServiceConfig parse_service_config(const std::string& text,
                                   const std::filesystem::path& folder,
                                   const std::string& name) {
    return parse_both(text, folder, name).second;
}

Config load_config(const std::string& path) {
    const std::filesystem::path file(path);
    return parse_config(read_config_file(file), file.parent_path(), path);
}

ServiceConfig load_service_config(const std::string& path) {
    const std::filesystem::path file(path);
    return parse_service_config(read_config_file(file), file.parent_path(), path);
}

} // namespace embolink
