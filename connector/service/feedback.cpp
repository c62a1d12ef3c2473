#include "connector/service/feedback.hpp"

#include "connector/core/json_read.hpp"
#include "connector/service/answers.hpp"
#include "mapping/fhir/partial_date.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace embolink::service {
namespace {

using nlohmann::json;

constexpr std::size_t most_entries = 100;
constexpr std::size_t longest_code = 128;

// The cards of ours are known by UUIDs.
bool is_uuid(std::string_view text) {
    if (text.size() != 36) {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
            return false;
        }
    }
    return true;
}

// A code and not a sentence.
std::string code_of(const json& entry) {
    const json& reason = member_of(member_of(entry, "overrideReason"), "reason");
    const std::string_view code = text_of(reason, "code");
    const bool plain =
        code.size() <= longest_code && std::all_of(code.begin(), code.end(), [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' ||
                   c == '_';
        });
    return plain ? std::string(code) : "";
}

// Of a second, to the nanosecond: ".9", "" none. Without zeros at its end, so that one fraction has
// one text.
std::string fraction_of(std::string_view time) {
    constexpr std::size_t most_digits = 9;
    const std::size_t point = std::min(time.find('.'), time.size());
    std::string_view digits = time.substr(point, most_digits + 1);
    digits = digits.substr(0, digits.find_first_not_of(".0123456789"));
    return std::string(digits.substr(0, digits.find_last_not_of(".0") + 1));
}

// Texts in the order of their times, "" for what is no time.
std::string sortable(std::string_view time) {
    const auto read = parse_partial_date(time, {});
    if (!read || !read->utc_seconds) {
        return "";
    }
    const std::string digits = std::to_string(std::max<std::int64_t>(0, *read->utc_seconds));
    return std::string(12 - std::min<std::size_t>(12, digits.size()), '0') + digits +
           fraction_of(time);
}

CardFeedback
read_entry(const json& entry, const std::string& service, const std::string& received) {
    CardFeedback out;
    out.service = service;
    out.card = text_of(entry, "card");
    // RFC 9562 section 4: a UUID is the same in capitals.
    std::transform(out.card.begin(), out.card.end(), out.card.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    out.outcome = text_of(entry, "outcome");
    out.reason = code_of(entry);
    out.received = received;
    // Without a time of its own, with one that is none or is still to come, the word is as new as
    // its arrival.
    const std::string told = sortable(text_of(entry, "outcomeTimestamp"));
    const std::string now = sortable(received);
    out.told = told.empty() ? now : std::min(told, now);
    if (!is_uuid(out.card)) {
        throw Refusal(400, "invalid", "\"card\" is no UUID");
    }
    if (out.outcome != "accepted" && out.outcome != "overridden") {
        throw Refusal(400, "invalid", "\"outcome\" is accepted or overridden");
    }
    const auto accepted = elements_of(entry, "acceptedSuggestions");
    if (out.outcome == "accepted" && accepted.empty()) {
        throw Refusal(400, "required", "\"acceptedSuggestions\" is missing");
    }
    out.suggestions = static_cast<int>(accepted.size());
    return out;
}

} // namespace

std::vector<CardFeedback>
read_feedback(const std::string& body, const std::string& service, const std::string& received) {
    const json parsed = json::parse(body, nullptr, false);
    const json& list = member_of(parsed, "feedback");
    if (!list.is_array() || list.empty() || list.size() > most_entries) {
        throw Refusal(400, "required", "\"feedback\" is a list of 1 to 100 entries");
    }
    std::vector<CardFeedback> out;
    for (const json& entry : list) {
        out.push_back(read_entry(entry, service, received));
    }
    return out;
}

} // namespace embolink::service
