// The configuration of a pass (`--config FILE`): JSON with comments, strict, every fault reported
// at once with its JSON pointer (contracts section 2). Every key is explained in
// deploy/config.example.json.
#pragma once

#include "connector/core/site_file.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace embolink {

// Where a secret stands; never the secret itself.
struct SecretRef {
    std::filesystem::path file; // empty: not a file
    std::string environment;    // name of a variable; empty: none

    bool given() const { return !file.empty() || !environment.empty(); }
};

// The secret without white space at its end. Throws Error (config), naming the place and not the
// content.
std::string read_secret(const SecretRef& secret);

enum class AuthKind { none, bearer, basic };

struct AuthConfig {
    AuthKind kind = AuthKind::none;
    SecretRef token;    // bearer
    std::string user;   // basic
    SecretRef password; // basic
};

// The value of the Authorization header, "" for none. Reads the secret anew each time, so that a
// token which another program renews is picked up. Throws Error (config).
std::string authorization(const AuthConfig& auth);

struct TlsConfig {
    std::string ca_file;          // PEM; "": the system's store
    std::string certificate_file; // client certificate, PEM
    std::string key_file;
};

// One FHIR R4 server.
struct ServerConfig {
    std::string base_url; // without a slash at its end
    AuthConfig auth;
    TlsConfig tls;
};

struct SourceConfig {
    std::string name = "ehr"; // part of every identifier that is written
    ServerConfig server;
    int parallel = 4;                      // patients pulled at once: the server's owner decides
    int page_size = 200;                   // `_count`
    std::chrono::seconds overlap{300};     // what an incremental search asks again: clocks drift
    std::chrono::hours full_pull{24 * 7};  // how often everything is asked once more
    std::vector<std::string> next_origins; // origins, besides the base URL's, of next links
};

struct TargetConfig {
    ServerConfig server;
    bool same_as_source = true;
    // The identifier system by which a patient is found on a target that is not the source.
    std::string patient_identifier;
};

enum class SeedKind { search, file };

struct CohortConfig {
    SeedKind seed = SeedKind::search;
    std::filesystem::path file; // one "Patient/<id>" or "system|value" per line
};

enum class WriteMode { dry_run, apply };

struct WriteBackConfig {
    WriteMode mode = WriteMode::dry_run;
    // A mere move of a censoring date is sent no more often than this (contracts section 5).
    int censoring_move_days = 90;
};

struct Config {
    std::string trial = "maire-2012";
    SourceConfig source;
    TargetConfig target;
    CohortConfig cohort;
    std::filesystem::path store;           // SQLite file
    std::filesystem::path audit_directory; // empty: no report
    std::string audit_language = "en";     // of its page: "en", "fr"
    std::filesystem::path adjudications;   // readers' decisions; empty: none
    WriteBackConfig write_back;
    SiteFile site;
    std::string site_path; // as it stands in messages
};

// Paths in the file are relative to it. Throws Error (config) with all faults.
Config load_config(const std::string& path);
Config
parse_config(const std::string& text, const std::filesystem::path& folder, const std::string& name);

} // namespace embolink
