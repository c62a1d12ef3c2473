#include "connector/sandbox/references.hpp"

#include "connector/sandbox/answer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

bool begins(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

bool is_type_name(std::string_view text) {
    return !text.empty() && std::isupper(static_cast<unsigned char>(text.front())) != 0 &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalpha(c); });
}

bool is_id(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '-' || c == '.' || c == '_';
    });
}

bool leads_elsewhere(const std::string& reference) {
    return reference.find("://") != std::string::npos;
}

void check(const std::string& reference,
           const Repository& repository,
           const ReferenceRules& rules) {
    if (begins(reference, "#") || begins(reference, "urn:oid:")) {
        return;
    }
    if (leads_elsewhere(reference)) {
        if (!rules.foreign) {
            throw Refusal(400, "processing", "references to other servers are refused here");
        }
        return;
    }
    if (begins(reference, "urn:uuid:")) {
        throw Refusal(400, "processing", "a urn:uuid reference names no entry of this Bundle");
    }
    const LiteralReference literal = split_reference(reference);
    if (literal.type.empty()) {
        throw Refusal(400, "value", "a reference is neither \"Type/id\" nor an absolute URL");
    }
    if (repository.alive(literal.type, literal.id) == nullptr) {
        throw Refusal(400,
                      "processing",
                      "there is no " + literal.type + "/" + literal.id +
                          ", which the resource refers to");
    }
}

} // namespace

LiteralReference split_reference(std::string_view text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) {
        return is_id(text) ? LiteralReference{"", std::string(text)} : LiteralReference{};
    }
    const std::string_view type = text.substr(0, slash);
    std::string_view id = text.substr(slash + 1);
    const auto history = id.find("/_history/");
    if (history != std::string_view::npos) {
        id = id.substr(0, history);
    }
    if (!is_type_name(type) || !is_id(id)) {
        return {};
    }
    return {std::string(type), std::string(id)};
}

std::string without_base(const std::string& text, const std::vector<std::string>& bases) {
    for (const std::string& base : bases) {
        if (begins(text, base + "/")) {
            return text.substr(base.size() + 1);
        }
    }
    return text;
}

void each_reference(json& resource, const std::function<void(std::string&)>& use) {
    if (resource.is_object()) {
        for (const auto& element : resource.items()) {
            if (element.key() == "reference" && element.value().is_string()) {
                use(element.value().get_ref<std::string&>());
            } else {
                each_reference(element.value(), use);
            }
        }
    } else if (resource.is_array()) {
        for (json& element : resource) {
            each_reference(element, use);
        }
    }
}

std::vector<std::string> references_of(const json& resource) {
    std::vector<std::string> out;
    json copy = resource;
    each_reference(copy, [&out](std::string& reference) { out.push_back(reference); });
    return out;
}

void check_references(const json& body,
                      const json* before,
                      const Repository& repository,
                      const ReferenceRules& rules) {
    const std::vector<std::string> known =
        before == nullptr ? std::vector<std::string>() : references_of(*before);
    for (const std::string& reference : references_of(body)) {
        if (std::find(known.begin(), known.end(), reference) == known.end()) {
            check(without_base(reference, rules.bases), repository, rules);
        }
    }
}

} // namespace embolink::sandbox
