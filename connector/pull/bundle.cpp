#include "connector/pull/bundle.hpp"

#include "connector/core/hash.hpp"
#include "mapping/fhir/fields.hpp"

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

std::string method_of(const json& entry) {
    const bool asks = entry.is_object() && entry.contains("request");
    return asks ? text_at(entry["request"], "method") : "";
}

// The resource that a DELETE of a history took away (FHIR R4 Bundle, "history": no resource, the
// time is the response's). nullptr: the entry does not name one.
std::shared_ptr<const json> deletion_of(const json& entry, const json& request) {
    const std::string named = reduce_reference(text_at(request, "url"), "");
    const auto slash = named.find('/');
    const bool names_one = slash != std::string::npos && slash > 0 && slash + 1 < named.size() &&
                           named.find_first_of("/?#:", slash + 1) == std::string::npos &&
                           named.find_first_of("?#:") == std::string::npos;
    if (!names_one) {
        return nullptr;
    }
    json gone{{"resourceType", named.substr(0, slash)}, {"id", named.substr(slash + 1)}};
    const auto response = entry.find("response");
    const std::string when = response == entry.end() ? "" : text_at(*response, "lastModified");
    if (!when.empty()) {
        gone["meta"] = {{"lastUpdated", when}};
    }
    return std::make_shared<const json>(std::move(gone));
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
    void unpack_deletion(const json& entry, const std::string& place, bool done);
    void
    unpack_bundle(const json& bundle, const std::string& place, const FullUrls& outer, int depth);
    enum class Fate { present, deleted };
    void emit(std::shared_ptr<const json> body, const std::string& place, Fate fate);

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
        emit(std::move(value), place, Fate::present);
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
    const bool history = text_at(bundle, "type") == "history";
    for (std::size_t i = 0; i < entries->size(); ++i) {
        const json& entry = (*entries)[i];
        const std::string entry_place = place + "#/entry/" + std::to_string(i);
        if (method_of(entry) == "DELETE") {
            unpack_deletion(entry, entry_place, history);
        } else {
            unpack_entry(entry, entry_place, urls, depth);
        }
    }
}

void Unpacker::unpack_deletion(const json& entry, const std::string& place, bool done) {
    auto gone = done ? deletion_of(entry, entry["request"]) : nullptr;
    if (gone == nullptr) {
        report(IssueCode::business_rule,
               Severity::warning,
               place,
               "an entry that deletes a resource is not followed, left out");
        return;
    }
    const bool timed = gone->contains("meta");
    report(IssueCode::business_rule,
           timed ? Severity::information : Severity::warning,
           place,
           timed ? "R9.3: a resource was deleted, its earlier versions are no evidence"
                 : "R9.3: a resource was deleted at an unknown time, only versions without "
                   "lastUpdated are set aside");
    emit(std::move(gone), place, Fate::deleted);
}

void Unpacker::unpack_entry(const json& entry,
                            const std::string& place,
                            const FullUrls& urls,
                            int depth) {
    const std::string method = method_of(entry);
    const bool has_resource = entry.is_object() && entry.contains("resource");
    if (has_resource) {
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

void Unpacker::emit(std::shared_ptr<const json> body, const std::string& place, Fate fate) {
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
        resource->deleted = fate == Fate::deleted;
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
