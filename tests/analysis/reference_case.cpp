#include "tests/analysis/reference_case.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

namespace embolink::test {

using nlohmann::json;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Keys that only document how R got its values.
bool documents_r(const std::string& key) {
    static const std::set<std::string> named{
        "Lin", "Rin", "columns", "ties", "versions", "r_error", "r_warnings", "table_rows"};
    return named.contains(key) || key.ends_with("_check") || key.ends_with("_note") ||
           key == "note";
}

// Methods that the library does not have.
bool not_present(const std::string& key) {
    static const std::set<std::string> methods{"boschloo",
                                               "barnard_z_pooled",
                                               "rmst",
                                               "odds_ratio_conditional_mle",
                                               "odds_ratio_ci",
                                               "odds_ratio_sample"};
    return methods.contains(key);
}

std::optional<double> number(const json& value) {
    if (value.is_number()) {
        return value.get<double>();
    }
    if (value.is_string() && (value == "Inf" || value == "-Inf")) {
        return value == "Inf" ? infinity : -infinity;
    }
    return std::nullopt;
}

bool equal(const std::string& path, double expected, double got, double tolerance) {
    if (std::isinf(expected) || std::isinf(got)) {
        return expected == got;
    }
    const bool tiny_p = path.find("p_") != std::string::npos || path.ends_with("/p");
    if (tiny_p && expected > 0 && expected < 1e-12) {
        return got > 0 && std::abs(std::log(got) - std::log(expected)) <=
                              tolerance * std::max(1.0, std::abs(std::log(expected)));
    }
    return std::abs(expected - got) <= tolerance * std::max(1.0, std::abs(expected));
}

void compare(const std::string& path,
             const json& expected,
             const json& got,
             double tolerance,
             std::vector<std::string>& out) {
    if (expected.is_object()) {
        for (const auto& [key, value] : expected.items()) {
            if (documents_r(key) || not_present(key)) {
                continue;
            }
            if (!got.is_object() || !got.contains(key)) {
                out.push_back(path + "/" + key + ": not computed");
                continue;
            }
            compare(path + "/" + key, value, got.at(key), tolerance, out);
        }
        return;
    }
    if (expected.is_array()) {
        if (!got.is_array() || got.size() != expected.size()) {
            out.push_back(path + ": another length");
            return;
        }
        for (std::size_t i = 0; i < expected.size(); ++i) {
            compare(path + "/" + std::to_string(i), expected[i], got[i], tolerance, out);
        }
        return;
    }
    const auto a = number(expected);
    const auto b = number(got);
    const bool same = a && b ? equal(path, *a, *b, tolerance) : expected == got;
    if (!same) {
        out.push_back(path + ": expected " + expected.dump() + ", got " + got.dump());
    }
}

std::filesystem::path case_folder() {
    return std::filesystem::path{EMBOLINK_SOURCE_DIR} / "tests/reference/cases";
}

} // namespace

std::size_t reference_case_files() {
    const std::filesystem::directory_iterator files{case_folder()};
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

std::vector<ReferenceCase> reference_cases(const std::string& kind) {
    std::vector<ReferenceCase> cases;
    for (const auto& entry : std::filesystem::directory_iterator{case_folder()}) {
        std::ifstream file{entry.path()};
        const json content = json::parse(file);
        if (content.at("kind") == kind) {
            cases.push_back({entry.path().stem().string(),
                             kind,
                             content.at("input"),
                             content.at("expected"),
                             content.at("tolerance_rel").get<double>()});
        }
    }
    if (cases.empty()) {
        throw std::runtime_error("no reference case of kind " + kind);
    }
    std::ranges::sort(cases, {}, &ReferenceCase::name);
    return cases;
}

std::vector<std::string> differences(const json& expected, const json& got, double tolerance) {
    std::vector<std::string> out;
    compare("", expected, got, tolerance, out);
    return out;
}

json json_of(std::optional<double> value) {
    if (!value) {
        return nullptr;
    }
    if (std::isinf(*value)) {
        return *value > 0 ? "Inf" : "-Inf";
    }
    return *value;
}

std::vector<double> column(const json& values) {
    std::vector<double> out;
    for (const json& value : values) {
        out.push_back(number(value).value());
    }
    return out;
}

Labels labels(const json& values) {
    std::map<std::string, json> sorted;
    for (const json& value : values) {
        sorted.emplace(value.is_string() ? value.get<std::string>() : value.dump(), value);
    }
    Labels out;
    for (const auto& [text, value] : sorted) {
        out.names.push_back(value);
    }
    for (const json& value : values) {
        const auto at = std::ranges::find(out.names, value);
        out.codes.push_back(static_cast<int>(at - out.names.begin()));
    }
    out.count = static_cast<int>(out.names.size());
    return out;
}

} // namespace embolink::test
