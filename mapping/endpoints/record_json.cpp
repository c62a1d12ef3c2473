// Records, timeline lines and issues as JSON lines. Written key by key, so that the keys keep the
// order of the contract and a decimal keeps its digits; read with the program's own parser for the
// same reason.
#include "mapping/endpoints/record_json.hpp"

#include "mapping/fhir/decimal.hpp"
#include "mapping/fhir/json_tokens.hpp"
#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <stdexcept>
#include <utility>

namespace embolink {

namespace {

using nlohmann::json;

std::string quoted(const std::string& text) {
    std::string out;
    append_json_string(text, out);
    return out;
}

template <class List, class Write>
std::string array_of(const List& list, Write write) {
    std::string text = "[";
    for (const auto& element : list) {
        text += (text.size() > 1 ? "," : "") + write(element);
    }
    return text + "]";
}

class Line {
public:
    void raw(const char* key, const std::string& value) {
        text_ += (text_.size() > 1 ? ",\"" : "\"") + std::string(key) + "\":" + value;
    }

    void text(const char* key, const std::string& value) {
        if (!value.empty()) {
            raw(key, quoted(value));
        }
    }

    void date(const char* key, const std::optional<Date>& value) {
        if (value) {
            raw(key, quoted(to_iso(*value)));
        }
    }

    void number(const char* key, const std::optional<int>& value) {
        if (value) {
            raw(key, std::to_string(*value));
        }
    }

    std::string finish() const { return text_ + "}"; }

private:
    std::string text_ = "{";
};

std::string value_json(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.value)) {
        return quoted(*text);
    }
    return value_text(value); // true, false and numbers print as they are
}

std::string reason_of(const RecordStatus& status) {
    return std::visit([](const auto& alternative) { return alternative.reason; }, status);
}

std::string source_json(const RecordSource& source) {
    Line line;
    line.text("reference", source.reference);
    line.text("version", source.version);
    line.text("role", source.role);
    line.text("rule", source.rule);
    return line.finish();
}

[[noreturn]] void refuse(const std::string& key, const std::string& expected) {
    throw std::invalid_argument("\"" + key + "\": expected " + expected);
}

// One parsed line; every getter refuses the wrong type by name.
class Reader {
public:
    explicit Reader(std::shared_ptr<const json> value) : value_(std::move(value)) {
        if (!value_ || !value_->is_object()) {
            throw std::invalid_argument("expected one JSON object");
        }
    }

    static Reader of_line(std::string_view line) { return Reader(parse_json(line).value); }

    const json* find(const std::string& key) const {
        const auto found = value_->find(key);
        return found == value_->end() ? nullptr : &*found;
    }

    std::string text(const std::string& key) const {
        const json* value = find(key);
        if (value == nullptr) {
            return {};
        }
        if (!value->is_string()) {
            refuse(key, "a text");
        }
        return value->get<std::string>();
    }

    std::string required_text(const std::string& key) const {
        std::string value = text(key);
        if (value.empty()) {
            refuse(key, "a text that is not empty");
        }
        return value;
    }

    std::optional<Date> date(const std::string& key) const {
        const std::string value = text(key);
        if (value.empty()) {
            return std::nullopt;
        }
        const auto parsed = date_from_iso(value);
        if (!parsed) {
            refuse(key, "a date YYYY-MM-DD");
        }
        return parsed;
    }

    std::optional<int> number(const std::string& key) const {
        const json* value = find(key);
        if (value == nullptr) {
            return std::nullopt;
        }
        if (!value->is_number_integer() || value->get<std::int64_t>() < -10'000'000 ||
            value->get<std::int64_t>() > 10'000'000) {
            refuse(key, "a whole number");
        }
        return value->get<int>();
    }

    std::vector<std::string> texts(const std::string& key) const {
        std::vector<std::string> result;
        for (const json& element : list(key)) {
            if (!element.is_string()) {
                refuse(key, "a list of texts");
            }
            result.push_back(element.get<std::string>());
        }
        return result;
    }

