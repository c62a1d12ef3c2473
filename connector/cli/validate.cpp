// `embolink validate [DIR...]`: installation qualification of the statistics. Runs the reference
// cases that are built in, and those in the folders, and prints a protocol that a hospital can
// file: what ran, on what, each case with its result and the hash of its file.
#include "analysis/cases/case.hpp"
#include "analysis/cases/compare.hpp"
#include "analysis/cases/embedded_cases.hpp"
#include "connector/cli/case_file.hpp"
#include "connector/cli/command.hpp"
#include "connector/core/about.hpp"
#include "connector/core/clock.hpp"
#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/core/output_file.hpp"
#include "connector/core/platform.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace embolink {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct CaseFile {
    std::string name;
    std::string text;
};

struct CaseResult {
    std::string name;
    std::string sha256;
    std::size_t values = 0;
    std::vector<std::string> differences;

    bool passed() const { return differences.empty(); }
};

// Every .json of the folder and those below it, by name.
std::vector<CaseFile> files_of(const std::string& folder) {
    std::error_code fault;
    std::vector<std::string> paths;
    for (fs::recursive_directory_iterator entry(folder, fault), end; !fault && entry != end;
         entry.increment(fault)) {
        if (entry->path().extension() == ".json") {
            paths.push_back(entry->path().string());
        }
    }
    if (fault || paths.empty()) {
        throw Error(ErrorKind::input,
                    fault ? "this folder cannot be read" : "there is no case in this folder",
                    folder,
                    "give a folder with case files (*.json); without one the built-in cases run");
    }
    std::ranges::sort(paths);
    std::vector<CaseFile> files;
    for (const std::string& path : paths) {
        files.push_back({path, read_whole_file(path)});
    }
    return files;
}

std::vector<CaseFile> all_files(const std::vector<std::string>& folders) {
    std::vector<CaseFile> files;
    for (const auto& [name, text] : embedded_cases()) {
        files.push_back({std::string(name), std::string(text)});
    }
    for (const std::string& folder : folders) {
        std::ranges::move(files_of(folder), std::back_inserter(files));
    }
    return files;
}

// A file that is no case does not stop the others: it did not pass.
CaseResult run_case(const CaseFile& file) {
    CaseResult result{file.name, sha256_hex(file.text), 0, {}};
    try {
        const Comparison comparison = check_case(parse_case(file.text, file.name));
        result.values = comparison.values;
        result.differences = comparison.differences;
    } catch (const CaseError& fault) {
        result.differences.push_back(fault.where() + ": " + fault.what());
    } catch (const Error& fault) {
        result.differences.push_back(fault.where() + ": " + fault.what());
    }
    return result;
}

std::string count_text(const std::vector<CaseResult>& results) {
    const auto passed = std::ranges::count_if(results, &CaseResult::passed);
    return std::to_string(results.size()) + " cases, " + std::to_string(passed) + " passed";
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size() + 1), ' ');
    return text;
}

void print_protocol(const std::vector<CaseResult>& results) {
    constexpr std::size_t shown_differences = 5;
    OutputFile out("-");
    out.line("Installation qualification: statistics of embolink against R\n");
    out.line(padded("program", 16) + "embolink " + software_version());
    out.line(padded("SHA-256", 16) + program_sha256());
    for (const auto& [label, value] : platform_facts()) {
        out.line(padded(label, 16) + value);
    }
    out.line(padded("run", 16) + instant_text(current_instant()));
    out.line(
        "\nEach case holds data and the results that R computed from them. It passes when every\n"
        "value agrees within the tolerance that the file states.\n");
    out.line("result   values  SHA-256 of the file" + std::string(47, ' ') + "file");
    for (const CaseResult& result : results) {
        const std::string values = std::to_string(result.values);
        out.line((result.passed() ? "passed   " : "DIFFERS  ") +
                 std::string(6 - std::min<std::size_t>(6, values.size()), ' ') + values + "  " +
                 result.sha256 + "  " + result.name);
        for (std::size_t i = 0; i < std::min(result.differences.size(), shown_differences); ++i) {
            out.line("           " + result.differences[i]);
        }
        if (result.differences.size() > shown_differences) {
            out.line("           and " +
                     std::to_string(result.differences.size() - shown_differences) + " more");
        }
    }
    out.line("\nRun by: ______________________   Reviewed by: ______________________\n");
    out.line(count_text(results));
    out.commit();
}

void print_json(const std::vector<CaseResult>& results) {
    json platform;
    for (const auto& [label, value] : platform_facts()) {
        platform[label] = value;
    }
    json cases = json::array();
    for (const CaseResult& result : results) {
        cases.push_back({{"file", result.name},
                         {"sha256", result.sha256},
                         {"values", result.values},
                         {"passed", result.passed()},
                         {"differences", result.differences}});
    }
    const json all{{"program", {{"version", software_version()}, {"sha256", program_sha256()}}},
                   {"platform", platform},
                   {"run", instant_text(current_instant())},
                   {"cases", cases},
                   {"total", results.size()},
                   {"passed", std::ranges::count_if(results, &CaseResult::passed)}};
    OutputFile output("-");
    output.line(all.dump(2));
    output.commit();
}

void validate(const std::vector<std::string>& folders, const CommonOptions& common) {
    std::vector<CaseResult> results;
    for (const CaseFile& file : all_files(folders)) {
        results.push_back(run_case(file));
    }
    common.json ? print_json(results) : print_protocol(results);
    const auto differs = std::ranges::find_if_not(results, &CaseResult::passed);
    if (differs != results.end()) {
        throw Error(ErrorKind::check,
                    "not every case passed: " + count_text(results),
                    differs->name,
                    "do not use the statistics of this installation; if the case is your own, "
                    "check its kind, input, expected and tolerance_rel, else report the protocol");
    }
}

} // namespace

void add_validate_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command = app.add_subcommand(
        "validate", "runs the reference cases and prints a protocol: installation qualification");
    auto folders = std::make_shared<std::vector<std::string>>();
    command->add_option("DIR", *folders, "folders with further case files (*.json)")
        ->type_name("DIR");
    command->footer("The last line is \"N cases, N passed\"; exit code 1 when any differs. --json "
                    "gives the same for programs.\n"
                    "Example:\n"
                    "  embolink validate > qualification-$(date +%F).txt");
    command->callback([folders, &common] { validate(*folders, common); });
}

} // namespace embolink
