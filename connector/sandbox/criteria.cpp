#include "connector/sandbox/criteria.hpp"

#include "connector/core/json_read.hpp"
#include "connector/sandbox/answer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const SearchParameter& parameter, const std::string& why) {
    throw Refusal(400, "value", "the search parameter " + parameter.name + " " + why);
}

std::string unescaped(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        i += text[i] == '\\' && i + 1 < text.size() ? 1 : 0;
        out += text[i];
    }
    return out;
}

WantedToken wanted_token(const SearchParameter& parameter, const std::string& text) {
    const std::vector<std::string> parts = split_unescaped(text, '|');
    if (parts.size() == 1) {
        return {std::nullopt, unescaped(parts[0])};
    }
    if (parts.size() > 2 || (parts[0].empty() && parts[1].empty())) {
        refuse(parameter, "is no system|code");
    }
    WantedToken token{unescaped(parts[0]), std::nullopt};
    if (!parts[1].empty()) {
        token.code = unescaped(parts[1]);
    }
    return token;
}

WantedReference wanted_reference(const SearchParameter& parameter,
                                 const std::string& modifier,
                                 const std::string& text,
                                 const std::vector<std::string>& bases) {
    const std::string local = without_base(unescaped(text), bases);
    WantedReference wanted{split_reference(local), local};
    if (wanted.literal.id.empty()) {
        if (local.find(':') == std::string::npos) {
            refuse(parameter, "is no id, Type/id or URL");
        }
        return wanted;
    }
    const std::string& type = modifier.empty() ? parameter.target : modifier;
    if (wanted.literal.type.empty()) {
        wanted.literal.type = type;
    } else if (!modifier.empty() && wanted.literal.type != modifier) {
        refuse(parameter, "names two types");
    }
    return wanted;
}

WantedDate wanted_date(const SearchParameter& parameter, const std::string& text) {
    static const std::array<std::pair<const char*, DatePrefix>, 8> prefixes = {
        {{"eq", DatePrefix::eq},
         {"ne", DatePrefix::ne},
         {"gt", DatePrefix::gt},
         {"lt", DatePrefix::lt},
         {"ge", DatePrefix::ge},
         {"le", DatePrefix::le},
         {"sa", DatePrefix::sa},
         {"eb", DatePrefix::eb}}};
    WantedDate wanted;
    std::string date = text;
    for (const auto& [word, prefix] : prefixes) {
        if (text.rfind(word, 0) == 0) {
            wanted.prefix = prefix;
            date = text.substr(2);
        }
    }
    const std::optional<Interval> interval = parse_interval(date);
    if (!interval) {
        refuse(parameter, "is no date, or has a prefix other than eq ne gt lt ge le sa eb");
    }
    wanted.interval = *interval;
    return wanted;
}

// All elements at a dotted path; arrays on the way and at its end are opened.
void collect(const json& value, const std::string& path, std::vector<const json*>& out) {
    if (value.is_array()) {
        for (const json& element : value) {
            collect(element, path, out);
        }
        return;
    }
    if (path.empty()) {
        out.push_back(&value);
        return;
    }
    const auto dot = path.find('.');
    const auto member = value.is_object() ? value.find(path.substr(0, dot)) : value.end();
    if (member != value.end()) {
        collect(*member, dot == std::string::npos ? "" : path.substr(dot + 1), out);
    }
}

// Of a Coding, an Identifier, a CodeableConcept, a code or a boolean.
bool token_meets(const json& element, const WantedToken& wanted) {
    if (element.is_boolean() || element.is_string()) {
        // The system of a bare code is fixed by its element and nowhere written: taken as right.
        const std::string code = element.is_string() ? element.get<std::string>() : element.dump();
        return wanted.system != "" && (!wanted.code || *wanted.code == code);
    }
    if (!element.is_object()) {
        return false;
    }
    if (const auto codings = element.find("coding"); codings != element.end()) {
        return codings->is_array() &&
               std::any_of(codings->begin(), codings->end(), [&](const json& coding) {
                   return token_meets(coding, wanted);
               });
    }
    const std::string_view code = text_of(element, element.contains("value") ? "value" : "code");
    return !code.empty() && (!wanted.code || *wanted.code == code) &&
           (!wanted.system || *wanted.system == text_of(element, "system"));
}

