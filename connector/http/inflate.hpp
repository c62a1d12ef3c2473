// Bodies sent with Content-Encoding: gzip or deflate (RFC 9110 8.4.1). A few bytes can inflate to
// gigabytes, so that the limit holds while inflating and not after it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace embolink::http {

enum class Inflation { whole, damaged, cut, too_large };

struct Inflated {
    Inflation inflation = Inflation::whole;
    std::string text; // meaningless unless whole
};

// Reads both wrappers, and gzip of several members (RFC 1952 2.2).
Inflated inflate(std::string_view stored, std::size_t limit);

} // namespace embolink::http
