#include "analysis/cases/compare.hpp"

#include "analysis/cases/case.hpp"
#include "analysis/cases/case_input.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace embolink {
namespace {

using nlohmann::json;

// Keys that only document how R got its values.
bool documents_r(const std::string& key) {
    constexpr std::array<std::string_view, 12> named{"iter_default",
                                                     "beta_at_default_eps",
                                                     "coxphf_package",
                                                     "survfit_interval2",
                                                     "Lin",
                                                     "Rin",
                                                     "columns",
                                                     "ties",
                                                     "versions",
                                                     "r_error",
                                                     "r_warnings",
                                                     "compare_only"};
    return std::ranges::find(named, key) != named.end() || key.ends_with("_check") ||
           key.ends_with("_note");
}

bool is_refused(const json& answer) {
    return answer.is_object() && answer.contains("refused");
}

bool is_p_value(const std::string& path) {
    const std::string_view key = std::string_view(path).substr(path.rfind('/') + 1);
    return key == "p" || key.starts_with("p_") || key.ends_with("_p") ||
           path.find("/p_") != std::string::npos || path.find("_p/") != std::string::npos ||
           path.find("/p/") != std::string::npos;
}

bool agree(const std::string& path, double expected, double got, double tolerance) {
    if (std::isinf(expected) || std::isinf(got)) {
        return expected == got;
    }
    if (is_p_value(path) && expected > 0 && expected < 1e-12) {
        const double logarithm = std::log(expected);
        return got > 0 && std::abs(std::log(got) - logarithm) <=
                              tolerance * std::max(1.0, std::abs(logarithm));
    }
    return std::abs(expected - got) <= tolerance * std::max(1.0, std::abs(expected));
}

class Comparer {
public:
    Comparer(Comparison& out, double tolerance) : out_(out), tolerance_(tolerance) {}

    void compare(const std::string& path, const json& expected, const json& got) {
        if (expected.is_object() && expected.contains("r_error") && is_refused(got)) {
            ++out_.values; // both say that there is no answer
        } else if (expected.is_object() && expected.contains("mc_se")) {
            monte_carlo(path, expected, got);
        } else if (expected.is_object() && expected.contains("nuisance")) {
            supremum(path, expected, got);
        } else if (expected.is_object()) {
            object(path, expected, got);
        } else if (expected.is_array()) {
            array(path, expected, got);
        } else {
            value(path, expected, got);
        }
    }

private:
    void differ(const std::string& path, const std::string& how) {
        out_.differences.push_back(path + ": " + how);
    }

    void object(const std::string& path, const json& expected, const json& got) {
        const auto only = expected.find("compare_only");
        for (const auto& [key, part] : expected.items()) {
            const bool left_out =
                only != expected.end() && std::ranges::find(*only, json(key)) == only->end();
            if (documents_r(key) || left_out) {
                continue;
            }
            if (!got.is_object() || !got.contains(key)) {
                differ(path + "/" + key, "not computed");
                continue;
            }
            compare(path + "/" + key, part, got.at(key));
        }
    }

    void array(const std::string& path, const json& expected, const json& got) {
        if (!got.is_array() || got.size() != expected.size()) {
            differ(path,
                   "expected " + std::to_string(expected.size()) + " values, got " +
                       (got.is_array() ? std::to_string(got.size()) : "no list"));
            return;
        }
        for (std::size_t i = 0; i < expected.size(); ++i) {
            compare(path + "/" + std::to_string(i), expected[i], got[i]);
        }
    }

    void value(const std::string& path, const json& expected, const json& got) {
        ++out_.values;
        const auto a = number_of(expected);
        const auto b = number_of(got);
        const bool same = a && b ? agree(path, *a, *b, tolerance_) : expected == got;
        if (!same) {
            differ(path, "expected " + expected.dump() + ", got " + got.dump());
        }
    }

    void monte_carlo(const std::string& path, const json& expected, const json& got) {
        const double bound = 4 * expected.at("mc_se").get<double>();
        for (const auto& [key, part] : expected.items()) {
            if (key == "mc_se" || key == "nsim") {
                continue;
            }
            ++out_.values;
            const auto a = number_of(part);
            const auto b =
                got.is_object() && got.contains(key) ? number_of(got.at(key)) : std::nullopt;
            if (!a || !b || !(std::abs(*a - *b) <= bound)) {
                differ(path + "/" + key,
                       "expected " + part.dump() + " within " + json(bound).dump() + ", got " +
                           (b ? json(*b).dump() : "nothing"));
            }
        }
    }

    void supremum(const std::string& path, const json& expected, const json& got) {
        ++out_.values;
        const auto a = number_of(expected.at("p"));
        const auto b = got.is_object() && got.contains("p") ? number_of(got.at("p")) : std::nullopt;
        if (!a || !b || !(std::abs(*a - *b) <= 1e-6 * *a)) {
            differ(path + "/p",
                   "expected " + expected.at("p").dump() + ", got " +
                       (b ? json(*b).dump() : "nothing"));
        }
    }

    Comparison& out_;
    double tolerance_;
};

// R had an error in every part: there is no value that an answer could agree with.
bool only_errors(const json& expected) {
    if (!expected.is_structured() || expected.empty()) {
        return false;
    }
    if (expected.is_object() && expected.contains("r_error")) {
        return true;
    }
    return std::ranges::all_of(expected, only_errors);
}

} // namespace

Comparison compare_with_expected(const json& expected, const json& result, double tolerance) {
    Comparison out;
    Comparer(out, tolerance).compare("", expected, result);
    return out;
}

Comparison check_case(const json& file) {
    const json answer = analyze_case(file);
    const auto expected = file.find("expected");
    if (expected == file.end() || !given(file, "tolerance_rel")) {
        throw CaseError("a reference case has expected and tolerance_rel",
                        expected == file.end() ? "/expected" : "/tolerance_rel",
                        "give both, or use the case with analyze");
    }
    const double tolerance = file.at("tolerance_rel").get<double>();
    if (is_refused(answer) && only_errors(*expected)) {
        return {1, {}};
    }
    Comparison out = compare_with_expected(
        *expected, is_refused(answer) ? answer : answer.at("result"), tolerance);
    if (out.values == 0 && out.differences.empty()) {
        out.differences.push_back(": nothing to compare");
    }
    return out;
}

} // namespace embolink
