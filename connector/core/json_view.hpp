// Reading JSON that others wrote, by the same words as json_read.hpp, where time counts: simdjson
// reads the text and makes no tree of it. What is missing, null or of another type is as if it were
// not there; of members of one name the last counts. Nothing throws.
#pragma once

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>

namespace embolink {

// A value of a document, which must outlive it; by default of none: null.
class JsonView {
public:
    JsonView() = default;

    explicit JsonView(simdjson::dom::element element) : element_(element) {}

    bool is_null() const { return !element_ || element_->is_null(); }

    bool is_object() const { return element_ && element_->is_object(); }

    bool is_true() const;
    std::string_view text() const; // "" for anything but a string
    std::optional<std::int64_t> integer() const;

    // As JSON text again, for readers of another kind.
    std::string dump() const;

private:
    template <std::size_t count>
    friend std::array<JsonView, count> members_of(const JsonView& value,
                                                  const std::array<std::string_view, count>& keys);
    friend boost::container::small_vector<JsonView, 8> elements(const JsonView& value);

    std::optional<simdjson::dom::element> element_;
};

// Most lists of a resource are short: no memory is asked for them.
using JsonViews = boost::container::small_vector<JsonView, 8>;

// Null when there is none or `value` is no object.
JsonView member_of(const JsonView& value, std::string_view key);

// Several at once, in the order of the keys, which differ: the object is gone through only once.
template <std::size_t count>
std::array<JsonView, count> members_of(const JsonView& value,
                                       const std::array<std::string_view, count>& keys) {
    std::array<JsonView, count> found;
    if (!value.is_object()) {
        return found;
    }
    const simdjson::dom::object object(*value.element_);
    for (auto member = object.begin(); member != object.end(); ++member) {
        const std::string_view name = member.key();
        const auto key = std::find(keys.begin(), keys.end(), name);
        if (key != keys.end()) {
            found[static_cast<std::size_t>(key - keys.begin())].element_ = member.value();
        }
    }
    return found;
}

// The text of a member that is a string, "" otherwise.
std::string_view text_of(const JsonView& value, std::string_view key);

// The elements of a list, or the single value that stands in its place; those that are null are
// left out.
JsonViews elements(const JsonView& value);
JsonViews elements_of(const JsonView& value, std::string_view key);

class JsonDocument {
public:
    JsonView root() const { return JsonView(document_.root()); }

private:
    friend std::shared_ptr<const JsonDocument> read_document(std::string_view text);

    bool take(std::string_view text);

    simdjson::dom::document document_;
};

// Takes what parse_json (mapping/fhir/resource.hpp) takes; nullptr: it is none, or nested deeper
// than any FHIR.
std::shared_ptr<const JsonDocument> read_document(std::string_view text);

} // namespace embolink