    // An empty one when the key is absent.
    const json& list(const std::string& key) const {
        static const json none = json::array();
        const json* value = find(key);
        if (value == nullptr) {
            return none;
        }
        if (!value->is_array()) {
            refuse(key, "a list");
        }
        return *value;
    }

private:
    std::shared_ptr<const json> value_;
};

std::string decimal_text(const json& value) {
    const auto& bytes = value.get_binary();
    return {bytes.begin(), bytes.end()};
}

// A whole number without a unit is a count; with one it is a measured decimal that happens to be
// whole.
Value read_value(const Reader& reader) {
    const json* value = reader.find("value");
    if (value == nullptr) {
        refuse("value", "a text, a number, true or false");
    }
    Value result;
    result.unit = reader.text("unit");
    result.reason = reader.text("reason");
    if (value->is_string()) {
        result.value = value->get<std::string>();
    } else if (value->is_boolean()) {
        result.value = value->get<bool>();
    } else if (value->is_binary()) {
        result.value = DecimalText{decimal_text(*value)};
    } else if (value->is_number_integer() && !result.unit.empty()) {
        result.value = DecimalText{value->dump()};
    } else if (value->is_number_integer()) {
        result.value = value->get<std::int64_t>();
    } else {
        refuse("value", "a text, a number, true or false");
    }
    return result;
}

RecordStatus read_status(const Reader& reader) {
    const std::string word = reader.required_text("status");
    if (word == "event") {
        return Event{reader.required_text("reason")};
    }
    if (word == "censored") {
        return Censored{reader.required_text("reason")};
    }
    if (word == "not-evaluable") {
        return NotEvaluable{reader.required_text("reason")};
    }
    if (word == "value") {
        return read_value(reader);
    }
    refuse("status", "event, censored, value or not-evaluable");
}

std::vector<RecordSource> read_sources(const Reader& reader) {
    std::vector<RecordSource> sources;
    for (const json& element : reader.list("sources")) {
        // Not a copy: the line outlives it.
        const Reader source(std::shared_ptr<const json>(std::shared_ptr<const json>(), &element));
        sources.push_back({source.required_text("reference"),
                           source.text("version"),
                           source.text("role"),
                           source.text("rule")});
    }
    return sources;
}

template <class Enum, std::size_t N>
Enum read_word(const Reader& reader, const char* key, const std::array<Enum, N>& all) {
    const std::string word = reader.required_text(key);
    for (const Enum value : all) {
        if (to_string(value) == word) {
            return value;
        }
    }
    refuse(key, "one of FHIR's words for it");
}

} // namespace

std::string status_word(const RecordStatus& status) {
    struct Word {
        std::string operator()(const Event&) const { return "event"; }

        std::string operator()(const Censored&) const { return "censored"; }

        std::string operator()(const Value&) const { return "value"; }

        std::string operator()(const NotEvaluable&) const { return "not-evaluable"; }
    };

    return std::visit(Word{}, status);
}

std::string value_text(const Value& value) {
    struct Text {
        std::string operator()(const std::string& text) const { return text; }

        std::string operator()(bool truth) const { return truth ? "true" : "false"; }

        std::string operator()(std::int64_t number) const { return std::to_string(number); }

        std::string operator()(const DecimalText& number) const { return number.text; }
    };

    return std::visit(Text{}, value.value);
}

std::string to_json_line(const EndpointRecord& record) {
    Line line;
    line.text("trial", record.trial);
    line.text("trial_version", record.trial_version);
    line.text("rules_version", record.rules_version);
    line.text("patient", record.patient);
    line.date("as_of", record.as_of);
    line.number("course", record.course);
    line.text("param", record.param);
    line.text("arm", record.arm);
    line.date("start", record.start);
    line.text("status", status_word(record.status));
    line.date("date", record.date);
    line.number("days", record.days);
    line.date("left", record.left);
    line.date("right", record.right);
    if (const auto* value = std::get_if<Value>(&record.status)) {
        line.raw("value", value_json(*value));
        line.text("unit", value->unit);
    }
    line.text("reason", reason_of(record.status));
    line.raw("flags", array_of(record.flags, quoted));
    line.raw("sources", array_of(record.sources, source_json));
    return line.finish();
}

