// The header of RFC 6750.
#pragma once

#include <cctype>
#include <string>

namespace embolink::service {

// The token of an Authorization header, "" when it is none of this scheme, whose name is written in
// any case (RFC 9110 11.1) and which spaces follow, one or more (11.4).
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
    const auto begin = authorization.find_first_not_of(' ', scheme.size());
    return begin == std::string::npos ? "" : authorization.substr(begin);
}

} // namespace embolink::service
