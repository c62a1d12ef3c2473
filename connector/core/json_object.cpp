#include "connector/core/json_object.hpp"

#include <algorithm>
#include <string_view>

namespace embolink {

using nlohmann::json;

JsonObject::JsonObject(const json& value, std::string pointer, ConfigFaults& faults)
    : value_(value), pointer_(std::move(pointer)), faults_(faults) {
    if (!value.is_object()) {
        faults_.push_back((pointer_.empty() ? "/" : pointer_) + ": expected an object");
    }
}

void JsonObject::fault(const std::string& key, const std::string& expected) {
    faults_.push_back(pointer_to(key) + ": expected " + expected);
}

const json* JsonObject::value(const std::string& key) {
    asked_.insert(key);
    if (!value_.is_object()) {
        return nullptr;
    }
    const auto found = value_.find(key);
    return found == value_.end() ? nullptr : &*found;
}

JsonObject JsonObject::part(const std::string& key) {
    const json* found = value(key);
    static const json nothing = json::object();
    return {found == nullptr ? nothing : *found, pointer_to(key), faults_};
}

std::string JsonObject::text(const std::string& key) {
    const json* found = value(key);
    if (found == nullptr) {
        return "";
    }
    if (!found->is_string()) {
        fault(key, "text");
        return "";
    }
    return found->get<std::string>();
}

std::string JsonObject::required_text(const std::string& key) {
    const json* found = value(key);
    if (value_.is_object() && (found == nullptr || !found->is_string() || found->empty() ||
                               found->get_ref<const std::string&>().empty())) {
        fault(key, "text that is not empty");
        return "";
    }
    return text(key);
}

std::string
JsonObject::choice(const std::string& key, const std::set<std::string>& allowed, bool required) {
    const json* found = value(key);
    if (found == nullptr && !required) {
        return "";
    }
    if (found != nullptr && found->is_string() && allowed.count(found->get<std::string>()) > 0) {
        return found->get<std::string>();
    }
    std::string list;
    for (const std::string& word : allowed) {
        list += (list.empty() ? "" : ", ") + word;
    }
    fault(key, "one of " + list);
    return "";
}

void JsonObject::each(const std::string& key,
                      const std::function<void(const json&, const std::string&)>& use) {
    const json* found = value(key);
    if (found == nullptr) {
        return;
    }
    if (!found->is_array()) {
        fault(key, "a list");
        return;
    }
    for (std::size_t i = 0; i < found->size(); ++i) {
        use((*found)[i], pointer_to(key) + "/" + std::to_string(i));
    }
}

std::vector<std::string> JsonObject::texts(const std::string& key) {
    std::vector<std::string> out;
    each(key, [&](const json& element, const std::string& pointer) {
        if (element.is_string() && !element.get_ref<const std::string&>().empty()) {
            out.push_back(element.get<std::string>());
        } else {
            faults_.push_back(pointer + ": expected text that is not empty");
        }
    });
    return out;
}

void JsonObject::refuse_other_keys() {
    if (!value_.is_object()) {
        return;
    }
    for (const auto& [key, element] : value_.items()) {
        if (asked_.count(key) == 0) {
            std::string known;
            for (const std::string& word : asked_) {
                known += (known.empty() ? "" : ", ") + word;
            }
            faults_.push_back(pointer_to(key) + ": unknown key; known here: " + known);
        }
    }
}

json parse_config_json(const std::string& text, ConfigFaults& faults) {
    std::vector<std::set<std::string>> open_objects;
    const json::parser_callback_t notice_twins = [&](int, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::object_start) {
            open_objects.emplace_back();
        } else if (event == json::parse_event_t::object_end) {
            open_objects.pop_back();
        } else if (event == json::parse_event_t::key &&
                   !open_objects.back().insert(parsed.get<std::string>()).second) {
            faults.push_back("the key \"" + parsed.get<std::string>() +
                             "\" stands twice in one object");
        }
        return true;
    };
    try {
        json value = json::parse(text, notice_twins, true, true);
        return faults.empty() ? value : json(json::value_t::discarded);
    } catch (const json::parse_error& error) {
        // Where, and nothing of what the parser quotes: the file may list patients.
        const std::string_view before = std::string_view(text).substr(0, error.byte);
        faults.push_back("not JSON: line " +
                         std::to_string(1 + std::count(before.begin(), before.end(), '\n')) +
                         ", character " + std::to_string(before.size() - (before.rfind('\n') + 1)));
        return json(json::value_t::discarded);
    } catch (const json::exception&) {
        faults.push_back("not JSON");
        return json(json::value_t::discarded);
    }
}

} // namespace embolink
