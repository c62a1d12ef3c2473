#include "connector/fhir/seed.hpp"

#include "connector/core/error.hpp"
#include "connector/fhir/references.hpp"
#include "mapping/facts/concepts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

namespace embolink::fhir {

namespace {

using nlohmann::json;

// Every kind of embolization implies this one concept (concepts.hpp), so that a code is a
// candidate's exactly when it carries it.
bool means_embolization(const Terminology& terminology, const SeedCode& code) {
    const auto names = terminology.concepts(CodeDomain::procedure, code.system, code.code);
    return std::ranges::find(names, concepts::embolization) != names.end();
}

std::vector<std::string> each_followed_by(const std::vector<std::string>& beginnings,
                                          std::string_view characters) {
    std::vector<std::string> longer;
    for (const std::string& beginning : beginnings) {
        for (const char c : characters) {
            longer.push_back(beginning + c);
        }
    }
    return longer;
}

// The codes below a beginning. OPS adds one character at the end ("8-836.ka"). ICD-10-PCS codes
// have seven: after the body part stand approach (0 open, 3 percutaneous, 4 endoscopic), device (C
// and D extra- and intraluminal, Z none) and qualifier (Z), by CMS tables 04L and 04V.
std::vector<std::string> completions(std::string_view system, const std::string& beginning) {
    constexpr std::string_view any = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::string lower(system);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const bool pcs = lower.find("medicare/coding/icd10") != std::string::npos ||
                     lower.find("icd-10-pcs") != std::string::npos ||
                     lower == "urn:oid:2.16.840.1.113883.6.4";
    if (pcs && beginning.size() == 4) {
        return each_followed_by(each_followed_by(each_followed_by({beginning}, "034"), "CDZ"), "Z");
    }
    if (lower.find("/ops") != std::string::npos) {
        return each_followed_by({beginning}, any);
    }
    return {};
}

// FHIR R4 search, "Escaping Search Parameters".
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == ',' || c == '|' || c == '$') {
            out += '\\';
        }
        out += c;
    }
    return out;
}

std::string token(const SeedCode& code, TokenForm form) {
    const bool alone = code.system.empty() || form == TokenForm::code_only;
    return alone ? escaped(code.code) : escaped(code.system) + "|" + escaped(code.code);
}

std::vector<std::string> tokens_of(const std::vector<SeedCode>& codes, TokenForm form) {
    std::vector<std::string> tokens;
    std::set<std::string> known;
    for (const SeedCode& code : codes) {
        if (std::string text = token(code, form); known.insert(text).second) {
            tokens.push_back(std::move(text));
        }
    }
    return tokens;
}

std::size_t escaped_length(const std::string& value) {
    return http::encode_query({{"", value}}).size();
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<SeedLine> read_line(std::string_view text, std::size_t number) {
    SeedLine line;
    line.number = number;
    const auto bar = text.find('|');
    if (bar != std::string_view::npos) {
        line.identifier = text;
        return bar + 1 < text.size() ? std::optional(line) : std::nullopt;
    }
    // Without a server nothing absolute is ours: only "Patient/<id>" passes.
    line.reference = ServerAddress("").local_reference(text).value_or("");
    return text == line.reference && text.starts_with("Patient/") ? std::optional(line)
                                                                  : std::nullopt;
}

} // namespace

std::vector<SeedCode> seed_codes(const Terminology& terminology, const SiteConfig& site) {
    std::set<SeedCode> codes;
    const auto add = [&](SeedCode code) {
        if (means_embolization(terminology, code)) {
            codes.insert(std::move(code));
        }
    };
    for (const KnownCode& known :
         terminology.codes(CodeDomain::procedure, concepts::embolization)) {
        add({known.system, known.code});
        if (known.beginning) {
            for (std::string& code : completions(known.system, known.code)) {
                add({known.system, std::move(code)});
            }
        }
    }
    for (const SiteCode& code : site.codes) {
        add({code.system, code.code});
    }
    return {codes.begin(), codes.end()};
}

std::vector<Search> seed_searches(const std::vector<SeedCode>& codes,
                                  const ServerHabits& habits,
                                  std::size_t longest_value) {
    std::vector<Search> searches;
    std::string list;
    const auto finish = [&] {
        if (!list.empty()) {
            const std::string name = "seed|" + std::to_string(searches.size() + 1);
            searches.push_back({name, "Procedure", {{"code", std::exchange(list, "")}}, {}});
        }
    };
    for (const std::string& one : tokens_of(codes, habits.tokens)) {
        if (!list.empty() && escaped_length(list + "," + one) > longest_value) {
            finish();
        }
        list += (list.empty() ? "" : ",") + one;
    }
    finish();
    return searches;
}

std::optional<std::string> seeded_patient(const Resource& procedure,
                                          const Terminology& terminology,
                                          const ServerAddress& server) {
    if (procedure.source.type != "Procedure") {
        return std::nullopt;
    }
    const auto code = procedure.body->find("code");
    if (code == procedure.body->end() || !code->is_object() || !code->contains("coding")) {
        return std::nullopt;
    }
    const json& codings = (*code)["coding"];
    const auto text = [](const json& coding, const char* key) {
        return coding.is_object() && coding.contains(key) && coding[key].is_string()
                   ? coding[key].get<std::string>()
                   : "";
    };
    for (const json& coding : codings.is_array() ? codings : json::array({codings})) {
        if (means_embolization(terminology, {text(coding, "system"), text(coding, "code")})) {
            return subject_of(procedure, server);
        }
    }
    return std::nullopt;
}

std::vector<SeedLine> parse_seed_file(const std::string& text, const std::string& name) {
    std::vector<SeedLine> lines;
    std::string faults;
    std::istringstream in(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
    std::size_t number = 0;
    for (std::string raw; std::getline(in, raw);) {
        ++number;
        const std::string_view line = trimmed(raw);
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (auto read = read_line(line, number)) {
            lines.push_back(std::move(*read));
        } else {
            faults += (faults.empty() ? name + ":" : "\n" + name + ":") + std::to_string(number);
        }
    }
    if (!faults.empty()) {
        throw Error(ErrorKind::config,
                    "lines of the cohort file name no patient",
                    faults,
                    "write Patient/<id> or system|value, one patient per line");
    }
    return lines;
}

Search identifier_search(const SeedLine& line) {
    const auto bar = line.identifier.find('|'); // a URI holds none
    const std::string value =
        escaped(line.identifier.substr(0, bar)) + "|" + escaped(line.identifier.substr(bar + 1));
    Search search{
        "identifier|" + std::to_string(line.number), "Patient", {{"identifier", value}}, {}};
    search.tells_who = true;
    return search;
}

} // namespace embolink::fhir
