#include "connector/store/packed.hpp"

#include <zlib.h>

#include <array>
#include <new>

namespace embolink {
namespace {

Bytef* bytes_of(std::string_view text) {
    // zlib reads only from next_in, but its older interface is not const.
    return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

} // namespace

std::string packed(std::string_view text) {
    uLongf size = compressBound(static_cast<uLong>(text.size()));
    std::string out(size, '\0');
    const int code = compress2(bytes_of(out),
                               &size,
                               bytes_of(text),
                               static_cast<uLong>(text.size()),
                               Z_DEFAULT_COMPRESSION);
    if (code != Z_OK) {
        throw std::bad_alloc(); // the only way it can fail: the buffer is large enough
    }
    out.resize(size);
    return out;
}

std::optional<std::string> unpacked(std::string_view bytes) {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) {
        throw std::bad_alloc();
    }
    stream.next_in = bytes_of(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    std::array<char, 16384> piece{};
    int code = Z_OK;
    while (code == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        code = inflate(&stream, Z_NO_FLUSH);
        out.append(piece.data(), piece.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    return code == Z_STREAM_END ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace embolink
