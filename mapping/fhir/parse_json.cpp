// JSON text to a tree that loses no digit. nlohmann's own tree would turn "1.10" into a double;
// its SAX interface hands over the token, which is kept (resource.hpp).

#include "mapping/fhir/json_tokens.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace embolink {

namespace {

using nlohmann::json;

constexpr std::size_t most_levels = 100;

// The names and results of these functions are nlohmann's SAX interface.
class TreeBuilder : public nlohmann::json_sax<json> {
public:
    bool null() override { return add(json(nullptr)); }

    bool boolean(bool value) override { return add(json(value)); }

    bool number_integer(number_integer_t value) override { return add(json(value)); }

    bool number_unsigned(number_unsigned_t value) override { return add(json(value)); }

    bool number_float(number_float_t /*value*/, const string_t& token) override {
        const std::vector<std::uint8_t> bytes(token.begin(), token.end());
        return add(json::binary(bytes, decimal_token));
    }

    bool string(string_t& value) override { return add(json(std::move(value))); }

    bool binary(binary_t& /*value*/) override { return false; } // JSON text holds none

    bool start_object(std::size_t /*elements*/) override { return open(json::object()); }

    bool key(string_t& name) override {
        json& object = *open_.back();
        if (object.contains(name)) {
            ++duplicate_keys;
        }
        member_ = &object[name];
        return true;
    }

    bool end_object() override { return close(); }

    bool start_array(std::size_t /*elements*/) override { return open(json::array()); }

    bool end_array() override { return close(); }

    bool parse_error(std::size_t position,
                     const std::string& /*last_token*/,
                     const nlohmann::detail::exception& /*fault*/) override {
        // Neither token nor exception text is repeated: both may hold patient data.
        error = "not valid JSON at byte " + std::to_string(position);
        return false;
    }

    json root;
    std::string error;
    int duplicate_keys = 0;

private:
    // Puts the value where it belongs and returns its place there.
    json* place(json value) {
        if (open_.empty()) {
            root = std::move(value);
            return &root;
        }
        if (open_.back()->is_array()) {
            open_.back()->push_back(std::move(value));
            return &open_.back()->back();
        }
        *member_ = std::move(value);
        return member_;
    }

    bool add(json value) {
        place(std::move(value));
        return true;
    }

    bool open(json container) {
        if (open_.size() == most_levels) {
            error = "nested more than " + std::to_string(most_levels) + " levels deep";
            return false;
        }
        open_.push_back(place(std::move(container)));
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    std::vector<json*> open_; // stable: only the innermost container grows
    json* member_ = nullptr;
};

} // namespace

ParsedJson parse_json(std::string_view text) {
    TreeBuilder builder;
    if (!json::sax_parse(text.begin(), text.end(), &builder)) {
        return {nullptr, builder.error.empty() ? "not valid JSON" : builder.error, 0};
    }
    return {std::make_shared<const json>(std::move(builder.root)), {}, builder.duplicate_keys};
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
