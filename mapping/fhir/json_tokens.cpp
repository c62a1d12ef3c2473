#include "mapping/fhir/json_tokens.hpp"

#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {
namespace {

using nlohmann::json;

// Printable ASCII of which JSON escapes nothing: keys, codes, dates, nearly every string.
bool is_plain(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

} // namespace

void append_json_string(std::string_view text, std::string& out) {
    if (is_plain(text)) {
        out += '"';
        out += text;
        out += '"';
        return;
    }
    out += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<std::string_view> decimal_token_text(const json& value) {
    if (!value.is_binary() || !value.get_binary().has_subtype() ||
        value.get_binary().subtype() != decimal_token) {
        return std::nullopt;
    }
    const auto& bytes = value.get_binary();
    return std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<Decimal> json_decimal(const json& value) {
    if (const std::optional<std::string_view> token = decimal_token_text(value)) {
        return parse_decimal(*token);
    }
    if (value.is_number_integer()) {
        return parse_decimal(value.dump());
    }
    return std::nullopt;
}

} // namespace embolink
