// Lines of an input in flat memory: byte order mark and carriage returns taken off, a line over the
// limit skipped without being held.
#pragma once

#include "connector/pull/byte_source.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace embolink {

struct Line {
    std::string_view text;  // valid until the next call; empty when too_long
    std::size_t number = 0; // from 1
    bool too_long = false;
    bool terminated = true; // false: the input ended without a newline
};

class LineReader {
public:
    // `source` must outlive the reader.
    LineReader(ByteSource& source, std::size_t limit_bytes);

    std::optional<Line> next(); // nullopt: the end

private:
    Line take(std::size_t length, bool terminated);
    std::optional<Line> skip_long_line();

    ByteSource& source_;
    std::size_t limit_;
    std::string buffer_;
    std::size_t start_ = 0; // of the line in hand
    std::size_t number_ = 0;
};

} // namespace embolink