bool reference_meets(const json& element,
                     const SearchParameter& parameter,
                     const WantedReference& wanted) {
    const std::string text(text_of(element, "reference"));
    const LiteralReference literal = split_reference(text);
    if (!parameter.target.empty() && !literal.type.empty() && literal.type != parameter.target) {
        return false;
    }
    if (wanted.literal.id.empty()) {
        return wanted.text == text;
    }
    return literal.id == wanted.literal.id &&
           (wanted.literal.type.empty() || literal.type == wanted.literal.type);
}

std::optional<Interval> interval_of(const json& element) {
    if (element.is_string()) {
        return parse_interval(element.get<std::string>());
    }
    const std::string start(text_of(element, "start"));
    const std::string end(text_of(element, "end"));
    if (start.empty() && end.empty()) {
        return std::nullopt;
    }
    Interval whole; // an absent end is open
    const auto from = parse_interval(start);
    const auto to = parse_interval(end);
    if ((!start.empty() && !from) || (!end.empty() && !to)) {
        return std::nullopt;
    }
    whole.first = from ? from->first : whole.first;
    whole.last = to ? to->last : whole.last;
    return whole;
}

bool date_meets(const json& element, const WantedDate& wanted) {
    const std::optional<Interval> actual = interval_of(element);
    return actual && date_matches(wanted.prefix, wanted.interval, *actual);
}

bool element_meets(const json& element, const SearchParameter& parameter, const Wanted& wanted) {
    if (const auto* token = std::get_if<WantedToken>(&wanted)) {
        return token_meets(element, *token);
    }
    if (const auto* reference = std::get_if<WantedReference>(&wanted)) {
        return reference_meets(element, parameter, *reference);
    }
    return date_meets(element, std::get<WantedDate>(wanted));
}

std::vector<const json*> searched_elements(const json& resource, const SearchParameter& parameter) {
    std::vector<const json*> elements;
    for (const std::string& path : parameter.paths) {
        collect(resource, path, elements);
    }
    return elements;
}

} // namespace

std::vector<std::string> split_unescaped(const std::string& text, char at) {
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            parts.back() += text[i];
            parts.back() += text[++i];
        } else if (text[i] == at) {
            parts.emplace_back();
        } else {
            parts.back() += text[i];
        }
    }
    return parts;
}

Criterion make_criterion(const SearchParameter& parameter,
                         const std::string& modifier,
                         const std::string& value,
                         const std::vector<std::string>& bases) {
    const bool names_type =
        parameter.kind == ParameterKind::reference && find_served_type(modifier) != nullptr;
    if (!modifier.empty() && !names_type) {
        throw Refusal(400,
                      "not-supported",
                      "the modifier of the search parameter " + parameter.name +
                          " is not supported");
    }
    Criterion criterion{&parameter, {}};
    for (const std::string& part : split_unescaped(value, ',')) {
        if (part.empty()) {
            refuse(parameter, "has an empty value");
        }
        switch (parameter.kind) {
        case ParameterKind::token:
            criterion.any_of.emplace_back(wanted_token(parameter, part));
            break;
        case ParameterKind::reference:
            criterion.any_of.emplace_back(wanted_reference(parameter, modifier, part, bases));
            break;
        case ParameterKind::date:
            criterion.any_of.emplace_back(wanted_date(parameter, part));
            break;
        }
    }
    return criterion;
}

bool meets(const json& resource, const Criterion& criterion) {
    for (const json* element : searched_elements(resource, *criterion.parameter)) {
        for (const Wanted& wanted : criterion.any_of) {
            if (element_meets(*element, *criterion.parameter, wanted)) {
                return true;
            }
        }
    }
    return false;
}

std::vector<Interval> dates_of(const json& resource, const SearchParameter& parameter) {
    std::vector<Interval> dates;
    for (const json* element : searched_elements(resource, parameter)) {
        if (const std::optional<Interval> date = interval_of(*element)) {
            dates.push_back(*date);
        }
    }
    return dates;
}

} // namespace embolink::sandbox
