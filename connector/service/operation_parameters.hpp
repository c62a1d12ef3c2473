// The parameters of a FHIR operation: those of the address and, as R4 "Operations" has it, of a
// Parameters resource that is posted.
//
// What the operation does not have is refused, wherever it stands: passed over, the answer would be
// to another question. So is a name that stands twice. `_format` and `_pretty` are everybody's (R4
// 3.1.0.1.5); the latter changes nothing.
#pragma once

#include "connector/http/url.hpp"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace embolink::service {

struct ParameterNames {
    std::vector<std::string> values;    // in the address or posted
    std::vector<std::string> resources; // posted only
};

class OperationParameters {
public:
    // All of them throw Refusal (400; 406 for a posted `_format` that is not JSON).
    OperationParameters(ParameterNames names, const http::Query& query);

    // A body that is blank or a Parameters resource.
    void add_body(const std::string& body);

    // A Parameters resource.
    void add_posted(const std::shared_ptr<const nlohmann::json>& parameters);

    // "" when it was not given.
    std::string text(const std::string& name) const;

    // nullptr when it was not given.
    std::shared_ptr<const nlohmann::json> resource(const std::string& name) const;

private:
    void add_value(const std::string& name, const std::string& value);
    void add_resource(const std::string& name, std::shared_ptr<const nlohmann::json> resource);

    ParameterNames names_;
    std::map<std::string, std::string> texts_;
    std::map<std::string, std::shared_ptr<const nlohmann::json>> resources_;
};

} // namespace embolink::service
