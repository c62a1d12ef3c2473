#include "connector/core/json_read.hpp"

#include <nlohmann/json.hpp>

namespace embolink {

using nlohmann::json;

const json& member_of(const json& value, const char* key) {
    static const json none;
    if (!value.is_object()) {
        return none;
    }
    const auto member = value.find(key);
    return member == value.end() ? none : *member;
}

std::string_view text_of(const json& value, const char* key) {
    const json& member = member_of(value, key);
    return member.is_string() ? std::string_view{member.get_ref<const std::string&>()}
                              : std::string_view{};
}

std::vector<const json*> elements_of(const json& value, const char* key) {
    std::vector<const json*> out;
    const json& member = member_of(value, key);
    const auto take = [&](const json& element) {
        if (!element.is_null()) {
            out.push_back(&element);
        }
    };
    if (!member.is_array()) {
        take(member);
        return out;
    }
    for (const json& element : member) {
        take(element);
    }
    return out;
}

} // namespace embolink
