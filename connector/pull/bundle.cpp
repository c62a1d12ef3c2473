#include "connector/pull/bundle.hpp"

#include "connector/core/hash.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string_view>
#include <utility>

namespace embolink {
namespace {

using nlohmann::json;

constexpr int max_nesting = 8; // Bundles in Bundles; a real one has one or two

// fullUrl -> "Type/id"
using FullUrls = std::map<std::string, std::string, std::less<>>;

std::string text_at(const json& object, const char* key) {
    if (!object.is_object()) {
        return "";
    }
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Issue left_out(IssueCode code, Severity severity, const std::string& place, std::string text) {
    Issue issue;
    issue.severity = severity;
    issue.code = code;
    issue.reference = place;
    issue.text = std::move(text);
    return issue;
}

// The id that an entry's fullUrl gives to a resource that has none itself.
std::string id_from_full_url(const std::string& url, const std::string& type) {
    constexpr std::string_view uuid = "urn:uuid:";
    if (url.rfind(uuid, 0) == 0) {
        return url.substr(uuid.size());
    }
    const auto slash = url.rfind("/" + type + "/");
    return slash == std::string::npos ? "" : url.substr(slash + type.size() + 2);
}

// The resource of a Bundle entry with the id it goes by.
json with_id(const json& resource, const std::string& full_url) {
    json copy = resource;
    if (text_at(copy, "id").empty()) {
        const std::string id = id_from_full_url(full_url, text_at(copy, "resourceType"));
        if (!id.empty()) {
            copy["id"] = id;
        }
    }
    return copy;
}

FullUrls full_urls(const json& bundle, FullUrls known) {
    const auto entries = bundle.find("entry");
    if (entries == bundle.end() || !entries->is_array()) {
        return known;
    }
    for (const json& entry : *entries) {
        const std::string url = text_at(entry, "fullUrl");
        if (url.empty() || !entry.contains("resource") || !entry["resource"].is_object()) {
            continue;
        }
        const json& resource = entry["resource"];
        const std::string type = text_at(resource, "resourceType");
        std::string id = text_at(resource, "id");
        if (id.empty()) {
            id = id_from_full_url(url, type);
        }
        if (!type.empty() && !id.empty()) {
            known[url] = type + "/" + id;
        }
    }
    return known;
}

void rewrite_references(json& value, const FullUrls& urls) {
    if (value.is_array()) {
        for (json& element : value) {
            rewrite_references(element, urls);
        }
        return;
    }
    if (!value.is_object()) {
        return;
    }
    for (auto& [key, element] : value.items()) {
        if (key != "reference" || !element.is_string()) {
            rewrite_references(element, urls);
            continue;
        }
        const auto& written = element.get_ref<const std::string&>();
        const auto hash = written.find('#');
        const auto found = urls.find(std::string_view(written).substr(0, hash));
        if (found != urls.end()) {
            element =
                hash == std::string::npos ? found->second : found->second + written.substr(hash);
        }
    }
}

class Unpacker {
public:
    explicit Unpacker(const ResourceSink& sink) : sink_(sink) {}

    void unpack(std::shared_ptr<const json> value,
                const std::string& place,
                const FullUrls& urls,
                int depth);

private:
    void unpack_entry(const json& entry, const std::string& place, const FullUrls& urls, int depth);
    void
    unpack_bundle(const json& bundle, const std::string& place, const FullUrls& outer, int depth);
    void emit(std::shared_ptr<const json> body, const std::string& place);

    void report(IssueCode code, Severity severity, const std::string& place, std::string text) {
        sink_.issue(left_out(code, severity, place, std::move(text)));
    }

    const ResourceSink& sink_;
};

void Unpacker::unpack(std::shared_ptr<const json> value,
                      const std::string& place,
                      const FullUrls& urls,
                      int depth) {
    if (depth > max_nesting) {
        report(IssueCode::structure, Severity::fatal, place, "Bundles nested too deeply, left out");
        return;
    }
    if (value->is_array()) {
        for (std::size_t i = 0; i < value->size(); ++i) {
            unpack(std::make_shared<const json>((*value)[i]),
                   place + "#/" + std::to_string(i),
                   urls,
                   depth + 1);
        }
        return;
    }
    const std::string type = text_at(*value, "resourceType");
    if (type.empty()) {
        report(IssueCode::structure,
               Severity::fatal,
               place,
               "not a FHIR resource (no resourceType), left out");
    } else if (type == "Bundle") {
        unpack_bundle(*value, place, urls, depth);
    } else if (type == "OperationOutcome") {
        report(IssueCode::business_rule,
               Severity::information,
               place,
               "an OperationOutcome (a message of the server) is no patient data, left out");
    } else {
        emit(std::move(value), place);
    }
}

void Unpacker::unpack_bundle(const json& bundle,
                             const std::string& place,
                             const FullUrls& outer,
                             int depth) {
    const auto entries = bundle.find("entry");
    if (entries == bundle.end()) {
        return; // an empty page of a search
    }
    if (!entries->is_array()) {
        report(IssueCode::structure, Severity::fatal, place, "Bundle.entry is not a list");
        return;
    }
    const FullUrls urls = full_urls(bundle, outer);
    for (std::size_t i = 0; i < entries->size(); ++i) {
        unpack_entry((*entries)[i], place + "#/entry/" + std::to_string(i), urls, depth);
    }
}

void Unpacker::unpack_entry(const json& entry,
                            const std::string& place,
                            const FullUrls& urls,
                            int depth) {
    const json* request =
        entry.is_object() && entry.contains("request") ? &entry["request"] : nullptr;
    const std::string method = request == nullptr ? "" : text_at(*request, "method");
    const bool has_resource = entry.is_object() && entry.contains("resource");
    if (method == "DELETE") {
        report(IssueCode::business_rule,
               Severity::warning,
               place,
               "an entry that deletes a resource is not followed, left out");
    } else if (has_resource) {
        json resource = with_id(entry["resource"], text_at(entry, "fullUrl"));
        rewrite_references(resource, urls);
        unpack(std::make_shared<const json>(std::move(resource)), place, urls, depth + 1);
    } else if (method.empty() && !(entry.is_object() && entry.contains("response"))) {
        report(IssueCode::structure, Severity::fatal, place, "Bundle.entry without a resource");
    } else {
        report(IssueCode::business_rule,
               Severity::information,
               place,
               "an entry that holds only a request or an answer, left out");
    }
}

void Unpacker::emit(std::shared_ptr<const json> body, const std::string& place) {
    std::string hash = sha256_hex(canonical_json(*body));
    const std::string type = text_at(*body, "resourceType");
    std::optional<Resource> resource = make_resource(std::move(body), std::move(hash));
    if (!resource) {
        report(IssueCode::structure, Severity::fatal, place, "not a FHIR resource, left out");
    } else if (resource->source.id.empty()) {
        report(IssueCode::required,
               Severity::fatal,
               place,
               "a " + type + " without an id cannot be named as a source, left out");
    } else {
        sink_.resource(*resource);
    }
}

} // namespace

void unpack_resources(std::shared_ptr<const json> value,
                      const std::string& place,
                      const ResourceSink& sink) {
    Unpacker(sink).unpack(std::move(value), place, {}, 0);
}

} // namespace embolink
