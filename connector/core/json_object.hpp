// Strict reading of a configuration object: every fault is collected with its JSON pointer and what
// was expected, so that a hospital mends its file once and not key by key (architecture 4.7).
#pragma once

#include <nlohmann/json.hpp>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace embolink {

// "/drugs/2/class: expected one of ...", in the order of the file.
using ConfigFaults = std::vector<std::string>;

class JsonObject {
public:
    // A value that is no object is a fault, and then every key is absent. All must outlive this.
    JsonObject(const nlohmann::json& value, std::string pointer, ConfigFaults& faults);

    // "" when absent. A required text must be there and not be empty.
    std::string text(const std::string& key);
    std::string required_text(const std::string& key);
    // One of `allowed`; `required` only when absent is a fault.
    std::string choice(const std::string& key, const std::set<std::string>& allowed, bool required);
    std::vector<std::string> texts(const std::string& key);

    // Each element of a list, with its pointer; an absent key is an empty list.
    void each(const std::string& key,
              const std::function<void(const nlohmann::json&, const std::string&)>& use);

    // nullptr when absent; for keys whose type the caller judges.
    const nlohmann::json* value(const std::string& key);

    // The object of a key that is there; its faults go where this one's go.
    JsonObject part(const std::string& key);

    std::string pointer_to(const std::string& key) const { return pointer_ + "/" + key; }

    void fault(const std::string& key, const std::string& expected);

    // Where the faults go, for parts that are read by themselves.
    ConfigFaults& faults() { return faults_; }

    // Reports the keys that nobody asked for. Call last.
    void refuse_other_keys();

private:
    const nlohmann::json& value_;
    std::string pointer_;
    ConfigFaults& faults_;
    std::set<std::string> asked_;
};

// JSON with // and /* */ comments. A syntax fault or a key that stands twice in one object becomes
// a fault; then the result is discarded (nlohmann's is_discarded()).
nlohmann::json parse_config_json(const std::string& text, ConfigFaults& faults);

} // namespace embolink
