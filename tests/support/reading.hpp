// One resource as JSON text, read into facts with the embedded definitions.
#pragma once

#include "mapping/facts/fact_reader.hpp"
#include "mapping/site.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace embolink::test {

// Text and not a JSON value: decimals must keep their digits.
Resource parse_resource(std::string_view json);

ReadResult read_result(std::string_view json, const SiteConfig& site = {});
ResourceFacts read(std::string_view json, const SiteConfig& site = {});
ResourceFacts read_in_zone(std::string_view json, const ZoneRule& zone);

template <typename T>
std::vector<T> all(const ResourceFacts& facts) {
    std::vector<T> found;
    for (const Fact& fact : facts.facts) {
        if (const T* one = std::get_if<T>(&fact)) {
            found.push_back(*one);
        }
    }
    return found;
}

// The only fact of the type; throws (and so fails the test) when there is none or several.
template <typename T>
T only(const ResourceFacts& facts) {
    const auto found = all<T>(facts);
    if (found.size() != 1) {
        throw std::runtime_error("expected one fact, found " + std::to_string(found.size()));
    }
    return found.front();
}

bool has_issue(const ResourceFacts& facts, Severity severity, std::string_view expression);

// "2020-02-10", "2020-02", "2020", with "@seconds" for instants; "" none.
std::string shown(const std::optional<PartialDate>& date);

// `inner` (members without braces) as a resource of the patient p.
std::string resource(std::string_view type, std::string_view inner);

} // namespace embolink::test
