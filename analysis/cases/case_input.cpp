#include "analysis/cases/case_input.hpp"

#include "analysis/cases/case.hpp"
#include "analysis/interval.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace embolink {
namespace {

using nlohmann::json;

constexpr double infinity = std::numeric_limits<double>::infinity();

std::string place(const char* key) {
    return std::string("/input/") + key;
}

const json& member(const json& input, const char* key) {
    if (!given(input, key)) {
        throw CaseError(std::string(key) + " is missing", place(key), "give it");
    }
    return input.at(key);
}

double number_at(const json& value, const std::string& where) {
    const std::optional<double> number = number_of(value);
    if (!number) {
        throw CaseError("this is no number", where, "give a number, or \"Inf\" or \"-Inf\"");
    }
    return *number;
}

int whole(double value, const std::string& where) {
    if (value != std::floor(value) || std::abs(value) > std::numeric_limits<int>::max()) {
        throw CaseError("this is no whole number", where, "give a whole number");
    }
    return static_cast<int>(value);
}

std::vector<double> numbers(const json& values, const std::string& where) {
    if (!values.is_array()) {
        return {number_at(values, where)};
    }
    std::vector<double> out;
    out.reserve(values.size());
    for (const json& value : values) {
        const std::optional<double> read = number_of(value);
        out.push_back(read ? *read : number_at(value, where + "/" + std::to_string(out.size())));
    }
    return out;
}

} // namespace

bool given(const json& input, const char* key) {
    const auto found = input.find(key);
    return found != input.end() && !found->is_null();
}

std::optional<double> number_of(const json& value) {
    if (value.is_number()) {
        return value.get<double>();
    }
    if (value.is_boolean()) {
        return value.get<bool>() ? 1.0 : 0.0;
    }
    if (value == "Inf") {
        return infinity;
    }
    return value == "-Inf" ? std::optional{-infinity} : std::nullopt;
}

double number(const json& input, const char* key) {
    return number_at(member(input, key), place(key));
}

double number_or(const json& input, const char* key, double otherwise) {
    return given(input, key) ? number(input, key) : otherwise;
}

int whole_number(const json& input, const char* key) {
    return whole(number(input, key), place(key));
}

double confidence_level(const json& input) {
    const double level = number_or(input, "conf_level", default_confidence);
    if (!(level > 0 && level < 1)) {
        throw CaseError("a confidence level lies between 0 and 1", place("conf_level"), "mend it");
    }
    return level;
}

std::vector<double> column(const json& input, const char* key) {
    return numbers(member(input, key), place(key));
}

std::vector<double> column_or_empty(const json& input, const char* key) {
    return given(input, key) ? column(input, key) : std::vector<double>{};
}

std::vector<int> whole_column(const json& input, const char* key) {
    std::vector<int> out;
    for (const double value : column(input, key)) {
        out.push_back(whole(value, place(key) + "/" + std::to_string(out.size())));
    }
    return out;
}

std::vector<std::vector<double>> matrix(const json& input, const char* key) {
    const json& list = member(input, key);
    if (!list.is_array() || list.empty()) {
        throw CaseError("this is no list of rows", place(key), "give one list for each subject");
    }
    std::vector<std::vector<double>> out;
    for (const json& row : list) {
        const std::string where = place(key) + "/" + std::to_string(out.size());
        out.push_back(numbers(row, where));
        if (out.back().size() != out.front().size()) {
            throw CaseError(
                "this row has another length than the first", where, "give rows of one length");
        }
    }
    return out;
}

const json& rows(const json& input, const char* key) {
    const json& list = member(input, key);
    const auto is_object = [](const json& row) { return row.is_object(); };
    if (!list.is_array() || !std::ranges::all_of(list, is_object)) {
        throw CaseError("this is no list of objects", place(key), "give a list of objects");
    }
    return list;
}

std::vector<int> status_column(const json& input, const char* key) {
    std::vector<int> status = whole_column(input, key);
    const bool one_two = std::ranges::find(status, 2) != status.end();
    for (std::size_t i = 0; i < status.size(); ++i) {
        status[i] -= one_two ? 1 : 0;
        if (status[i] != 0 && status[i] != 1) {
            throw CaseError("a status is 0 or 1",
                            place(key) + "/" + std::to_string(i),
                            "give 1 for an event and 0 for a censoring");
        }
    }
    return status;
}

bool text_before(const std::string& a, const std::string& b) {
    const auto folded = [](const std::string& text) {
        std::string out = text;
        std::ranges::transform(out, out.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
        });
        return out;
    };
    const std::string first = folded(a);
    const std::string second = folded(b);
    return first != second ? first < second : a > b; // small letters have the larger codes
}

std::string label_text(const json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    const bool whole_float = value.is_number_float() && std::abs(value.get<double>()) < 1e15 &&
                             value.get<double>() == std::floor(value.get<double>());
    return whole_float ? std::to_string(static_cast<long long>(value.get<double>())) : value.dump();
}

Labels labels(const json& input, const char* key) {
    const json& values = member(input, key);
    const json list = values.is_array() ? values : json::array({values});
    std::vector<json> levels(list.begin(), list.end());
    for (std::size_t i = 0; i < levels.size(); ++i) {
        if (!levels[i].is_string() && !levels[i].is_number() && !levels[i].is_boolean()) {
            throw CaseError("this is no label",
                            place(key) + "/" + std::to_string(i),
                            "give a text or a number");
        }
    }
    const auto before = [](const json& a, const json& b) {
        return a.is_string() && b.is_string()
                   ? text_before(a.get_ref<const std::string&>(), b.get_ref<const std::string&>())
                   : a < b;
    };
    std::ranges::sort(levels, before);
    levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
    Labels out;
    for (const json& level : levels) {
        out.names.push_back(label_text(level));
    }
    for (const json& value : list) {
        const auto at = std::ranges::lower_bound(levels, value, before);
        out.codes.push_back(static_cast<int>(at - levels.begin()));
    }
    out.count = static_cast<int>(levels.size());
    return out;
}

SurvivalData survival_data(const json& input) {
    SurvivalData data;
    data.time = column(input, "time");
    if (data.time.empty()) {
        throw CaseError("there is no subject", place("time"), "give at least one");
    }
    data.event = status_column(input, "status");
    require_length("status", data.event.size(), data.size());
    data.weight = column_or_empty(input, "weight");
    if (!data.weight.empty()) {
        require_length("weight", data.weight.size(), data.size());
    }
    return data;
}

void require_length(const char* key, std::size_t size, std::size_t subjects) {
    if (size != subjects) {
        throw CaseError(std::string(key) + " has " + std::to_string(size) + " values for " +
                            std::to_string(subjects) + " subjects",
                        place(key),
                        "give one value for each subject");
    }
}

} // namespace embolink
