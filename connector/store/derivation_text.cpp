#include "connector/store/derivation_text.hpp"

#include <nlohmann/json.hpp>

namespace embolink {
namespace {

using nlohmann::json;

// Records name the cut by this key and nothing else does: inside a text of a record its quotes
// would be escaped. In its place stands a day that is none.
std::string without_cut(std::string lines, const std::string& as_of) {
    const std::string cut = R"("as_of":")" + as_of + "\"";
    const std::string none = R"("as_of":"9999-12-31")";
    if (cut.size() != none.size()) {
        return lines;
    }
    for (std::size_t at = lines.find(cut); at != std::string::npos; at = lines.find(cut, at + 1)) {
        lines.replace(at, none.size(), none);
    }
    return lines;
}

} // namespace

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line;
        text += '\n';
    }
    return text;
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = text.find('\n', start);
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

std::string counts_text(const std::map<std::string, std::int64_t>& counts) {
    return json(counts).dump();
}

std::map<std::string, std::int64_t> counts_of(const std::string& text) {
    return json::parse(text).get<std::map<std::string, std::int64_t>>();
}

std::string otherwise_text(const std::map<int, std::vector<std::string>>& otherwise) {
    json object = json::object();
    for (const auto& [days, lines] : otherwise) {
        object[std::to_string(days)] = joined(lines);
    }
    return object.dump();
}

std::map<int, std::vector<std::string>> otherwise_of(const std::string& text) {
    std::map<int, std::vector<std::string>> otherwise;
    const json object = json::parse(text);
    for (const auto& [days, lines] : object.items()) {
        otherwise[std::stoi(days)] = split(lines.get<std::string>());
    }
    return otherwise;
}

std::string past_text(const Derivation& derivation) {
    json otherwise = json::object();
    for (const auto& [days, lines] : derivation.otherwise) {
        otherwise[std::to_string(days)] = without_cut(joined(lines), derivation.as_of);
    }
    const json text = {{"records", without_cut(joined(derivation.records), derivation.as_of)},
                       {"timeline", joined(derivation.timeline)},
                       {"issues", joined(derivation.issues)},
                       {"counts", counts_text(derivation.counts)},
                       {"otherwise", otherwise.dump()}};
    return text.dump();
}

Derivation past_of(const std::string& chain, const std::string& text) {
    const json parts = json::parse(text);
    const auto part = [&](const char* name) { return parts.at(name).get<std::string>(); };
    Derivation derivation;
    derivation.chain = chain;
    derivation.records = split(part("records"));
    derivation.timeline = split(part("timeline"));
    derivation.issues = split(part("issues"));
    derivation.counts = counts_of(part("counts"));
    derivation.otherwise = otherwise_of(part("otherwise"));
    return derivation;
}

} // namespace embolink
