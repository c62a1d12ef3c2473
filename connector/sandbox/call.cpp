#include "connector/sandbox/call.hpp"

namespace embolink::sandbox {

Address parse_address(const std::string& text) {
    Address address;
    const auto question = text.find('?');
    if (question != std::string::npos) {
        address.query = http::decode_query(text.substr(question + 1));
    }
    std::string segment;
    for (const char c : text.substr(0, question) + "/") {
        if (c != '/') {
            segment += c;
        } else if (!segment.empty()) {
            address.path.push_back(std::move(segment));
            segment.clear();
        }
    }
    return address;
}

} // namespace embolink::sandbox
