#include "connector/fhir/searchset.hpp"

#include "connector/core/hash.hpp"
#include "connector/http/url.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

namespace embolink::fhir {

namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* key) {
    if (!object.is_object()) {
        return "";
    }
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

const json* object_at(const json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_object() ? &*found : nullptr;
}

Issue left_out(IssueCode code, std::string place, std::string text) {
    Issue issue;
    issue.severity = Severity::fatal;
    issue.code = code;
    issue.reference = std::move(place);
    issue.text = std::move(text);
    return issue;
}

std::string link_named(const json& bundle, std::string_view relation) {
    const auto links = bundle.find("link");
    if (links == bundle.end() || !links->is_array()) {
        return "";
    }
    for (const json& link : *links) {
        if (text_at(link, "relation") == relation) {
            return text_at(link, "url");
        }
    }
    return "";
}

// "patient:Patient" and "patient.identifier" are the parameter "patient".
std::string parameter_name(const std::string& written) {
    return written.substr(0, written.find_first_of(":."));
}

std::optional<std::set<std::string>> applied_parameters(const json& bundle) {
    const std::string self = link_named(bundle, "self");
    const auto question = self.find('?');
    if (question == std::string::npos) {
        return std::nullopt;
    }
    const auto end = self.find('#', question);
    std::set<std::string> names;
    for (const auto& [name, value] :
         http::decode_query(self.substr(question + 1, end - question - 1))) {
        names.insert(parameter_name(name));
    }
    return names;
}

std::optional<std::int64_t> total_of(const json& bundle) {
    const auto total = bundle.find("total");
    if (total == bundle.end() || !total->is_number_integer() || *total < 0) {
        return std::nullopt;
    }
    return total->get<std::int64_t>();
}

// Takes the entries of one page. The page's JSON is kept alive by the resources that came from it,
// so that none is copied.
class PageReader {
public:
    PageReader(std::shared_ptr<const json> bundle,
               const std::string& type,
               const std::string& place)
        : bundle_(std::move(bundle)), type_(type), place_(place) {}

    SearchPage read();

private:
    void take_entry(const json& entry, const std::string& place);
    void take_resource(const json& body, bool is_match, const std::string& place);
    void take_outcome(const json& outcome);

    std::shared_ptr<const json> bundle_;
    const std::string& type_;
    const std::string& place_;
    SearchPage page_;
};

void PageReader::take_outcome(const json& outcome) {
    for (OutcomeIssue& issue : outcome_issues(outcome)) {
        if (std::ranges::find(page_.outcomes, issue) == page_.outcomes.end()) {
            page_.outcomes.push_back(std::move(issue));
        }
    }
}

void PageReader::take_resource(const json& body, bool is_match, const std::string& place) {
    std::string hash = sha256_hex(canonical_json(body));
    // An alias: shares the ownership of the whole page.
    auto resource = make_resource(std::shared_ptr<const json>(bundle_, &body), std::move(hash));
    if (!resource) {
        page_.issues.push_back(left_out(
            IssueCode::structure, place, "not a FHIR resource (no resourceType), left out"));
    } else if (resource->source.id.empty()) {
        page_.issues.push_back(left_out(IssueCode::required,
                                        place,
                                        "a " + resource->source.type +
                                            " without an id cannot be named as a source, left "
                                            "out"));
    } else {
        page_.entries.push_back({std::move(*resource), is_match});
    }
}

void PageReader::take_entry(const json& entry, const std::string& place) {
    const json* search = object_at(entry, "search");
    const std::string mode = search == nullptr ? "" : text_at(*search, "mode");
    const json* body = object_at(entry, "resource");
    const std::string type = body == nullptr ? "" : text_at(*body, "resourceType");
    if (mode == "outcome" || type == "OperationOutcome") {
        if (body != nullptr) {
            take_outcome(*body);
        }
        return;
    }
    const bool is_match = mode == "match" || (mode != "include" && (type == type_ || type.empty()));
    page_.received += is_match ? 1 : 0;
    if (body == nullptr) {
        page_.issues.push_back(
            left_out(IssueCode::structure, place, "Bundle.entry without a resource, left out"));
        return;
    }
    take_resource(*body, is_match, place);
}

SearchPage PageReader::read() {
    page_.total = total_of(*bundle_);
    page_.applied = applied_parameters(*bundle_);
    if (std::string next = link_named(*bundle_, "next"); !next.empty()) {
        page_.next = std::move(next);
    }
    const auto entries = bundle_->find("entry");
    if (entries == bundle_->end() || entries->is_null()) {
        return std::move(page_);
    }
    for (std::size_t i = 0; i < entries->size(); ++i) {
        take_entry((*entries)[i], place_ + "#/entry/" + std::to_string(i));
    }
    return std::move(page_);
}

Issue duplicate_keys(const std::string& place) {
    Issue issue;
    issue.code = IssueCode::structure;
    issue.reference = place;
    issue.text = "a JSON object has a key twice; the last one counts";
    return issue;
}

} // namespace

ReadPage
read_search_page(const std::string& body, const std::string& type, const std::string& place) {
    const ParsedJson parsed = parse_json(body);
    if (!parsed.value) {
        return {std::nullopt, "not JSON: " + parsed.error};
    }
    if (text_at(*parsed.value, "resourceType") != "Bundle") {
        return {std::nullopt, "JSON, but not a Bundle"};
    }
    if (const auto entries = parsed.value->find("entry");
        entries != parsed.value->end() && !entries->is_array() && !entries->is_null()) {
        return {std::nullopt, "a Bundle whose entry is not a list"};
    }
    SearchPage page = PageReader(parsed.value, type, place).read();
    if (parsed.duplicate_keys > 0) {
        page.issues.push_back(duplicate_keys(place));
    }
    return {std::move(page), ""};
}

ReadResource read_resource(const std::string& body) {
    const ParsedJson parsed = parse_json(body);
    if (!parsed.value) {
        return {std::nullopt, "not JSON: " + parsed.error};
    }
    std::string hash = sha256_hex(canonical_json(*parsed.value));
    auto resource = make_resource(parsed.value, std::move(hash));
    if (!resource) {
        return {std::nullopt, "JSON, but not a FHIR resource"};
    }
    if (resource->source.id.empty()) {
        return {std::nullopt, "a resource without an id"};
    }
    return {std::move(resource), ""};
}

} // namespace embolink::fhir
