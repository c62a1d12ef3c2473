// 1 each write gets the identity it acts on: conditions are searched for, new ids are given;
// 2 references by fullUrl are rewritten to those identities, this server's own address is taken
// off; 3 the writes are made; 4 references are checked, when everything is there.

#include "connector/sandbox/writes.hpp"

#include "connector/sandbox/answer.hpp"
#include "connector/sandbox/references.hpp"
#include "connector/sandbox/search.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace embolink::sandbox {
namespace {

using nlohmann::json;

json without_version(const json& body) {
    json copy = body;
    if (const auto meta = copy.find("meta"); meta != copy.end() && meta->is_object()) {
        meta->erase("versionId");
        meta->erase("lastUpdated");
        if (meta->empty()) {
            copy.erase("meta");
        }
    }
    return copy;
}

void check_id(const std::string& id) {
    const bool good =
        !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
            return std::isalnum(c) || c == '-' || c == '.';
        });
    if (!good) {
        throw Refusal(400, "value", "an id is up to 64 letters, digits, - and .");
    }
}

std::string text_member(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

class Writing {
public:
    Writing(const std::vector<Write>& writes, Repository& repository, const Surroundings& around)
        : writes_(writes), repository_(repository), around_(around), steps_(writes.size()) {}

    std::vector<Written> run() {
        Change change(repository_);
        for (std::size_t i = 0; i < writes_.size(); ++i) {
            identify(i);
        }
        rewrite_references();
        for (const Verb verb : {Verb::remove, Verb::create, Verb::update}) {
            for (std::size_t i = 0; i < writes_.size(); ++i) {
                if (writes_[i].verb == verb) {
                    make(i);
                }
            }
        }
        for (const Step& step : steps_) {
            if (step.written.deed == Deed::created || step.written.deed == Deed::updated) {
                check_references(*step.written.body,
                                 step.before.get(),
                                 repository_,
                                 {around_.bases, around_.habits.foreign_references});
            }
        }
        change.keep();
        std::vector<Written> out;
        for (Step& step : steps_) {
            out.push_back(std::move(step.written));
        }
        return out;
    }

private:
    struct Step {
        std::string id;
        bool exists_already = false; // a conditional create that found its resource
        json body;
        Body before;
        Written written;
    };

    void identify(std::size_t i);
    std::optional<std::string> match(const Write& write);
    void rewrite_references();
    void make(std::size_t i);
    void update(const Write& write, Step& step);
    void note(Step& step, const std::string& type, Deed deed);

    const std::vector<Write>& writes_;
    Repository& repository_;
    const Surroundings& around_;
    std::vector<Step> steps_;
    std::set<std::string> taken_;      // "Type/id" that a write of this list acts on
    std::set<std::string> conditions_; // of creates that found nothing
};

// The one resource that meets the condition. Several: 412 (FHIR R4 http, 3.1.0.8.1).
std::optional<std::string> Writing::match(const Write& write) {
    const Search search =
        parse_search(*find_served_type(write.type), *write.condition, Handling::strict, around_);
    if (search.criteria.empty()) {
        throw Refusal(400, "required", "a conditional request needs a search criterion");
    }
    const std::vector<std::string> ids = find_matches(search, repository_);
    if (ids.size() > 1) {
        throw Refusal(412, "multiple-matches", "several resources meet the condition");
    }
    return ids.empty() ? std::nullopt : std::optional(ids.front());
}

void Writing::identify(std::size_t i) {
    const Write& write = writes_[i];
    Step& step = steps_[i];
    step.id = write.id;
    if (write.condition) {
        const std::optional<std::string> found = match(write);
        const std::string key = write.type + "?" + http::encode_query(*write.condition);
        if (!found && !conditions_.insert(key).second) {
            throw Refusal(400, "duplicate", "two entries have the same condition");
        }
        step.exists_already = found.has_value() && write.verb == Verb::create;
        step.id = found.value_or("");
    }
    if (write.body) {
        step.body = *write.body;
        const std::string own_id = text_member(step.body, "id");
        if (write.verb == Verb::update && write.condition) {
            if (!step.id.empty() && !own_id.empty() && own_id != step.id) {
                throw Refusal(400, "value", "the condition found a resource of another id");
            }
            step.id = step.id.empty() ? own_id : step.id;
        } else if (write.verb == Verb::update && own_id != step.id) {
            throw Refusal(400, "value", "the id of the body is not that of the URL");
        }
    }
    if (step.id.empty()) {
        step.id = repository_.new_id(write.type);
    }
    if (!step.exists_already && !taken_.insert(write.type + "/" + step.id).second) {
        throw Refusal(400, "duplicate", "two entries act on " + write.type + "/" + step.id);
    }
}

void Writing::rewrite_references() {
    std::map<std::string, std::string> names;
    for (std::size_t i = 0; i < writes_.size(); ++i) {
        if (!writes_[i].full_url.empty() && writes_[i].verb != Verb::remove) {
            names[writes_[i].full_url] = writes_[i].type + "/" + steps_[i].id;
        }
    }
    for (Step& step : steps_) {
        each_reference(step.body, [&](std::string& reference) {
            const auto named = names.find(reference);
            reference =
                named != names.end() ? named->second : without_base(reference, around_.bases);
        });
    }
}

void Writing::make(std::size_t i) {
    const Write& write = writes_[i];
    Step& step = steps_[i];
    const Version* current = repository_.current(write.type, step.id);
    if (!write.if_match.empty()) {
        const int wanted = parse_etag(write.if_match);
        if (current == nullptr || !current->body || current->number != wanted) {
            throw Refusal(around_.habits.conflict_status,
                          "conflict",
                          "If-Match is not the current version of " + write.type + "/" + step.id);
        }
    }
    if (write.verb == Verb::update) {
        update(write, step);
    } else if (write.verb == Verb::create) {
        if (!step.exists_already) {
            repository_.put(write.type, step.id, std::move(step.body), around_.now);
        }
        note(step, write.type, step.exists_already ? Deed::nothing : Deed::created);
    } else {
        const bool there = current != nullptr && current->body;
        if (there) {
            repository_.remove(write.type, step.id, around_.now);
        }
        note(step, write.type, there ? Deed::removed : Deed::nothing);
    }
}

void Writing::update(const Write& write, Step& step) {
    const Version* current = repository_.alive(write.type, step.id);
    if (current == nullptr) {
        if (repository_.current(write.type, step.id) == nullptr) {
            check_id(step.id);
        }
        repository_.put(write.type, step.id, std::move(step.body), around_.now);
        note(step, write.type, Deed::created);
        return;
    }
    step.before = current->body;
    step.body["id"] = step.id; // a conditional update need not say it
    // Like HAPI: nothing new makes no new version.
    if (without_version(*current->body) == without_version(step.body)) {
        note(step, write.type, Deed::nothing);
        return;
    }
    repository_.put(write.type, step.id, std::move(step.body), around_.now);
    note(step, write.type, Deed::updated);
}

void Writing::note(Step& step, const std::string& type, Deed deed) {
    step.written = {deed, type, step.id, 0, 0, nullptr};
    if (const Version* current = repository_.current(type, step.id)) {
        step.written.version = current->number;
        step.written.updated = current->updated;
        step.written.body = current->body;
    }
}

void check_body(const Call& call) {
    if (!call.body || !call.body->is_object()) {
        throw Refusal(400, "structure", "the body is no FHIR resource");
    }
    if (text_member(*call.body, "resourceType") != call.path[0]) {
        throw Refusal(400, "value", "the resourceType is not that of the URL");
    }
}

} // namespace

