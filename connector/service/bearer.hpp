// The header of RFC 6750.
#pragma once

#include <cctype>
#include <string>

namespace embolink::service {

// The token of an Authorization header, "" when it is none of this scheme, whose name is written in
// any case (RFC 9110 11.1).
inline std::string bearer_token(const std::string& authorization) {
    const std::string scheme = "bearer ";
    if (authorization.size() <= scheme.size()) {
        return "";
    }
    for (std::size_t i = 0; i < scheme.size(); ++i) {
        if (std::tolower(static_cast<unsigned char>(authorization[i])) != scheme[i]) {
            return "";
        }
    }
    return authorization.substr(scheme.size());
}

} // namespace embolink::service
