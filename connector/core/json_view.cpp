#include "connector/core/json_view.hpp"

#include "mapping/fhir/resource.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {
namespace {

namespace dom = simdjson::dom;
using nlohmann::json;

// simdjson counts the document itself: levels as parse_json's.
constexpr std::size_t most_levels = 101;

// A parser's buffers are many times as large as its text. They are kept from one text to the next
// up to this.
constexpr std::size_t kept_size = std::size_t{64} * 1024;

// simdjson refuses numbers beyond 64 bits or a double. They are JSON, and nobody looks at them
// here: parse_json keeps them as what JSON text cannot hold, and zeros stand for them.
void replace_numbers(json& value) {
    if (value.is_binary()) {
        value = 0;
    } else if (value.is_structured()) {
        for (json& one : value) {
            replace_numbers(one);
        }
    }
}

} // namespace

bool JsonView::is_true() const {
    return element_ && element_->is_bool() && bool(*element_);
}

std::string_view JsonView::text() const {
    return element_ && element_->is_string() ? std::string_view(*element_) : std::string_view();
}

std::optional<std::int64_t> JsonView::integer() const {
    return element_ && element_->is_int64() ? std::optional(std::int64_t(*element_)) : std::nullopt;
}

std::string JsonView::dump() const {
    return element_ ? simdjson::minify(*element_) : "null";
}

JsonView member_of(const JsonView& value, std::string_view key) {
    return members_of<1>(value, {key}).front();
}

std::string_view text_of(const JsonView& value, std::string_view key) {
    return member_of(value, key).text();
}

JsonViews elements(const JsonView& value) {
    JsonViews out;
    const auto take = [&](const JsonView& element) {
        if (!element.is_null()) {
            out.push_back(element);
        }
    };
    if (!value.element_ || !value.element_->is_array()) {
        take(value);
        return out;
    }
    for (const dom::element element : dom::array(*value.element_)) {
        take(JsonView(element));
    }
    return out;
}

JsonViews elements_of(const JsonView& value, std::string_view key) {
    return elements(member_of(value, key));
}

bool JsonDocument::take(std::string_view text) {
    thread_local dom::parser kept;
    dom::parser passing;
    dom::parser& parser = text.size() <= kept_size ? kept : passing;
    if (parser.max_depth() != most_levels &&
        parser.allocate(std::max(kept_size, text.size()), most_levels) != simdjson::SUCCESS) {
        return false;
    }
    return parser.parse_into_document(document_, text.data(), text.size()).error() ==
           simdjson::SUCCESS;
}

std::shared_ptr<const JsonDocument> read_document(std::string_view text) {
    auto document = std::make_shared<JsonDocument>();
    if (document->take(text)) {
        return document;
    }
    const ParsedJson parsed = parse_json(text);
    if (!parsed.value) {
        return nullptr;
    }
    json plain = *parsed.value;
    replace_numbers(plain);
    return document->take(plain.dump()) ? document : nullptr;
}

} // namespace embolink
