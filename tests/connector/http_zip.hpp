// What servers send with a Content-Encoding.
#pragma once

#include <zlib.h>

#include <string>

namespace embolink::test {

enum class Wrapper { gzip, zlib };

inline std::string deflated(std::string text, Wrapper wrapper = Wrapper::gzip) {
    z_stream stream{};
    deflateInit2(&stream,
                 Z_DEFAULT_COMPRESSION,
                 Z_DEFLATED,
                 wrapper == Wrapper::gzip ? 15 + 16 : 15,
                 8,
                 Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

} // namespace embolink::test
