// The site file (--site FILE): JSON with comments, read strictly into the values that the mapping
// and the audit use. Every key is explained in deploy/site.example.json.
#pragma once

#include "connector/core/site_audit.hpp"
#include "mapping/site.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace embolink {

struct SiteFile {
    SiteConfig config; // content_hash covers the file and the files that it names
    SiteAudit audit;   // what the report alone uses
    // Opt-outs given as an identifier, "system|value": the patients are known only once their
    // Patient resources have been read.
    std::set<std::string> opt_out_identifiers;
    // SHA-256 of what each key holds, and of the files that keys name ("files"): which of them
    // changed, when content_hash did.
    std::map<std::string, std::string> key_hashes;
    std::vector<std::string> notices; // keys that this version checks but does not use
};

// "" gives the defaults. Throws Error (config) with every fault of the file at once.
SiteFile load_site_file(const std::string& path);

// The same from text; `folder` is what paths in it are relative to, `name` stands in errors.
SiteFile
parse_site_file(const std::string& text, const std::filesystem::path& folder, std::string name);

// A small text file of the configuration. Throws Error (config).
std::string read_config_file(const std::filesystem::path& path);

} // namespace embolink
