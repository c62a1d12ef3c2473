// JSON text to a tree that loses no digit. nlohmann's own tree would turn "1.10" into a double;
// its SAX interface hands over the token, which is kept (resource.hpp). It gives up on a number
// beyond a double ("1e999"), which is JSON all the same: such a text is parsed a second time with
// stand-ins.

#include "mapping/fhir/json_tokens.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <vector>

namespace embolink {

namespace {

using nlohmann::json;

constexpr std::size_t most_levels = 100;
constexpr int out_of_double = 406; // nlohmann's id of that exception

// Stand-in -> the number as written.
using HugeNumbers = std::map<std::string, std::string, std::less<>>;

// The names and results of these functions are nlohmann's SAX interface.
class TreeBuilder : public nlohmann::json_sax<json> {
public:
    explicit TreeBuilder(const HugeNumbers& huge_numbers) : huge_numbers_(huge_numbers) {}

    bool null() override { return add(json(nullptr)); }

    bool boolean(bool value) override { return add(json(value)); }

    bool number_integer(number_integer_t value) override { return add(json(value)); }

    bool number_unsigned(number_unsigned_t value) override { return add(json(value)); }

    bool number_float(number_float_t /*value*/, const string_t& token) override {
        const auto huge = huge_numbers_.find(token);
        const std::string& written = huge == huge_numbers_.end() ? token : huge->second;
        const std::vector<std::uint8_t> bytes(written.begin(), written.end());
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
                     const nlohmann::detail::exception& fault) override {
        huge_number = fault.id == out_of_double;
        // Neither token nor exception text is repeated: both may hold patient data.
        error = "not valid JSON at byte " + std::to_string(position);
        return false;
    }

    json root;
    std::string error;
    int duplicate_keys = 0;
    bool huge_number = false; // the fault is a number beyond a double

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
    const HugeNumbers& huge_numbers_;
};

bool in_number(char c) {
    return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E';
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
    const std::size_t end = text.find_first_not_of("0123456789", at);
    return end == std::string_view::npos ? text.size() : end;
}

// RFC 8259, section 6. A stand-in must not make JSON of what is none.
bool is_json_number(std::string_view token) {
    const std::size_t first = token.starts_with('-') ? 1 : 0;
    std::size_t at = skip_digits(token, first);
    bool valid = at > first && (token[first] != '0' || at == first + 1);
    if (at < token.size() && token[at] == '.') {
        const std::size_t end = skip_digits(token, at + 1);
        valid = valid && end > at + 1;
        at = end;
    }
    if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
        at += at + 1 < token.size() && (token[at + 1] == '+' || token[at + 1] == '-') ? 2 : 1;
        const std::size_t end = skip_digits(token, at);
        valid = valid && end > at;
        at = end;
    }
    return valid && at == token.size();
}

bool is_beyond_double(std::string_view token) {
    double value = 0;
    const auto read = std::from_chars(token.data(), token.data() + token.size(), value);
    return read.ec == std::errc::result_out_of_range && is_json_number(token);
}

// The end of the string that begins at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        at += text[at] == '\\' ? 1 : 0;
    }
    return std::min(at + 1, text.size());
}

std::size_t longest_run_of_zeros(std::string_view text) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = c == '0' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

// Numbers beyond a double replaced by "1e-000...": more zeros than stand anywhere in the text.
std::string with_stand_ins(std::string_view text, HugeNumbers& huge_numbers) {
    std::string replaced;
    std::size_t zeros = longest_run_of_zeros(text);
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        if (text[at] == '"') {
            end = end_of_string(text, at);
        } else if (in_number(text[at])) {
            while (end < text.size() && in_number(text[end])) {
                ++end;
            }
        }
        const std::string_view part = text.substr(at, end - at);
        if (in_number(text[at]) && is_beyond_double(part)) {
            const auto stand_in = "1e-" + std::string(++zeros, '0');
            huge_numbers.emplace(stand_in, part);
            replaced += stand_in;
        } else {
            replaced += part;
        }
        at = end;
    }
    return replaced;
}

ParsedJson parse(std::string_view text, const HugeNumbers& huge_numbers, bool& huge_number) {
    TreeBuilder builder{huge_numbers};
    if (!json::sax_parse(text.begin(), text.end(), &builder)) {
        huge_number = builder.huge_number;
        return {nullptr, builder.error.empty() ? "not valid JSON" : builder.error, 0};
    }
    return {std::make_shared<const json>(std::move(builder.root)), {}, builder.duplicate_keys};
}

} // namespace

ParsedJson parse_json(std::string_view text) {
    bool huge_number = false;
    ParsedJson parsed = parse(text, {}, huge_number);
    if (huge_number) {
        HugeNumbers huge_numbers;
        const std::string replaced = with_stand_ins(text, huge_numbers);
        parsed = parse(replaced, huge_numbers, huge_number);
    }
    return parsed;
}

} // namespace embolink
