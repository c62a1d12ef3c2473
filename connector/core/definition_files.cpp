#include "connector/core/definition_files.hpp"

#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/core/site_file.hpp"
#include "mapping/definitions/embedded.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace embolink {
namespace {

namespace fs = std::filesystem;

DefinitionFile make_file(std::string name, std::string text) {
    const ParsedJson parsed = parse_json(text);
    if (!parsed.value) {
        throw Error(ErrorKind::definition,
                    "a definition file is not JSON: " + parsed.error,
                    name,
                    "mend the file, or leave --definitions out to use the built-in ones");
    }
    std::string hash = sha256_hex(canonical_json(*parsed.value));
    return {std::move(name), std::move(text), std::move(hash)};
}

std::vector<DefinitionFile> read_folder(const std::string& folder) {
    std::error_code fault;
    auto walk = fs::recursive_directory_iterator(folder, fault);
    std::vector<fs::path> paths;
    for (; !fault && walk != fs::recursive_directory_iterator(); walk.increment(fault)) {
        if (walk->is_regular_file() && walk->path().extension() == ".json") {
            paths.push_back(walk->path());
        }
    }
    if (fault || paths.empty()) {
        throw Error(ErrorKind::definition,
                    "no definition files can be read",
                    folder,
                    "give a folder of .json files like mapping/definitions");
    }
    std::sort(paths.begin(), paths.end());
    std::vector<DefinitionFile> files;
    for (const fs::path& path : paths) {
        files.push_back(
            make_file(path.lexically_relative(folder).generic_string(), read_config_file(path)));
    }
    return files;
}

} // namespace

std::vector<DefinitionFile> read_definition_files(const std::string& folder) {
    if (!folder.empty()) {
        return read_folder(folder);
    }
    std::vector<DefinitionFile> files;
    for (const auto& [name, text] : embedded_definitions()) {
        files.push_back(make_file(std::string(name), std::string(text)));
    }
    return files;
}

Definitions load_all_definitions(const std::string& folder,
                                 const std::string& site_hash,
                                 std::map<std::string, std::string>* hashes) {
    try {
        const std::vector<DefinitionFile> files = read_definition_files(folder);
        for (const DefinitionFile& file : files) {
            if (hashes != nullptr && !file.name.starts_with("conformance/")) {
                (*hashes)[file.name] = file.content_hash;
            }
        }
        return load_definitions(files, site_hash, sha256_hex);
    } catch (const DefinitionError& error) {
        throw Error(ErrorKind::definition,
                    error.what(),
                    folder.empty() ? std::string("the built-in definitions") : folder,
                    "mend the definition file named");
    }
}

} // namespace embolink
