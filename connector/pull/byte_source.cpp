#include "connector/pull/byte_source.hpp"

#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/core/interrupt.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace embolink {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{256} * 1024;
constexpr int gzip_window = 15 + 16; // zlib: largest window, gzip wrapper only

} // namespace

struct ByteSource::State {
    std::string path;
    int descriptor = -1;
    bool gzip = false;
    bool started = false;
    bool ended = false;       // of the stored bytes
    bool member_open = false; // inside a gzip member
    std::string raw;          // stored bytes not yet inflated
    std::uint64_t bytes_read = 0;
    std::string fault;
    z_stream inflater{};
    Sha256 hash;

    // Reads one chunk of stored bytes into `raw`.
    void read_raw();
    void inflate_into(std::string& buffer);
    bool next_member();
};

namespace {

[[noreturn]] void fail(const std::string& path, int reason) {
    throw Error(ErrorKind::input,
                std::string("cannot read the input: ") + std::strerror(reason),
                path == "-" ? std::string("standard input") : path,
                "check the path and that you may read it");
}

} // namespace

void ByteSource::State::read_raw() {
    std::array<char, chunk_bytes> chunk; // NOLINT: filled by read
    for (;;) {
        const ssize_t got = ::read(descriptor, chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) {
            throw_if_interrupted();
            continue;
        }
        if (got < 0) {
            fail(path, errno);
        }
        if (got == 0) {
            ended = true;
            return;
        }
        const std::string_view bytes(chunk.data(), static_cast<std::size_t>(got));
        hash.update(bytes);
        bytes_read += bytes.size();
        raw.append(bytes);
        return;
    }
}

// Between two members: more gzip, zero padding (tar and tape habits), or rubbish.
bool ByteSource::State::next_member() {
    const auto first = raw.find_first_not_of('\0');
    raw.erase(0, first == std::string::npos ? raw.size() : first);
    if (raw.empty()) {
        return true;
    }
    inflateReset(&inflater);
    member_open = true;
    return false;
}

void ByteSource::State::inflate_into(std::string& buffer) {
    if (!member_open && next_member()) {
        return;
    }
    std::array<char, chunk_bytes> out; // NOLINT: filled by inflate
    inflater.next_in = reinterpret_cast<Bytef*>(raw.data());
    inflater.avail_in = static_cast<uInt>(raw.size());
    inflater.next_out = reinterpret_cast<Bytef*>(out.data());
    inflater.avail_out = static_cast<uInt>(out.size());
    const int answer = ::inflate(&inflater, Z_NO_FLUSH);
    buffer.append(out.data(), out.size() - inflater.avail_out);
    raw.erase(0, raw.size() - inflater.avail_in);
    if (answer == Z_STREAM_END) {
        member_open = false;
    } else if (answer != Z_OK && answer != Z_BUF_ERROR) {
        fault = "compressed data is damaged";
    }
}

ByteSource::ByteSource(const std::string& path) : state_(std::make_unique<State>()) {
    state_->path = path;
    state_->descriptor = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (state_->descriptor < 0) {
        fail(path, errno);
    }
}

ByteSource::~ByteSource() {
    if (state_->gzip) {
        inflateEnd(&state_->inflater);
    }
    if (state_->descriptor > STDIN_FILENO) {
        ::close(state_->descriptor);
    }
}

bool ByteSource::append_to(std::string& buffer) {
    State& state = *state_;
    if (!state.started) {
        state.started = true;
        while (!state.ended && state.raw.size() < 2) {
            state.read_raw();
        }
        state.gzip = state.raw.size() >= 2 && state.raw[0] == '\x1f' && state.raw[1] == '\x8b';
        if (state.gzip) {
            inflateInit2(&state.inflater, gzip_window);
            state.member_open = true;
        }
    }
    const std::size_t before = buffer.size();
    while (buffer.size() == before && state.fault.empty()) {
        if (state.raw.empty() && !state.ended) {
            state.read_raw();
        }
        if (state.raw.empty() && state.ended) {
            if (state.gzip && state.member_open) {
                state.fault = "compressed data is cut";
            }
            return false;
        }
        if (state.gzip) {
            const std::size_t stored = state.raw.size();
            state.inflate_into(buffer);
            // A member header split over two reads: inflate needs more bytes to go on.
            if (buffer.size() == before && state.raw.size() == stored && state.fault.empty()) {
                if (state.ended) {
                    state.fault = "compressed data is cut";
                } else {
                    state.read_raw();
                }
            }
        } else {
            buffer.append(state.raw);
            state.raw.clear();
        }
    }
    return buffer.size() > before;
}

const std::string& ByteSource::fault() const {
    return state_->fault;
}

std::uint64_t ByteSource::bytes_read() const {
    return state_->bytes_read;
}

std::string ByteSource::sha256() {
    return state_->hash.finish();
}

} // namespace embolink
