#include "tests/support/comparison.hpp"

#include "mapping/endpoints/record_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <stdexcept>

namespace embolink::test {
namespace {

using nlohmann::json;
using Key = std::pair<std::string, std::string>; // patient, param

const char* const compared_fields[] = {"course",
                                       "arm",
                                       "start",
                                       "status",
                                       "date",
                                       "days",
                                       "left",
                                       "right",
                                       "value",
                                       "unit",
                                       "reason",
                                       "flags"};

json field(const json& record, const std::string& name) {
    if (record.contains(name)) {
        return record[name];
    }
    if (name == "flags") {
        return json::array();
    }
    return name == "course" ? json(1) : json();
}

std::map<Key, json> read_expected(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::map<Key, json> out;
    for (std::string line; std::getline(in, line);) {
        const json record = json::parse(line);
        out[{record.at("patient"), record.at("param")}] = record;
    }
    if (out.empty()) {
        throw std::runtime_error("no expected records in " + path.string());
    }
    return out;
}

} // namespace

Comparison compare_records(const std::filesystem::path& expected,
                           const std::vector<EndpointRecord>& derived) {
    std::map<Key, json> wanted = read_expected(expected);
    Comparison out;
    out.expected = static_cast<int>(wanted.size());
    for (const EndpointRecord& record : derived) {
        const std::string name = record.patient + " " + record.param;
        const auto found = wanted.find({record.patient, record.param});
        if (found == wanted.end()) {
            out.differences.push_back(name + ": derived, not expected");
            continue;
        }
        const json want = found->second;
        wanted.erase(found);
        if (want.contains("undecidable")) {
            ++out.undecidable;
            continue;
        }
        const json got = json::parse(to_json_line(record));
        for (const char* key : compared_fields) {
            if (field(want, key) != field(got, key)) {
                out.differences.push_back(name + " " + key + ": expected " +
                                          field(want, key).dump() + ", derived " +
                                          field(got, key).dump());
            }
        }
    }
    for (const auto& [key, want] : wanted) {
        if (want.contains("undecidable")) {
            ++out.undecidable;
        } else {
            out.differences.push_back(key.first + " " + key.second + ": expected, not derived");
        }
    }
    return out;
}

std::string first_lines(const std::vector<std::string>& lines, std::size_t count) {
    std::string out = std::to_string(lines.size()) + " differences\n";
    for (std::size_t i = 0; i < std::min(count, lines.size()); ++i) {
        out += lines[i] + "\n";
    }
    return out;
}

} // namespace embolink::test