std::string to_json_line(const TimelineEntry& entry) {
    Line line;
    line.text("patient", entry.patient);
    line.date("date", entry.date);
    line.text("kind", entry.kind);
    line.text("value", entry.value);
    line.text("unit", entry.unit);
    line.text("x_uln", entry.x_uln);
    line.text("series", entry.series);
    line.number("grade", entry.grade);
    line.text("term", entry.term);
    line.raw("used_by", array_of(entry.used_by, quoted));
    line.text("set_aside_because", entry.set_aside_because);
    if (!entry.set_aside_by.empty()) {
        line.raw("set_aside_by", array_of(entry.set_aside_by, quoted));
    }
    line.text("source", entry.source);
    return line.finish();
}

std::string to_json_line(const Issue& issue) {
    Line line;
    line.text("severity", to_string(issue.severity));
    line.text("code", to_string(issue.code));
    line.text("expression", issue.expression);
    line.text("reference", issue.reference);
    line.text("version", issue.version);
    line.text("text", issue.text);
    line.text("patient", issue.patient);
    return line.finish();
}

EndpointRecord record_from_json_line(std::string_view line) {
    const Reader reader = Reader::of_line(line);
    EndpointRecord record;
    record.trial = reader.required_text("trial");
    record.trial_version = reader.text("trial_version");
    record.rules_version = reader.text("rules_version");
    record.patient = reader.required_text("patient");
    record.as_of = reader.date("as_of");
    record.course = reader.number("course").value_or(1);
    record.param = reader.required_text("param");
    record.arm = reader.text("arm");
    record.start = reader.date("start");
    if (!record.as_of && record.start) {
        refuse("as_of", "a date YYYY-MM-DD");
    }
    record.status = read_status(reader);
    record.date = reader.date("date");
    record.days = reader.number("days");
    record.left = reader.date("left");
    record.right = reader.date("right");
    record.flags = reader.texts("flags");
    record.sources = read_sources(reader);
    return record;
}

TimelineEntry timeline_from_json_line(std::string_view line) {
    const Reader reader = Reader::of_line(line);
    TimelineEntry entry;
    entry.patient = reader.required_text("patient");
    entry.date = reader.date("date");
    entry.kind = reader.required_text("kind");
    entry.value = reader.text("value");
    entry.unit = reader.text("unit");
    entry.x_uln = reader.text("x_uln");
    entry.series = reader.text("series");
    entry.grade = reader.number("grade");
    entry.term = reader.text("term");
    entry.used_by = reader.texts("used_by");
    entry.set_aside_because = reader.text("set_aside_because");
    entry.set_aside_by = reader.texts("set_aside_by");
    entry.source = reader.text("source");
    return entry;
}

Issue issue_from_json_line(std::string_view line) {
    static constexpr std::array severities{
        Severity::information, Severity::warning, Severity::error, Severity::fatal};
    static constexpr std::array codes{IssueCode::structure,
                                      IssueCode::required,
                                      IssueCode::value,
                                      IssueCode::code_invalid,
                                      IssueCode::not_found,
                                      IssueCode::conflict,
                                      IssueCode::business_rule,
                                      IssueCode::not_supported,
                                      IssueCode::duplicate,
                                      IssueCode::security};
    const Reader reader = Reader::of_line(line);
    Issue issue;
    issue.severity = read_word(reader, "severity", severities);
    issue.code = read_word(reader, "code", codes);
    issue.expression = reader.text("expression");
    issue.reference = reader.text("reference");
    issue.version = reader.text("version");
    issue.text = reader.text("text");
    issue.patient = reader.text("patient");
    return issue;
}

} // namespace embolink
