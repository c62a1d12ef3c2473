// Values that stand in several parts of the configuration. Each leaves its fault with the object
// that it is read from.
#pragma once

#include "connector/core/config.hpp"
#include "connector/core/json_object.hpp"

#include <chrono>
#include <filesystem>
#include <string>

namespace embolink {

// {"file": PATH} or {"env": NAME}; not given when the key is absent. Paths are relative to
// `folder`.
SecretRef
secret_ref(JsonObject& object, const std::string& key, const std::filesystem::path& folder);

// From `least` to `most`, which is a million at most.
int whole_number(JsonObject& object, const std::string& key, int otherwise, int least, int most);

// "30s", "15m", "12h", "7d"
std::chrono::seconds
duration_of(JsonObject& object, const std::string& key, std::chrono::seconds otherwise);

} // namespace embolink
