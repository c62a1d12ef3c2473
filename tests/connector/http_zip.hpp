// A body as Content-Encoding "deflate" has it: zlib's own wrapper (RFC 9110 8.4.1.2).
#pragma once

#include <zlib.h>

#include <string>

namespace embolink::test {

inline std::string deflated(const std::string& text) {
    uLongf length = compressBound(text.size());
    std::string out(length, '\0');
    compress(reinterpret_cast<Bytef*>(out.data()),
             &length,
             reinterpret_cast<const Bytef*>(text.data()),
             text.size());
    out.resize(length);
    return out;
}

} // namespace embolink::test
