#include "mapping/fhir/fields.hpp"

#include "mapping/fhir/json_tokens.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {

namespace {

using nlohmann::json;

const json* member(const json* value, const char* key) {
    if (value == nullptr || !value->is_object()) {
        return nullptr;
    }
    const auto found = value->find(key);
    return found == value->end() || found->is_null() ? nullptr : &*found;
}

bool is_type_name(std::string_view name) {
    return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
           std::ranges::all_of(
               name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

} // namespace

void IssueSink::add(Severity severity, IssueCode code, std::string expression, std::string text) {
    issues_.push_back({severity, code, std::move(expression), {}, {}, std::move(text), {}});
}

Field Field::at(const char* key) const {
    const json* value = member(value_, key);
    if (value == nullptr) {
        return {*scope_, nullptr, {}};
    }
    Field field{*scope_, value, path_ + "." + key};
    if (!value->is_array()) {
        return field;
    }
    if (value->size() == 1) {
        field.report(Severity::warning, IssueCode::structure, "a list where one is expected");
        return {*scope_, &value->front(), field.path_ + "[0]"};
    }
    if (!value->empty()) {
        field.report(Severity::error, IssueCode::structure, "several where one is expected");
    }
    return {*scope_, nullptr, {}};
}

std::vector<Field> Field::all(const char* key) const {
    const json* value = member(value_, key);
    if (value == nullptr) {
        return {};
    }
    const std::string path = path_ + "." + key;
    std::vector<Field> fields;
    if (!value->is_array()) {
        fields.emplace_back(*scope_, value, path);
        fields.back().report(
            Severity::warning, IssueCode::structure, "a single one where a list is expected");
        return fields;
    }
    fields.reserve(value->size());
    for (std::size_t i = 0; i < value->size(); ++i) {
        if (!(*value)[i].is_null()) {
            fields.emplace_back(*scope_, &(*value)[i], path + "[" + std::to_string(i) + "]");
        }
    }
    return fields;
}

std::vector<Field> Field::each(const char* key) const {
    const json* found = member(value_, key);
    if (found == nullptr || found->is_array()) {
        return all(key);
    }
    return {Field{*scope_, found, path_ + "." + key}};
}

std::vector<Field> Field::extensions(std::string_view url_suffix) const {
    std::vector<Field> fields;
    if (!has("extension")) {
        return fields;
    }
    for (Field& extension : all("extension")) {
        const json* url = member(extension.value(), "url");
        if (url != nullptr && url->is_string() &&
            std::string_view{url->get_ref<const std::string&>()}.ends_with(url_suffix)) {
            fields.push_back(std::move(extension));
        }
    }
    return fields;
}

bool Field::has(const char* key) const {
    return member(value_, key) != nullptr;
}

std::string Field::text() const {
    if (value_ == nullptr) {
        return {};
    }
    if (!value_->is_string()) {
        report(Severity::error, IssueCode::structure, "text expected");
        return {};
    }
    return value_->get<std::string>();
}

std::optional<bool> Field::boolean() const {
    if (value_ == nullptr) {
        return std::nullopt;
    }
    if (value_->is_boolean()) {
        return value_->get<bool>();
    }
    if (*value_ == "true" || *value_ == "false") {
        report(Severity::warning, IssueCode::structure, "a truth value written as text");
        return *value_ == "true";
    }
    report(Severity::error, IssueCode::structure, "true or false expected");
    return std::nullopt;
}

std::optional<Decimal> Field::number() const {
    if (value_ == nullptr) {
        return std::nullopt;
    }
    if (value_->is_string()) {
        if (auto number = parse_decimal(value_->get_ref<const std::string&>())) {
            report(Severity::warning, IssueCode::structure, "a number written as text");
            return number;
        }
    } else if (auto number = json_decimal(*value_)) {
        return number;
    }
    report(Severity::error, IssueCode::value, "a decimal number expected");
    return std::nullopt;
}

std::optional<PartialDate> Field::date() const {
    if (value_ == nullptr) {
        return std::nullopt;
    }
    if (value_->is_string()) {
        if (auto date = parse_partial_date(value_->get_ref<const std::string&>(), scope_->zone)) {
            return date;
        }
    }
    report(Severity::error, IssueCode::value, "not a date that exists");
    return std::nullopt;
}

std::string Field::reference() const {
    const json* literal = member(value_, "reference");
    if (literal == nullptr || !literal->is_string()) {
        return {};
    }
    return reduce_reference(literal->get_ref<const std::string&>(), scope_->self);
}

std::string Field::patient_reference() const {
    std::string literal = reference();
    return literal.empty() ? logical_reference(at("identifier")) : literal;
}

std::vector<std::string> Field::references(const char* key) const {
    std::vector<std::string> found;
    for (const Field& field : all(key)) {
        if (std::string reference = field.reference(); !reference.empty()) {
            found.push_back(std::move(reference));
        }
    }
    return found;
}

void Field::report(Severity severity, IssueCode code, std::string text) const {
    scope_->issues.add(severity, code, path_, std::move(text));
}

void Field::report_missing(const char* key, Severity severity, std::string text) const {
    scope_->issues.add(severity, IssueCode::required, path_ + "." + key, std::move(text));
}

namespace {

// FHIR R4, "code": no blank before or behind. Some write one, and mean the code.
std::string trimmed(const std::string& text) {
    constexpr const char* blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string::npos
               ? ""
               : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

} // namespace

Coding read_coding(const Field& field) {
    return {trimmed(field.at("system").text()),
            trimmed(field.at("code").text()),
            field.at("display").text()};
}

CodedText read_coded_text(const Field& field) {
    CodedText coded;
    if (!field) {
        return coded;
    }
    if (!field.value()->is_object()) {
        field.report(Severity::error, IssueCode::structure, "a CodeableConcept is expected");
        return coded;
    }
    for (const Field& coding : field.all("coding")) {
        coded.codings.push_back(read_coding(coding));
    }
    coded.text = field.at("text").text();
    if (coded.empty() && field.has("code")) {
        field.report(
            Severity::warning, IssueCode::structure, "a Coding where a CodeableConcept belongs");
        coded.codings.push_back(read_coding(field));
    }
    return coded;
}

namespace {

constexpr std::string_view logical_prefix = "identifier:";

} // namespace

std::string logical_reference(const Field& identifier) {
    const std::string value = identifier.at("value").text();
    return value.empty()
               ? std::string{}
               : std::string{logical_prefix} + identifier.at("system").text() + "|" + value;
}

bool is_logical(std::string_view reference) {
    return reference.starts_with(logical_prefix);
}

std::string reduce_reference(std::string_view reference, std::string_view self) {
    if (reference.empty() || reference.starts_with("urn:")) {
        return std::string{reference};
    }
    if (reference.front() == '#') {
        return std::string{self} + std::string{reference};
    }
    if (const std::size_t history = reference.find("/_history/");
        history != std::string_view::npos) {
        reference = reference.substr(0, history);
    }
    while (reference.ends_with('/')) {
        reference.remove_suffix(1);
    }
    const std::size_t slash = reference.rfind('/');
    if (slash == std::string_view::npos || slash == 0) {
        return std::string{reference};
    }
    const std::size_t before = reference.rfind('/', slash - 1);
    const std::size_t type_at = before == std::string_view::npos ? 0 : before + 1;
    if (!is_type_name(reference.substr(type_at, slash - type_at))) {
        return std::string{reference};
    }
    return std::string{reference.substr(type_at)};
}

} // namespace embolink
