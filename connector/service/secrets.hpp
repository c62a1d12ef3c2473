// Whether somebody knows a secret of the configuration.
#pragma once

#include "connector/core/config.hpp"

#include <string>

namespace embolink::service {

// Read anew each time: a secret that is withdrawn is withdrawn at once. One that is empty or cannot
// be read opens nothing. The time that it takes tells nothing of where the two differ.
bool is_secret(const std::string& given, const SecretRef& secret);

} // namespace embolink::service
