// Who may call the operations: bearer tokens of the configuration, each with what it is good for.
#pragma once

#include "connector/core/service_config.hpp"
#include "connector/service/router.hpp"

#include <string>
#include <vector>

namespace embolink::service {

class Callers {
public:
    explicit Callers(std::vector<CallerConfig> callers) : callers_(std::move(callers)) {}

    // The caller's name. Throws Refusal: 401 without a known token, 403 when it is not good for
    // `scope`. Secrets are read anew each time: a token that is withdrawn is withdrawn at once.
    std::string require(const Call& call, const std::string& scope) const;

private:
    std::vector<CallerConfig> callers_;
};

} // namespace embolink::service
