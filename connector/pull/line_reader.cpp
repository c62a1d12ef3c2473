#include "connector/pull/line_reader.hpp"

namespace embolink {

LineReader::LineReader(ByteSource& source, std::size_t limit_bytes)
    : source_(source), limit_(limit_bytes) {}

Line LineReader::take(std::size_t length, bool terminated) {
    std::string_view text(buffer_.data() + start_, length);
    start_ += length + (terminated ? 1 : 0);
    ++number_;
    if (number_ == 1 && text.substr(0, 3) == "\xEF\xBB\xBF") {
        text.remove_prefix(3);
    }
    if (!text.empty() && text.back() == '\r') {
        text.remove_suffix(1);
    }
    return {text, number_, false, terminated};
}

std::optional<Line> LineReader::skip_long_line() {
    ++number_;
    start_ = 0;
    for (;;) {
        buffer_.clear();
        if (!source_.append_to(buffer_)) {
            return Line{{}, number_, true, false};
        }
        const auto end = buffer_.find('\n');
        if (end != std::string::npos) {
            start_ = end + 1;
            return Line{{}, number_, true, true};
        }
    }
}

std::optional<Line> LineReader::next() {
    std::size_t searched = start_;
    for (;;) {
        const auto end = buffer_.find('\n', searched);
        if (end != std::string::npos && end - start_ <= limit_) {
            return take(end - start_, true);
        }
        if (end != std::string::npos) {
            start_ = end + 1;
            return Line{{}, ++number_, true, true};
        }
        if (buffer_.size() - start_ > limit_) {
            return skip_long_line();
        }
        buffer_.erase(0, start_);
        start_ = 0;
        searched = buffer_.size();
        if (!source_.append_to(buffer_)) {
            if (buffer_.empty()) {
                return std::nullopt;
            }
            return take(buffer_.size(), false);
        }
    }
}

} // namespace embolink