Write make_write(const Call& call) {
    const bool has_id = call.path.size() == 2;
    if (call.path.empty() || call.path.size() > 2 || find_served_type(call.path[0]) == nullptr) {
        throw Refusal(404, "not-found", "no resource can be written at this URL");
    }
    Write write;
    write.type = call.path[0];
    write.id = has_id ? call.path[1] : "";
    write.if_match = call.if_match;
    write.body = call.body;
    if (call.method == "POST" && !has_id) {
        write.verb = Verb::create;
        if (!call.if_none_exist.empty()) {
            const auto question = call.if_none_exist.find('?');
            write.condition = http::decode_query(question == std::string::npos
                                                     ? call.if_none_exist
                                                     : call.if_none_exist.substr(question + 1));
        }
    } else if (call.method == "PUT") {
        write.verb = Verb::update;
        if (!has_id) {
            write.condition = call.query;
        }
    } else if (call.method == "DELETE" && has_id) {
        write.verb = Verb::remove;
        write.body = nullptr;
        return write;
    } else {
        throw Refusal(405, "not-supported", call.method + " is not supported at this URL");
    }
    check_body(call);
    return write;
}

std::vector<Written>
write_all(const std::vector<Write>& writes, Repository& repository, const Surroundings& around) {
    return Writing(writes, repository, around).run();
}

int parse_etag(const std::string& text) {
    std::string digits = text.rfind("W/", 0) == 0 ? text.substr(2) : text;
    const bool quoted = digits.size() > 2 && digits.front() == '"' && digits.back() == '"';
    digits = quoted ? digits.substr(1, digits.size() - 2) : "";
    if (digits.empty() || digits.size() > 9 ||
        digits.find_first_not_of("0123456789") != std::string::npos) {
        throw Refusal(400, "value", "an ETag is W/\"version\"");
    }
    return std::stoi(digits);
}

} // namespace embolink::sandbox
