#include "connector/http/inflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>

namespace embolink::http {
namespace {

constexpr int either_wrapper = 15 + 32; // zlib: largest window, gzip or zlib told by its header
constexpr std::size_t chunk_bytes = std::size_t{64} * 1024;

class Inflater {
public:
    explicit Inflater(std::string_view stored) : rest_(stored) {
        if (inflateInit2(&stream_, either_wrapper) != Z_OK) {
            throw std::bad_alloc();
        }
    }

    ~Inflater() { inflateEnd(&stream_); }

    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    bool at_end() const { return rest_.empty(); }

    // Appends one chunk at most; zlib's own answer.
    int step(std::string& out) {
        std::array<char, chunk_bytes> chunk; // NOLINT: filled by inflate
        const std::size_t offered =
            std::min<std::size_t>(rest_.size(), std::numeric_limits<uInt>::max());
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest_.data()));
        stream_.avail_in = static_cast<uInt>(offered);
        stream_.next_out = reinterpret_cast<Bytef*>(chunk.data());
        stream_.avail_out = static_cast<uInt>(chunk.size());
        const int answer = ::inflate(&stream_, Z_NO_FLUSH);
        rest_.remove_prefix(offered - stream_.avail_in);
        out.append(chunk.data(), chunk.size() - stream_.avail_out);
        return answer;
    }

    void next_member() { inflateReset(&stream_); }

private:
    z_stream stream_{};
    std::string_view rest_;
};

} // namespace

Inflated inflate(std::string_view stored, std::size_t limit) {
    Inflated result;
    Inflater inflater(stored);
    for (;;) {
        const int answer = inflater.step(result.text);
        if (result.text.size() > limit) {
            result.inflation = Inflation::too_large;
            return result;
        }
        if (answer == Z_STREAM_END) {
            if (inflater.at_end()) {
                return result;
            }
            inflater.next_member();
        } else if (answer == Z_BUF_ERROR) { // nothing left to read, and the end has not come
            result.inflation = Inflation::cut;
            return result;
        } else if (answer != Z_OK) {
            result.inflation = Inflation::damaged;
            return result;
        }
    }
}

} // namespace embolink::http
