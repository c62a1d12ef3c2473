// The bytes of one input file or of standard input, inflated when they are gzip (recognised by
// their first bytes, not by name; several members one after the other are one stream).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace embolink {

class ByteSource {
public:
    // "-" is standard input. Throws Error (input) when it is not there or may not be read.
    explicit ByteSource(const std::string& path);
    ~ByteSource();
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    // Appends up to a few hundred kilobytes. False: nothing more comes (see fault()).
    bool append_to(std::string& buffer);

    // Why the content ended before its end ("compressed data is cut"), else empty.
    const std::string& fault() const;

    std::uint64_t bytes_read() const; // as stored, compressed

    // SHA-256 of the bytes as stored, read so far.
    std::string sha256();

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace embolink
