#include "connector/core/config_values.hpp"

#include <optional>

namespace embolink {
namespace {

using nlohmann::json;

// "30s", "15m", "12h", "7d"
std::optional<std::chrono::seconds> parse_duration(const std::string& text) {
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9')
        ++digits;
    if (digits == 0 || digits > 6 || digits + 1 != text.size())
        return std::nullopt;
    const long number = std::stol(text.substr(0, digits));
    switch (text.back()) {
    case 's':
        return std::chrono::seconds(number);
    case 'm':
        return std::chrono::minutes(number);
    case 'h':
        return std::chrono::hours(number);
    case 'd':
        return std::chrono::hours(24 * number);
    default:
        return std::nullopt;
    }
}

} // namespace

SecretRef
secret_ref(JsonObject& object, const std::string& key, const std::filesystem::path& folder) {
    SecretRef found;
    const json* value = object.value(key);
    if (value == nullptr)
        return found;
    JsonObject part = object.part(key);
    const std::string file = part.text("file");
    found.file = file.empty() ? std::filesystem::path() : folder / file;
    found.environment = part.text("env");
    part.refuse_other_keys();
    if (value->is_object() && found.file.empty() == found.environment.empty())
        object.fault(key, R"(either {"file": PATH} or {"env": NAME}, never the secret itself)");
    return found;
}

int whole_number(JsonObject& object, const std::string& key, int otherwise, int least, int most) {
    const json* value = object.value(key);
    if (value == nullptr)
        return otherwise;
    const bool fits = value->is_number_unsigned() && value->get<std::uint64_t>() <= 1'000'000;
    const int number = fits ? value->get<int>() : -1;
    if (number < least || number > most) {
        object.fault(
            key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        return otherwise;
    }
    return number;
}

std::chrono::seconds
duration_of(JsonObject& object, const std::string& key, std::chrono::seconds otherwise) {
    const std::string text = object.text(key);
    if (text.empty())
        return otherwise;
    const auto found = parse_duration(text);
    if (!found)
        object.fault(key, "a duration such as \"30s\", \"15m\", \"12h\" or \"7d\"");
    return found.value_or(otherwise);
}

} // namespace embolink
