#include "tests/support/reading.hpp"

#include "tests/support/pipeline.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace embolink::test {

namespace {

ReadResult read_with(std::string_view json, const SiteConfig& site, const ZoneRule& zone) {
    Definitions definitions = test_definitions();
    definitions.terminology = definitions.terminology.with_site(site);
    return read_facts(parse_resource(json), ReadContext{definitions, site, zone});
}

} // namespace

Resource parse_resource(std::string_view json) {
    const ParsedJson parsed = parse_json(json);
    if (parsed.value == nullptr) {
        throw std::invalid_argument("test resource: " + parsed.error);
    }
    auto resource = make_resource(parsed.value, "hash");
    if (!resource) {
        throw std::invalid_argument("test resource has no resourceType");
    }
    return *resource;
}

ReadResult read_result(std::string_view json, const SiteConfig& site) {
    return read_with(json, site, {});
}

ResourceFacts read(std::string_view json, const SiteConfig& site) {
    return read_with(json, site, {}).facts;
}

ResourceFacts read_in_zone(std::string_view json, const ZoneRule& zone) {
    return read_with(json, {}, zone).facts;
}

bool has_issue(const ResourceFacts& facts, Severity severity, std::string_view expression) {
    return std::ranges::any_of(facts.issues, [&](const Issue& issue) {
        return issue.severity == severity && issue.expression == expression;
    });
}

std::string shown(const std::optional<PartialDate>& date) {
    if (!date) {
        return "";
    }
    const std::string first = to_iso(date->first);
    switch (date->precision) {
    case Precision::year:
        return first.substr(0, 4);
    case Precision::month:
        return first.substr(0, 7);
    case Precision::day:
        return first;
    case Precision::instant:
        return first + "@" + std::to_string(date->utc_seconds.value_or(-1));
    }
    return "";
}

std::string resource(std::string_view type, std::string_view inner) {
    return R"({"resourceType": ")" + std::string{type} +
           R"(", "id": "1", "subject": {"reference": "Patient/p"}, )" + std::string{inner} + "}";
}

} // namespace embolink::test
